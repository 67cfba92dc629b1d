"""Phone links of the office: who may open what, on which phone, until when, and what stands on the record."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from shanhai.core import clock, journal, links
from shanhai.core.actions import links as actions
from shanhai.core.checks import replay
from shanhai.core.link_rules import Stage, State
from shanhai.core.models import Draft, JournalEntry, Notice, PhoneLink
from shanhai.core.queries import links as queries
from shanhai.fields.office import actions as rounds
from shanhai.fields.office.actions import problems
from shanhai.fields.office.models import Problem
from shanhai.kernel.refusals import BadInput, NotAllowed, NotFound, NotNow
from shanhai.site.cli import run

NUMBER, OTHER = "138 0000 1234", "13900005678"


@pytest.fixture
def problem(zone, lin, body, cast):
    """A village's problem that Lin's park brought for it, answered."""
    village = body("VILLAGE", "village", "青坑村")
    body("LQ-EIT", "department", "经信局")
    found = problems.raise_problem(
        zone, title_zh="门前路灯不亮", title_en="Street lamp is out", text="第三盏", unit=cast.units["LQ-PARK"],
        asker=village, by=lin,
    )  # fmt: skip
    return problems.answer_problem(found, text="周五前修好。", text_en="Mended by Friday.", by=lin)


@pytest.fixture
def made(problem, lin):
    """A link by which the village officer rates the answer, and its token."""
    return actions.issue_link(problem, holder="雷大山", role="village", phone=NUMBER, by=lin)


def entries(link, action=""):
    found = JournalEntry.objects.filter(subject_kind="core.phonelink", subject_id=link.pk).order_by("pk")
    return [json.loads(entry.body) for entry in found if action in ("", entry.action)]


def page(answer):
    return answer.content.decode()


class TestIssuing:
    def test_keeps_hashes_only_and_says_on_the_record_for_whom(self, made, lin):
        link, token = made

        kept = json.dumps(PhoneLink.objects.filter(pk=link.pk).values()[0], default=str)
        written = json.dumps(entries(link))
        for secret in (token, "13800001234", "138 0000"):
            assert secret not in kept and secret not in written
        assert entries(link, "core.issue_link")[0]["facts"]["phone"] == "****1234"
        assert (link.unit, link.issued_by, queries.state_of(link)) == (lin.unit, lin, State.UNUSED)
        assert queries.last_day(link) == date(2023, 10, 2)

    def test_only_whoever_could_do_it_shares_it(self, problem, shen, zhou):
        for member in (shen, zhou):
            with pytest.raises((NotFound, NotAllowed)):
                actions.issue_link(problem, holder="雷", role="village", phone=NUMBER, by=member)

    def test_needs_a_name_a_whole_number_and_a_day_to_come(self, problem, lin):
        given = {"holder": "雷", "role": "village", "phone": NUMBER, "by": lin}
        for wrong in ({"holder": " "}, {"phone": "1234"}, {"until_on": date(2023, 9, 17)}):
            with pytest.raises(BadInput):
                actions.issue_link(problem, **(given | wrong))
        with pytest.raises(BadInput):
            actions.issue_link(problem, **given, until_on=clock.today() + timedelta(days=91))

    def test_what_is_not_answered_has_nothing_to_rate(self, problem, lin):
        problems.take_back_answer(problem, by=lin)

        with pytest.raises(NotNow):
            actions.issue_link(problem, holder="雷", role="village", phone=NUMBER, by=lin)


class TestOnThePhone:
    def test_the_right_number_opens_it_and_the_deed_is_the_holders_on_the_record(
        self, made, phone, problem, lin
    ):
        link, token = made
        mine = phone()

        asked = page(mine.open(token))
        shown = page(mine.give(NUMBER))
        thanked = page(mine.post(do="rate", **{"rate-rating": "4", "rate-word": "亮了"}))

        assert "Street lamp" not in asked and "雷大山" not in asked
        assert "Street lamp is out" in shown and "Mended by Friday." in shown
        assert "Thank you" in thanked
        problem.refresh_from_db()
        assert (problem.stage, problem.rating, problem.rating_word) == ("rated", 4, "亮了")
        entry = JournalEntry.objects.filter(action="office.rate_answer").get()
        body = json.loads(entry.body)
        assert body["by"] is None and body["by_name"] == "雷大山"
        assert body["by_link"] == {"link": link.code, "phone": "****1234", "role": "village"}
        assert entry.organisation_id == lin.unit.organisation_id
        from shanhai.core.queries import journal as reads

        assert reads.by_name(body) == "by link, for 雷大山, phone ****1234"
        assert Notice.objects.filter(member=lin, fact__kind="core.link").count() == 1

    def test_each_opening_try_binding_and_deed_is_on_the_record_without_number_or_token(self, made, phone):
        link, token = made
        mine = phone()
        mine.open(token)
        mine.give(OTHER)
        mine.give(NUMBER)
        mine.post(do="rate", **{"rate-rating": "5"})

        verbs = [body["action"] for body in entries(link)]
        assert verbs[:2] == ["core.issue_link", "core.open_link"]
        assert [body["facts"]["outcome"] for body in entries(link, "core.try_number")] == ["wrong", "bound"]
        assert verbs[-1] == "core.act_by_link"
        everything = "".join(JournalEntry.objects.values_list("body", flat=True))
        for secret in (token, "13800001234", "1390000"):
            assert secret not in everything
        link.refresh_from_db()
        assert not list(replay())

    def test_a_link_that_is_done_says_so_and_does_nothing_twice(self, made, phone):
        _link, token = made
        mine = phone()
        mine.open(token)
        mine.give(NUMBER)
        mine.post(do="rate", **{"rate-rating": "4"})

        again = mine.post(do="rate", **{"rate-rating": "1"})

        assert "done already" in page(again)
        assert "done already" in page(phone().open(token))
        assert Problem.objects.get().rating == 4

    def test_another_number_is_refused_and_after_five_the_link_is_locked(self, made, phone, lin):
        link, token = made
        mine = phone()
        mine.open(token)

        tried = [mine.give(OTHER) for _ in range(5)]
        late = mine.give(NUMBER)

        assert "4 tries are left" in page(tried[0]) and tried[0].status_code == 422
        assert "1 try is left" in page(tried[3])
        assert "Too many wrong numbers" in page(tried[4]) and tried[4].status_code == 403
        assert "Too many wrong numbers" in page(late) and "Lin Tao" in page(late)
        link.refresh_from_db()
        assert queries.state_of(link) == State.LOCKED
        assert Notice.objects.filter(member=lin, fact__what__startswith="Too many").count() == 1

    def test_the_right_number_on_another_phone_is_turned_away_until_the_issuer_lets_it_in(
        self, made, phone, lin
    ):
        link, token = made
        first, second = phone(), phone()
        first.open(token)
        first.give(NUMBER)
        second.open(token)

        turned_away = second.give(NUMBER)
        assert turned_away.status_code == 403 and "in use on another phone" in page(turned_away)
        assert "Street lamp" in page(first.get())
        link.refresh_from_db()
        assert link.wrong_tries == 0
        assert Notice.objects.filter(member=lin, fact__what__startswith="Somebody with").count() == 1

        actions.release_link(link, by=lin)
        assert "Street lamp" not in page(first.get())
        assert "Street lamp is out" in page(second.give(NUMBER))
        assert "in use on another phone" in page(first.give(NUMBER))

    def test_wrong_tries_of_others_do_not_lock_out_the_phone_that_is_let_in(self, made, phone):
        _link, token = made
        mine, thief = phone(), phone()
        mine.open(token)
        mine.give(NUMBER)
        thief.open(token)
        for _ in range(6):
            thief.give(OTHER)

        assert "Too many wrong numbers" in page(thief.get())
        assert "Street lamp is out" in page(mine.get())

    def test_after_revocation_the_page_says_so_and_whom_to_call(self, made, phone, lin):
        link, token = made
        mine = phone()
        mine.open(token)
        mine.give(NUMBER)
        key = links.form_key(link, token)
        actions.revoke_link(PhoneLink.objects.get(), reason="寄错了人", by=lin)

        seen = mine.get()
        sent = mine._sent("post", mine.here, {"key": key, "do": "rate", "rate-rating": "5"})

        for answer in (seen, sent, phone().open(token)):
            assert answer.status_code == 410
            assert "was revoked" in page(answer) and "Longquan Park Committee" in page(answer)
        assert Problem.objects.get().rating is None
        assert entries(link, "core.revoke_link")[0]["facts"]["reason"] == "寄错了人"

    def test_after_its_last_day_it_says_so_and_opens_again_when_extended(self, made, phone, lin, turn_clock):
        _link, token = made
        mine = phone()
        mine.open(token)
        mine.give(NUMBER)
        turn_clock("2023-10-02T23:59")
        assert "Street lamp" in page(mine.get())
        turn_clock("2023-10-03T00:00")

        over = mine.get()
        assert over.status_code == 410 and "2 Oct" in page(over)
        actions.extend_link(PhoneLink.objects.get(), until_on=date(2023, 10, 10), by=lin)
        assert "Street lamp" in page(mine.get())

    def test_what_others_settled_meanwhile_is_done(self, made, phone, problem, lin):
        _link, token = made
        mine = phone()
        mine.open(token)
        mine.give(NUMBER)
        problems.rate_answer(problem, rating=2, by=lin)

        assert "done already" in page(mine.get())

    def test_a_call_by_hand_can_be_named(self, problem, lin, phone):
        _link, token = actions.issue_link(
            problem, holder="雷", role="village", phone=NUMBER, call="协作办 0578-0000000", by=lin
        )

        assert "协作办 0578-0000000" in page(phone().open(token))

    def test_wrong_input_is_shown_beside_its_field_and_nothing_is_done(self, made, phone):
        link, token = made
        mine = phone()
        mine.open(token)
        mine.give(NUMBER)

        answer = mine.post(do="rate", **{"rate-rating": "9"})

        assert answer.status_code == 422
        link.refresh_from_db()
        assert link.stage == Stage.BOUND


class TestSpoofing:
    def test_an_altered_token_opens_nothing_and_says_nothing(self, made, phone):
        _link, token = made
        altered = [
            token[:5] + ("A" if token[5] != "A" else "B") + token[6:],
            token[:-1],
            token + "A",
            "x" * 38,
        ]

        for one in altered:
            answer = phone().open(one)
            assert answer.status_code == 404 and "opens nothing" in page(answer)

    def test_the_page_without_the_token_of_its_link_opens_nothing(self, made, phone, problem, lin):
        link, _token = made
        _other, other_token = actions.issue_link(problem, holder="蓝", role="village", phone=NUMBER, by=lin)
        mine = phone()
        mine.open(other_token)
        stolen = mine.cookies[mine.here]
        there = f"/p/{link.code}/"

        assert mine.get(there).status_code == 404
        mine.cookies[there] = dict(stolen)  # a browser would not send them; a thief does
        assert mine.get(there).status_code == 404

    def test_the_cookie_of_a_phone_opens_no_other_link_of_the_same_number(self, made, phone, problem, lin):
        _link, token = made
        _other, other_token = actions.issue_link(problem, holder="蓝", role="village", phone=NUMBER, by=lin)
        mine = phone()
        mine.open(other_token)
        mine.give(NUMBER)
        device = mine.cookies[mine.here]["device"]
        mine.open(token)
        mine.cookies[mine.here]["device"] = device

        assert "Street lamp" not in page(mine.get())

    def test_a_form_without_the_key_of_this_phone_does_nothing(self, made, phone):
        _link, token = made
        mine = phone()
        mine.open(token)
        mine.give(NUMBER)

        mine._sent("post", mine.here, {"do": "rate", "rate-rating": "1"})
        mine._sent("post", mine.here, {"do": "rate", "rate-rating": "1", "key": "0" * 64})

        assert Problem.objects.get().rating is None

    def test_a_renewed_link_leaves_the_old_token_dead(self, made, phone, lin):
        _made, token = made
        mine = phone()
        mine.open(token)
        mine.give(NUMBER)
        _link, newer = actions.renew_link(PhoneLink.objects.get(), by=lin)

        assert mine.get().status_code == 404
        assert phone().open(token).status_code == 404
        assert "phone number" in page(phone().open(newer))

    def test_a_deed_that_the_link_is_not_for_is_not_done(self, made, phone):
        _link, token = made
        mine = phone()
        mine.open(token)
        mine.give(NUMBER)

        assert "Street lamp" in page(mine.post(do="finish", text="x"))
        assert Problem.objects.get().stage == "answered"

    def test_holders_actions_are_nobody_elses(self, made, lin):
        link, _token = made

        with pytest.raises(NotAllowed):
            actions.open_link(link, by=lin)
        with pytest.raises(NotAllowed):
            actions.try_number(link, number=NUMBER, by=lin)

    def test_many_calls_from_one_phone_are_slowed_down(self, made, phone):
        _link, token = made
        mine = phone()

        statuses = [mine.open(token).status_code for _ in range(32)]

        assert statuses[0] == 200 and statuses[-1] == 429

    def test_pages_are_kept_and_found_nowhere(self, made, phone):
        _link, token = made
        mine = phone()
        landing = mine._sent("get", f"/l/{token}/")
        for answer in (landing, mine.open(token), mine.give(NUMBER), phone().open("x" * 38)):
            assert answer["Referrer-Policy"] == "no-referrer"
            assert answer["Cache-Control"] == "no-store"
            assert answer["X-Robots-Tag"] == "noindex, nofollow"
            assert token not in page(answer)

    def test_cookies_lie_under_the_address_of_the_one_page(self, made, phone, settings):
        link, token = made
        mine = phone()
        mine.open(token)
        answer = mine._sent(
            "post", mine.here, {"key": links.form_key(link, token), "do": "number", "number": NUMBER}
        )

        morsel = answer.cookies["device"]
        assert (morsel["path"], morsel["httponly"], morsel["samesite"]) == (f"/p/{link.code}/", True, "Lax")


def _every_address():
    """All addresses that take nothing, or something that we can name."""

    def walk(resolver, path):
        for pattern in resolver.url_patterns:
            here = path + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                yield from walk(pattern, here)
            elif isinstance(pattern, URLPattern):
                yield here

    known = {
        "<str:number>": "P-1",
        "<int:pk>": "1",
        "<int:key>": "1",
        "<str:code>": "x",
        "<str:kind>": "office.problem",
    }
    for path in walk(get_resolver(), "/"):
        for part, value in known.items():
            path = path.replace(part, value)
        if not any(sign in path for sign in "<>^$\\") and not path.startswith("/p/"):
            yield path


def test_to_every_other_page_a_phone_is_a_stranger(made, phone):
    _link, token = made
    mine = phone()
    mine.open(token)
    mine.give(NUMBER)
    cookies = {name: value for kept in mine.cookies.values() for name, value in kept.items()}
    paths = sorted(set(_every_address()))
    assert len(paths) > 150

    differing = []
    for path in paths:
        stranger, holder = Client(), Client()
        for name, value in cookies.items():
            holder.cookies[name] = value
        plain, with_link = stranger.get(path), holder.get(path)
        same = (plain.status_code, plain.get("Location")) == (
            with_link.status_code,
            with_link.get("Location"),
        )
        if not same or ("sessionid" in with_link.cookies and "sessionid" not in plain.cookies):
            differing.append(f"{path}: {plain.status_code} and {with_link.status_code}")
        assert (
            "Street lamp" not in with_link.content.decode(errors="replace")
            if not with_link.streaming
            else True
        )
    assert not differing, "\n".join(differing)


class TestLanguages:
    def test_speaks_the_language_of_the_browser_and_switches(self, made, phone):
        _link, token = made
        mine = phone("zh-CN,zh;q=0.9")

        chinese = page(mine.open(token))
        english = page(mine.get(f"{mine.here}?lang=en"))
        later = page(mine.get())

        assert 'lang="zh-Hans"' in chinese and "手机号" in chinese
        assert 'lang="en"' in english and 'lang="en"' in later


class TestChanging:
    def test_a_revocation_is_taken_back_within_minutes_and_the_phone_is_let_in_again(
        self, made, phone, lin, turn_clock
    ):
        _link, token = made
        mine = phone()
        mine.open(token)
        mine.give(NUMBER)
        link = actions.revoke_link(PhoneLink.objects.get(), by=lin)

        actions.restore_link(link, by=lin)
        assert "Street lamp" in page(mine.get())
        actions.revoke_link(link, by=lin)
        turn_clock("2023-09-18T09:30")
        with pytest.raises(NotNow):
            actions.restore_link(PhoneLink.objects.get(), by=lin)
        assert not list(replay())

    def test_an_extension_is_taken_back_within_minutes(self, made, lin):
        link, _token = made
        actions.extend_link(link, until_on=date(2023, 10, 20), by=lin)

        actions.take_back_extension(link, by=lin)

        assert queries.last_day(link) == date(2023, 10, 2)
        with pytest.raises(NotNow):
            actions.take_back_extension(link, by=lin)

    def test_what_is_done_is_not_revoked_extended_or_renewed(self, made, phone, lin):
        _link, token = made
        mine = phone()
        mine.open(token)
        mine.give(NUMBER)
        mine.post(do="rate", **{"rate-rating": "4"})
        link = PhoneLink.objects.get()

        for change in (
            lambda: actions.revoke_link(link, by=lin),
            lambda: actions.extend_link(link, until_on=date(2023, 10, 20), by=lin),
            lambda: actions.renew_link(link, by=lin),
            lambda: actions.release_link(link, by=lin),
        ):
            with pytest.raises(NotNow):
                change()

    def test_other_units_neither_see_nor_change_it(self, made, shen, zhou, client_of):
        link, _token = made

        with pytest.raises(NotAllowed):
            actions.revoke_link(link, by=shen)
        assert client_of(shen).get(link.url).status_code == 404
        assert client_of(zhou).get("/office/links/").status_code == 403


class TestPagesOfTheIssuer:
    def test_the_record_offers_it_and_the_card_is_shown_once(self, problem, client_of, lin, phone):
        client = client_of(lin)
        assert "Share by link" in client.get(problem.url).content.decode()
        address = f"/office/records/office.problem/{problem.pk}/link/"

        made = client.post(
            address,
            {
                "kind": "office.rate_answer",
                "holder": "雷大山",
                "role": "village",
                "unkept-phone": NUMBER,
                "until_on": "2023-09-30",
            },
        )

        link = PhoneLink.objects.get()
        text = page(made)
        token = text.split('id="address">')[1].split("/l/")[1].split("/")[0]
        assert made["Cache-Control"] == "no-store"
        assert 'class="qr"' in text and "****1234" in text and "13800001234" not in text
        assert "phone number" in page(phone().open(token))
        for path in (link.url, "/office/links/", problem.url):
            assert token not in page(client.get(path))
        assert "雷大山" in page(client.get(problem.url))

    def test_a_wrong_number_is_told_under_its_field(self, problem, client_of, lin):
        answer = client_of(lin).post(
            f"/office/records/office.problem/{problem.pk}/link/",
            {
                "kind": "office.rate_answer",
                "holder": "雷",
                "role": "village",
                "unkept-phone": "12",
                "until_on": "2023-09-30",
            },
        )

        assert answer.status_code == 422 and "no whole phone number" in page(answer)
        assert not PhoneLink.objects.exists()

    def test_an_expired_login_keeps_the_form_and_not_the_number(self, problem, client_of, lin):
        address = f"/office/records/office.problem/{problem.pk}/link/"
        shown = page(client_of(lin).get(address))
        mark = shown.split('name="_typed" value="')[1].split('"')[0]
        given = {"kind": "office.rate_answer", "holder": "雷大山", "role": "village", "call": "转沈洁"}
        stranger = Client()
        stranger.post(address, given | {"_typed": mark, "unkept-phone": NUMBER})
        stranger.force_login(lin.user)

        back = page(stranger.get(address))
        assert "雷大山" in back and "转沈洁" in back and NUMBER not in back
        assert NUMBER not in str(Draft.objects.get().data)

    def test_extends_revokes_and_takes_both_back(self, made, client_of, lin):
        link, _token = made
        client = client_of(lin)

        assert "until 20 Oct" in page(
            client.post(
                f"{link.url}extend/", {"until_on": "2023-10-20", "version": link.version}, follow=True
            )
        )
        client.post(f"{link.url}unextend/")
        assert queries.last_day(PhoneLink.objects.get()) == date(2023, 10, 2)
        assert "revoked" in page(client.post(f"{link.url}revoke/", {"reason": "x"}, follow=True))
        client.post(f"{link.url}restore/")
        assert PhoneLink.objects.get().stage == Stage.UNUSED

    def test_shows_each_state_in_the_list(self, made, client_of, lin, phone):
        link, token = made
        client = client_of(lin)

        assert "Not opened yet" in page(client.get("/office/links/"))
        mine = phone()
        mine.open(token)
        mine.give(NUMBER)
        assert "In use" in page(client.get("/office/links/?state=bound"))
        assert "雷大山" not in page(client.get("/office/links/?state=revoked"))
        history = page(client.get(link.url))
        assert "the right number: this phone is let in" in history
        assert "by link, for 雷大山, phone ****1234" in history

    def test_lists_with_a_constant_number_of_queries(
        self, made, problem, lin, client_of, django_assert_max_num_queries
    ):
        client = client_of(lin)
        client.get("/office/links/")
        for n in range(20):
            actions.issue_link(problem, holder=f"雷{n}", role="village", phone=NUMBER, by=lin)

        with django_assert_max_num_queries(35):
            client.get("/office/links/")

    def test_the_new_code_is_shown_and_the_old_one_dead(self, made, client_of, lin, phone):
        link, token = made

        answer = client_of(lin).post(f"{link.url}renew/", {"version": link.version})

        assert "shown this once" in page(answer)
        assert phone().open(token).status_code == 404


class TestRoundByPhone:
    @pytest.fixture
    def answer(self, opened, staff, answer_of):
        return answer_of(opened, staff.unit)

    def test_the_bookkeeper_fills_the_form_and_the_unit_passes_it_on(
        self, answer, staff, phone, answer_of, opened
    ):
        link, token = actions.issue_link(
            answer, holder="蓝会计", role="bookkeeper", phone=NUMBER, by=staff.handler
        )
        mine = phone()
        mine.open(token)
        shown = page(mine.give(NUMBER))
        assert "Money for aid" in shown and "in 万元" in shown

        refused = mine.post(do="fill", **{"fill-cell:visits:": "three", "fill-cell:aid:": "12.5"})
        assert refused.status_code == 422 and "three" in page(refused)
        done = mine.post(
            do="fill", **{"fill-cell:visits:": "3", "fill-cell:aid:": "１２.5", "fill-cell:remarks:": ""}
        )

        assert "Thank you" in page(done)
        after = answer_of(opened, staff.unit)
        assert (after.stage, after.n_given, after.filled_by) == ("begun", 2, None)
        entry = json.loads(JournalEntry.objects.filter(action="office.fill_answer").latest("pk").body)
        assert entry["by_link"]["link"] == link.code
        for member in (staff.handler, staff.checker, staff.signer):
            rounds.hand_up(after, by=member)
        assert after.stage == "confirmed"

    def test_only_the_unit_that_answers_shares_it(self, answer, lin):
        with pytest.raises(NotAllowed):
            actions.issue_link(answer, holder="蓝", role="bookkeeper", phone=NUMBER, by=lin)

    def test_what_the_unit_has_passed_on_is_done_for_the_phone(self, answer, staff, phone):
        _link, token = actions.issue_link(
            answer, holder="蓝", role="bookkeeper", phone=NUMBER, by=staff.handler
        )
        rounds.fill_answer(answer, {("visits", ""): "1", ("aid", ""): "1"}, by=staff.handler)
        rounds.hand_up(answer, by=staff.handler)

        assert "done already" in page(phone().open(token))

    def test_the_page_of_the_answer_offers_it(self, answer, staff, client_of):
        assert "Share by link" in page(client_of(staff.handler).get(answer.url))


class TestOtherFaces:
    def test_a_program_issues_lists_extends_revokes_and_releases(
        self, problem, lin, shen, api_at, held, phone
    ):
        api = api_at("/api/v1/office")(lin)
        given = {"holder": "雷大山", "role": "village", "phone": NUMBER}
        made = api("post", f"/records/office.problem/{problem.pk}/links", given)
        assert made.status_code == 201 and made["Cache-Control"] == "no-store"
        link = made.json()
        token = link["address"].split("/l/")[1].strip("/")
        assert "phone number" in page(phone().open(token))

        assert [one["code"] for one in api("get", "/links?state=unused").json()["items"]] == [link["code"]]
        assert "address" not in api("get", f"/links/{link['code']}").json()
        there = f"/links/{link['code']}"
        link = held(api, f"{there}/extend", {"until_on": "2023-10-20"}, link["version"])
        link = held(api, f"{there}/take-back-extension", {}, link["version"])
        revoked = api("post", f"{there}/revoke", {"reason": "x"}).json()
        assert revoked["state"] == "revoked"
        link = held(api, f"{there}/restore", {}, revoked["version"])
        assert api("post", f"{there}/release", {}, version=link["version"]).status_code == 409
        renewed = api("post", f"{there}/renew", {}, version=link["version"])
        assert renewed.json()["address"].split("/l/")[1].strip("/") != token
        assert api_at("/api/v1/office")(shen)("get", there).status_code == 404

    def test_a_command_issues_lists_and_revokes(self, problem, lin, capsys):
        line = ["--as", "lin", "office", "links"]
        issue = [
            *line,
            "issue",
            "office.problem",
            str(problem.pk),
            "--for",
            "雷",
            "--phone",
            NUMBER,
            "--role",
            "village",
        ]
        assert run([*issue, "--dry-run", "--json"]) == 0
        assert not PhoneLink.objects.exists()
        capsys.readouterr()
        assert run([*issue, "--json"]) == 0
        made = json.loads(capsys.readouterr().out)
        assert queries.by_token(made["path"].split("/")[2]).code == made["code"]

        for verb in (
            ["revoke"],
            ["restore"],
            ["extend", "--until", "2023-10-20"],
            ["take-back-extension"],
            ["renew"],
        ):
            assert run([*line, verb[0], made["code"], *verb[1:]]) == 0, verb
        capsys.readouterr()
        assert run([*line, "list", "--json"]) == 0
        assert json.loads(capsys.readouterr().out)[0]["phone"] == "****1234"
        assert run([*line, "show", made["code"], "--json"]) == 0


class TestSelfCheck:
    def test_finds_a_link_whose_record_is_gone(self, made):
        from shanhai.core.queries import checks

        link, _token = made
        assert not list(checks.links())

        PhoneLink.objects.filter(pk=link.pk).update(subject_id=999_999)

        assert [one.code for one in checks.links()] == ["core.link_opens_nothing"]

    def test_what_the_system_does_beside_a_holder_is_not_theirs(self, made):
        link, _token = made
        with journal.by_holder(link):
            pass

        assert "by_link" not in json.loads(journal.record(link, "core.issue_link", by=None).body)
