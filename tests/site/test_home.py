"""The home page answers for the one who looks: what was promised and delivered, what is late, what needs him."""

from __future__ import annotations

import dataclasses
import io
import re
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.safestring import SafeString

from shanhai.core import calendar, journal, work
from shanhai.core.actions import documents, members, pairings, regions, roles
from shanhai.core.models import Member, Region
from shanhai.fields.pairing import actions
from shanhai.fields.pairing.models import CommitmentStanding
from shanhai.site import home
from shanhai.webkit import signs
from shanhai.webkit.signs import MapLayer, Panel
from tests.laying import lays

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")
YEAR = (date(2023, 1, 1), date(2023, 12, 31))


def promise(agreement: Any, code: str, en: str, zh: str, owes: str, target: int, **more: Any) -> Any:
    return actions.add_commitment(
        agreement,
        code=code,
        name_zh=zh,
        name_en=en,
        owes=owes,
        target=Decimal(target),
        starts_on=more.pop("starts_on", YEAR[0]),
        due_on=more.pop("due_on", YEAR[1]),
        is_main=more.pop("is_main", True),
        by=None,
        **more,
    )


def deliver(commitment: Any, lin: Any, *entries: tuple[date, int]) -> None:
    paper = documents.store_document(
        io.BytesIO(f"{commitment.code} 证明\n".encode()),
        file_name="证明.txt",
        pairing=commitment.pairing,
        by=lin,
    )
    for on, quantity in entries:
        actions.record_delivery(
            commitment, on=on, quantity=Decimal(quantity), evidence=[paper], side="mountain", by=None
        )


def in_force(zone: Any, number: str, promises: Any) -> Any:
    agreement = actions.draft_agreement(
        zone,
        number=number,
        field="health",
        name_zh="年度协作协议",
        name_en="Agreement of the year",
        valid_from=YEAR[0],
        valid_to=YEAR[1],
        by=None,
    )
    made = promises(agreement)
    for party in zone.parties.all():
        actions.sign_agreement(agreement, on=YEAR[0], party=party, by=None)
    return made


@pytest.fixture
@lays()
def account(zone: Any, lin: Any) -> SimpleNamespace:
    """Three commitments: one on track, one at risk, one late since the end of July."""

    def promises(agreement: Any) -> list[Any]:
        return [
            promise(agreement, "C1", "Expert clinic days", "专家坐诊", "sea", 120, unit="day", field="health"),
            promise(
                agreement, "C2", "Visitors to Longquan", "赴龙泉游客", "sea", 1000,
                unit_zh="人次", unit_en="visitors", field="tourism",
            ),
            promise(
                agreement, "C3", "Rent to villages", "到村租金", "sea", 1_200_000_000,
                unit="fen", field="enclave", due_on=date(2023, 7, 31),
            ),
        ]  # fmt: skip

    clinic, visitors, rent = in_force(zone, "LX-2023-01", promises)
    deliver(clinic, lin, *((date(2023, month, 10), 15) for month in range(1, 9)))
    deliver(visitors, lin, *((date(2023, month, 10), 60) for month in range(1, 9)))
    deliver(rent, lin, (date(2023, 3, 10), 510_423_618))
    return SimpleNamespace(clinic=clinic, visitors=visitors, rent=rent)


def page(client: Any, query: str = "", **headers: str) -> str:
    answer = client.get(f"/{query}", headers=headers)
    assert answer.status_code == 200
    return answer.content.decode()


def close_set(html: str) -> str:
    """The same without the line breaks of the template."""
    return "".join(line.strip() for line in html.splitlines())


def rows_of(html: str) -> list[str]:
    table = html.split('id="promised"')[1].split("</table>")[0]
    return table.split("<tbody>")[1].split("<tr")[1:]


