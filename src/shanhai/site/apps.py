from django.apps import AppConfig


class SiteConfig(AppConfig):
    """Assembly: settings, addresses, logins, commands."""

    name = "shanhai.site"
    label = "site"

    def ready(self) -> None:
        """Logins last as long as the rulebook says; the home page stands in the menu."""
        from django.contrib.auth.signals import user_logged_in

        from shanhai.site import sessions

        user_logged_in.connect(sessions.begin, dispatch_uid="shanhai.site.sessions")
        _sign_in()


def _sign_in() -> None:
    """The home page stands first in the menu of everybody who has a part in a zone."""
    from django.utils.translation import gettext_lazy as _

    from shanhai.core import signs
    from shanhai.core.signs import AccessRow
    from shanhai.webkit import signs as pages
    from shanhai.webkit.signs import MenuEntry

    signs.access_rows.add(AccessRow("site.home", _("See the home page."), kind="page", scope="any"))
    pages.menu.add(MenuEntry("site.home", "today", 1, _("Home"), "home", "site.home"))
