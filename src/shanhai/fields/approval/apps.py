from django.apps import AppConfig


class ApprovalConfig(AppConfig):
    name = "shanhai.fields.approval"
    label = "approval"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from shanhai.fields.approval import signin

        signin.sign_in()
