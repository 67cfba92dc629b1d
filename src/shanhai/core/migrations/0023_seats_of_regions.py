from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0022_second_day"),
    ]

    operations = [
        migrations.AddField(
            model_name="region",
            name="seat",
            field=models.CharField(blank=True, max_length=40, default=""),
            preserve_default=False,
        ),
    ]
