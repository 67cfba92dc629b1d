from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ApprovalConfig(AppConfig):
    """Joint review and approval of investment projects."""

    name = "shanhai.fields.approval"
    label = "approval"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Sign the field in: what it brings stands here and nowhere else."""
        from shanhai.core import signs
        from shanhai.core.signs import CommandGroup

        signs.command_groups.add(
            CommandGroup("approval", _("Joint review and approval."), "shanhai.fields.approval.cli.app")
        )