class TestFinding:
    def test_counts_the_commitments_of_this_year_by_status(self, client_of, lin, account):
        html = page(client_of(lin))

        assert "<h1>1 of 3 commitments are on track, 1 is at risk, 1 is late." in html

    def test_speaks_chinese_to_chinese_readers(self, client_of, lin, account):
        html = page(client_of(lin, language="zh-hans"))

        assert "<h1>3项承诺中1项按期、1项有风险、1项逾期；今天没有事等您处理。</h1>" in html

    def test_leaves_out_what_was_promised_for_years_gone_by(self, client_of, lin, zone, account):
        in_force(
            zone,
            "LX-2016-01",
            lambda agreement: promise(
                agreement,
                "OLD",
                "Plants of 2016",
                "2016年项目",
                "both",
                30,
                starts_on=date(2016, 1, 1),
                due_on=date(2016, 12, 31),
            ),
        )

        html = page(client_of(lin), "?show=all")

        assert "1 of 3 commitments" in html
        assert "Plants of 2016" not in html.split('id="promised"')[1].split("</section>")[0]

    def test_names_the_main_commitment_that_is_furthest_behind_the_even_pace(self, client_of, lin, account):
        assert "71 % of the year has passed. Furthest behind: Rent to villages, 5.1 of 12.0 m yuan." in page(
            client_of(lin)
        )

    def test_a_zone_without_commitments_says_how_to_begin(self, client_of, lin, zone):
        html = page(client_of(lin))

        assert "This zone has no commitments for this year yet" in html
        assert 'href="/pairing/agreements/"' in html
        assert "main commitments" not in html


class TestPromised:
    def test_each_commitment_links_to_its_records_and_shows_its_figures_in_one_unit(
        self, client_of, lin, account
    ):
        rows = rows_of(page(client_of(lin)))
        rent = next(row for row in rows if "Rent to villages" in row)

        assert 'href="/pairing/commitments/C3/"' in rent
        assert 'href="/pairing/commitments/C3/#records" title="5,104,236.18 yuan">5.1</a>' in rent
        assert 'href="/pairing/agreements/LX-2023-01/">of 12.0 m yuan</a>' in rent
        assert "Late" in rent

    def test_says_nothing_of_a_forecast_where_the_time_is_over(self, client_of, lin, account):
        rent = next(row for row in rows_of(page(client_of(lin))) if "Rent to villages" in row)

        assert '<td class="n hide-s">–</td>' in rent

    @pytest.mark.parametrize(
        ("show", "names"),
        [
            ("main", {"Expert clinic days", "Visitors to Longquan", "Rent to villages"}),
            ("risk", {"Visitors to Longquan"}),
            ("late", {"Rent to villages"}),
            ("nonsense", {"Expert clinic days", "Visitors to Longquan", "Rent to villages"}),
        ],
    )
    def test_tabs_choose_which_stand_there(self, client_of, lin, account, show, names):
        rows = rows_of(page(client_of(lin), f"?show={show}"))

        assert {name for row in rows for name in names if name in row} == names
        assert len(rows) == len(names)

    def test_the_phone_is_shown_exceptions_first(self, client_of, lin, account):
        rows = rows_of(page(client_of(lin)))

        assert [("quiet" in row.split(">")[0]) for row in rows if "Expert clinic days" in row] == [True]
        assert [("quiet" in row.split(">")[0]) for row in rows if "Rent to villages" in row] == [False]

    def test_a_tab_answers_with_the_panel_alone(self, client_of, lin, account):
        html = page(client_of(lin), "?show=late", **{"HX-Request": "true", "HX-Target": "promised"})

        assert html.lstrip().startswith('<section class="pan" id="promised">')
        assert "<html" not in html

    def test_mark_says_where_the_figures_come_from(self, client_of, lin, account):
        panel = page(client_of(lin)).split('id="promised"')[1].split("</header>")[0]

        assert "Reported" in panel
        assert "illustrative" not in panel.split("<div>")[0].lower()


