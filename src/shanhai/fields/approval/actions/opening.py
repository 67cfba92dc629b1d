"""The items of a case are written when it is accepted, with whom they ask; those that wait for nothing open."""

from __future__ import annotations

from datetime import date
from typing import Any

from shanhai.core import journal
from shanhai.core.calendar import calendar
from shanhai.core.models import Member, Organisation, Unit
from shanhai.fields.approval.actions import case_shared as shared
from shanhai.fields.approval.models import Case, CaseItem, Opinion
from shanhai.fields.approval.queries import cases as queries
from shanhai.fields.approval.queries import catalogues
from shanhai.fields.approval.rules import applying
from shanhai.fields.approval.rules import cases as rules
from shanhai.fields.approval.rules.catalogue import Catalogue, Item
from shanhai.fields.approval.rules.checks import may_decide
from shanhai.fields.approval.rules.replies import Role
from shanhai.fields.office.queries.shared import side_of
from shanhai.kernel.refusals import NotNow, gettext_noop


def open_items(case: Case, on: date, *, by: Member | None) -> list[CaseItem]:
    """Write the items that the project needs and the opinions that they ask for; open what can open."""
    document = case.catalogue.document
    items = [one.item for one in applying.needed(document, case.project.facts).counted]
    if not items:
        raise NotNow(
            "approval.nothing_needed",
            gettext_noop("By catalogue {catalogue} project {project} needs no approval. Look at its facts."),
            catalogue=case.catalogue.catalogue.code,
            project=case.project.number,
        )
    who = _Who(case, document)
    made = _rows(case, document, items, who)
    CaseItem.objects.bulk_create(made)
    _ask(case, document, items, made, who)
    opened = [one for one in made if not one.left_before]
    for one in opened:
        open_one(one, on)
    CaseItem.objects.bulk_update(
        made, ["asks", "left_opinions", "state", "opens_on", "due_on", "co_due_on", "left_papers"]
    )
    journal.record_many(made, "approval.write_item_of_case", by=by, pairing_id=case.pairing_id)
    shared.ask_for(opened, by=by)
    return made


def open_one(item: CaseItem, on: date) -> None:
    """Open an item in hand on a day."""
    item.state, item.opens_on = rules.State.OPEN, on
    item.due_on = calendar().add(on, item.promised_days)
    item.co_due_on = calendar().add(on, item.co_days)


class _Who:
    """Departments of a catalogue as units, and what each of them may do here."""

    def __init__(self, case: Case, document: Catalogue) -> None:
        self.case, self.document = case, document
        self.organisations: dict[str, Organisation] = catalogues.organisations(document)
        self.units = queries.units_for(document, self.organisations)
        self.place = document.region or case.project.region.code

    def unit(self, code: str) -> tuple[Unit, bool]:
        """The unit of a department, and whether it is absent: then the keeper of the case writes down for it."""
        found = self.units.get(code)
        if found is not None:
            return found, False
        if self.case.owner_unit is None:
            raise NotNow(
                "approval.nobody_keeps",
                gettext_noop(
                    "{department} has no unit here, and no unit keeps case {number}. Name one of the two."
                ),
                department=code,
                number=self.case.number,
            )
        return self.case.owner_unit, True

    def may_decide(self, code: str) -> bool:
        """Whether a department is of the land; one of another region only advises."""
        department = self.document.department(code)
        region = department.region if department is not None else ""
        organisation = self.organisations.get(code)
        if not region and organisation is not None:
            region = organisation.region.code
        return not region or may_decide(self.place, region)

    def names(self, code: str) -> dict[str, str]:
        """The names of a department as rows keep them."""
        return queries.department_names(self.document, code)

    def side(self, code: str) -> str:
        """The side on which a department sits."""
        organisation = self.organisations.get(code)
        if organisation is None:
            return self.case.side if self.may_decide(code) else ""
        return side_of(self.case.pairing_id, organisation.pk) or (
            self.case.side if self.may_decide(code) else ""
        )


def _rows(case: Case, document: Catalogue, items: list[Item], who: _Who) -> list[CaseItem]:
    after = rules.order_of(document, items, case.mode)
    percent = queries.figure(case, "co_percent", case.accepted_on)
    days = {one.code: (one.promised_days, -(-one.promised_days * percent // 100)) for one in items}
    promised = {one.code: one.asked_by for one in case.materials.filter(is_promised=True)}
    made = []
    for place, item in enumerate(items, 1):
        unit, is_absent = who.unit(item.lead)
        steps = "handle" if is_absent else unit.ladder
        made.append(
            CaseItem(
                case=case,
                code=item.code,
                place=place,
                phase=item.stage,
                name_zh=item.name_zh,
                name_en=item.name_en,
                kind=item.kind,
                **who.names(item.lead),
                unit=unit,
                is_absent=is_absent,
                steps=steps,
                step=steps.split()[0],
                promised_days=item.promised_days,
                co_days=days[item.code][1],
                after=list(after[item.code]),
                then=[[code, *days[code]] for code, before in after.items() if item.code in before],
                materials=[one.code for one in item.materials],
                levers=list(item.levers),
                left_before=len(after[item.code]),
                left_papers=sum(item.code in asked_by for asked_by in promised.values()),
                result_zh=item.result_zh,
                result_en=item.result_en,
            )
        )
    return made


def _ask(case: Case, document: Catalogue, items: list[Item], made: list[CaseItem], who: _Who) -> None:
    """Write whom each item asks: co-reviewing departments of the land, and all others as advisers."""
    opinions: list[Opinion] = []
    for item, row in zip(items, made, strict=True):
        asked: dict[str, str] = {}
        for code in item.co:
            asked[code] = Role.CO if who.may_decide(code) else Role.ADVISE
        for code in item.advise:
            asked.setdefault(code, Role.ADVISE)
        asked.pop(item.lead, None)
        for code, role in asked.items():
            unit, is_absent = who.unit(code)
            steps = "handle" if is_absent else unit.ladder
            opinions.append(
                Opinion(item=row, role=role, **who.names(code), unit=unit, is_absent=is_absent,
                        side=who.side(code), steps=steps, step=steps.split()[0])
            )  # fmt: skip
    Opinion.objects.bulk_create(opinions)
    journal_facts: list[dict[str, Any]] = [{"case": case.number, "item": one.item.code} for one in opinions]
    journal.record_many(
        opinions, "approval.ask_for_opinion", by=None, pairing_id=case.pairing_id, each=journal_facts
    )
    for row in made:
        own = [one for one in opinions if one.item is row]
        row.asks = [[one.pk, one.unit_id, one.role] for one in own]
        row.left_opinions = sum(one.role == Role.CO for one in own)
