"""``shanhai demo load``: the Longquan-Xiaoshan example zone, ready to be looked at."""

from __future__ import annotations

import shutil
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated

import typer

from shanhai.core.cli import files, start_django
from shanhai.kernel.refusals import NotFound, NotNow, gettext_noop
from shanhai.webkit.commands import DryRun, remark, show, tried_out

app = typer.Typer(no_args_is_help=True, help="Load the Longquan-Xiaoshan example zone.")

EXAMPLE = Path(__file__).resolve().parents[4] / "examples" / "longquan-xiaoshan"
# Printed for everybody and written in README: a demonstration keeps no secrets.
PASSWORD = "shanhai-demo-2023"


@app.callback()
def group() -> None:
    """Load the Longquan-Xiaoshan example zone."""


@app.command()
def load(
    reset: Annotated[bool, typer.Option(help="Throw away the data of this demonstration first.")] = False,
    folder: Annotated[Path, typer.Option(help="Another zone folder.")] = EXAMPLE,
    dry_run: DryRun = False,
) -> None:
    """Load the example zone, open its logins and tell how the cooperation stands. A second run changes nothing."""
    if not folder.is_dir():
        raise NotFound(
            "site.no_example",
            gettext_noop("There is no example zone in {folder}. Run from a checkout, or name one: --folder."),
            folder=str(folder),
        )
    start_django()
    from shanhai.site.commands.upkeep import bring_up
    from shanhai.site.static import collect

    if dry_run:
        _try_out(folder, reset)
        return
    if reset:
        _reset()
    bring_up()
    is_new = _load_once(folder)
    if is_new:
        remark(f"Loaded {folder.name}.")
    collect()
    tell()
    if is_new and folder == EXAMPLE:
        _tell_links()


def _try_out(folder: Path, reset: bool) -> None:
    """Check the files as a load would, and say what would be loaded."""
    from django.utils.translation import gettext as _

    from shanhai.site.commands.upkeep import plan
    from shanhai.site.commands.zone import load_folder

    if reset:
        _check_may_reset()
    if steps := plan():
        # Without tables no row can be compared; that the files are there and can be read is all that can be said.
        remark(f"{len(steps)} changes of the database would be made first; the rows are checked after them.")
        counts = {path.name: files.count_rows(path) for path in sorted(folder.glob("*.csv"))}
    elif reset or _may_load():
        with tried_out(True):
            counts = load_folder(folder, by=None)
    else:
        counts = {}
    if reset:
        remark("The data of this demonstration would be thrown away first.")
    show([{"file": file, "rows": n} for file, n in counts.items()], {"file": _("File"), "rows": _("Rows")})
    remark(_("Tried out only: nothing was written."))


def _may_load() -> bool:
    """Whether nothing is loaded yet; a real zone is refused."""
    from shanhai.core.models import Installation, Member

    if Installation.objects.filter(is_demo=True).exists():
        return False
    if Member.objects.exists():
        raise NotNow(
            "site.not_a_demo",
            gettext_noop(
                "This data folder holds a real zone, so the example is not mixed into it. Take another: SHANHAI_DATA."
            ),
        )
    return True


def _load_once(folder: Path) -> bool:
    """Load where nothing is loaded yet; all of it or nothing."""
    from django.db import transaction

    from shanhai.core import clock
    from shanhai.core.actions import account, installation
    from shanhai.site.commands import morning
    from shanhai.site.commands.zone import load_folder

    if not _may_load():
        return False
    has_morning = folder == EXAMPLE and clock.is_fixed()
    with transaction.atomic(), clock.earlier(morning.BEGINS) if has_morning else nullcontext():
        installation.begin(is_demo=True, by=None)
        load_folder(folder, by=None)
        account.open_demo_logins(PASSWORD, by=None)
    if has_morning:
        morning.live()
    _tick()
    return True


def _tick() -> None:
    """What is late or due by now becomes work items and notices, so that the first page shows them."""
    from shanhai.core import tick

    tick.run(everything=True)


def _check_may_reset() -> None:
    """A real zone is left alone."""
    if not _is_demo_or_empty():
        raise NotNow(
            "site.reset_refused",
            gettext_noop(
                "This data folder holds a real zone; --reset throws away demonstrations only. Choose "
                "another data folder for a demonstration."
            ),
        )


def _reset() -> None:
    """Throw a demonstration away: its database, documents and files."""
    from django.conf import settings
    from django.db import connection

    _check_may_reset()
    if connection.vendor == "sqlite":
        connection.close()
        folders = (settings.SHANHAI_DATA / "documents", settings.SHANHAI_DATA / "outbox")
        for path in (*settings.SHANHAI_DATA.glob("shanhai.sqlite3*"), *folders):
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
    else:
        with connection.cursor() as cursor:
            cursor.execute("DROP SCHEMA public CASCADE")
            cursor.execute("CREATE SCHEMA public")


def _is_demo_or_empty() -> bool:
    from django.db import DatabaseError

    from shanhai.core.models import Installation, Member

    try:
        return Installation.objects.filter(is_demo=True).exists() or not Member.objects.exists()
    except DatabaseError:
        # A database without our tables, or one of an older version that was never finished.
        return True


def tell() -> None:
    """How the cooperation stands, what is most urgent, and who can log in."""
    from shanhai.core.models import Pairing
    from shanhai.fields.pairing import cli, queries

    for pairing in Pairing.objects.filter(parent=None, ended_on=None).order_by("code"):
        found = queries.account(None, pairing)
        if found.commitments:
            print()
            cli.tell(found)
    _tell_logins()


def _tell_logins() -> None:
    from django.utils.translation import gettext as _

    from shanhai.core import signs
    from shanhai.core.models import Member

    people = Member.objects.filter(user__isnull=False, is_active=True).select_related(
        "user", "unit__organisation"
    )
    rows = [
        {
            "login": member.user.username if member.user else "",
            "name": member.name,
            "place": member.unit.organisation.name,
            "roles": ", ".join(str(signs.roles[grant.role].name) for grant in member.grants.all())
            or _("no role"),
        }
        for member in people.prefetch_related("grants").order_by("user__username")
    ]
    print()
    print(_("Logins of this demonstration (password of all: {password}):").format(password=PASSWORD))
    show(rows, {"login": _("login"), "name": _("name"), "place": _("of"), "roles": _("roles")})


def _tell_links() -> None:
    """Share by phone link with two people of the example, and say how, this once: their tokens are kept nowhere."""
    from django.urls import reverse
    from django.utils.translation import gettext as _

    from shanhai.core import signs
    from shanhai.site.commands import morning

    rows = [
        {
            "for": link.holder,
            "opens": str(signs.link_kinds[link.kind].name),
            "phone": phone,
            "address": reverse("phone_landing", args=[token]),
        }
        for link, token, phone in morning.share_by_phone()
    ]
    print()
    print(_("Phone links of this demonstration (put the address of the site before them):"))
    show(rows, {"for": _("For"), "opens": _("Opens"), "phone": _("Phone number"), "address": _("Address")})
