"""What people did in the example zone before its visitor looks at nine: a morning that is already under way.

Each step is the action that a page calls, done by a member of the zone; nothing here moves a figure.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

MEETING, MINUTES = "JM-2023-05", "JM-2023-04"
# Whom Longquan shares with by phone. Numbers that begin with 120 belong to nobody.
PHONES = ("12000000001", "12000000002")
BEGINS = timedelta(minutes=75)  # before nine, when the registers were loaded


def live() -> None:
    """Do the steps, each at its minute. Only a fixed clock has such a morning."""
    from shanhai.core import clock

    for minutes, step in STEPS:
        with clock.earlier(timedelta(minutes=minutes)):
            step()


def _member(code: str) -> Any:
    from shanhai.core.models import Member

    return Member.objects.get(code=code)


def _xiaoshan_takes_a_receipt() -> None:
    from shanhai.core import seals

    seals.take_receipt(by=_member("shen-jie"))


def _cannot_come(person: str) -> Callable[[], None]:
    def step() -> None:
        from shanhai.fields.pairing import actions, queries

        member = _member(person)
        invited = queries.meeting_of(member, MEETING).attendees.get(member=member)
        actions.answer_invitation(invited, is_coming=False, by=member)

    return step


def _xiaoshan_shares_its_letter() -> None:
    from shanhai.core.actions import documents, sharing
    from shanhai.core.models import Pairing

    by = _member("shen-jie")
    text = "关于10月疗休养团组增加30个床位的函\n\n龙泉市协作办：10月疗休养团组请增加30个床位，请于联席会议前回复。\n"
    letter = documents.store_document(
        io.BytesIO(text.encode()),
        title="关于10月疗休养增加30个床位的函",
        file_name="疗休养床位函.txt",
        pairing=Pairing.objects.get(code="LQXS"),
        number="萧协〔2023〕17号",
        is_illustrative=True,
        by=by,
    )
    sharing.share_with_other_side(letter, by=by)


def _longquan_brings_a_paper() -> None:
    from shanhai.core.actions import documents
    from shanhai.core.models import Pairing
    from shanhai.fields.pairing import queries

    by = _member("ye-lan")
    progress = queries.meeting_of(by, MEETING).agenda.get(order=1)
    documents.store_document(
        io.BytesIO("\ufeff承诺,应完成,已完成\n专家坐诊,120,74\n赴龙泉游客,1000,864\n".encode()),
        title="全年承诺进展简表",
        file_name="承诺进展简表.csv",
        pairing=Pairing.objects.get(code="LQXS"),
        reach="both",
        attach_to=progress,
        role="paper",
        is_illustrative=True,
        by=by,
    )


def _reads_mail(person: str, address: str, mail: str) -> Callable[[], None]:
    """The administrator enters an address that exists nowhere; its reader confirms it and chooses how to be told."""

    def step() -> None:
        from shanhai.core.actions import members, telling
        from shanhai.core.channels import messages

        member = members.change_member(_member(person), email=address, by=_member("admin-wang"))
        telling.confirm_address(member, token=messages.confirm_token(member), by=member)
        telling.choose_mail(telling.telling_of(member), mail=mail, by=member)

    return step


def _education_gets_a_robot() -> None:
    from shanhai.core.actions import robots

    by = _member("lq-edu-u-1")
    robots.add_robot(
        by.unit.organisation,
        unit=by.unit,
        kind="dingtalk",
        name="教育结对工作群",
        address="https://robot.example/send?access_token=demo",
        by=by,
    )


def _signed_minutes_come_back() -> None:
    """Xiaoshan printed the minutes, had them stamped, and matches the scan by its code. No font, no paper, no scan."""
    from contextlib import suppress

    from django.utils import translation

    from shanhai.core import clock
    from shanhai.core.actions import printing
    from shanhai.core.printing import codes, making, scans
    from shanhai.fields.pairing import queries
    from shanhai.kernel.refusals import NotConfigured
    from shanhai.site.commands import stamped

    by = _member("shen-jie")
    minutes = queries.meeting_of(by, MINUTES)
    printed = printing.keep_print(minutes, language="zh-hans", by=by)
    with suppress(NotConfigured), translation.override("zh-hans"):
        scan = stamped.scan_of(making.content_of(minutes, "zh-hans"), printed)
        printing.match_scan(
            minutes,
            io.BytesIO(scan),
            file_name="三季度协作办例会纪要（示例扫描件）.pdf",
            scanned=codes.scanned(scans.read(scan, "pdf")),
            signed_on=clock.today() - timedelta(days=3),
            person="沈洁",
            by=by,
        )


def share_by_phone() -> list[tuple[Any, str, str]]:
    """A task and a statement of account for two people without an account: each link, its token, and the number."""
    from shanhai.core.actions import links
    from shanhai.core.models import Pairing
    from shanhai.fields.pairing import queries

    by = _member("ye-lan")
    opened = (
        (queries.item_of(by, "JM-2023-04-R1-1"), "蓝会计", "bookkeeper"),
        (Pairing.objects.get(code="LQXS"), "汤总", "investor"),
    )
    return [
        (
            *links.issue_link(record, holder=holder, role=role, phone=phone, is_illustrative=True, by=by),
            phone,
        )
        for (record, holder, role), phone in zip(opened, PHONES, strict=True)
    ]


# Minutes before nine, and what was done.
STEPS = (
    (62, _reads_mail("ye-lan", "ye.lan@longquan.example", "at_once")),
    (61, _reads_mail("shen-jie", "shen.jie@xiaoshan.example", "daily")),
    (60, _education_gets_a_robot),
    (58, _xiaoshan_takes_a_receipt),
    (43, _cannot_come("lin-wen")),
    (29, _xiaoshan_shares_its_letter),
    (20, _longquan_brings_a_paper),
    (14, _signed_minutes_come_back),
    (8, _cannot_come("xu-hang")),
)