class TestLate:
    def test_says_with_whom_it_rests_and_since_when(self, client_of, lin, zone, account, cast):
        actions.change_commitment(account.rent, sea_unit=cast.units["XS-OFFICE"], by=None)

        panel = page(client_of(lin)).split('id="late"')[1].split("</section>")[0]

        assert "Rent to villages" in panel
        assert "Xiaoshan Cooperation Office" in panel
        assert "35 wd late" in panel
        assert "not yet" in panel


class TestNeeds:
    def test_shows_the_five_most_urgent_with_one_filled_button(self, client_of, lin, zone, cast):
        days = (None, date(2023, 9, 29), date(2023, 9, 20), date(2023, 9, 15), None, date(2023, 9, 18))
        for n, due_on in enumerate(days):
            open_another(zone, lin, n, due_on)

        panel = page(client_of(lin)).split('id="needs"')[1].split("</section>")[0]

        assert [panel.index(f"no. {n}") for n in (3, 5, 2, 1, 0)] == sorted(
            panel.index(f"no. {n}") for n in (3, 5, 2, 1, 0)
        )
        assert "no. 4" not in panel
        assert panel.count("btn-primary") == 1
        assert "6 in all" in panel
        assert "1 wd late" in panel

    def test_headline_counts_what_is_due_within_three_working_days(self, client_of, lin, zone, cast):
        for n, due_on in enumerate((date(2023, 9, 15), date(2023, 9, 21), date(2023, 9, 22))):
            open_another(zone, lin, n, due_on)

        assert "Two things need you today." in page(client_of(lin))


def open_another(zone: Any, lin: Any, n: int, due_on: date | None) -> None:
    """A work item of its own: one subject waits once for a unit, so each takes another region as its subject."""
    subject = Region.objects.order_by("pk")[n % 5]
    work.open_item(
        f"test.kind{n}",
        subject,
        lin.unit_id,
        "Do the thing no. {n}",
        {"n": n},
        f"/thing/{n}/",
        due_on,
        by=None,
    )


@pytest.fixture
def meeting(zone: Any, lin: Any, shen: Any) -> Any:
    made = actions.call_meeting(
        zone,
        number="JM-2023-05",
        level="leaders_in_charge",
        title_zh="分管领导会议",
        title_en="Leaders in charge",
        at=datetime(2023, 9, 21, 14, 30, tzinfo=SHANGHAI),
        place_zh="萧山",
        place_en="Xiaoshan",
        quorum_mountain=1,
        quorum_sea=1,
        by=None,
    )
    actions.invite(made, [actions.Guest("mountain", "", lin), actions.Guest("sea", "", shen)], by=None)
    actions.set_agenda(
        made,
        [
            actions.Point("床位", "Beds", "sea", "增加30个床位", "30 beds more in October"),
            actions.Point("返税", "Tax", "mountain", "二季度返税", "second-quarter tax", needs_paper=False),
        ],
        by=None,
    )
    return made


@pytest.fixture
def nested(zone: Any, cast: SimpleNamespace) -> Any:
    """The one commitment of a pairing below the zone."""
    below = pairings.open_pairing(
        code="EDZ",
        level="department",
        name_zh="园区结对",
        name_en="Park pairing",
        started_on=date(2018, 1, 1),
        parties=((cast.organisations["LQ-PARK"], "mountain"), (cast.organisations["XS-OFFICE"], "sea")),
        parent=zone,
        by=None,
    )
    return in_force(
        below, "EDZ-1", lambda agreement: promise(agreement, "P1", "Joint visits", "互访", "both", 4)
    )


