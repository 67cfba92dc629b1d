"""How notices read outside: a title and a link for each, never what stands behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.core import signing
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shanhai.core.channels import planning, robots
from shanhai.core.models import Member, Robot, Sending
from shanhai.core.queries.notices import words_of

# More lines than this nobody reads in a message; the page has them all.
MOST_LINES = 30
_CONFIRM = "shanhai.channels.confirm"
CONFIRM_DAYS = 7
# Groups read the language of the country's offices.
GROUP_LANGUAGE = "zh-hans"


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail as it goes out."""

    subject: str
    body: str


def link(path: str) -> str:
    """The address of a page from outside; empty where the installation does not say where it is reached."""
    return f"{settings.SHANHAI_ADDRESS}{path}" if settings.SHANHAI_ADDRESS and path else ""


def letter(member: Member, sendings: Sequence[Sending], n: int) -> Letter:
    """One mail with the notices of a member that are due; ``sendings`` are the first of the ``n``."""
    language = member.user.language if member.user else GROUP_LANGUAGE
    with translation.override(language):
        if sendings[0].what == Sending.What.CONFIRM:
            return _to_confirm(member)
        if sendings[0].what == Sending.What.TEST:
            return Letter(
                _("A test message from Shanhai"),
                "\n\n".join([_("This is what you asked for: mail of Shanhai reaches you."), _how()]),
            )
        return _of_notices(sendings, n)


def _of_notices(sendings: Sequence[Sending], n: int) -> Letter:
    said = [(words_of(one.fact), link(f"/notices/{one.notice_id}/")) for one in sendings if one.fact]
    subject = (
        said[0][0]
        if n == 1
        else ngettext("%(n)s notice of Shanhai", "%(n)s notices of Shanhai", n) % {"n": n}
    )
    parts = [f"{text}\n{url}".rstrip() for text, url in said]
    if n > len(said):
        parts.append(_("And {n} more, on your page of notices.").format(n=n - len(said)))
    return Letter(" ".join(subject.split())[:150], "\n\n".join([*parts, _how()]))


def _how() -> str:
    page = link("/notices/how/")
    return f"-- \n{_('You chose to be told by e-mail; change it under “How I am told”.')}\n{page}".rstrip()


def _to_confirm(member: Member) -> Letter:
    url = link(f"/notices/how/confirm/{confirm_token(member)}/")
    text = _(
        "Somebody, probably you, asked Shanhai to send notices of {name} to this address. Open the page below, logged in, within {days} days to confirm it. If it was not you, do nothing."
    ).format(name=member.name, days=CONFIRM_DAYS)
    return Letter(
        _("Confirm your address for notices of Shanhai"), f"{text}\n\n{url or confirm_token(member)}"
    )


def confirm_token(member: Member) -> str:
    """What the mail to an address carries, so that only its reader can confirm it."""
    return signing.dumps([member.pk, planning.mark_of(member.email)], salt=_CONFIRM)


def read_confirm_token(token: str) -> tuple[int, str] | None:
    """Whose address of which mark a token confirms; None where it is no token or too old."""
    try:
        pk, mark = signing.loads(token, salt=_CONFIRM, max_age=CONFIRM_DAYS * 86_400)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return int(pk), str(mark)


def to_group(robot: Robot, sendings: Sequence[Sending], n: int) -> robots.Message:
    """One message with what a group is told; ``sendings`` are the first of the ``n``."""
    with translation.override(GROUP_LANGUAGE):
        if sendings[0].what == Sending.What.TEST:
            return robots.Message(
                _("Shanhai: a test message"),
                (
                    (
                        _("This robot brings notices of {whom}.").format(
                            whom=robot.unit or robot.organisation
                        ),
                        "",
                    ),
                ),
            )
        heading = ngettext("Shanhai: %(n)s notice", "Shanhai: %(n)s notices", n) % {"n": n}
        lines = tuple(
            (words_of(one.fact), link(f"/notices/of/{one.fact_id}/")) for one in sendings if one.fact
        )
        more = _("And {n} more, on your page of notices.").format(n=n - len(lines)) if n > len(lines) else ""
        return robots.Message(heading, lines, more)
