"""How I am told, robots, messages sent out, who has read it, and whom a reminder reaches: pages, programs, commands."""

from __future__ import annotations

import json
from datetime import date
from io import BytesIO

import openpyxl
import pytest

from shanhai.core import clock, notices, work
from shanhai.core.actions import members, robots, roles, telling
from shanhai.core.actions import work as work_actions
from shanhai.core.channels import messages
from shanhai.core.models import Notice, NoticeFact, Robot, Sending, Telling
from shanhai.site.cli import run

pytestmark = pytest.mark.django_db
WEBHOOK = "https://oapi.dingtalk.example/robot/send?access_token=abcd1234"


def html(answer, status=200) -> str:
    assert answer.status_code == status, answer.content.decode()[:500]
    return answer.content.decode()


@pytest.fixture(autouse=True)
def _mail_is_on(settings):
    settings.SHANHAI_MAIL_IS_ON = True


@pytest.fixture
def mailed(zone):
    """``mailed(lin, "daily")``: has an address, confirmed, and chose so."""

    def choose(member, mail="at_once"):
        members.change_member(member, email=f"{member.code}@zone.example", by=None)
        telling.confirm_address(member, token=messages.confirm_token(member), by=member)
        return telling.choose_mail(telling.telling_of(member), mail=mail, by=member)

    return choose


@pytest.fixture
def robot(zone, lin):
    return robots.add_robot(
        lin.unit.organisation,
        unit=lin.unit,
        kind="dingtalk",
        name="园区群",
        address=WEBHOOK,
        secret="SEC1",
        by=None,
    )


@pytest.fixture
def api(client_of):
    def call(member, method, path, data=None, version=None):
        headers = {} if version is None else {"If-Match": f'"{version}"'}
        return getattr(client_of(member), method)(
            f"/api/v1/office{path}", json.dumps(data) if data is not None else None,
            content_type="application/json", headers=headers,
        )  # fmt: skip

    return call


class TestHowIAmTold:
    def test_begins_with_the_site_only_and_is_chosen(self, lin, zone, client_of):
        members.change_member(lin, email="lin@zone.example", by=None)
        browser = client_of(lin)

        page = html(browser.get("/notices/how/"))
        assert "You are told on this site only." in page
        assert "08:30-12:00/13:30-17:30" in page
        assert "lin@zone.example" not in page

        assert browser.post("/notices/how/", {"mail": "daily", "version": "0"}).status_code == 302
        assert "Your address waits to be confirmed" in html(browser.get("/notices/how/"))
        assert list(Sending.objects.values_list("what", flat=True)) == ["confirm"]

    def test_link_of_the_mail_confirms_by_a_button(self, lin, zone, client_of):
        members.change_member(lin, email="lin@zone.example", by=None)
        browser = client_of(lin)
        url = f"/notices/how/confirm/{messages.confirm_token(lin)}/"

        html(browser.get(url))
        assert not Telling.objects.filter(member=lin).exists()
        assert browser.post(url).status_code == 302
        assert Telling.objects.get(member=lin).confirmed_at
        assert "confirms no address of yours" in html(browser.post("/notices/how/confirm/x/"), 404)

    def test_says_when_the_next_message_goes(self, lin, mailed, client_of, turn_clock):
        mailed(lin)
        turn_clock("2023-09-22T19:00")
        notices.tell("k", "test.due", "Thing is due", {}, "/", [lin])

        page = html(client_of(lin).get("/notices/how/"))
        assert "You are told by e-mail at once, in working hours." in page
        assert "It is quiet now: what is told will be sent 25 Sep 08:30." in page.replace("Mon ", "")
        assert "1 message will be sent" in page

    def test_two_who_choose_on_old_pages_are_told(self, lin, mailed, client_of):
        mailed(lin)

        answer = client_of(lin).post("/notices/how/", {"mail": "none", "version": "0"})

        assert answer.status_code == 409

    def test_test_message(self, lin, mailed, client_of):
        mailed(lin)

        page = html(client_of(lin).post("/notices/how/test/", follow=True))

        assert "A test message goes out within a minute." in page
        assert Sending.objects.filter(what="test", member=lin).count() == 1

    def test_mail_that_is_off_is_said(self, lin, zone, client_of, settings):
        settings.SHANHAI_MAIL_IS_ON = False

        assert "E-mail is off." in html(client_of(lin).get("/notices/how/"))

    def test_is_in_chinese_too(self, lin, zone, client_of):
        assert "只在本网站告知您。" in html(client_of(lin, language="zh-hans").get("/notices/how/"))

    def test_turns_the_outsider_away(self, zhou, zone, client_of):
        browser = client_of(zhou)
        for address in ("/notices/how/", "/notices/sent/", "/office/robots/", "/office/messages/"):
            assert browser.get(address).status_code == 403, address
        assert browser.post("/notices/how/test/").status_code == 403

    def test_for_programs_and_at_a_terminal(self, lin, mailed, api, capsys):
        mailed(lin, "daily")

        found = api(lin, "get", "/telling").json()
        assert (found["mail"], found["address"], found["is_confirmed"]) == ("daily", "***", True)
        assert api(lin, "put", "/telling", {"mail": "none"}).status_code == 428
        assert api(lin, "put", "/telling", {"mail": "none"}, found["version"]).json()["mail"] == "none"
        assert run(["--as", "lin", "notices", "choose", "at_once", "--dry-run"]) == 0
        assert Telling.objects.get(member=lin).mail == "none"
        assert run(["--as", "lin", "notices", "choose", "at_once"]) == 0
        capsys.readouterr()
        assert run(["--as", "lin", "notices", "how", "--json"]) == 0
        assert json.loads(capsys.readouterr().out)["mail"] == "at_once"
        assert run(["--as", "lin", "notices", "test"]) == 0
        assert api(lin, "post", "/telling/test").status_code == 201


