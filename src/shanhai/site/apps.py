from django.apps import AppConfig


class SiteConfig(AppConfig):
    """Assembly: settings, addresses, logins, commands."""

    name = "shanhai.site"
    label = "site"

    def ready(self) -> None:
        """Logins last as long as the rulebook says and are dated by our clock; the home page stands in the menu."""
        from django.contrib.auth.signals import user_logged_in

        from shanhai.core.actions import account
        from shanhai.site import sessions
        from shanhai.webkit import drafts

        user_logged_in.connect(drafts.bring_back, dispatch_uid="shanhai.webkit.drafts")
        user_logged_in.connect(sessions.begin, dispatch_uid="shanhai.site.sessions")
        # Django's own receiver asks the machine for the day, which in a demonstration is another one. Ours takes its
        # name, and so its place: this application is set up before Django's.
        user_logged_in.connect(account.has_logged_in, dispatch_uid="update_last_login")
        _sign_in()


def _sign_in() -> None:
    """Home page and notices stand first in the menu of everybody who has a part in a zone."""
    from django.utils.translation import gettext_lazy as _

    from shanhai.core import signs
    from shanhai.core.signs import AccessRow, CommandGroup
    from shanhai.webkit import signs as pages
    from shanhai.webkit.signs import MenuEntry

    signs.access_rows.add(AccessRow("site.home", _("See the home page."), kind="page", scope="any"))
    pages.menu.add(MenuEntry("site.home", "today", 1, _("Home"), "home", "site.home"))
    told = AccessRow(
        "site.view_notices", _("See what one was told, and mark it as read."), kind="page", scope="any"
    )
    signs.access_rows.add(
        told,
        AccessRow("site.search", _("Find what one may see."), kind="page", scope="any"),
        AccessRow(
            "site.rebuild_search",
            _("Make the search index again."),
            frozenset({"administrator"}),
            scope="any",
        ),
    )
    pages.menu.add(
        MenuEntry(
            "site.notices",
            "today",
            3,
            _("Notices"),
            "notices",
            told.code,
            count="shanhai.webkit.context.unread",
        )
    )
    signs.command_groups.add(
        CommandGroup("search", _("Find things by name, code or pinyin."), "shanhai.site.commands.search.app")
    )
