"""Robots of group chats: what each kind is sent, and what its answers mean. No network here, no database.

Sources: DingTalk Open Platform, custom robots (自定义机器人接入: sign, message types, 20 messages a minute, else refused for
ten minutes); WeCom developer centre, group robots (群机器人配置说明: message types, 4,096 bytes of Markdown, 20 messages a
minute).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol
from urllib.parse import urlencode

Fate = Literal["sent", "later", "refused"]
# What both platforms do with a robot that wrote too often.
_TOO_OFTEN_S = 600
# Signs that Markdown or a mention would be made of look alike and mean nothing: a title names no link and calls nobody.
_HARMLESS = str.maketrans(
    {"[": "［", "]": "］", "<": "＜", ">": "＞", "*": "＊", "`": "＇", "@": "＠", "#": "＃"}
)


@dataclass(frozen=True, slots=True)
class Message:
    """What a group is told: a heading and lines, each with the address of its record (empty: none)."""

    heading: str
    lines: tuple[tuple[str, str], ...] = ()
    more: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """What is posted where."""

    url: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a message went: there, to be tried again (not before ``rest_s``), or refused for good."""

    fate: Fate
    code: str = ""
    said: str = ""
    rest_s: int = 0


SENT = Outcome("sent")


class Adapter(Protocol):
    """One kind of robot."""

    code: str
    name_en: str
    name_zh: str
    takes_secret: bool

    def call(self, address: str, secret: str, message: Message, at: datetime) -> Call:
        """What to post for a message."""

    def outcome(self, status: int, answer: bytes) -> Outcome:
        """What an answer means."""


class DingTalk:
    """A custom robot of DingTalk (钉钉自定义机器人), signed where it has a secret."""

    code, name_en, name_zh, takes_secret = "dingtalk", "DingTalk", "钉钉", True
    _MOST_BYTES = 18_000

    def call(self, address: str, secret: str, message: Message, at: datetime) -> Call:
        url = address
        if secret:
            stamp = str(int(at.timestamp() * 1000))
            digest = hmac.new(secret.encode(), f"{stamp}\n{secret}".encode(), hashlib.sha256).digest()
            sign = urlencode({"timestamp": stamp, "sign": base64.b64encode(digest).decode()})
            url += ("&" if "?" in address else "?") + sign
        markdown = {"title": plain(message.heading)[:60], "text": _markdown(message, self._MOST_BYTES)}
        return Call(url, _json({"msgtype": "markdown", "markdown": markdown}))

    def outcome(self, status: int, answer: bytes) -> Outcome:
        # 130101: more than 20 in a minute; -1: the platform is busy.
        return _outcome(status, answer, too_often={130101}, busy={-1})


class WeCom:
    """A group robot of WeCom (企业微信群机器人); its address carries the key."""

    code, name_en, name_zh, takes_secret = "wecom", "WeCom", "企业微信", False
    _MOST_BYTES = 4_000

    def call(self, address: str, secret: str, message: Message, at: datetime) -> Call:
        body = {"msgtype": "markdown", "markdown": {"content": _markdown(message, self._MOST_BYTES)}}
        return Call(address, _json(body))

    def outcome(self, status: int, answer: bytes) -> Outcome:
        # 45009: more than 20 in a minute; -1: the platform is busy.
        return _outcome(status, answer, too_often={45009}, busy={-1})


ADAPTERS: dict[str, Adapter] = {one.code: one for one in (DingTalk(), WeCom())}


def plain(text: str) -> str:
    """Text that Markdown and the clients of both platforms show as it is, on one line."""
    return " ".join(text.split()).translate(_HARMLESS)


def _markdown(message: Message, most_bytes: int) -> str:
    """Heading and lines, as many lines as fit."""
    text = f"### {plain(message.heading)}"
    more = f"\n\n{plain(message.more)}" if message.more else ""
    for said, url in message.lines:
        line = f"\n\n- [{plain(said)}]({url})" if url else f"\n\n- {plain(said)}"
        if len((text + line + more).encode()) > most_bytes:
            return text + "\n\n- …" + more
        text += line
    return text + more


def _json(body: dict[str, Any]) -> bytes:
    return json.dumps(body, ensure_ascii=False).encode()


def _outcome(status: int, answer: bytes, too_often: set[int], busy: set[int]) -> Outcome:
    """Both platforms answer 200 with ``errcode``; anything else comes from something in between."""
    if status >= 500 or status in (408, 429):
        return Outcome("later", f"http_{status}", rest_s=_TOO_OFTEN_S if status == 429 else 0)
    if status != 200:
        return Outcome("refused", f"http_{status}")
    try:
        read = json.loads(answer)
        code, said = int(read["errcode"]), str(read.get("errmsg", ""))
    except (ValueError, KeyError, TypeError, AttributeError):
        return Outcome("refused", "not_a_robot")
    if code == 0:
        return SENT
    if code in too_often:
        return Outcome("later", str(code), said[:200], _TOO_OFTEN_S)
    return Outcome("later" if code in busy else "refused", str(code), said[:200])
