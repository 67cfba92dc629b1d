"""How people are told: a digest, a robot of a group chat, what failed and goes again; by real servers on this machine."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.conftest import rows_in, run, served
from tests.servers import Mailbox, Platform, mail_server, robot_platform

BOTH = pytest.mark.parametrize("language", ["en", "zh-hans"])
# A member for each language: the journeys share one zone.
READERS = {
    "en": ("office.lq", "ye.lan@longquan.example"),
    "zh-hans": ("office.xs", "shen.jie@xiaoshan.example"),
}


@dataclass(frozen=True, slots=True)
class Real:
    """An installation whose messages leave it. Its pages stay a demonstration's, which asks for no second factor."""

    folder: Path
    site: str
    env: dict[str, str]
    mailbox: Mailbox
    platform: Platform

    def tick(self) -> None:
        """What is due this minute, sent as by a real installation."""
        self._write("UPDATE core_installation SET is_demo = 0")
        # A fixed clock goes on from nine in each process: the one that sends must not be behind the one that served.
        run(self.folder, "tick", "--all", **self.env | {"SHANHAI_TODAY": "2023-09-18T10:00"})
        self._write("UPDATE core_installation SET is_demo = 1")

    def _write(self, statement: str) -> None:
        with closing(sqlite3.connect(self.folder / "shanhai.sqlite3")) as there:
            there.execute(statement)
            there.commit()


@pytest.fixture(scope="module")
def real(site: str, folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Real]:
    """The zone of the demonstration once more, with a mail server and a platform of robots beside it."""
    copy = tmp_path_factory.mktemp("real")
    shutil.copy(folder / "secret_key", copy)
    with (
        closing(sqlite3.connect(folder / "shanhai.sqlite3")) as there,
        closing(sqlite3.connect(copy / "shanhai.sqlite3")) as here,
    ):
        there.backup(here)
    with mail_server() as mailbox, robot_platform() as platform:
        env = {
            "SHANHAI_MAIL_HOST": "127.0.0.1",
            "SHANHAI_MAIL_PORT": str(mailbox.port),
            "SHANHAI_MAIL_SECURITY": "none",
            "SHANHAI_MAIL_FROM": "shanhai@zone.example",
            "SHANHAI_ADDRESS": "https://zone.example",
            "SHANHAI_ROBOTS_ON_LOOPBACK": "1",
        }
        with served(copy, "--alone", **env) as address:
            yield Real(copy, address, env, mailbox, platform)


@BOTH
def test_what_failed_is_seen_by_the_administrator_and_goes_again(
    visit: Callable[..., Any], real: Real, language: str
) -> None:
    login, address = READERS[language]
    english, path = language == "en", f"/{language}"
    reader, keeper, admin = (
        visit(who, language, at=real.site) for who in (login, "dispatcher.lq", "administrator")
    )
    real.mailbox.refuses[address] = "550 no such box"
    real.platform.says(path, 200, {"errcode": 310000, "errmsg": "sign not match"})

    reader.open("/notices/how/")
    reader.page.locator("[name=mail][value=daily]").check()
    reader.send()
    assert (
        reader.page.locator("h1")
        .inner_text()
        .startswith("You get one daily digest" if english else "您每天收到一封摘要")
    )
    reader.press("form[action$='/how/test/'] button")
    keeper.open("/office/robots/")
    keeper.press("main tbody a")
    robot = keeper.page.url
    keeper.press("a[href$='/change/']")
    keeper.fill(address=real.platform.url(path), secret="SECwrong")
    keeper.send()
    keeper.press("form[action$='/test/'] button")
    real.tick()

    keeper.open(robot)
    fails = "refused the signature" if english else "签名、关键词"
    assert fails in keeper.page.locator("h1").inner_text()
    keeper.press("a[href$='/change/']")
    keeper.fill(secret="SECright")
    keeper.send()
    del real.mailbox.refuses[address], real.platform.answers[path]
    admin.open("/office/messages/?stage=failed")
    failed = admin.page.locator("main tbody input[type=checkbox]")
    assert failed.count() == 2, admin.rows()
    for n in range(2):
        failed.nth(n).check()
    admin.press("button[formaction$='/messages/again/']")
    real.tick()

    sent = real.platform.bodies(path)
    assert len(sent) == 2 and sent[0] == sent[1], "the same message, and nothing else"
    assert any(real.mailbox.texts(address))
    keeper.open(robot)
    assert fails not in keeper.page.locator("h1").inner_text()
    admin.open("/office/messages/?stage=failed")
    assert not admin.rows()
    held = rows_in(
        real.folder,
        "SELECT t.mail, s.stage, s.tries FROM core_telling t JOIN core_member m ON m.id = t.member_id "
        "JOIN core_sending s ON s.member_id = m.id AND s.what = 'test' WHERE m.email = ?",
        address,
    )
    assert held == [("daily", "sent", 1)]
