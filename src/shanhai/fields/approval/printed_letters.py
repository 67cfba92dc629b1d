"""What the letters to an applicant say: the same sentences on the page and on paper, in the language of the moment."""

from __future__ import annotations

from django.utils import translation
from django.utils.translation import gettext as _

from shanhai.core.models.base import in_language
from shanhai.core.printing import making
from shanhai.core.printing.content import Block, Content
from shanhai.core.printing.whole import safe_name
from shanhai.fields.approval.models import Case
from shanhai.fields.approval.queries import public_status, said
from shanhai.fields.approval.queries.letters import Kind, Letter
from shanhai.webkit import words

LANGUAGES = {"zh": "zh-hans", "en": "en"}


def name_of(letter: Letter) -> str:
    """What a letter is called."""
    return said.words(said.LETTERS, letter.kind)


def sender_of(case: Case, letter: Letter) -> str:
    """Whose letter it is: of the department that decides the item, else of the unit that keeps the file."""
    if letter.item is not None:
        return letter.item.department_name if letter.item.is_absent else letter.item.unit.organisation.name
    return case.owner_unit.organisation.name if case.owner_unit else words.NOTHING


def paragraphs(case: Case, letter: Letter) -> list[str]:
    """What a letter says, a paragraph each; what is listed follows it (``lines_of``)."""
    found = [_opening(case, letter)]
    if letter.kind == Kind.DECIDED:
        found += [*_certificate(letter), *_relied(letter)]
    if letter.kind in (Kind.DECIDED, Kind.REFUSED, Kind.STOPPED, Kind.GAPS):
        found += _reasons(letter)
    if letter.kind in (Kind.DECIDED, Kind.REFUSED):
        found += _basis(case, letter)
        found.append(
            _(
                "Whoever does not accept this decision may ask for administrative reconsideration within 60 days of receiving "
                "it, or go to court within six months."
            )
        )
    return found


def lines_of(letter: Letter) -> list[str]:
    """What a letter lists: the gaps of a file."""
    colon = "：" if words.is_chinese() else ": "
    return [colon.join(filter(None, line)) for line in letter.lines]


def _opening(case: Case, letter: Letter) -> str:
    item = letter.item.name if letter.item is not None else ""
    who = sender_of(case, letter)
    facts = {"number": case.number, "project": case.project.name, "item": item, "who": who}
    if letter.kind == Kind.GAPS:
        return _(
            "Your file %(number)s, handed in on %(day)s for the project %(project)s, was looked through. All that is missing or "
            "wrong is named below, once; nothing else will be asked for. Bring it and hand the file in again."
        ) % {**facts, "day": _day(case.received_on)}
    if letter.kind == Kind.ACCEPTED:
        return _(
            "Your file %(number)s for the project %(project)s is accepted as of %(day)s. By the promised days it ends on %(end)s."
        ) % {**facts, "day": _day(case.accepted_on), "end": _day(case.planned_on)}
    if letter.kind == Kind.STOPPED:
        return _stopped(letter, facts)
    if letter.kind == Kind.RESUMED:
        return _("The clock of %(item)s of your file %(number)s goes on from %(day)s.") % {
            **facts, "day": _day(letter.on),
        }  # fmt: skip
    if letter.kind == Kind.EXTENDED:
        days = letter.item.extra_days if letter.item is not None else 0
        return _("%(item)s of your file %(number)s is extended once, by %(n)s working days.") % {
            **facts,
            "n": days,
        }
    if letter.kind == Kind.DECIDED:
        told = _("%(who)s approves %(item)s for the project %(project)s (file %(number)s).") % facts
        result = letter.item.result if letter.item is not None else ""
        return (
            f"{told}{'' if words.is_chinese() else ' '}{_('Result: %(result)s.') % {'result': result}}"
            if result
            else told
        )
    if letter.kind == Kind.REFUSED:
        return _("%(who)s refuses %(item)s for the project %(project)s (file %(number)s).") % facts
    return _("All items of your file %(number)s for the project %(project)s are approved. The government took %(n)s working days.") % {
        **facts, "n": case.government_days,
    }  # fmt: skip


