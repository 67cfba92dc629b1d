"""The time that joint review saved: measured in closed cases, with what was reported beside it."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pytest

from shanhai.core import indicators
from shanhai.fields.approval.models import Case, CaseItem, CommitmentLetter, DatedCase, Material
from shanhai.fields.approval.queries import saved as queries
from shanhai.fields.approval.rules.cohorts import By, Class, Comparison
from shanhai.fields.office.models import Proposal, ProposalEffect
from shanhai.kernel import periods
from shanhai.kernel.refusals import BadInput, NotAllowed
from shanhai.site.cli import run


@pytest.fixture
def closed(case, zone):
    """Serial cases of 80, 100 and 90 days until 2021, joint ones of 60, 50, 55 and 65 since; C-1 stays open."""
    from shanhai.core import visibility

    plan = [("serial", days, date(2020, 3, n + 1)) for n, days in enumerate((80, 100, 90))]
    plan += [("joint", days, date(2022, 3, n + 1)) for n, days in enumerate((60, 50, 55, 65))]
    for n, (mode, days, accepted_on) in enumerate(plan):
        one = Case.objects.get(number="C-1")
        one.pk, one._state.adding = None, True
        one.number, one.mode, one.stage, one.open_items = f"D-{n}", mode, "approved", 0
        one.filed_on = one.accepted_on = accepted_on
        one.closed_on = accepted_on.replace(month=8)
        one.government_days, one.calendar_days, one.owner_days = days, days, 0
        one.is_illustrative = True
        one.save()
        visibility.place(one)
        if n in (3, 4):
            one.materials.create(
                code="survey",
                place=1,
                name_zh="x",
                n_versions=1,
                promised_on=accepted_on,
                brought_on=accepted_on.replace(day=28),
            )
    return zone


@pytest.fixture
def reported(zone, lin):
    """What a newspaper reported of it."""
    from shanhai.core import visibility

    proposal = Proposal.objects.create(
        number="JY-1",
        pairing=zone,
        zone=zone,
        title_zh="联审联批",
        reach="both",
        stage="in_force",
        proposed_on="2016-01-01",
    )
    visibility.place(proposal)
    return ProposalEffect.objects.create(
        proposal=proposal, what_zh="提速", what_en="Speed", indicator=queries.INDICATOR,
        change_percent=Decimal(40), source="Zhejiang Daily",
    )  # fmt: skip


class TestMeasured:
    def test_joint_cases_are_held_against_serial_ones_and_open_ones_count_nowhere(self, closed, lin):
        found = queries.saved(lin, closed, Comparison())

        assert (found.found.baseline.n, found.found.baseline.mean) == (3, 90)
        assert (found.found.cohort.n, found.found.cohort.median, found.found.cohort.p90) == (4, 57.5, 65)
        assert found.found.cut == pytest.approx(1 - 57.5 / 90)
        assert found.standing == "illustrative"

    def test_a_day_may_part_them_and_must_be_given(self, closed, lin):
        assert (
            queries.saved(lin, closed, Comparison(By.DAY, date(2022, 1, 1), Class.REGIME)).found.cohort.n == 4
        )
        found = queries.saved(lin, closed, Comparison(since=date(2022, 3, 3)))
        assert found.found.cohort.n == 2
        with pytest.raises(BadInput) as refused:
            queries.saved(lin, closed, Comparison(By.DAY))
        assert refused.value.code == "approval.saved_since"

    def test_a_lever_that_the_records_show_gets_its_share(self, closed, lin):
        found = queries.saved(lin, closed, Comparison()).found

        assert [(one.lever, one.cases, one.saved_wd) for one in found.levers] == [
            ("deferred", 2, pytest.approx(2.5))
        ]
        assert found.rest_wd == pytest.approx(30)

    @pytest.mark.parametrize(
        ("brought_on", "cases"),
        [(None, 2), (date(2022, 3, 2), 2), (date(2022, 3, 1), 1), (date(2022, 2, 28), 1)],
    )
    def test_a_promise_counts_where_the_paper_came_after_the_acceptance(self, closed, lin, brought_on, cases):
        papers = Material.objects.filter(case__number="D-3", code="survey")
        papers.update(promised_on=date(2022, 2, 20), brought_on=brought_on)

        found = queries.saved(lin, closed, Comparison()).found

        assert [(one.lever, one.cases) for one in found.levers] == [("deferred", cases)]

    @pytest.mark.parametrize(("state", "cases"), [("given", []), ("due", [1]), ("revoked", [1])])
    def test_a_commitment_letter_counts_once_an_item_was_decided_on_it(self, closed, lin, state, cases):
        item = CaseItem.objects.get(case__number="C-1", code="scheme")
        item.pk, item.case, item._state.adding = None, Case.objects.get(number="D-5"), True
        item.save()
        CommitmentLetter.objects.create(
            item=item, text="x", given_on="2022-03-05", unit=item.unit, state=state, due_on="2022-09-05"
        )
        found = queries.saved(lin, closed, Comparison()).found

        assert [one.cases for one in found.levers if one.lever == "commitment"] == cases

    def test_cases_known_by_dates_only_are_counted_and_told(self, closed, lin):
        DatedCase.objects.create(
            number="old-1", pairing=closed, zone=closed, name_zh="旧项目", kind="filing", mode="serial", days=110,
            started_on=date(2014, 1, 6), ended_on=date(2014, 6, 20),
        )  # fmt: skip

        found = queries.saved(lin, closed, Comparison())

        assert found.n_from_dates == 1 and found.found.baseline.n == 4 and found.standing == "mixed"
        assert any(note.code == "time_saved.from_dates" for note in found.found.notes)
        parted = queries.saved(lin, closed, Comparison(By.DAY, date(2014, 1, 1)))
        assert parted.found.baseline is None
        assert queries.saved(lin, closed, Comparison(alike=Class.CATALOGUE)).n_from_dates == 0

    def test_the_other_side_and_strangers_count_what_they_see(self, closed, shen, zhou):
        assert queries.saved(shen, closed, Comparison()).found.cohort.n == 4
        with pytest.raises(NotAllowed):
            queries.saved(zhou, closed, Comparison())

    def test_the_indicator_equals_its_evidence(self, closed):
        of = periods.parse("2022")
        row = indicators.measure(queries.INDICATOR, [closed.pk], [of])[0]
        records = indicators.evidence(queries.INDICATOR, closed.pk, of)

        assert indicators.value(row) == Decimal(130) / 360
        assert sum(one.value for one in records) == row.numerator == 130
        assert sum(one.denominator for one in records) == row.denominator
        assert indicators.measure(queries.INDICATOR, [closed.pk], [periods.parse("2020")])[0].missing


class TestFaces:
    def test_the_page_leads_with_the_finding_and_shows_the_report_beside_it(
        self, closed, reported, client_of, lin, zhou, firm
    ):
        page = client_of(lin).get("/approval/analysis/").content.decode()
        assert "Joint cases (4) took 36 % less time than serial ones of the same class (3)." in page
        assert "Reported beside it, not measured here: 40 % (Zhejiang Daily)." in page
        assert "Illustrative" in page and "deferred material" in page
        chinese = client_of(lin, language="zh-hans").get("/approval/analysis/").content.decode()
        assert "4件联审件比同类3件串联件用时少36%" in chinese
        assert client_of(lin).get("/approval/analysis/?by=day").status_code == 200
        for stranger in (zhou, firm):
            assert client_of(stranger).get("/approval/analysis/").status_code == 403

    def test_it_goes_out_as_a_table(self, closed, client_of, lin):
        text = client_of(lin).get("/approval/analysis/saved.csv").content.decode("utf-8-sig")
        assert text.splitlines()[1:] == [
            "filing,Baseline,3,90.0,90.0,100.0,",
            "filing,Cohort,4,57.5,57.5,65.0,0.3611",
        ]

    def test_programs_read_the_same(self, closed, reported, client_of, lin, zhou, capsys):
        answer = client_of(lin).get("/api/v1/approval/saved").json()
        assert answer["cohort"]["n"] == 4 and answer["reported"][0]["cut"] == 0.4
        assert run(["approval", "saved", "--json"]) == 0
        told = json.loads(capsys.readouterr().out)
        assert told["cut"] == answer["cut"] and told["classes"][0]["class"] == "filing"
        refused = client_of(lin).get("/api/v1/approval/saved?by=day")
        assert refused.status_code == 422 and refused.json()["code"] == "approval.saved_since"
        assert client_of(zhou).get("/api/v1/approval/saved").status_code == 403

    def test_people_read_it_in_the_terminal(self, closed, reported, capsys):
        assert run(["approval", "saved"]) == 0
        told = capsys.readouterr().out
        assert "36.1 %" in told and "40 % (Zhejiang Daily)" in told