class TestRobots:
    def test_administrator_adds_tries_and_switches_off(self, admin_member, lin, zone, client_of):
        browser = client_of(admin_member)
        given = {
            "name": "园区群",
            "kind": "dingtalk",
            "unit": lin.unit.pk,
            "address": WEBHOOK,
            "secret": "SEC1",
        }

        answer = browser.post("/office/robots/new/", given)
        assert answer.status_code == 302, answer.content.decode()[-3000:]
        one = Robot.objects.get()
        page = html(browser.get(answer["Location"]))
        assert "园区群 has brought nothing yet" in page and "…1234" in page
        assert WEBHOOK not in page and "SEC1" not in page
        assert "access_token" not in html(browser.get(f"/office/robots/{one.pk}/change/"))

        browser.post(f"/office/robots/{one.pk}/test/")
        assert Sending.objects.get().what == "test"
        browser.post(f"/office/robots/{one.pk}/off/", {"version": "0"})
        one.refresh_from_db()
        assert not one.is_active
        assert "is switched off" in html(browser.get(f"/office/robots/{one.pk}/"))

    def test_dispatcher_keeps_those_of_the_own_unit(self, robot, lin, shen, client_of):
        for one in (lin, shen):
            roles.give_role(one, role="dispatcher", from_on=date(2020, 1, 1), by=None)

        assert "园区群" in html(client_of(lin).get("/office/robots/"))
        assert "园区群" not in html(client_of(shen).get("/office/robots/"))
        assert client_of(shen).get(f"/office/robots/{robot.pk}/").status_code == 404
        assert (
            client_of(lin)
            .post(f"/office/robots/{robot.pk}/change/", {"name": "新群", "version": "0"})
            .status_code
            == 302
        )
        robot.refresh_from_db()
        assert robot.name == "新群"

    def test_an_address_that_is_none_is_refused_at_its_field(self, admin_member, lin, zone, client_of):
        given = {
            "name": "x",
            "kind": "wecom",
            "unit": lin.unit.pk,
            "address": "http://10.0.0.1/",
            "secret": "",
        }

        page = html(client_of(admin_member).post("/office/robots/new/", given), 422)

        assert "This is no webhook address." in page

    def test_for_programs(self, admin_member, lin, zone, api):
        given = {"kind": "wecom", "name": "群", "unit": lin.unit.code, "address": WEBHOOK}

        made = api(admin_member, "post", "/robots", given)
        assert made.status_code == 201, made.content
        one = made.json()
        assert "address" not in one and one["address_end"] == "1234"
        path = f"/robots/{one['id']}"
        assert api(admin_member, "patch", path, {"name": "新"}, one["version"]).json()["name"] == "新"
        assert api(admin_member, "post", f"{path}/off", {}, 1).json()["is_active"] is False
        assert api(admin_member, "post", f"{path}/on", {}, 2).json()["is_active"] is True
        assert api(admin_member, "post", f"{path}/test", {}).status_code == 201
        assert [row["name"] for row in api(admin_member, "get", "/robots").json()["items"]] == ["新"]
        assert api(lin, "get", "/robots").status_code == 403

    def test_at_a_terminal(self, lin, zone, capsys, monkeypatch):
        import io

        monkeypatch.setattr("sys.stdin", io.StringIO(f"{WEBHOOK}\nSEC1\n"))
        assert run(["robots", "add", "dingtalk", "--name", "群", "--unit", lin.unit.code]) == 0
        one = Robot.objects.get()
        assert one.secret_sealed
        capsys.readouterr()
        assert run(["robots", "--json"]) == 0
        listed = capsys.readouterr().out
        assert json.loads(listed)[0]["name"] == "群" and "abcd1234" not in listed
        assert run(["robots", "test", str(one.pk)]) == 0
        assert run(["robots", "off", str(one.pk), "--dry-run"]) == 0
        assert Robot.objects.get().is_active
        assert run(["robots", "off", str(one.pk)]) == 0
        assert run(["robots", "off", str(one.pk)]) == 1


