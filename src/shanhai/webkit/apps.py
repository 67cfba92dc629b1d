from django.apps import AppConfig


class WebkitConfig(AppConfig):
    name = "shanhai.webkit"
    label = "webkit"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from shanhai.core import signs
        from shanhai.core.signs import AccessRow

        signs.access_rows.add(
            AccessRow("webkit.keep_draft", _("Keep one's own drafts of forms."), scope="any", kind="page"),
            AccessRow(
                "webkit.see_styleguide", _("See the pattern page of the design."), scope="any", kind="page"
            ),
        )