def _stopped(letter: Letter, facts: dict[str, str]) -> str:
    stop = letter.stop
    told = _("The clock of %(item)s of your file %(number)s stands still from %(day)s: %(reason)s.") % {
        **facts,
        "day": _day(letter.on),
        "reason": said.words(said.STOPS, stop.reason) if stop is not None else words.NOTHING,
    }
    if stop is None:
        return told
    until = _(
        "It goes on when what it waits for is there, and by itself on %(until)s at the latest (%(n)s working days). Shown by: "
        "%(evidence)s."
    ) % {"until": _day(stop.until_on), "n": stop.most_days, "evidence": stop.evidence or words.NOTHING}
    return f"{told}{'' if words.is_chinese() else ' '}{until}"


def _reasons(letter: Letter) -> list[str]:
    return [_("Reasons: %(text)s") % {"text": letter.text}] if letter.text else []


def _certificate(letter: Letter) -> list[str]:
    """Number and days of the result, where it has a certificate."""
    item = letter.item
    if item is None or not item.certificate:
        return []
    facts = {"number": item.certificate, "begin": _day(item.valid_from), "end": _day(item.valid_to)}
    if item.valid_to is None:
        return [_("Certificate No. %(number)s, valid from %(begin)s.") % facts]
    return [_("Certificate No. %(number)s, valid from %(begin)s to %(end)s.") % facts]


def _relied(letter: Letter) -> list[str]:
    """Why it was approved on a certificate that had run out."""
    if letter.item is None or not letter.item.relies:
        return []
    return [_("It rests on a certificate that had run out, and relies on it: %s") % letter.item.relies]


def _basis(case: Case, letter: Letter) -> list[str]:
    """The legal basis that the catalogue names for the item."""
    assert letter.item is not None
    found = next((one for one in case.catalogue.document.items if one.code == letter.item.code), None)
    return [_("Legal basis: %(basis)s") % {"basis": found.basis}] if found is not None and found.basis else []


def _day(day: object) -> str:
    return making.said_day(day) if day else words.NOTHING  # type: ignore[arg-type]


def content_of(case: Case, letter: Letter) -> Content:
    """A letter as it stands on paper."""
    blocks = [Block("text", one) for one in paragraphs(case, letter)]
    blocks += [Block("text", f"{n}. {line}") for n, line in enumerate(lines_of(letter), 1)]
    blocks.append(
        Block(
            "text",
            _("Where the file is can be seen at any time by the code above; nobody needs an account for it."),
        )
    )
    return Content(
        title=name_of(letter),
        head=sender_of(case, letter),
        to=case.enterprise.name,
        facts=(
            (_("Number"), case.number),
            (_("Project"), in_language(case.project.name_zh, case.project.name_en)),
            (_("Project code"), case.project.project_code or words.NOTHING),
            (_("Date"), _day(letter.on)),
        ),
        blocks=tuple(blocks),
        stamps=(sender_of(case, letter),),
    )


def as_pdf(case: Case, letter: Letter, language: str, site: str = "") -> tuple[bytes, str]:
    """A letter as PDF and its file name.

    Parameters
    ----------
    language
        ``zh`` or ``en``.
    site
        The address of this site without a slash at its end; empty: the letter has no code that opens the public page. Nor
        has it one while the code is revoked.
    """
    with translation.override(LANGUAGES[language]):
        content = content_of(case, letter)
        page = public_status.address_for(case)
        address = f"{site}{page}?lang={LANGUAGES[language]}" if site and page else ""
        data = making.paper(content, "pdf", address=address, code=case.number if address else "")
        return data, safe_name(f"{case.number} {content.title}.pdf")
