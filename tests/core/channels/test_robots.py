"""What robots are sent and what their answers mean: by the formats of both platforms, over real connections."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shanhai.core.channels import posting
from shanhai.core.channels.robots import ADAPTERS, Call, Message
from shanhai.kernel.refusals import BadInput

AT = datetime(2023, 9, 18, 1, 0, tzinfo=UTC)
HELLO = Message("山海：2条通知", (("甲事项到期", "https://zone.example/notices/of/1/"), ("乙", "")))
DING, WECOM = ADAPTERS["dingtalk"], ADAPTERS["wecom"]


def test_dingtalk_is_signed_with_the_time_and_the_secret():
    call = DING.call("https://host/robot/send?access_token=a", "SEC1", HELLO, AT)

    query = parse_qs(urlsplit(call.url).query)
    stamp = str(int(AT.timestamp() * 1000))
    expected = base64.b64encode(hmac.digest(b"SEC1", f"{stamp}\nSEC1".encode(), hashlib.sha256)).decode()
    assert query == {"access_token": ["a"], "timestamp": [stamp], "sign": [expected]}


def test_dingtalk_without_a_secret_goes_to_the_bare_address():
    assert DING.call("https://host/robot/send?access_token=a", "", HELLO, AT).url.endswith("=a")


def test_bodies_are_markdown_of_each_platform():
    ding = json.loads(DING.call("https://h/", "", HELLO, AT).body)
    wecom = json.loads(WECOM.call("https://h/", "", HELLO, AT).body)

    text = "### 山海：2条通知\n\n- [甲事项到期](https://zone.example/notices/of/1/)\n\n- 乙"
    assert ding == {"msgtype": "markdown", "markdown": {"title": "山海：2条通知", "text": text}}
    assert wecom == {"msgtype": "markdown", "markdown": {"content": text}}


@given(st.lists(st.text(max_size=300), max_size=40))
def test_wecom_never_gets_more_than_it_takes_and_titles_make_no_links(lines):
    message = Message("标题", tuple((line, "") for line in lines), "more")
    content = json.loads(WECOM.call("https://h/", "", message, AT).body)["markdown"]["content"]

    assert len(content.encode()) <= 4096
    assert not set("[]<>@`*") & set(content)


@pytest.mark.parametrize(
    ("adapter", "status", "answer", "fate", "code"),
    [
        (DING, 200, b'{"errcode":0,"errmsg":"ok"}', "sent", ""),
        (DING, 200, b'{"errcode":310000,"errmsg":"sign not match"}', "refused", "310000"),
        (DING, 200, b'{"errcode":130101,"errmsg":"send too fast"}', "later", "130101"),
        (DING, 200, b'{"errcode":-1,"errmsg":"busy"}', "later", "-1"),
        (WECOM, 200, b'{"errcode":93000,"errmsg":"invalid webhook url"}', "refused", "93000"),
        (WECOM, 200, b'{"errcode":45009,"errmsg":"freq"}', "later", "45009"),
        (WECOM, 200, b"<html>", "refused", "not_a_robot"),
        (WECOM, 200, b"[]", "refused", "not_a_robot"),
        (WECOM, 302, b"", "refused", "http_302"),
        (WECOM, 404, b"", "refused", "http_404"),
        (WECOM, 429, b"", "later", "http_429"),
        (WECOM, 503, b"", "later", "http_503"),
    ],
)
def test_answers_mean_what_the_platforms_say(adapter, status, answer, fate, code):
    outcome = adapter.outcome(status, answer)

    assert (outcome.fate, outcome.code) == (fate, code)


class TestPosting:
    def test_brings_the_body_and_gives_the_answer(self, platform):
        assert posting.post(Call(platform.url("/robot?x=1"), b'{"a": "\xe5\xb1\xb1"}')) == (
            200,
            b'{"errcode": 0, "errmsg": "ok"}',
        )
        assert platform.posted == [("/robot", {"x": ["1"]}, {"a": "山"})]

    def test_follows_no_redirect(self, platform):
        platform.answers["/robot"] = lambda handler: handler.answer(
            302, b"", Location=platform.url("/elsewhere")
        )

        assert posting.post(Call(platform.url("/robot"), b"{}"))[0] == 302
        assert platform.bodies("/elsewhere") == []

    def test_gives_up_on_a_silent_server(self, platform, monkeypatch):
        monkeypatch.setattr(posting, "TIMEOUT_S", 0.2)
        platform.is_silent("/robot", 2)

        with pytest.raises(posting.Unreached) as error:
            posting.post(Call(platform.url("/robot"), b"{}"))
        assert error.value.code == "timeout"

    def test_cuts_off_a_server_that_drips(self, platform, monkeypatch):
        monkeypatch.setattr(posting, "LONGEST_S", 0.5)

        def drip(handler):
            import contextlib
            import time

            with contextlib.suppress(OSError):
                for _n in range(40):
                    handler.wfile.write(b"H")
                    time.sleep(0.1)

        platform.answers["/robot"] = drip

        with pytest.raises(posting.Unreached):
            posting.post(Call(platform.url("/robot"), b"{}"))

    def test_where_nothing_listens(self, platform):
        with pytest.raises(posting.Unreached) as error:
            posting.post(Call("http://127.0.0.1:9/robot", b"{}"))
        assert error.value.code == "unreached"

    def test_does_not_speak_to_this_machine_in_earnest(self, platform, settings):
        settings.SHANHAI_ROBOTS_ON_LOOPBACK = False

        with pytest.raises(posting.Unreached) as error:
            posting.post(Call(platform.url("/robot"), b"{}"))
        assert error.value.code == "address"
        assert platform.posted == []

    @pytest.mark.parametrize(
        "address",
        [
            "",
            "robot",
            "http://robot.example/send?key=1",
            "ftp://robot.example/",
            "https://user:word@robot.example/",
            "https:///send",
            "https://robot.example:port/",
            "https://robot.example/a b",
            "http://127.0.0.1:80/send",
        ],
    )
    def test_addresses_that_are_no_webhooks(self, address, settings):
        settings.SHANHAI_ROBOTS_ON_LOOPBACK = False

        with pytest.raises(BadInput) as refused:
            posting.check_address(address)
        assert refused.value.code == "core.webhook_form"
