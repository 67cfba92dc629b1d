from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "shanhai.core"
    label = "core"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from shanhai.core import machinery, signin

        signin.sign_in()
        machinery.sign_in()
