"""``shanhai registry keys ...``: keys of programs that use the API."""

from __future__ import annotations

from typing import Annotated

import typer
from django.utils.translation import gettext as _

from shanhai.core.actions import account
from shanhai.fields.registry.queries import tokens
from shanhai.webkit import command_input as given
from shanhai.webkit.commands import AsCsv, AsJson, DryRun, acting, done, noun, show, written

app = noun("Keys of programs that use the API.")


@app.command("list")
def list_tokens(
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    working: Annotated[bool, typer.Option("--working", help="Only keys that work today.")] = False,
) -> None:
    """List keys, latest first: all as the system and for an administrator, else one's own."""
    found = tokens.in_state(tokens.for_reader(acting()), "works" if working else "")
    headings = {"key": _("Key"), "program": _("Program"), "owner": _("Owner"), "scopes": _("May do")}
    headings |= {"made": _("Made"), "last_used": _("Last used"), "until": _("Until"), "state": _("State")}
    headings |= {"reason": _("Reason")}
    show((tokens.as_row(token) for token in found), headings, as_json=as_json, as_csv=as_csv)


@app.command("revoke")
def revoke_token(
    key: Annotated[str, typer.Argument(help="Its beginning, as the list has it: sh_1a2b3c4d.")],
    reason: Annotated[
        str, given.text("--reason", 200, "Needed for somebody else's key; the owner reads it.")
    ] = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """End a key at once: one's own, or anybody's with a reason."""
    by = acting()
    token = tokens.found(key)
    is_own = by is not None and by.pk == token.member_id and not reason
    written(
        lambda: (
            account.revoke_token(token, by=by)
            if is_own
            else account.withdraw_token(token, reason=reason, by=by)
        ),
        dry_run=dry_run,
    )
    done(f"{token} -", {"key": str(token)}, dry_run=dry_run, as_json=as_json)
