"""Forms: drafts, refusals, two writers, amounts."""

from __future__ import annotations

import re

import pytest
from django import forms
from django.test import Client

from shanhai.core.actions import drafts
from shanhai.core.models import Draft, Organisation, User
from shanhai.kernel.refusals import TooLarge
from shanhai.webkit.forms import ShanhaiForm, YuanField

pytestmark = pytest.mark.django_db


@pytest.fixture
def firm(firms: list[Organisation]) -> Organisation:
    return Organisation.objects.get(code="F001")


@pytest.fixture
def ye(own_pages: None) -> Client:
    client = Client()
    client.force_login(
        User.objects.create(username="ye", language="en"),
        "allauth.account.auth_backends.AuthenticationBackend",
    )
    return client


def page(client: Client, firm: Organisation) -> str:
    return client.get(f"/t/organisations/{firm.pk}/").content.decode()


def send(client: Client, firm: Organisation, **data: str) -> str:
    return client.post(f"/t/organisations/{firm.pk}/", data).content.decode()


class TestSending:
    def test_moves_the_row(self, ye, firm):
        answer = send(ye, firm, name_zh="新名", address="here", version="0")

        firm.refresh_from_db()
        assert answer == "saved 1"
        assert (firm.name_zh, firm.address, firm.version) == ("新名", "here", 1)

    def test_an_empty_field_is_named_beside_it(self, ye, firm):
        text = send(ye, firm, name_zh="", address="here", version="0")

        assert "1 entry needs another look." in text
        assert 'id="id_name_zh_error"' in text
        assert 'aria-invalid="true"' in text

    def test_a_refusal_stands_at_the_field_that_it_names(self, ye, firm):
        text = send(ye, firm, name_zh="新名", address="nowhere", version="0")

        assert "Not done:" in text
        assert re.search(r'id="id_address_error">.*There is no such address\.', text, re.DOTALL)

    def test_programs_are_told_by_the_status(self, ye, firm):
        address = f"/t/organisations/{firm.pk}/"
        assert ye.get(address).status_code == 200
        assert ye.post(address, {"name_zh": "", "version": "0"}).status_code == 422
        assert ye.post(address, {"name_zh": "新名", "address": "nowhere", "version": "0"}).status_code == 422
        Organisation.objects.filter(pk=firm.pk).update(version=1)
        assert ye.post(address, {"name_zh": "新名", "address": "here", "version": "0"}).status_code == 409

    def test_the_version_travels_with_the_form(self, ye, firm):
        assert 'name="version" value="0"' in page(ye, firm)


class TestTwoWriters:
    @pytest.fixture
    def moved(self, firm: Organisation) -> Organisation:
        Organisation.objects.filter(pk=firm.pk).update(name_zh="他名", address="there", version=1)
        return firm

    def test_the_second_is_told_what_differs_and_loses_nothing(self, ye, moved):
        text = send(ye, moved, name_zh="我名", address="there", version="0")

        moved.refresh_from_db()
        assert moved.name_zh == "他名"
        assert "Someone else saved this while you wrote." in text
        assert 'name="take-name_zh"' in text
        assert 'name="take-address"' not in text
        assert 'value="我名"' in text
        assert 'name="version" value="1"' in text

    def test_having_seen_it_the_second_may_keep_hers(self, ye, moved):
        answer = send(
            ye, moved, **{"name_zh": "我名", "address": "mine", "version": "1", "take-name_zh": "mine"}
        )

        moved.refresh_from_db()
        assert answer == "saved 2"
        assert (moved.name_zh, moved.address) == ("我名", "mine")

    def test_or_take_theirs_field_by_field(self, ye, moved):
        send(ye, moved, **{"name_zh": "我名", "address": "mine", "version": "1", "take-name_zh": "theirs"})

        moved.refresh_from_db()
        assert (moved.name_zh, moved.address) == ("他名", "mine")


