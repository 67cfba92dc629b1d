from django.apps import AppConfig


class ApprovalConfig(AppConfig):
    """Joint review and approval of investment projects."""

    name = "shanhai.fields.approval"
    label = "approval"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Sign the field in: what it brings stands in ``signin`` and nowhere else."""
        from shanhai.fields.approval import signin

        signin.sign_in()
