"""Whoever watches a record hears once of what is done to it; who watches is known to the own side alone."""

from __future__ import annotations

import json
from datetime import date

import pytest

from shanhai.core import clock, visibility
from shanhai.core.actions import members, notes, roles, watching
from shanhai.core.models import Notice, Watch
from shanhai.core.queries import watching as queries
from shanhai.fields.pairing import actions as pairing
from shanhai.site.cli import run

pytestmark = pytest.mark.django_db


@pytest.fixture
def agreement(zone, lin):
    return pairing.draft_agreement(
        zone, number="LX-1", field="health", name_zh="医疗协议", name_en="Health agreement",
        valid_from=date(2023, 1, 1), by=lin,
    )  # fmt: skip


@pytest.fixture
def wei(cast):
    """A colleague of Lin."""
    member = members.add_member(
        cast.units["LQ-PARK"], code="wei", name_zh="魏明", name_en="Wei Ming", by=None
    )
    roles.give_role(member, role="handler", from_on=date(2018, 1, 1), by=None)
    return member


def tick():
    return watching.tell_watchers(clock.now())


def told(member):
    rows = Notice.objects.filter(member=member, fact__kind="core.watched").select_related("fact")
    return [(row.fact.facts["title_en"], row.fact.facts["what_en"], row.fact.url) for row in rows]


class TestWatching:
    def test_whoever_watches_hears_once_when_the_record_moves(self, agreement, lin, wei):
        tick()
        watching.watch_record(agreement, by=wei)
        pairing.change_agreement(agreement, name_zh="医疗协议二", by=lin)

        assert tick() == 1
        assert tick() == 0
        assert told(wei) == [("Health agreement", told(wei)[0][1], agreement.url)]

    def test_what_was_before_is_not_told(self, agreement, lin, wei):
        watching.watch_record(agreement, by=wei)

        assert tick() == 0

    def test_nobody_hears_of_what_they_did_themselves(self, agreement, lin):
        tick()
        watching.watch_record(agreement, by=lin)
        pairing.change_agreement(agreement, name_zh="医疗协议二", by=lin)

        assert tick() == 0

    def test_a_note_is_told_to_those_who_read_it(self, agreement, lin, wei, shen):
        tick()
        agreement.reach = visibility.Reach.BOTH
        agreement.save()
        visibility.place(agreement)
        watching.watch_record(agreement, by=wei)
        watching.watch_record(agreement, by=shen)
        notes.write_note(agreement, text="底价只有四百万", by=lin)
        tick()

        assert len(told(wei)) == 1
        assert told(shen) == []

    def test_whoever_no_longer_sees_it_is_not_told(self, agreement, lin, wei):
        tick()
        watching.watch_record(agreement, by=wei)
        for grant in wei.grants.all() if hasattr(wei, "grants") else []:
            grant.delete()
        members.deactivate_member(wei, by=None)
        pairing.change_agreement(agreement, name_zh="医疗协议二", by=lin)

        assert tick() == 0

    def test_unwatched_is_not_told(self, agreement, lin, wei):
        tick()
        watching.watch_record(agreement, by=wei)
        watching.unwatch_record(agreement, by=wei)
        pairing.change_agreement(agreement, name_zh="医疗协议二", by=lin)

        assert tick() == 0

    def test_what_one_does_not_see_cannot_be_watched(self, agreement, shen, zhou):
        for member in (shen, zhou):
            with pytest.raises(Exception) as caught:
                watching.watch_record(agreement, by=member)
            assert caught.type.__name__ in ("NotFound", "NotAllowed")
        assert not Watch.objects.exists()


class TestWhoWatches:
    def test_is_known_to_the_own_side_alone(self, agreement, lin, wei, shen):
        agreement.reach = visibility.Reach.BOTH
        agreement.save()
        visibility.place(agreement)
        watching.watch_record(agreement, by=wei)
        watching.watch_record(agreement, by=shen)

        assert queries.watchers_of(lin, agreement) == [wei]
        assert queries.watchers_of(shen, agreement) == [shen]
        assert queries.is_watching(shen, agreement)
        assert not queries.is_watching(lin, agreement)


class TestFaces:
    def test_button_watches_and_watches_no_longer(self, client_of, agreement, lin):
        client = client_of(lin)
        page = client.get(agreement.url).content.decode()
        assert f"/office/records/pairing.agreement/{agreement.pk}/watch/" in page

        client.post(f"/office/records/pairing.agreement/{agreement.pk}/watch/")
        page = client.get(agreement.url).content.decode()
        assert f"/office/records/pairing.agreement/{agreement.pk}/unwatch/" in page

        client.post(f"/office/records/pairing.agreement/{agreement.pk}/unwatch/")
        assert not Watch.objects.exists()

    def test_the_outsider_is_turned_away(self, client_of, agreement, zhou):
        answer = client_of(zhou).post(f"/office/records/pairing.agreement/{agreement.pk}/watch/")

        assert answer.status_code in (403, 404)
        assert not Watch.objects.exists()

    def test_api(self, client_of, agreement, lin):
        client = client_of(lin)
        root = f"/api/v1/office/records/pairing.agreement/{agreement.pk}"

        assert client.post(f"{root}/watch", content_type="application/json").status_code == 204
        assert client.get(f"{root}/watchers").json() == {"is_watching": True, "watchers": [lin.code]}
        assert client.post(f"{root}/unwatch", content_type="application/json").status_code == 204

    def test_command(self, agreement, lin, capsys):
        line = [
            "office",
            "records",
            "watch",
            "pairing.agreement",
            str(agreement.pk),
            "--as",
            lin.code,
            "--json",
        ]
        assert run([*line, "--dry-run"]) == 0
        assert not Watch.objects.exists()
        assert run(line) == 0
        capsys.readouterr()
        assert run(["office", "records", "watchers", *line[3:]]) == 0
        assert [row["member"] for row in json.loads(capsys.readouterr().out)] == [lin.code]