class TestMeeting:
    def test_tells_who_asks_what_from_where_the_reader_sits(self, client_of, lin, shen, meeting):
        ours = close_set(page(client_of(lin)).split('id="meeting"')[1].split("</section>")[0])
        theirs = close_set(page(client_of(shen)).split('id="meeting"')[1].split("</section>")[0])

        assert "<dt>They ask</dt><dd>30 beds more in October</dd>" in ours
        assert "<dt>We ask</dt><dd>second-quarter tax</dd>" in ours
        assert "<dt>We ask</dt><dd>30 beds more in October</dd>" in theirs

    def test_tells_quorum_points_and_missing_papers(self, client_of, lin, meeting):
        actions.answer_invitation(meeting.attendees.get(side="mountain"), is_coming=True, by=None)

        panel = page(client_of(lin)).split('id="meeting"')[1].split("</section>")[0]

        assert "1 of 1" in panel
        assert "0 of 1" in panel
        assert "not met yet" in panel
        assert "2 points" in panel
        assert ", 1 without papers" in panel
        assert 'href="/pairing/meetings/JM-2023-05/brief.pdf"' in panel


class TestLatest:
    def test_tells_what_happened_as_sentences_with_links(self, client_of, shen, lin, zone, account):
        actions.confirm_delivery(account.visitors.deliveries.first(), on=date(2023, 9, 18), by=None)

        panel = page(client_of(shen)).split('id="latest"')[1].split("</section>")[0]

        assert (
            'The platform confirmed a delivery: <a href="/pairing/commitments/C2/">Visitors to Longquan</a>'
            in panel
        )

    def test_an_entry_that_the_account_does_not_show_is_told_and_the_account_kept(
        self, client_of, lin, account, monkeypatch
    ):
        made = []
        told = home._told
        monkeypatch.setattr(home, "_told", lambda *given: made.append(1) or told(*given))
        monkeypatch.setattr(home, "UNCONCERNED", frozenset({"core.member"}))
        client = client_of(lin)
        client.get("/")

        journal.record(lin, "core.change_member", by=lin)
        page = client.get("/").content.decode()
        assert len(made) == 1
        assert "Lin Tao" in page

        journal.record(lin.unit, "core.change_unit", by=lin)
        client.get("/")
        assert len(made) == 2

    def test_tells_what_came_together_as_one_line(self, client_of, lin, account):
        panel = page(client_of(lin)).split('id="latest"')[1].split("</section>")[0]

        assert "and 7 more" in panel

    def test_keeps_what_the_reader_may_not_know(self, client_of, lin, cast, account):
        stranger = members.add_member(cast.units["STRANGER"], code="nosy", name_zh="好奇", by=None)
        roles.give_role(stranger, role="handler", from_on=date(2020, 1, 1), by=None)
        stranger.user = cast.members["zhou"].user
        stranger.save()
        members.deactivate_member(cast.members["zhou"], by=None)

        html = page(client_of(stranger))

        assert "Visitors to Longquan" not in html


@pytest.fixture
def outlines(cast: SimpleNamespace) -> None:
    for code, zh, county in (
        ("331181100000", "八都镇", "331181000000"),
        ("330109113000", "瓜沥镇", "330109000000"),
    ):
        town = regions.add_region(code=code, name_zh=zh, by=None)
        Region.objects.filter(pk=town.pk).update(outline="0 0 100 0 100 80 0 80")
        assert town.parent.code == county


class TestMap:
    def test_draws_the_townships_of_both_sides_and_the_figures_at_their_places(
        self, client_of, lin, account, outlines
    ):
        html = page(client_of(lin)).split('id="zone"')[1].split("</section>")[0]

        assert html.count("<path d=") >= 2
        assert "八都镇" in html
        assert "Enclave park" in html
        assert 'href="/pairing/commitments/C3/"' in html

    def test_other_fields_add_layers_and_panels(self, client_of, lin, account, outlines, monkeypatch):
        monkeypatch.setattr(signs.map_layers, "_by_code", {})
        monkeypatch.setattr(signs.panels, "_by_code", {})
        signs.map_layers.add(MapLayer("t.layer", "Layer", 1, f"{__name__}.layer", "pairing.view_home"))
        signs.panels.add(
            Panel("t.main", "home.main", 1, f"{__name__}.drawn", "pairing.view_home"),
            Panel("t.side", "home.side", 1, f"{__name__}.nothing", "pairing.view_home"),
        )
        monkeypatch.setattr(
            "shanhai.core.signs.call",
            lambda dotted: (
                globals()[dotted.rsplit(".", 1)[1]] if dotted.startswith(__name__) else _call(dotted)
            ),
        )

        html = page(client_of(lin))

        assert "a well of another field" in html
        assert "<p>another field</p>" in html


