import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shanhai.core import visibility
from shanhai.core.actions import documents, organisations, sharing
from shanhai.core.models import Document, Member, Organisation, Seen, Share
from shanhai.core.queries import journal
from shanhai.core.visibility import EVERYBODY, Reach
from shanhai.kernel.refusals import NotAllowed, NotNow


@pytest.fixture
def people(tiny, member_of) -> dict[str, Member]:
    """One handler in each organisation of the zone, and a second unit beside the owner's."""
    found = {
        organisation.code: member_of(organisation, f"m-{organisation.code}", "handler")
        for organisation in Organisation.objects.all()
    }
    return found


@pytest.fixture
def told(paper):
    """Members who read in the journal of what was done to the paper."""

    def read_by(*members: Member) -> set[str]:
        return {
            member.code
            for member in members
            if journal.entries_for(member).filter(subject_kind="core.document", subject_id=paper.pk).exists()
        }

    return read_by


@pytest.fixture
def colleague(tiny, unit_of, member_of) -> Member:
    return member_of(unit_of(tiny.lq_edu, "lq-edu-other"), "colleague", "handler")


@pytest.fixture
def paper(tiny, people) -> Document:
    return documents.store_document(
        io.BytesIO(b"text"), file_name="a.txt", pairing=tiny.pairing, by=people["lq-edu"]
    )


def readers(paper: Document) -> set[str]:
    """Who sees it by its own columns, which must be who sees it in lists."""
    by_columns, by_lists = set(), set()
    is_public = Seen.objects.filter(organisation_id=EVERYBODY, object_id=paper.pk).exists()
    for member in Member.objects.all():
        if visibility.can_see(member, paper):
            by_columns.add(member.code)
        is_listed = visibility.seen(Document, member).filter(object_id=paper.pk).exists()
        if is_public or is_listed:
            by_lists.add(member.code)
        assert visibility.narrowed(Document.objects.filter(pk=paper.pk), member).exists() == is_listed
    assert by_columns == by_lists
    return by_columns


class TestJournal:
    def test_tells_of_a_paper_those_who_see_it(self, paper, people, told):
        assert told(*people.values()) == {"m-lq", "m-lq-edu", "m-zj-audit"}

        sharing.share_with_other_side(paper, by=people["lq-edu"])

        assert told(*people.values()) == {"m-lq", "m-lq-edu", "m-xs", "m-zj", "m-zj-audit"}

    def test_of_what_a_unit_keeps_tells_that_unit_only(self, paper, people, colleague, told):
        sharing.keep_to_unit(paper, by=people["lq-edu"])

        assert told(colleague, *people.values()) == {"m-lq-edu"}

    def test_of_what_was_withdrawn_tells_who_did_it(self, paper, people, colleague, told):
        sharing.share_with_other_side(paper, by=people["lq-edu"])

        documents.withdraw_document(paper, by=people["lq-edu"])

        assert told(colleague, *people.values()) == {"colleague", "m-lq-edu"}


