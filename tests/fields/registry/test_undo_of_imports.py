"""Members and roles that came by spreadsheet go again with the undo, or the refusal says who uses them by now."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from shanhai.core import clock, rulebook, signs
from shanhai.core.models import Import, Member, Organisation, RoleGrant, Seat, User
from shanhai.core.sheets import bringing, committing, undoing
from shanhai.kernel.refusals import NotNow

pytestmark = pytest.mark.django_db


@pytest.fixture
def brought(cast: Any, tmp_path: Path) -> Any:
    """``brought("members", "code,...", "m-1,...")``: a table brought and written by the system."""

    def make(noun: str, *lines: str) -> Import:
        path = tmp_path / f"{noun}.csv"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        imported = bringing.bring(path, signs.registers[f"registry.{noun}"], by=None)
        assert imported.counts["refused"] == 0, list(imported.rows.values_list("problems", flat=True))
        return committing.write(imported, by=None)

    return make


@pytest.fixture
def newcomers(brought: Any, lin: Any) -> Import:
    """One new member with a login and two roles, and another post for Lin."""
    roles = " ".join(RoleGrant.objects.filter(member=lin).order_by("pk").values_list("role", flat=True))
    return brought(
        "members",
        "code,unit,name_zh,title,login,roles",
        f"NEW-1,{lin.unit.code},王新,科员,wang.xin,handler office",
        f"{lin.code},{lin.unit.code},{lin.name_zh},主任,{lin.user.username},{roles}",
    )


class TestMembers:
    def test_a_new_member_goes_with_roles_and_login_and_a_changed_one_is_as_before(
        self, newcomers: Import, lin: Any
    ) -> None:
        before = lin.title
        assert RoleGrant.objects.filter(member__code="NEW-1").count() == 2

        undoing.undo(newcomers, by=None)

        assert not Member.objects.filter(code="NEW-1").exists()
        assert not User.objects.filter(username="wang.xin").exists()
        assert Member.objects.get(pk=lin.pk).title == before

    def test_a_login_with_a_password_is_in_use(self, newcomers: Import) -> None:
        user = User.objects.get(username="wang.xin")
        user.set_password("long enough 2023")
        user.save()

        with pytest.raises(NotNow) as refused:
            undoing.undo(newcomers, by=None)

        assert (refused.value.code, refused.value.facts["what"]) == ("registry.login_in_use", "wang.xin")
        assert Member.objects.filter(code="NEW-1").exists()

    def test_a_role_given_by_hand_since_is_not_taken_away(self, newcomers: Import, lin: Any) -> None:
        new = Member.objects.get(code="NEW-1")
        RoleGrant.objects.create(member=new, role="dispatcher", from_on=clock.today())

        with pytest.raises(NotNow) as refused:
            undoing.undo(newcomers, by=None)

        assert (refused.value.code, refused.value.facts["key"]) == ("sheets.undo_of_moved", "NEW-1")
        assert RoleGrant.objects.filter(member=new).count() == 3


class TestRoles:
    def test_given_roles_go_and_moved_ends_come_back(self, brought: Any, lin: Any) -> None:
        held = RoleGrant.objects.filter(member=lin).first()
        imported = brought(
            "role_grants",
            "member,role,from_on,to_on",
            f"{lin.code},{held.role},{held.from_on},2024-12-31",
            f"{lin.code},auditor,2024-01-01,",
        )
        assert RoleGrant.objects.get(pk=held.pk).to_on is not None

        undoing.undo(imported, by=None)

        assert not RoleGrant.objects.filter(member=lin, role="auditor").exists()
        assert RoleGrant.objects.get(pk=held.pk).to_on == held.to_on


class TestOrganisations:
    HEADINGS = "code,name_zh,kind,region,parent"

    def test_rows_may_stand_under_rows_far_below_them(self, brought: Any) -> None:
        lines = [f"F-{i:04},工厂{i},enterprise,331181,F-{i + 1:04}" for i in range(5_100)]
        imported = brought("organisations", self.HEADINGS, *lines, "F-5100,工厂,enterprise,331181,LQ")
        assert imported.counts["new"] == 5_101

        first = Organisation.objects.get(code="F-0000")
        assert first.parent.code == "F-0001"
        assert Organisation.objects.get(code="F-4999").parent.code == "F-5000"
        undoing.undo(imported, by=None)
        assert not Organisation.objects.filter(code__startswith="F-").exists()
        assert not Seat.objects.filter(organisation_id=first.pk).exists()

    def test_one_that_stands_above_another_by_now_is_named_with_it(self, brought: Any) -> None:
        imported = brought("organisations", self.HEADINGS, "F-1,青峰,enterprise,331181,LQ")
        brought("organisations", self.HEADINGS, "F-2,龙渊,enterprise,331181,F-1")

        with pytest.raises(NotNow) as refused:
            undoing.undo(imported, by=None)

        assert refused.value.code == "core.row_in_use"
        assert (refused.value.facts["what"], refused.value.facts["user"]) == ("青峰", "龙渊")

    def test_a_row_that_vanished_between_check_and_write_is_shown_anew(
        self, cast: Any, tmp_path: Path
    ) -> None:
        from shanhai.kernel.refusals import ChangedMeanwhile

        path = tmp_path / "organisations.csv"
        path.write_text(
            f"{self.HEADINGS}\nF-1,青峰,enterprise,331181,GONE\n".replace("GONE", "XS"), encoding="utf-8"
        )
        imported = bringing.bring(path, signs.registers["registry.organisations"], by=None)
        Organisation.objects.filter(code="XS").update(code="XS-2")

        with pytest.raises(ChangedMeanwhile):
            committing.write(imported, by=None)

        assert imported.counts["refused"] == 1
        assert imported.stage == "checked"


class TestMinutes:
    def test_the_rulebook_says_for_how_long(self, brought: Any, turn_clock: Any) -> None:
        minutes = rulebook.value("core.undo_minutes", clock.today()).value
        imported = brought("organisations", "code,name_zh,kind,region", "F-1,青峰,enterprise,331181")
        assert undoing.may_undo(imported)

        imported.written_at -= timedelta(minutes=minutes, seconds=1)

        assert not undoing.may_undo(imported)
        with pytest.raises(NotNow) as refused:
            undoing.undo(imported, by=None)
        assert refused.value.facts["minutes"] == minutes

    def test_an_office_may_make_it_longer(self, brought: Any) -> None:
        rulebook.add_value("core.undo_minutes", 30, valid_from=date(2023, 1, 1), source="office", by=None)
        imported = brought("organisations", "code,name_zh,kind,region", "F-1,青峰,enterprise,331181")

        imported.written_at -= timedelta(minutes=29)

        assert undoing.may_undo(imported)


def test_the_page_says_that_new_rows_are_gone(brought: Any, client_of: Any, lin: Any) -> None:
    imported = brought("organisations", "code,name_zh,kind,region", "F-1,青峰,enterprise,331181")
    Import.objects.filter(pk=imported.pk).update(by=lin)

    answer = client_of(lin).post(reverse("registry:import_undo", args=[imported.pk]), follow=True)

    assert "the rows are as they were before" in answer.content.decode()
    assert not Organisation.objects.filter(code="F-1").exists()
