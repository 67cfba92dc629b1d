"""Sending: when, to whom, once, and what is kept of it. Mail and robots go to real servers on this machine."""

from __future__ import annotations

import tracemalloc
from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest

from shanhai.core import checks, clock, notices
from shanhai.core.actions import members, robots, telling, units
from shanhai.core.channels import checks as own_checks
from shanhai.core.channels import messages, posting
from shanhai.core.models import Installation, JournalEntry, Notice, Robot, RuleRow, Sending, Telling
from shanhai.kernel.refusals import Refused

pytestmark = pytest.mark.django_db


def stages(**where) -> list[tuple[str, str]]:
    return list(Sending.objects.filter(**where).order_by("pk").values_list("stage", "error_code"))


def due_of(sent: Sending) -> str:
    return clock.local(sent.due_at).strftime("%a %H:%M")


@pytest.fixture
def robot(zone, lin, platform):
    """``robot("dingtalk", lin.unit)``: a robot of a group, at its own path of the platform."""

    def add(kind="dingtalk", unit=None, path="/robot", secret="SEC1"):
        unit = unit or lin.unit
        return robots.add_robot(
            unit.organisation,
            unit=unit,
            kind=kind,
            name=f"群{path}",
            address=platform.url(path),
            secret=secret if kind == "dingtalk" else "",
            by=None,
        )

    return add