from shanhai.core.signs import call as _call  # noqa: E402


def layer(pairing: Any) -> list[Any]:
    from shanhai.webkit.maps import Feature

    return [Feature("site", ((50.0, 100.0),), side="mountain", label="a well of another field")]


def drawn(request: Any, subject: Any) -> str:
    from django.utils.safestring import mark_safe

    return mark_safe("<p>another field</p>")


def nothing(request: Any, subject: Any) -> None:
    return None


class TestReaders:
    def test_a_visitor_is_asked_to_log_in(self, client, zone):
        assert client.get("/")["Location"].startswith("/account/login/")

    def test_an_outsider_is_told_what_to_do(self, client_of, zhou, account):
        html = page(client_of(zhou))

        assert "You are logged in, and have no part in any zone yet." in html
        assert "Unrelated Body" in html
        assert "Visitors" not in html

    def test_a_department_sees_its_own_pairing_when_it_chooses_it(self, client_of, lin, account, nested):
        client = client_of(lin)
        whole = page(client)
        client.post("/pairing/choose/", {"pairing": nested.pairing_id})

        html = page(client)

        assert "1 of 3 commitments" in whole
        assert "1 pairing, 0 of 1 commitments on track" in whole
        assert "0 of 1 commitments are on track, 1 is at risk" in html
        assert "Joint visits" in html
        assert "Visitors to Longquan" not in html.split('id="promised"')[1].split("</section>")[0]

    def test_the_province_sees_all_zones_side_by_side(self, client_of, pan, cast, account):
        pairings.open_pairing(
            code="LQ-XZ",
            level="county",
            name_zh="龙泉—秀洲山海协作",
            name_en="Longquan–Xiuzhou",
            started_on=date(2002, 4, 1),
            parties=((cast.organisations["LQ"], "mountain"), (cast.organisations["XS-OFFICE"], "sea")),
            by=None,
        )

        html = page(client_of(pan))

        assert "In 2 zones 1 of 3 commitments are on track, 1 late." in html
        assert "Longquan–Xiuzhou" in html
        assert "1 of 3" in html.split('id="zones"')[1]

    def test_the_province_sees_nested_pairings_beside_the_others_in_the_order_it_asks_for(
        self, client_of, pan, zone, account
    ):
        below = pairings.open_pairing(
            code="LX-EDU",
            level="department",
            parent=zone,
            name_zh="两地教育局",
            name_en="Education bureaus",
            started_on=date(2018, 6, 1),
            parties=tuple((one.organisation, one.role) for one in zone.parties.all()),
            by=None,
        )
        in_force(below, "LX-EDU-1", lambda a: promise(a, "E1", "Joint visits", "互访", "both", 4))

        def names(query: str) -> list[str]:
            table = page(client_of(pan), query).split('id="zones"')[1].split("</table>")[0]
            return re.findall(r'<a class="q b" href="/pairing/pairings/([^/]+)/">', table)

        assert names("") == [zone.code]
        assert names("?show=each") == ["LX-EDU", zone.code]
        assert names("?show=each&sort=late") == [zone.code, "LX-EDU"]
        assert "under Longquan" in page(client_of(pan), "?show=each")

    def test_the_province_costs_as_much_with_ten_zones_as_with_one(self, client_of, pan, cast, account):
        client = client_of(pan)
        page(client)
        with CaptureQueriesContext(connection) as one:
            page(client)
        for n in range(9):
            other = pairings.open_pairing(
                code=f"Z{n}",
                level="county",
                name_zh=f"结对{n}",
                started_on=date(2002, 4, 1),
                parties=((cast.organisations["LQ"], "mountain"), (cast.organisations["XS-OFFICE"], "sea")),
                by=None,
            )
            in_force(other, f"Z-{n}", lambda a, n=n: promise(a, f"Z{n}-1", "Visits", "互访", "both", 4))

        page(client)
        with CaptureQueriesContext(connection) as ten:
            page(client)

        assert len(ten) <= len(one) + 1

    def test_an_enterprise_sees_what_concerns_it(self, client_of, lin, cast, account):
        roles.take_role(lin, role="office", by=None)
        roles.take_role(lin, role="handler", by=None)
        roles.give_role(lin, role="enterprise", from_on=date(2023, 9, 1), by=None)

        html = page(client_of(lin))

        assert "What concerns your organisation in" in html
        assert 'id="promised"' not in html
        assert "Nothing waits for you." in html

    def test_an_administrator_finds_the_registers(self, client_of, admin_member, account):
        html = page(client_of(admin_member))

        assert 'id="registry"' in html or "registry" not in installed_names()


