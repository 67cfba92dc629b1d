from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("park", "0040_reservations"),
    ]

    operations = [
        migrations.AddField(
            model_name="landcheck",
            name="was_due_on",
            field=models.DateField(blank=True, null=True),
        ),
    ]