class TestMessagesSentOut:
    @pytest.fixture
    def failed(self, lin, mailed):
        mailed(lin)
        notices.tell("k", "test.due", "A secret thing is due", {}, "/", [lin])
        Sending.objects.filter(what="notice").update(stage="failed", error_code="smtp_550", tries=1)
        return Sending.objects.get(what="notice")

    def test_administrator_sees_what_failed_not_what_it_says_and_sends_again(
        self, failed, admin_member, client_of
    ):
        browser = client_of(admin_member)

        page = html(browser.get("/office/messages/?stage=failed"))
        assert "1 message failed or is unclear" in page
        assert "the mail server knows no such address" in page
        assert "A secret thing" not in page
        page = html(browser.post("/office/messages/again/", {"chosen": [failed.pk]}, follow=True))
        assert "1 message is sent again." in page
        failed.refresh_from_db()
        assert (failed.stage, failed.tries) == ("waiting", 0)

    def test_is_for_the_administrator_only(self, failed, lin, client_of):
        assert client_of(lin).get("/office/messages/").status_code == 403
        assert client_of(lin).post("/office/messages/again/", {"chosen": [failed.pk]}).status_code == 403

    @pytest.mark.parametrize("form", ["xlsx", "csv", "pdf", "docx"])
    def test_is_taken_away_as_a_file(self, form, failed, admin_member, client_of):
        answer = client_of(admin_member).get(f"/office/messages/?format={form}")

        assert answer.status_code == 200
        if form == "xlsx":
            rows = list(openpyxl.load_workbook(BytesIO(answer.content)).active.values)
            made_at = clock.local(failed.created_at).replace(tzinfo=None, microsecond=0)
            assert made_at in rows[1]

    def test_for_programs_and_at_a_terminal(self, failed, admin_member, api, capsys):
        rows = api(admin_member, "get", "/messages?stage=failed").json()["items"]
        assert [(row["to"], row["error_code"]) for row in rows] == [("Lin Tao", "smtp_550")]
        assert api(admin_member, "post", "/messages/again", {"sendings": [failed.pk]}).json() == {"count": 1}
        capsys.readouterr()
        assert run(["notices", "messages", "--stage", "waiting", "--json"]) == 0
        assert failed.pk in [row["id"] for row in json.loads(capsys.readouterr().out)]
        assert run(["notices", "again", str(failed.pk)]) == 1


