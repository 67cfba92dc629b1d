from datetime import date

import pytest

from shanhai.core import access, work
from shanhai.core.actions import logins, members, roles, units
from shanhai.core.models import Member, RoleGrant, Unit, User
from shanhai.kernel.refusals import BadInput, NotAllowed, NotNow


class TestLeaving:
    def test_says_how_much_open_work_there_is(self, tiny, member_of):
        lin = member_of(tiny.lq_edu, "lin")
        work.open_item("core.test", tiny.lq, lin.unit, "Do it.", member=lin, by=None)

        with pytest.raises(NotNow) as refused:
            members.deactivate_member(lin, by=None)

        assert refused.value.code == "core.member_has_open_work"
        assert refused.value.facts["n"] == 1

    def test_shuts_the_login_and_leaves_the_dispatch(self, tiny, member_of):
        lin = member_of(tiny.lq_edu, "lin")
        logins.open_login(lin, username="lin", by=None)
        units.set_dispatcher(lin.unit, dispatcher=lin, by=None)

        members.deactivate_member(lin, by=None)

        assert not User.objects.get(username="lin").is_active
        assert Unit.objects.get(pk=lin.unit_id).dispatcher is None

    def test_a_login_of_two_units_stays_open_for_the_other(self, tiny, member_of):
        here, there = member_of(tiny.lq_edu, "lin"), member_of(tiny.lq, "lin-2")
        logins.open_login(here, username="lin", by=None)
        logins.open_login(there, username="lin", by=None)

        members.deactivate_member(here, by=None)

        assert User.objects.get(username="lin").is_active

    def test_the_last_administrator_stays(self, tiny, member_of):
        wang = member_of(tiny.outside, "wang", "administrator")

        with pytest.raises(NotNow, match="only administrator"):
            members.deactivate_member(wang, by=None)

    def test_a_move_needs_the_work_handed_over(self, tiny, member_of, unit_of):
        lin = member_of(tiny.lq_edu, "lin")
        other = unit_of(tiny.lq)
        work.open_item("core.test", tiny.lq, lin.unit, "Do it.", member=lin, by=None)

        with pytest.raises(NotNow):
            members.move_member(lin, unit=other, by=None)

        assert Member.objects.get(pk=lin.pk).unit != other


class TestRoles:
    def test_count_from_their_day_to_their_day(self, tiny, member_of):
        lin = member_of(tiny.lq_edu, "lin")
        roles.give_role(lin, role="handler", from_on=date(2000, 1, 1), to_on=date(2000, 12, 31), by=None)

        assert access.standing(lin).roles == frozenset()

    def test_nobody_gives_themselves_one(self, tiny, member_of):
        wang = member_of(tiny.outside, "wang", "administrator")

        with pytest.raises(NotAllowed, match="Nobody gives or takes their own roles"):
            roles.give_role(wang, role="leader", by=wang)

    def test_taking_a_role_given_long_ago_ends_it_yesterday(self, tiny, member_of):
        lin = member_of(tiny.lq_edu, "lin")
        roles.give_role(lin, role="handler", from_on=date(2000, 1, 1), by=None)

        roles.take_role(lin, role="handler", by=None)

        assert RoleGrant.objects.get(member=lin).to_on is not None
        assert access.standing(lin).roles == frozenset()

    def test_the_same_role_is_not_held_twice(self, tiny, member_of):
        lin = member_of(tiny.lq_edu, "lin")
        roles.give_role(lin, role="handler", from_on=date(2000, 1, 1), by=None)

        with pytest.raises(NotNow, match="already"):
            roles.give_role(lin, role="handler", from_on=date(2001, 1, 1), by=None)

    def test_only_known_roles_are_given(self, tiny, member_of):
        with pytest.raises(BadInput):
            roles.give_role(member_of(tiny.lq_edu, "lin"), role="king", by=None)

    def test_a_handler_gives_none(self, tiny, member_of):
        lin, chen = member_of(tiny.lq_edu, "lin", "handler"), member_of(tiny.lq_edu, "chen")

        with pytest.raises(NotAllowed):
            roles.give_role(chen, role="handler", by=lin)


class TestLogins:
    def test_the_first_password_must_be_changed(self, tiny, member_of):
        user, first = logins.open_login(member_of(tiny.lq_edu, "lin"), username="lin", by=None)

        assert user.must_change_password and user.check_password(first)

    def test_a_login_of_somebody_else_is_not_shared(self, tiny, member_of):
        logins.open_login(member_of(tiny.lq_edu, "lin"), username="lin", by=None)
        chen = member_of(tiny.lq_edu, "chen")
        members.change_member(chen, name_zh="陈四", by=None)

        with pytest.raises(NotNow, match="somebody else"):
            logins.open_login(chen, username="lin", by=None)

    def test_that_of_the_last_administrator_who_has_one_stays_open(self, tiny, member_of):
        wang = member_of(tiny.lq, "wang", "administrator")
        logins.open_login(wang, username="wang", by=None)
        li = member_of(tiny.lq, "li", "administrator")  # cannot log in, so lets nobody in

        for step in (logins.close_login, members.deactivate_member):
            with pytest.raises(NotNow, match="only administrator"):
                step(wang, by=None)

        logins.open_login(li, username="li", by=None)
        logins.close_login(wang, by=None)
        assert not User.objects.get(username="wang").is_active

    def test_a_reset_ends_the_old_password(self, tiny, member_of):
        lin = member_of(tiny.lq_edu, "lin")
        user, first = logins.open_login(lin, username="lin", by=None)

        second = logins.reset_password(lin, by=None)

        user.refresh_from_db()
        assert not user.check_password(first) and user.check_password(second)


class TestDeputies:
    def test_two_do_not_stand_in_on_the_same_day(self, tiny, member_of):
        lin, chen, wu = (member_of(tiny.lq_edu, code) for code in ("lin", "chen", "wu"))
        members.set_deputy(lin, deputy=chen, from_on=date(2023, 9, 1), to_on=date(2023, 9, 30), by=None)

        with pytest.raises(NotNow):
            members.set_deputy(lin, deputy=wu, from_on=date(2023, 9, 30), by=None)

    def test_one_who_left_has_none(self, tiny, member_of):
        lin, chen = member_of(tiny.lq_edu, "lin"), member_of(tiny.lq_edu, "chen")
        deputy = members.set_deputy(lin, deputy=chen, from_on=date(2023, 9, 1), by=None)

        members.deactivate_member(lin, by=None)

        deputy.refresh_from_db()
        assert deputy.ended_on is not None


class TestUnits:
    def test_only_a_member_of_the_unit_dispatches_it(self, tiny, member_of, unit_of):
        lin = member_of(tiny.lq_edu, "lin")

        with pytest.raises(BadInput):
            units.set_dispatcher(unit_of(tiny.lq), dispatcher=lin, by=None)

    def test_the_ladder_has_one_to_three_steps_in_order(self, tiny, unit_of):
        unit = unit_of(tiny.lq)
        units.set_ladder(unit, ladder="handle  sign", by=None)
        assert unit.steps == ["handle", "sign"]

        with pytest.raises(BadInput):
            units.set_ladder(unit, ladder="sign handle", by=None)

    def test_a_unit_with_people_is_not_closed(self, tiny, member_of):
        lin = member_of(tiny.lq_edu, "lin")

        with pytest.raises(NotNow):
            units.close_unit(lin.unit, by=None)
