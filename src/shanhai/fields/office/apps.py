from django.apps import AppConfig


class OfficeConfig(AppConfig):
    name = "shanhai.fields.office"
    label = "office"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from shanhai.fields.office import menu, signin

        signin.sign_in()
        menu.sign_in()
