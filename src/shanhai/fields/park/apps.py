from django.apps import AppConfig


class ParkConfig(AppConfig):
    name = "shanhai.fields.park"
    label = "park"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from shanhai.fields.park import signin

        signin.sign_in()