class TestWhoHasRead:
    @pytest.fixture
    def fact(self, lin, shen, pan, zone):
        notices.tell("k", "test.due", "Thing is due", {}, "/registry/organisations/", [shen, pan], by=lin)
        return NoticeFact.objects.get(key="k")

    def test_sender_sees_who_has_read_and_who_not_yet(self, fact, lin, shen, client_of):
        client_of(shen).get(f"/notices/{Notice.objects.get(member=shen).pk}/")
        browser = client_of(lin)

        assert "Thing is due" in html(browser.get("/notices/sent/"))
        page = html(browser.get(f"/notices/of/{fact.pk}/readers/"))
        assert "1 of 2 have read it" in page
        assert "Shen Jie" in page and "Pan Yue" in page
        page = html(browser.get(f"/notices/of/{fact.pk}/readers/?who=not_yet"))
        assert "Shen Jie" not in page and "Pan Yue" in page

    def test_is_seen_by_the_sender_and_the_own_unit_only(self, fact, lin, shen, client_of):
        colleague = members.add_member(lin.unit, code="wu", name_zh="吴", by=None)
        roles.give_role(colleague, role="handler", from_on=date(2020, 1, 1), by=None)
        from shanhai.core.models import User

        colleague.user = User.objects.create(username="wu", password="!", language="en")
        colleague.save(update_fields=["user"])

        assert client_of(shen).get(f"/notices/of/{fact.pk}/readers/").status_code == 403
        assert client_of(lin).get("/notices/of/999999/readers/").status_code == 404
        assert client_of(colleague).get(f"/notices/of/{fact.pk}/readers/").status_code == 200

    def test_link_of_a_group_leads_to_the_record_and_is_read_then(self, fact, lin, shen, client_of):
        answer = client_of(shen).get(f"/notices/of/{fact.pk}/")

        assert answer["Location"] == "/registry/organisations/"
        assert Notice.objects.get(member=shen).read_at
        assert client_of(lin).get(f"/notices/of/{fact.pk}/").status_code == 404

    def test_for_programs_and_at_a_terminal(self, fact, lin, shen, api, capsys):
        sent = api(lin, "get", "/notices/sent").json()["items"]
        assert [(row["told"], row["read"], row["what"]) for row in sent] == [(2, 0, "Thing is due")]
        rows = api(lin, "get", f"/notices/{fact.pk}/readers").json()["items"]
        assert sorted(row["member"] for row in rows) == ["pan", "shen"]
        assert api(shen, "get", f"/notices/{fact.pk}/readers").status_code == 403
        capsys.readouterr()
        assert run(["--as", "lin", "notices", "sent", "--json"]) == 0
        assert json.loads(capsys.readouterr().out)[0]["told"] == 2
        assert run(["--as", "lin", "notices", "readers", str(fact.pk), "--csv"]) == 0
        assert "pan" in capsys.readouterr().out
        assert run(["--as", "shen", "notices", "readers", str(fact.pk)]) == 1


class TestWhomAReminderReaches:
    @pytest.fixture
    def item(self, lin, shen, zone):
        return work.open_item("pairing.renewal", zone, shen.unit, "Renew it", {}, "/thing/1/", by=lin)

    def test_says_by_which_way_and_when(self, item, lin, shen, mailed, client_of, turn_clock):
        mailed(shen)
        browser = client_of(lin)

        page = html(browser.post("/office/work/remind/", {"chosen": [item.pk]}))
        assert "Shen Jie" in page and "page of notices and e-mail, now" in page and "Renew it" in page

        turn_clock("2023-09-22T18:00")
        page = html(browser.post("/office/work/remind/", {"chosen": [item.pk]}))
        assert "It is outside working hours" in page and "25 Sep" in page

    def test_names_the_group_chat_that_hears_it(self, item, lin, shen, client_of):
        robots.add_robot(
            shen.unit.organisation, unit=shen.unit, kind="wecom", name="萧山群", address=WEBHOOK, by=None
        )

        page = html(client_of(lin).post("/office/work/remind/", {"chosen": [item.pk]}))

        assert "萧山群" in page and "group chat, now" in page

    def test_leaves_in_peace_who_was_reminded_lately(self, item, lin, shen, client_of, turn_clock):
        browser = client_of(lin)
        browser.post("/office/work/remind/", {"chosen": [item.pk], "sure": "1"})

        page = html(browser.post("/office/work/remind/", {"chosen": [item.pk]}))
        assert "All of them were reminded lately; nobody is told again." in page
        assert "left in peace for now" in page
        assert work_actions.remind_of([item], by=lin) == []

        turn_clock("2023-09-19T09:00")
        assert work_actions.remind_of([item], by=lin) == [shen]

    def test_rulebook_says_for_how_long(self, item, lin, shen, turn_clock):
        from shanhai.core import rulebook

        rulebook.add_value(
            "core.remind_again_days", 3, valid_from=date(2023, 1, 1), source="office notice", by=None
        )
        work_actions.remind_of([item], by=lin)
        for day, told in ((19, []), (20, []), (21, [shen])):
            turn_clock(f"2023-09-{day}T09:00")
            assert work_actions.remind_of([item], by=lin) == told

    def test_for_programs_and_at_a_terminal(self, item, lin, shen, api, capsys):
        rows = api(lin, "post", "/my-work/reach", {"items": [item.pk]}).json()
        assert [(row["member"], row["how"]) for row in rows] == [("shen", "page of notices, now")]
        assert not Notice.objects.exists()
        assert run(["--as", "lin", "office", "work", "reach", str(item.pk), "--json"]) == 0
        assert json.loads(capsys.readouterr().out)[0]["member"] == "shen"