class TestReach:
    def test_new_ones_start_at_my_side(self, paper):
        assert paper.reach == Reach.SIDE
        assert readers(paper) == {"m-lq", "m-lq-edu", "m-zj-audit"}

    def test_a_unit_keeps_what_is_its_own(self, paper, people, colleague):
        assert "colleague" in readers(paper)

        sharing.keep_to_unit(paper, by=people["lq-edu"])

        assert readers(paper) == {"m-lq-edu"}

    def test_shared_with_the_other_side_and_those_above(self, paper, people):
        sharing.share_with_other_side(paper, by=people["lq-edu"])

        assert readers(paper) == {"m-lq", "m-lq-edu", "m-xs", "m-zj", "m-zj-audit"}

    def test_a_guest_is_named(self, tiny, paper, people):
        sharing.share_with_guest(paper, tiny.lq_firm, by=people["lq-edu"])

        assert paper.reach == Reach.GUESTS
        assert readers(paper) == {"m-lq", "m-lq-edu", "m-zj-audit", "m-firm"}

    def test_public_is_everybody(self, paper, people):
        sharing.make_public(paper, by=people["lq-edu"])

        assert readers(paper) == {member.code for member in Member.objects.all()}
        assert visibility.open_to_all(Document).get().object_id == paper.pk

    def test_taken_back_leaves_no_guest(self, tiny, paper, people):
        sharing.share_with_guest(paper, tiny.lq_firm, by=people["lq-edu"])
        sharing.share_with_other_side(paper, by=people["lq-edu"])

        sharing.take_back(paper, by=people["lq-edu"])

        assert readers(paper) == {"m-lq", "m-lq-edu", "m-zj-audit"}
        assert not Share.objects.exists()

    def test_only_the_own_side_says_who_sees_it(self, tiny, paper, people):
        sharing.share_with_other_side(paper, by=people["lq-edu"])

        for verb in (sharing.take_back, sharing.make_public, sharing.keep_to_unit):
            with pytest.raises(NotAllowed):
                verb(paper, by=people["xs"])
        with pytest.raises(NotAllowed):
            sharing.share_with_guest(paper, tiny.lq_firm, by=people["firm"])

    def test_a_paper_of_no_pairing_has_no_other_side(self, people):
        paper = documents.store_document(io.BytesIO(b"text"), file_name="a.txt", by=people["lq-edu"])

        assert readers(paper) == {"m-lq-edu"}
        with pytest.raises(NotNow):
            sharing.share_with_other_side(paper, by=people["lq-edu"])

    def test_follows_the_seats_when_an_organisation_moves(self, tiny, paper, people):
        organisations.change_organisation(tiny.lq_firm, kind="school", by=None)
        assert "m-firm" in readers(paper)

        organisations.change_organisation(tiny.lq_firm, region=tiny.region.xiaoshan, by=None)
        assert "m-firm" not in readers(paper)

    def test_a_new_organisation_leaves_the_rows_of_all_others_as_they_are(self, tiny, paper, people):
        sharing.make_public(paper, by=people["lq-edu"])
        before = set(Seen.objects.values_list("pk", "organisation_id"))

        new = organisations.add_organisation(
            code="new", kind="enterprise", region=tiny.region.longquan, name_zh="新厂", by=None
        )

        after = set(Seen.objects.values_list("pk", "organisation_id"))
        assert before <= after
        assert {organisation for _pk, organisation in after - before} == {new.pk}

    def test_a_list_costs_the_same_however_long_it_is(self, tiny, people, django_assert_num_queries):
        for n in range(5):
            documents.store_document(
                io.BytesIO(b"text %d" % n), file_name=f"{n}.txt", pairing=tiny.pairing, by=people["lq-edu"]
            )
        lin = Member.objects.select_related("unit").get(code="m-lq")
        visibility.standing(lin)

        with django_assert_num_queries(2):
            rows = list(visibility.seen(Document, lin, tiny.pairing)[:3])
            found = visibility.hydrate(rows, Document.objects.all())

        assert [document.file_name for document in found] == ["4.txt", "3.txt", "2.txt"]


STEPS = st.lists(
    st.sampled_from(
        [
            "keep_to_unit",
            "share_with_own_side",
            "share_with_other_side",
            "make_public",
            "take_back",
            "guest:firm",
            "guest:xs",
            "guest:out",
            "move:region",
            "move:kind",
        ]
    ),
    min_size=1,
    max_size=6,
)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_lists_show_what_single_records_allow_after_any_steps(steps, tiny, people, paper):
    """The rows that lists start from say the same as the record's own columns, for every organisation."""
    paper = Document.objects.get(pk=paper.pk)
    owner = people["lq-edu"]
    for step in steps:
        verb, _, what = step.partition(":")
        try:
            if verb == "guest":
                sharing.share_with_guest(paper, Organisation.objects.get(code=what), by=owner)
            elif verb == "move":
                firm = Organisation.objects.get(code="firm")
                other = tiny.region.xiaoshan if what == "region" else firm.region
                organisations.change_organisation(
                    firm,
                    region=other,
                    kind="school" if what == "kind" else firm.kind,
                    by=None,
                )
            else:
                getattr(sharing, verb)(paper, by=owner)
        except NotNow:
            continue

        assert "m-lq-edu" in readers(paper)
