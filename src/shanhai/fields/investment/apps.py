from django.apps import AppConfig


class InvestmentConfig(AppConfig):
    name = "shanhai.fields.investment"
    label = "investment"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from shanhai.fields.investment import signin

        signin.sign_in()
