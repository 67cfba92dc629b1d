from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "shanhai.core"
    label = "core"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from shanhai.core import machinery, signin
        from shanhai.core.channels import signin as channels

        signin.sign_in()
        machinery.sign_in()
        channels.sign_in()