def installed_names() -> set[str]:
    from django.urls import get_resolver

    return set(get_resolver().namespace_dict)


def statements(client: Any, query: str = "", *, is_new: bool) -> int:
    """How many statements the page takes: when something was just recorded, or when nothing was."""
    page(client, query)
    if is_new:
        caches["pages"].clear()
        calendar.forget()
    with CaptureQueriesContext(connection) as seen:
        page(client, query)
    return len(seen)


def panel_of(html: str, name: str) -> str:
    return close_set(html.split(f'id="{name}"')[1].split("</section>")[0])


def rename(code: str, name: str) -> None:
    regions.rename_region(Region.objects.get(code=code), name_zh=name, on=date(2023, 9, 18), by=None)


PLAIN = {str, SafeString, int, bool, float, Decimal, date, datetime, type(None)}


def parts_of(said: Any) -> Iterator[Any]:
    """All that a part of the page is drawn from, down to single words and numbers."""
    if isinstance(said, dict):
        said = list(said.items())
    elif dataclasses.is_dataclass(said):
        said = [getattr(said, field.name) for field in dataclasses.fields(said) if field.repr]
    if isinstance(said, list | tuple):
        for part in said:
            yield from parts_of(part)
    else:
        yield said


# Panel -> what stands there (nothing in particular: None), what stands there afterwards, and the action between.
CHANGES: dict[str, tuple[str | None, str, Any]] = {
    "promised": (
        'title="120 days">120</a>',
        'title="127 days">127</a>',
        lambda at: deliver(at.account.clinic, at.lin, (date(2023, 9, 12), 7)),
    ),
    "late": (
        None,
        "Xiaoshan Cooperation Office",
        lambda at: actions.change_commitment(at.account.rent, sea_unit=at.cast.units["XS-OFFICE"], by=None),
    ),
    "nested": (
        "0 of 1 commitments on track",
        "1 of 1 commitments on track",
        # Read anew: seats are kept with the member as he was when the pairing was not there yet.
        lambda at: deliver(at.nested, Member.objects.get(pk=at.lin.pk), (date(2023, 9, 12), 10)),
    ),
    "zone": (
        "八都镇",
        "上垟镇",
        lambda at: rename("331181100000", "上垟镇"),
    ),
    "meeting": (
        '0 of 1</a></span><span class="mut">',
        '1 of 1</a></span><span class="mut">',
        lambda at: actions.answer_invitation(at.meeting.attendees.get(side="sea"), is_coming=True, by=None),
    ),
    "latest": (
        None,
        "confirmed a delivery",
        lambda at: actions.confirm_delivery(
            at.account.visitors.deliveries.first(), on=date(2023, 9, 18), by=None
        ),
    ),
    "needs": (
        None,
        "Do the thing no. 3",
        lambda at: open_another(at.zone, at.lin, 3, date(2023, 9, 18)),
    ),
}


