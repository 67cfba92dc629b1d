import datetime

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0014_watched_records"),
    ]

    operations = [
        migrations.CreateModel(
            name="Robot",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=0, editable=False)),
                ("kind", models.CharField(max_length=12)),
                ("name", models.CharField(max_length=80)),
                ("address_sealed", models.TextField()),
                ("secret_sealed", models.TextField(blank=True)),
                ("address_end", models.CharField(max_length=8)),
                ("is_active", models.BooleanField(default=True)),
                (
                    "free_at",
                    models.DateTimeField(default=datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.UTC)),
                ),
                ("failures", models.PositiveSmallIntegerField(default=0)),
                ("last_error", models.CharField(blank=True, max_length=300)),
                ("last_failed_at", models.DateTimeField(blank=True, null=True)),
                ("last_sent_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["name", "id"],
            },
        ),
        migrations.CreateModel(
            name="Sending",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("channel", models.CharField(choices=[("mail", "Mail"), ("robot", "Robot")], max_length=5)),
                (
                    "what",
                    models.CharField(
                        choices=[("notice", "Notice"), ("test", "Test"), ("confirm", "Confirm")],
                        default="notice",
                        max_length=8,
                    ),
                ),
                (
                    "stage",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("going", "Going"),
                            ("sent", "Sent"),
                            ("failed", "Failed"),
                            ("unclear", "Unclear"),
                            ("dropped", "Dropped"),
                        ],
                        default="waiting",
                        max_length=8,
                    ),
                ),
                ("created_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("claim", models.CharField(blank=True, max_length=32)),
                ("claimed_at", models.DateTimeField(blank=True, null=True)),
                ("tried_at", models.DateTimeField(blank=True, null=True)),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                ("error_code", models.CharField(blank=True, max_length=40)),
                ("error", models.CharField(blank=True, max_length=300)),
            ],
            options={
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="Telling",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=0, editable=False)),
                (
                    "mail",
                    models.CharField(
                        choices=[("none", "None"), ("at_once", "At Once"), ("daily", "Daily")],
                        default="none",
                        max_length=8,
                    ),
                ),
                ("confirmed", models.CharField(blank=True, max_length=64)),
                ("confirmed_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="noticefact",
            name="by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="core.member",
            ),
        ),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(fields=["fact", "at", "id"], name="notice_fact_at"),
        ),
        migrations.AddIndex(
            model_name="noticefact",
            index=models.Index(fields=["url", "at", "id"], name="fact_url_at"),
        ),
        migrations.AddIndex(
            model_name="noticefact",
            index=models.Index(fields=["by", "at", "id"], name="fact_by_at"),
        ),
        migrations.AddField(
            model_name="robot",
            name="organisation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="robots", to="core.organisation"
            ),
        ),
        migrations.AddField(
            model_name="robot",
            name="unit",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="robots",
                to="core.unit",
            ),
        ),
        migrations.AddField(
            model_name="sending",
            name="fact",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="sendings",
                to="core.noticefact",
            ),
        ),
        migrations.AddField(
            model_name="sending",
            name="member",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="sendings",
                to="core.member",
            ),
        ),
        migrations.AddField(
            model_name="sending",
            name="notice",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="sendings",
                to="core.notice",
            ),
        ),
        migrations.AddField(
            model_name="sending",
            name="robot",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="sendings",
                to="core.robot",
            ),
        ),
        migrations.AddField(
            model_name="telling",
            name="member",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="telling", to="core.member"
            ),
        ),
        migrations.AddIndex(
            model_name="robot",
            index=models.Index(fields=["organisation", "name", "id"], name="robot_of_organisation"),
        ),
        migrations.AddIndex(
            model_name="robot",
            index=models.Index(fields=["unit", "name", "id"], name="robot_of_unit"),
        ),
        migrations.AddIndex(
            model_name="robot",
            index=models.Index(fields=["name", "id"], name="robot_name"),
        ),
        migrations.AddIndex(
            model_name="sending",
            index=models.Index(fields=["channel", "stage", "due_at"], name="sending_due"),
        ),
        migrations.AddIndex(
            model_name="sending",
            index=models.Index(fields=["member", "stage", "due_at"], name="sending_member"),
        ),
        migrations.AddIndex(
            model_name="sending",
            index=models.Index(fields=["robot", "stage", "due_at"], name="sending_robot"),
        ),
        migrations.AddIndex(
            model_name="sending",
            index=models.Index(
                condition=models.Q(("claim", ""), _negated=True), fields=["claim"], name="sending_claim"
            ),
        ),
        migrations.AddIndex(
            model_name="sending",
            index=models.Index(fields=["stage", "created_at", "id"], name="sending_stage_at"),
        ),
        migrations.AddIndex(
            model_name="sending",
            index=models.Index(fields=["created_at", "id"], name="sending_at"),
        ),
        migrations.AddConstraint(
            model_name="sending",
            constraint=models.UniqueConstraint(
                condition=models.Q(("channel", "mail"), ("what", "notice")),
                fields=("notice",),
                name="mailed_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="sending",
            constraint=models.UniqueConstraint(
                condition=models.Q(("channel", "robot"), ("what", "notice")),
                fields=("fact", "robot"),
                name="said_in_group_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="sending",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("channel", "mail"), ("member__isnull", False), ("robot", None)),
                    models.Q(("channel", "robot"), ("member", None), ("robot__isnull", False)),
                    _connector="OR",
                ),
                name="sending_has_a_place",
            ),
        ),
    ]