class TestDrafts:
    def test_what_is_typed_comes_back_after_leaving(self, ye, firm):
        answer = ye.post(
            "/drafts/save",
            {
                "_form": "tests.organisation",
                "_key": str(firm.pk),
                "name_zh": "半句",
                "csrfmiddlewaretoken": "x",
            },
        )
        text = page(ye, firm)

        assert answer.json() == {"saved_at": "09:00"}
        assert 'value="半句"' in text
        assert "This is your draft of 09:00." in text
        assert "csrfmiddlewaretoken" not in Draft.objects.get().data

    def test_a_box_that_was_unticked_stays_unticked(self, rf, db):
        class Ticked(ShanhaiForm):
            form_code = "tests.ticked"
            is_yearly = forms.BooleanField(required=False)
            days = forms.MultipleChoiceField(choices=[("1", "Mon"), ("2", "Tue")], required=False)

        request = rf.get("/")
        request.user = User.objects.create(username="ye3")
        drafts.keep_draft(request.user, "tests.ticked", "", {"days": ["2"]})
        form = Ticked(request, initial={"is_yearly": True, "days": ["1"]})

        assert form["is_yearly"].value() is False
        assert form["days"].value() == ["2"]

    def test_go_when_the_form_is_sent(self, ye, firm):
        ye.post("/drafts/save", {"_form": "tests.organisation", "_key": str(firm.pk), "name_zh": "半句"})

        send(ye, firm, name_zh="全句", address="", version="0")

        assert not Draft.objects.exists()

    def test_stay_when_the_form_is_refused(self, ye, firm):
        ye.post("/drafts/save", {"_form": "tests.organisation", "_key": str(firm.pk), "name_zh": "半句"})

        send(ye, firm, name_zh="全句", address="nowhere", version="0")

        assert Draft.objects.count() == 1

    def test_can_be_thrown_away(self, ye, firm):
        ye.post("/drafts/save", {"_form": "tests.organisation", "_key": str(firm.pk), "name_zh": "半句"})

        answer = ye.post("/drafts/drop", {"_drop": f"tests.organisation|{firm.pk}"})

        assert answer.status_code == 302
        assert not Draft.objects.exists()

    def test_are_nobody_elses(self, ye, firm):
        drafts.keep_draft(
            User.objects.create(username="zhou"), "tests.organisation", str(firm.pk), {"name_zh": ["他"]}
        )

        assert 'value="他"' not in page(ye, firm)

    def test_a_draft_from_before_a_change_meets_the_conflict(self, ye, firm):
        ye.post(
            "/drafts/save",
            {"_form": "tests.organisation", "_key": str(firm.pk), "name_zh": "半句", "version": "0"},
        )
        Organisation.objects.filter(pk=firm.pk).update(name_zh="他名", version=1)

        assert 'name="version" value="0"' in page(ye, firm)

    def test_without_a_login_the_page_is_told(self, own_pages, firm):
        answer = Client().post(
            "/drafts/save", {"_form": "tests.organisation", "_key": "1", "name_zh": "半句"}
        )

        assert answer.status_code == 401
        assert answer.json() == {"code": "webkit.logged_out"}

    def test_passwords_are_never_kept(self, ye):
        ye.post("/drafts/save", {"_form": "f", "_key": "", "password": "x", "new_password1": "y", "a": "b"})

        assert Draft.objects.get().data == {"a": ["b"]}

    def test_too_much_is_refused(self, db):
        user = User.objects.create(username="ye2")

        with pytest.raises(TooLarge, match="at most 200000"):
            drafts.keep_draft(user, "f", "", {"a": ["x" * 200_001]})


class TestAmounts:
    @pytest.mark.parametrize(
        ("typed", "fen"),
        [
            ("5104236.18", 510_423_618),
            ("5,104,236.18", 510_423_618),
            ("510.4万元", 510_400_000),
            ("510.4 万", 510_400_000),
            ("1.24亿元", 12_400_000_000),
            ("5.1 m yuan", 510_000_000),
            ("100元", 10_000),
            ("0.1", 10),
            (".5", 50),
            ("￥１，２００．５０元", 120_050),
        ],
    )
    def test_are_read_with_their_unit(self, typed, fen):
        assert YuanField().clean(typed) == fen

    @pytest.mark.parametrize("typed", ["abc", "1.005", "5 mu", "1e5", "--1", "1.2.3", "NaN", "٣"])
    def test_what_is_no_amount_is_said(self, typed):
        with pytest.raises(forms.ValidationError):
            YuanField().clean(typed)

    def test_below_nothing_is_refused_unless_allowed(self):
        with pytest.raises(forms.ValidationError, match="at least"):
            YuanField().clean("-1")

        assert YuanField(min_fen=None).clean("-1") == -100

    def test_nothing_stays_nothing(self):
        assert YuanField(required=False).clean("") is None

    @pytest.mark.parametrize("fen", [0, 5, 10_000, 510_423_618, -205])
    def test_what_is_shown_is_read_back_the_same(self, fen):
        field = YuanField(min_fen=None)

        assert field.clean(field.prepare_value(fen)) == fen
