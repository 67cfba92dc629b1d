"""What the channels sign in: who may do what, the sweep that sends, the check, and what is special about some notices."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from shanhai.core import signs
from shanhai.core.signs import AccessRow, NoticeKind, SelfCheck, Sweep

_ROBOT_KEEPERS = frozenset({"administrator", "dispatcher"})


def sign_in() -> None:
    own = {
        "core.choose_mail": _("Choose how one is told by e-mail."),
        "core.confirm_address": _("Confirm the e-mail address at which one is told."),
        "core.send_test": _("Send oneself a test message."),
    }
    robots = {
        "core.add_robot": _("Add robots to group chats of the own unit; the administrator, of any."),
        "core.change_robot": _("Change robots of the own unit; the administrator, any."),
        "core.switch_robot_off": _("Switch robots of the own unit off; the administrator, any."),
        "core.switch_robot_on": _("Switch robots of the own unit on; the administrator, any."),
        "core.try_robot": _("Send a test message by robots of the own unit; the administrator, by any."),
    }
    signs.access_rows.add(
        *(AccessRow(code, about, scope="any") for code, about in own.items()),
        *(AccessRow(code, about, _ROBOT_KEEPERS, scope="any") for code, about in robots.items()),
        AccessRow(
            "core.write_choice", _("Write of a zone folder how members chose to be told."), scope="system"
        ),
        AccessRow(
            "core.send_again",
            _("Send failed messages again."),
            frozenset({"administrator"}),
            scope="any",
        ),
    )
    signs.sweeps.add(Sweep("core.sendings", "shanhai.core.channels.sending.sweep"))
    signs.self_checks.add(
        SelfCheck("core.sendings", _("Messages go out"), "shanhai.core.channels.checks.run")
    )
    signs.notice_kinds.add(
        NoticeKind("core.reminded", is_urgent=True),
        NoticeKind("core.assigned", is_personal=True),
        NoticeKind("core.deputy", is_personal=True),
        NoticeKind("core.token", is_personal=True),
        NoticeKind("core.mention", is_personal=True),
    )
