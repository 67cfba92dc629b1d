"""Technical problems as spreadsheets: posted and shared in one's own name, checked by row and column, taken back."""

from __future__ import annotations

import io
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from shanhai.core import search, signs
from shanhai.core.actions import organisations, pairings, units
from shanhai.core.checks import replay
from shanhai.core.models import Import
from shanhai.core.queries import work as waiting
from shanhai.core.sheets import bringing, committing, exporting, loading, undoing
from shanhai.fields.pairing.actions import technical as actions
from shanhai.fields.pairing.models import TechnicalProblem
from shanhai.kernel.refusals import BadInput, NotAllowed, NotNow

pytestmark = pytest.mark.django_db
CODE = "pairing.technical_problems"


@pytest.fixture
def firms(cast: Any, zone: Any) -> None:
    """A firm of each side."""
    for code, parent, region in (("FIRM", "LQ", "331181000000"), ("FORGE", "XS", "330109000000")):
        made = organisations.add_organisation(
            code=code, kind="enterprise", region=cast.regions[region], name_zh=f"{code}公司",
            parent=cast.organisations[parent], by=None,
        )  # fmt: skip
        units.add_unit(made, code=f"{code}-1", name_zh="办公室", by=None)
    pairings.recompute_seats(pairing_ids=[zone.pk], by=None)


@pytest.fixture
def row(zone: Any, firms: None) -> Any:
    """``row(is_shared=True)``: cracks in forged parts of the Longquan firm, changed by name."""

    def made(**values: Any) -> dict[str, Any]:
        empty = {one.name: one.empty for one in signs.registers[CODE].columns if not one.is_output}
        told = {"number": "JS-1", "pairing": zone.code, "title_zh": "锻件裂纹", "industry": "vehicles"}
        return empty | told | {"asker": "FIRM"} | values

    return made


def bring(rows: list[dict[str, Any]], by: Any, zone: Any) -> Import:
    book = Workbook()
    book.active.append(list(rows[0]))
    for row in rows:
        book.active.append([str(cell).lower() if isinstance(cell, bool) else cell for cell in row.values()])
    file = io.BytesIO()
    book.save(file)
    file.name, _ = "难题.xlsx", file.seek(0)  # type: ignore[attr-defined]
    return bringing.bring(file, signs.registers[CODE], by=by, pairing=zone)


def write(rows: list[dict[str, Any]], by: Any, zone: Any) -> Import:
    return committing.write(bring(rows, by, zone), by=by)


def faults(rows: list[dict[str, Any]], by: Any) -> list[tuple[int, str, str]]:
    try:
        loading.load_table(signs.registers[CODE], rows, by=by)
    except BadInput as refused:
        return [(one["row"], one["column"], one["code"]) for one in refused.facts["problems"]]
    return []


def test_new_rows_are_posted_and_shared_as_on_the_page(row, zone, lin, shen) -> None:
    write([row(), row(number="JS-2", is_shared=True)], lin, zone)

    own, shared = TechnicalProblem.objects.order_by("number")
    assert (own.asker.code, own.side, own.shared_on, own.stage) == ("FIRM", "mountain", None, "open")
    assert shared.shared_on is not None and search.find(shen, "锻件裂纹")
    assert waiting.waiting_for(shen).filter(kind="pairing.technical_problem").count() == 1
    assert not list(replay())


def test_nobody_posts_or_shares_in_the_name_of_the_other_side(row, zone, lin, shen, zhou) -> None:
    assert faults([row(asker="FORGE"), row(number="JS-2")], lin) == [(1, "asker", "pairing.technical_asker")]
    write([row()], lin, zone)
    assert faults([row(is_shared=True)], shen) == [(1, "is_shared", "pairing.no_technical_problem")]
    write([row(is_shared=True)], lin, zone)
    assert faults([row(is_shared=False)], shen) == [(1, "is_shared", "pairing.technical_not_asker")]
    with pytest.raises(NotAllowed):
        bring([row(number="JS-3")], zhou, zone)


def test_a_sheet_accepts_closes_and_rewrites_nothing(row, zone, lin) -> None:
    assert [name for _, name, _ in faults([row(stage="closed", result="solved", rating=5)], lin)] == [
        "stage",
        "result",
        "rating",
    ]
    write([row()], lin, zone)
    for name, value in (("title_zh", "别的"), ("stage", "withdrawn"), ("effect", "好了")):
        assert faults([row(**{name: value})], lin) == [(1, name, "pairing.register_by_action")]
    assert bring([row()], lin, zone).counts["same"] == 1


def test_sharing_is_shown_before_it_is_written_and_can_be_taken_back(row, zone, lin, shen) -> None:
    write([row()], lin, zone)
    imported = bring([row(is_shared=True)], lin, zone)
    assert imported.counts["changed"] == 1

    committing.write(imported, by=lin)
    assert TechnicalProblem.objects.get().shared_on is not None
    undoing.undo(imported, by=lin)

    assert TechnicalProblem.objects.get().shared_on is None and not search.find(shen, "锻件裂纹")


def test_an_answered_one_stays_shared_and_on_record(row, zone, lin, shen) -> None:
    imported = write([row(is_shared=True)], lin, zone)
    actions.answer_technical_problem(TechnicalProblem.objects.get(), text="预热不足", by=shen)

    assert faults([row(is_shared=False)], lin) == [(1, "is_shared", "pairing.technical_answered")]
    with pytest.raises(NotNow):
        undoing.undo(imported, by=lin)
    assert TechnicalProblem.objects.get().answers_n == 1


def test_an_undo_takes_new_ones_out_with_what_waited_for_them(row, zone, lin, shen) -> None:
    imported = write([row(is_shared=True)], lin, zone)

    undoing.undo(imported, by=lin)

    assert not TechnicalProblem.objects.exists() and not search.find(lin, "锻件裂纹")
    assert not waiting.waiting_for(shen).filter(kind="pairing.technical_problem").exists()


def test_only_what_a_reader_sees_goes_out_and_comes_back_unchanged(row, zone, lin, shen) -> None:
    write([row(), row(number="JS-2", is_shared=True)], lin, zone)
    shown = {}
    for member in (lin, shen):
        file = io.BytesIO()
        exporting.export(signs.registers[CODE], file, member=member, pairing=zone)
        sheet = load_workbook(file).active
        shown[member] = [line[0].value for line in sheet.iter_rows(min_row=2)]
        file.name, _ = "难题.xlsx", file.seek(0)  # type: ignore[attr-defined]
        again = bringing.bring(file, signs.registers[CODE], by=lin, pairing=zone)
        assert (again.counts["same"], again.counts["refused"]) == (len(shown[member]), 0)
    assert shown == {lin: ["JS-1", "JS-2"], shen: ["JS-2"]}


def test_the_system_posts_for_nobody(row, zone) -> None:
    imported = bring([row()], None, zone)
    with pytest.raises(BadInput) as refused:
        committing.write(imported, by=None)
    assert refused.value.code == "pairing.technical_by_nobody"