class TestMail:
    def test_goes_at_once_in_working_hours_and_only_once(self, mailbox, reads_mail, tell, sweep, lin):
        reads_mail(lin)
        fact = tell(lin)

        assert sweep() == 1
        assert sweep() == 0

        notice = Notice.objects.get(fact=fact)
        assert [mail["Subject"] for mail in mailbox.mails] == ["Thing 1 is due"]
        assert mailbox.texts("lin@zone.example")[0].splitlines()[:2] == [
            "Thing 1 is due",
            f"https://zone.example/notices/{notice.pk}/",
        ]
        sent = Sending.objects.get(notice=notice)
        assert (sent.stage, sent.tries, sent.error) == ("sent", 1, "")
        assert sent.sent_at is not None

    def test_is_in_the_language_of_the_reader(self, mailbox, reads_mail, sweep, lin):
        lin.user.language = "zh-hans"
        lin.user.save()
        reads_mail(lin)
        notices.tell(
            "k", "core.reminded", "{who} reminds you: {what}", {"who": "沈洁", "what": "签"}, "/", [lin]
        )

        sweep()

        assert mailbox.mails[0]["Subject"] == "沈洁提醒您：签"

    def test_goes_to_nobody_who_did_not_choose_it(self, mailbox, tell, sweep, lin):
        members.change_member(lin, email="lin@zone.example", by=None)
        tell(lin)

        assert sweep() == 0
        assert (mailbox.mails, Sending.objects.count()) == ([], 0)

    def test_goes_to_no_address_that_is_not_confirmed(self, mailbox, reads_mail, tell, sweep, lin):
        reads_mail(lin)
        members.change_member(lin, email="another@zone.example", by=None)
        tell(lin)

        assert sweep() == 0
        assert mailbox.mails == []

    def test_is_off_without_a_server(self, reads_mail, mailbox, settings, tell, sweep, lin):
        reads_mail(lin)
        settings.SHANHAI_MAIL_IS_ON = False
        tell(lin)

        assert Sending.objects.filter(what="notice").count() == 0
        with pytest.raises(Refused) as refused:
            telling.choose_mail(telling.telling_of(lin), mail="daily", by=lin)
        assert refused.value.code == "core.mail_is_off"

    def test_outside_working_hours_waits_and_goes_gathered(
        self, mailbox, reads_mail, tell, sweep, lin, turn_clock
    ):
        reads_mail(lin)
        turn_clock("2023-09-28T19:00")
        for _n in range(3):
            tell(lin)

        assert sweep() == 0
        assert due_of(Sending.objects.filter(what="notice").first()) == "Sat 08:30"  # shifted work weekend
        turn_clock("2023-10-07T08:30")
        assert sweep() == 3

        assert [mail["Subject"] for mail in mailbox.mails] == ["3 notices of Shanhai"]
        text = mailbox.texts("lin@zone.example")[0]
        assert all(f"Thing {n} is due" in text for n in (1, 2, 3))

    def test_daily_waits_for_the_next_morning_and_what_is_urgent_does_not(
        self, mailbox, reads_mail, tell, sweep, lin, turn_clock
    ):
        reads_mail(lin, "daily")
        tell(lin)
        tell(lin, kind="core.reminded", what="Somebody reminds you of {n}")

        assert sweep() == 1
        turn_clock("2023-09-19T08:29")
        assert sweep() == 0
        turn_clock("2023-09-19T08:30")
        assert sweep() == 1
        assert [mail["Subject"] for mail in mailbox.mails] == ["Somebody reminds you of 2", "Thing 1 is due"]

    def test_what_is_urgent_is_quiet_at_night_too(self, mailbox, reads_mail, tell, sweep, lin, turn_clock):
        reads_mail(lin, "daily")
        turn_clock("2023-09-18T22:00")
        tell(lin, kind="core.reminded")

        assert sweep() == 0
        assert due_of(Sending.objects.get(what="notice")) == "Tue 08:30"

    def test_what_was_read_meanwhile_is_not_mailed(self, mailbox, reads_mail, tell, sweep, lin, turn_clock):
        reads_mail(lin, "daily")
        tell(lin)
        notices.mark_read(lin)
        turn_clock("2023-09-19T09:00")

        assert sweep() == 0
        assert stages(what="notice") == [("dropped", "read")]

    def test_another_choice_moves_what_waits(self, mailbox, reads_mail, tell, sweep, lin):
        made = reads_mail(lin, "daily")
        tell(lin)
        telling.choose_mail(made, mail="at_once", by=lin)
        assert sweep() == 1

        telling.choose_mail(made, mail="daily", by=lin)
        tell(lin)
        telling.choose_mail(made, mail="none", by=lin)
        assert stages(what="notice") == [("sent", ""), ("dropped", "not_wanted")]

    def test_many_are_cut_in_one_mail(self, mailbox, reads_mail, tell, sweep, lin):
        reads_mail(lin)
        for _n in range(messages.MOST_LINES + 5):
            tell(lin)

        assert sweep() == messages.MOST_LINES + 5
        assert len(mailbox.mails) == 1
        assert "And 5 more, on your page of notices." in mailbox.texts("lin@zone.example")[0]

    def test_carries_no_forged_head(self, mailbox, reads_mail, sweep, lin):
        reads_mail(lin)
        notices.tell("k", "test.due", "Thing {n} is due", {"n": "1\nBcc: zhou@zone.example"}, "/", [lin])

        assert sweep() == 1
        assert mailbox.mails[0]["Bcc"] is None

    def test_refused_address_is_kept_as_failed_and_does_not_hold_up_others(
        self, mailbox, reads_mail, tell, sweep, lin, shen
    ):
        reads_mail(lin)
        reads_mail(shen)
        mailbox.refuses["lin@zone.example"] = "550 unknown"
        tell(lin, shen)

        assert sweep() == 1
        assert stages(member=lin, what="notice") == [("failed", "smtp_550")]
        assert stages(member=shen, what="notice") == [("sent", "")]

    def test_full_mailbox_is_tried_again(self, mailbox, reads_mail, tell, sweep, lin, turn_clock):
        reads_mail(lin)
        mailbox.refuses["lin@zone.example"] = "452 full"
        tell(lin)
        assert sweep() == 0
        assert stages(what="notice") == [("waiting", "smtp_452")]

        mailbox.refuses.clear()
        assert sweep() == 0
        turn_clock("2023-09-18T09:02")
        assert sweep() == 1

    def test_server_that_is_not_there_is_asked_once_a_tick_and_given_up_in_the_end(
        self, mailbox, reads_mail, tell, sweep, lin, turn_clock, settings
    ):
        reads_mail(lin)
        settings.EMAIL_PORT = 9
        tell(lin)
        for day, hour in [(18, 9), (18, 10), (18, 11), (18, 14), (19, 9), (20, 9)]:
            turn_clock(f"2023-09-{day}T{hour:02}:30")
            assert sweep() == 0
        turn_clock("2023-09-21T09:30")
        assert sweep() == 0

        assert stages(what="notice") == [("failed", "server")]
        assert Sending.objects.get(what="notice").tries == 6
        assert [one.code for one in own_checks.run()] == []

        settings.EMAIL_PORT = mailbox.port
        robots.send_again(list(Sending.objects.filter(stage="failed")), by=None)
        assert sweep() == 1

    def test_server_that_breaks_off_sends_nothing_twice(
        self, mailbox, reads_mail, tell, sweep, lin, shen, turn_clock
    ):
        reads_mail(lin)
        reads_mail(shen)
        mailbox.breaks = True
        tell(lin, shen)
        sweep()
        assert {code for _stage, code in stages(what="notice")} == {"server"}

        mailbox.breaks = False
        turn_clock("2023-09-18T09:05")
        assert sweep() == 2
        assert len(mailbox.mails) == 2

    def test_retry_at_the_end_of_the_day_is_quiet_too(
        self, mailbox, reads_mail, tell, sweep, lin, turn_clock
    ):
        reads_mail(lin)
        mailbox.refuses["lin@zone.example"] = "452 full"
        turn_clock("2023-09-18T17:29:30")
        tell(lin)
        sweep()

        assert due_of(Sending.objects.get(what="notice")) == "Tue 08:30"


