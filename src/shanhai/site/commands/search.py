"""``shanhai search ...``: find things, and make the index again."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shanhai.core import access, search, signs
from shanhai.kernel.refusals import BadInput, gettext_noop
from shanhai.webkit.commands import AsCsv, AsJson, DryRun, acting, done, noun, remark, show

app = noun("Find things by name, code or pinyin.")
_EVERY = 10_000


@app.command("find")
def find(
    text: Annotated[str, typer.Argument(help="What to look for; all words must be there.")],
    kind: Annotated[str, typer.Option("--kind", help="Only this kind, as core.document.")] = "",
    limit: Annotated[int, typer.Option("--limit", min=1, max=1000, help="How many.")] = 20,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """Find what the member of --as may see, best first."""
    member = acting()
    access.check(member, "site.search")
    if kind and kind not in signs.search_kinds:
        raise BadInput(
            "site.no_such_kind",
            gettext_noop("Nothing of the kind {kind} is looked for. Take one of: {known}."),
            kind=kind,
            known=", ".join(sorted(one.code for one in signs.search_kinds)),
        )
    rows = [_row(one) for one in search.find(member, text, limit, kind=kind)]
    headings = {"kind": _("Kind"), "title": _("Name"), "code": _("Number"), "url": _("Page")}
    show(rows, headings, as_json=as_json, as_csv=as_csv)


def _row(one: search.Found) -> dict[str, Any]:
    return {"kind": one.kind, "id": one.object_id, "title": one.title, "code": one.code, "url": one.url}


@app.command("rebuild")
def rebuild(dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """Make the index again from the records; readers go on with the old one until it is done."""
    access.check(acting(), "site.rebuild_search")
    n = (
        sum(1 for kind in signs.search_kinds for _one in signs.call(kind.entries)())
        if dry_run
        else search.rebuild(_tell)
    )
    said = ngettext("%(n)s thing can be found.", "%(n)s things can be found.", n) % {"n": n}
    done(said, {"found": n}, dry_run=dry_run, as_json=as_json)


def _tell(kind: str, n: int) -> None:
    """A line every ten thousand things, on standard error."""
    if n >= _EVERY and n % _EVERY < search.BATCH:
        remark(f"{n:,}  {kind}")
