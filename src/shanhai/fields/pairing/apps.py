from django.apps import AppConfig


class PairingConfig(AppConfig):
    name = "shanhai.fields.pairing"
    label = "pairing"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from shanhai.fields.pairing import menu, signin

        signin.sign_in()
        menu.sign_in()