class TestAddress:
    def test_choosing_mail_asks_the_address_to_confirm_itself(self, mailbox, sweep, lin, zone):
        members.change_member(lin, email="lin@zone.example", by=None)
        made = telling.choose_mail(telling.telling_of(lin), mail="at_once", by=lin)
        telling.choose_mail(made, mail="daily", by=lin)
        assert sweep() == 1

        text = mailbox.texts("lin@zone.example")[0]
        token = text.split("/notices/how/confirm/")[1].split("/")[0].replace("=\n", "")
        telling.confirm_address(lin, token=token, by=lin)
        assert Telling.objects.get(member=lin).confirmed_at is not None
        assert JournalEntry.objects.filter(action="core.confirm_address").count() == 1

    def test_token_of_another_or_of_an_old_address_confirms_nothing(self, mailbox, lin, shen, zone):
        members.change_member(lin, email="lin@zone.example", by=None)
        members.change_member(shen, email="shen@zone.example", by=None)
        old = messages.confirm_token(lin)
        members.change_member(lin, email="new@zone.example", by=None)

        for token in (old, messages.confirm_token(shen), "nonsense"):
            with pytest.raises(Refused) as refused:
                telling.confirm_address(lin, token=token, by=lin)
            assert refused.value.code == "core.confirm_token"

    def test_without_an_address_there_is_nothing_to_choose(self, mailbox, lin, zone):
        with pytest.raises(Refused) as refused:
            telling.choose_mail(telling.telling_of(lin), mail="daily", by=lin)
        assert refused.value.code == "core.no_address"

    def test_nobody_chooses_for_another(self, mailbox, lin, shen, zone):
        with pytest.raises(Refused) as refused:
            telling.choose_mail(telling.telling_of(lin), mail="none", by=shen)
        assert refused.value.code == "core.not_ones_own_telling"

    def test_a_test_message_comes_also_at_night(self, mailbox, reads_mail, sweep, lin, turn_clock):
        reads_mail(lin)
        turn_clock("2023-09-18T23:00")
        telling.send_test(lin, by=lin)
        telling.send_test(lin, by=lin)

        assert sweep() == 1
        assert mailbox.mails[0]["Subject"] == "A test message from Shanhai"