class TestCost:
    @pytest.fixture(autouse=True)
    def _calendar_is_looked_at_once_a_page(self, monkeypatch):
        # It is looked at again after a second: on a slow machine that would fall into some pages and not into others.
        monkeypatch.setattr(calendar, "_LOOK_AGAIN_S", 3600.0)

    def test_the_number_of_statements_does_not_grow_with_the_zone(self, client_of, lin, zone, account, cast):
        client = client_of(lin)
        open_another(zone, lin, 5, date(2023, 9, 20))
        few = statements(client, is_new=True)
        made = in_force(
            zone,
            "LX-2023-02",
            lambda agreement: [
                promise(agreement, f"M{n}", f"Thing {n}", f"事{n}", "both", 10, field="talent")
                for n in range(20)
            ],
        )
        for one in made:
            deliver(one, lin, (date(2023, 3, 1), 2))
        for n in range(5):
            open_another(zone, lin, n, date(2023, 9, 20))

        assert statements(client, "?show=all", is_new=True) <= few
        assert few <= 36

    def test_while_nothing_is_recorded_it_asks_for_the_reader_only(self, client_of, lin, account):
        assert statements(client_of(lin), is_new=False) <= 14

    def test_what_is_recorded_is_seen_at_once(self, client_of, lin, shen, account):
        ours, theirs = client_of(lin), client_of(shen)
        before = page(ours), page(theirs)

        deliver(account.clinic, lin, (date(2023, 9, 12), 7))

        for client, html in zip((ours, theirs), before, strict=True):
            assert 'title="120 days">120</a>' in html
            assert 'title="127 days">127</a>' in page(client)

    @pytest.mark.parametrize("panel", ["promised", "late", "nested", "zone", "meeting", "latest", "needs"])
    def test_each_panel_says_at_once_what_an_action_changed(
        self, client_of, lin, zone, cast, account, meeting, outlines, nested, panel
    ):
        client = client_of(lin)
        before, after, act = CHANGES[panel]
        html = panel_of(page(client), panel)
        assert before is None or before in html
        assert after not in html

        act(SimpleNamespace(zone=zone, lin=lin, cast=cast, account=account, meeting=meeting, nested=nested))

        html = panel_of(page(client), panel)
        assert after in html
        assert before is None or before not in html

    def test_headline_and_top_bar_say_at_once_what_an_action_changed(self, client_of, lin, zone, account):
        client = client_of(lin)
        assert "1 is late." in page(client)

        deliver(account.rent, lin, (date(2023, 7, 20), 1_200_000_000))
        pairings.change_pairing(zone, name_en="Another name", by=None)

        html = page(client)
        assert "2 of 3 commitments are on track, 1 is at risk." in html
        assert "Another name" in html.split("<h1>")[0]

    def test_what_draws_a_part_is_told_apart_by_its_words(
        self, client_of, lin, account, meeting, outlines, nested, monkeypatch
    ):
        seen = []
        monkeypatch.setattr(home, "as_said", lambda what, said, make: (seen.append(said), make())[1])

        page(client_of(lin))

        assert {said["template"] for said in seen} == {"_home_wide", "_home_map", "_meeting", "_latest"}
        told = {type(one) for said in seen for one in parts_of(said)}
        assert told <= PLAIN, f"repr() does not tell all of {told - PLAIN}"

    def test_how_commitments_stand_is_computed_where_what_is_kept_is_of_another_day(
        self, client_of, lin, account
    ):
        CommitmentStanding.objects.update(on=date(2023, 9, 17), delivered=1)

        html = page(client_of(lin))

        assert 'title="120 days">120</a>' in html

    def test_readers_of_another_language_or_side_are_not_shown_what_was_kept(
        self, client_of, lin, shen, account
    ):
        assert "Expert clinic days" in page(client_of(lin))
        assert "专家坐诊" in page(client_of(lin, language="zh-hans"))
        assert "Expert clinic days" in page(client_of(shen))