class TestGroups:
    def test_hear_once_what_everybody_in_them_was_told(self, robot, platform, tell, sweep, lin, shen):
        robot()
        robot("wecom", path="/wecom")
        fact = tell(lin, shen)
        notices.tell(fact.key, fact.kind, fact.what, fact.facts, fact.url, [lin, shen])

        assert sweep() == 2
        assert sweep() == 0
        text = f"### 山海：1条通知\n\n- [Thing 1 is due](https://zone.example/notices/of/{fact.pk}/)"
        assert [body["markdown"]["text"] for body in platform.bodies("/robot")] == [text]
        assert [body["markdown"]["content"] for body in platform.bodies("/wecom")] == [text]
        assert "sign" in platform.posted[0][1] or "sign" in platform.posted[1][1]

    def test_hear_nothing_of_what_one_of_them_was_told(self, robot, platform, tell, sweep, lin):
        members.add_member(lin.unit, code="wu", name_zh="吴", by=None)
        robot()
        tell(lin)

        assert sweep() == 0
        assert platform.posted == []

    def test_hear_nothing_personal_even_where_the_group_is_one_person(
        self, robot, platform, tell, sweep, lin
    ):
        robot()
        tell(lin, kind="core.assigned")

        assert sweep() == 0

    def test_of_an_organisation_hear_only_what_all_of_it_was_told(self, platform, tell, sweep, lin, cast):
        unit = units.add_unit(lin.unit.organisation, code="LQ-PARK-2", name_zh="招商科", by=None)
        other = members.add_member(unit, code="wu", name_zh="吴", by=None)
        robots.add_robot(
            lin.unit.organisation, kind="wecom", name="园区群", address=platform.url("/all"), by=None
        )
        tell(lin)
        tell(lin, other)

        assert sweep() == 1
        assert "Thing 2" in platform.bodies("/all")[0]["markdown"]["content"]

    def test_are_left_in_peace_outside_working_hours_and_told_gathered(
        self, robot, platform, tell, sweep, lin, turn_clock
    ):
        robot()
        turn_clock("2023-09-22T18:00")
        tell(lin), tell(lin)
        assert sweep() == 0

        turn_clock("2023-09-25T08:31")
        assert sweep() == 2
        assert [body["markdown"]["title"] for body in platform.bodies("/robot")] == ["山海：2条通知"]

    def test_titles_call_nobody_and_make_no_links(self, robot, platform, sweep, lin):
        robot()
        facts = {"n": "[x](http://evil) @all <@userid>\n# big"}
        notices.tell("k", "test.due", "Thing {n} is due", facts, "/", [lin])
        sweep()

        line = platform.bodies("/robot")[0]["markdown"]["text"].split("\n\n- ")[1]
        assert line.startswith(
            "[Thing ［x］(http://evil) ＠all ＜＠userid＞ ＃ big is due](https://zone.example/"
        )

    def test_one_broken_robot_does_not_hold_up_the_others(
        self, robot, platform, tell, sweep, lin, shen, monkeypatch
    ):
        monkeypatch.setattr(posting, "TIMEOUT_S", 1.0)
        broken, working = robot(path="/broken"), robot("wecom", path="/working")
        platform.is_silent("/broken", 3)
        tell(lin)

        assert sweep() == 1
        broken.refresh_from_db()
        assert stages(robot=working) == [("sent", "")]
        assert stages(robot=broken) == [("waiting", "timeout")]
        assert (broken.failures, broken.last_error) == (1, "timeout")
        # It rests: the next tick does not wait for it again.
        n = len(platform.bodies("/broken"))
        Robot.objects.filter(pk=working.pk).update(free_at=clock.machine_now())
        tell(lin)
        assert sweep() == 1
        assert len(platform.bodies("/broken")) == n

    def test_too_often_rests_for_ten_minutes(self, robot, platform, tell, sweep, lin, turn_clock):
        one = robot()
        platform.says("/robot", 200, {"errcode": 130101, "errmsg": "send too fast"})
        tell(lin)
        sweep()

        one.refresh_from_db()
        assert one.free_at - clock.machine_now() > timedelta(minutes=9)
        assert stages(robot=one) == [("waiting", "130101")]

    def test_refused_for_good_is_failed_and_said(self, robot, platform, tell, sweep, lin):
        one = robot()
        platform.says("/robot", 200, {"errcode": 310000, "errmsg": "sign not match"})
        tell(lin)
        sweep()

        one.refresh_from_db()
        assert stages(robot=one) == [("failed", "310000")]
        assert one.last_error == "310000 sign not match"

    def test_keep_so_far_apart_that_no_minute_has_more_than_twenty(self, robot, platform, tell, sweep, lin):
        one = robot()
        for _n in range(3):
            tell(lin)
            sweep()

        assert len(platform.bodies("/robot")) == 1
        assert 2.0 < (Robot.objects.get(pk=one.pk).free_at - clock.machine_now()).total_seconds() <= 3.0
        Robot.objects.update(free_at=clock.machine_now())
        sweep()
        assert [body["markdown"]["title"] for body in platform.bodies("/robot")] == [
            "山海：1条通知",
            "山海：2条通知",
        ]

    def test_switched_off_it_brings_nothing(self, robot, platform, tell, sweep, lin, turn_clock):
        one = robot()
        turn_clock("2023-09-18T20:00")
        tell(lin)
        robots.switch_robot_off(one, by=None)
        turn_clock("2023-09-19T09:00")
        tell(lin)

        assert sweep() == 0
        assert stages(robot=one) == [("dropped", "ended")]
        robots.switch_robot_on(one, by=None)
        tell(lin)
        assert sweep() == 1

    def test_a_key_of_the_installation_that_changed_is_said(self, robot, tell, sweep, lin, settings):
        one = robot()
        settings.SECRET_KEY = "another"
        tell(lin)
        sweep()

        assert stages(robot=one) == [("failed", "unreadable")]

    def test_address_and_secret_stand_nowhere_in_the_clear(self, robot, platform):
        one = robot(secret="SECxyz")

        kept = " ".join(str(value) for value in Robot.objects.filter(pk=one.pk).values().get().values())
        journal = " ".join(JournalEntry.objects.values_list("body", flat=True))
        for text in (kept, journal):
            assert "127.0.0.1" not in text and "SECxyz" not in text

    def test_are_kept_by_the_administrator_and_the_dispatcher_of_the_unit(
        self, robot, platform, lin, shen, admin_member, cast
    ):
        from datetime import date

        from shanhai.core.actions import roles

        one = robot()
        with pytest.raises(Refused) as refused:
            robots.switch_robot_off(one, by=shen)
        assert refused.value.code == "core.not_allowed"
        roles.give_role(shen, role="dispatcher", from_on=date(2020, 1, 1), by=None)
        shen._standing = None
        with pytest.raises(Refused) as refused:
            robots.switch_robot_off(one, by=shen)
        assert refused.value.code == "core.not_ones_robot"
        assert not robots.switch_robot_off(one, by=admin_member).is_active


class TestUpkeep:
    def test_what_a_dead_sender_had_is_unclear_and_not_sent_by_itself(
        self, mailbox, reads_mail, tell, sweep, lin
    ):
        reads_mail(lin)
        tell(lin)
        Sending.objects.filter(what="notice").update(
            stage="going", claim="x", claimed_at=clock.machine_now() - timedelta(hours=1)
        )

        assert sweep() == 0
        assert stages(what="notice") == [("unclear", "lost")]
        assert [one.code for one in checks.run(["core.sendings"])] == ["core.sendings_unclear"]
        robots.send_again(list(Sending.objects.filter(stage="unclear")), by=None)
        assert sweep() == 1

    def test_check_says_what_stands_still(self, mailbox, reads_mail, tell, lin, turn_clock):
        reads_mail(lin)
        tell(lin)
        assert list(own_checks.run()) == []

        turn_clock("2023-09-18T11:00")
        assert [one.code for one in own_checks.run()] == ["core.sendings_stand"]

    def test_sent_ones_are_not_sent_again(self, mailbox, reads_mail, tell, sweep, lin):
        reads_mail(lin)
        tell(lin)
        sweep()

        with pytest.raises(Refused) as refused:
            robots.send_again(list(Sending.objects.all()), by=None)
        assert refused.value.code == "core.not_failed"

    def test_hours_that_cannot_be_read_keep_nobody_from_being_told(
        self, mailbox, reads_mail, tell, sweep, lin
    ):
        RuleRow.objects.create(
            code="core.working_hours",
            scope="national",
            valid_from=datetime(2020, 1, 1).date(),
            value='"all day"',
            status="assumed",
            source="x",
            known_at=clock.now(),
        )
        reads_mail(lin)
        tell(lin)

        assert sweep() == 1

    def test_a_demonstration_writes_files_and_reaches_nobody(
        self, mailbox, robot, platform, reads_mail, tell, sweep, lin, settings, tmp_path
    ):
        settings.SHANHAI_DATA = tmp_path
        settings.SHANHAI_MAIL_IS_ON = False
        Installation.objects.update_or_create(pk=1, defaults={"is_demo": True})
        robot()
        reads_mail(lin)
        tell(lin)

        assert sweep() == 2
        assert (mailbox.mails, platform.posted) == ([], [])
        names = sorted(path.suffix for path in (tmp_path / "outbox").iterdir())
        assert names == [".json", ".log"]

    def test_ten_thousand_waiting_take_little_memory(self, mailbox, reads_mail, cast, sweep, lin):
        reads_mail(lin)
        people = [
            SimpleNamespace(
                pk=members.add_member(
                    lin.unit, code=f"m{n}", name_zh=f"成员{n}", email=f"m{n}@zone.example", by=None
                ).pk
            )
            for n in range(4)
        ]
        at = clock.now()
        from shanhai.core.models import NoticeFact

        facts = NoticeFact.objects.bulk_create(
            NoticeFact(
                key=f"many:{n}", kind="test.due", what="Thing {n} is due", facts={"n": n}, url="/", at=at
            )
            for n in range(2000)
        )
        rows = [(fact.pk, person.pk) for fact in facts for person in people] + [
            (fact.pk, lin.pk) for fact in facts
        ]
        told = Notice.objects.bulk_create(Notice(fact_id=fact, member_id=pk, at=at) for fact, pk in rows)
        Sending.objects.bulk_create(
            (
                Sending(
                    channel="mail",
                    fact_id=one.fact_id,
                    notice=one,
                    member_id=one.member_id,
                    created_at=at,
                    due_at=at,
                )
                for one in told
            ),
            batch_size=1000,
        )
        del facts, rows, told
        tracemalloc.start()

        assert sweep() == 10_000
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()

        assert len(mailbox.mails) == 5
        assert peak < 8_000_000
