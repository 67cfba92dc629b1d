"""The cast, the clock and the database of all tests.

Lin works for the Longquan park (mountain side), Shen for the Xiaoshan cooperation office (sea side), Pan for the
province, Zhou has no business here. It is Monday 2023-09-18, 09:00, unless a test turns the clock.
"""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.laying import from_nothing, laid

MONDAY = "2023-09-18T09:00"
ROOT = Path(__file__).parents[1]


# Who asks for one of these goes through a page, the API, a phone or a command.
_FACES = frozenset({"client", "client_of", "api_at", "phone", "live_server", "capsys"})


# What --without-faces leaves whole where it is asked for: tests of the house, the contract, and what needs no database.
_WHOLE = ("tests/house/", "tests/site/test_api_contract.py", "tests/kernel/", "tests/planners/")


def pytest_addoption(parser: pytest.Parser) -> None:
    """What the pass on the second database leaves out, see ``scripts/run_tests.py``."""
    parser.addoption(
        "--without-faces",
        action="store_true",
        help="of core, fields, site and webkit only what asks the database, and no pages, API or commands",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[Any]) -> None:
    """Keep the tests of actions and reads where only those are wanted, and all of tests/house and of the contract."""
    if not config.getoption("--without-faces"):
        return
    kept = [item for item in items if _is_of_database(item)]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(kept)])
    items[:] = kept


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """What the tests and the program consist of stays until the end: it is not searched for garbage again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def _is_of_database(item: Any) -> bool:
    if item.nodeid.startswith(_WHOLE):
        return True
    asks = set(item.fixturenames)
    has_rows = bool(asks & {"db", "transactional_db"}) or item.get_closest_marker("django_db") is not None
    return has_rows and not asks & _FACES


def pytest_configure(config: pytest.Config) -> None:
    """Quick passwords, and static files where they lie, whatever the data folder of this machine holds."""
    from django.conf import settings

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.WHITENOISE_USE_FINDERS = True
    settings.WHITENOISE_AUTOREFRESH = True  # Else each client that a test makes looks all of them up.


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> None:
    """Let tests with real transactions be cleared: the journal refuses to be emptied otherwise."""
    from django.core.management.commands import flush

    from shanhai.core.db import triggers

    plain = flush.Command.handle

    def handle(self: Any, **options: Any) -> None:
        with triggers.journal_writable():
            plain(self, **options)

    flush.Command.handle = handle  # type: ignore[method-assign]


@pytest.fixture(scope="session")
def shared_data() -> Callable[[str], Path]:
    """Give the folder of a topic; skip with a message where it is absent, fail there if CI=true."""
    base = Path(os.environ.get("SHANHAI_SHARED_DATA") or ROOT / "../shared/data")

    def folder(topic: str) -> Path:
        if (base / topic).is_dir():
            return base / topic
        message = f"shared data {topic} is absent; set SHANHAI_SHARED_DATA to the folder that holds it"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)

    return folder


@pytest.fixture(scope="session")
def data_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where documents of the tests go."""
    return tmp_path_factory.mktemp("data")


@pytest.fixture(autouse=True)
def _house(settings: Any, data_folder: Path) -> Iterator[None]:
    from django.core.cache import caches
    from django.core.cache.backends.db import DatabaseCache
    from django.utils import translation

    from shanhai.core import calendar

    settings.SHANHAI_DATA = data_folder
    settings.STATIC_ROOT = data_folder
    for found in caches.all(initialized_only=True):
        if not isinstance(found, DatabaseCache):  # its rows go with the test's other rows
            found.clear()
    calendar.forget()
    with turned_to(settings, MONDAY), translation.override("en"), from_nothing():
        yield


class turned_to:
    """The clock at a moment; empty text lets it run free."""

    def __init__(self, settings: Any, moment: str) -> None:
        self.settings = settings
        self.moment = moment

    def __enter__(self) -> None:
        from shanhai.core import clock

        self.before = self.settings.SHANHAI_TODAY
        self.settings.SHANHAI_TODAY = self.moment
        clock.fixed_start.cache_clear()
        # Each test begins at the full minute, however long those before it took.
        clock._started = time.monotonic()

    def __exit__(self, *_: object) -> None:
        from shanhai.core import clock

        self.settings.SHANHAI_TODAY = self.before
        clock.fixed_start.cache_clear()


@pytest.fixture
def turn_clock(settings: Any) -> Callable[[str], None]:
    """``turn_clock("2024-01-02")`` makes it that day for the rest of the test."""
    from shanhai.core import clock

    def turn(moment: str) -> None:
        settings.SHANHAI_TODAY = moment
        clock.fixed_start.cache_clear()

    return turn


# --- the zone and its people -----------------------------------------------------------------------------------------

REGIONS = (
    ("330000000000", "浙江省", "Zhejiang"),
    ("330100000000", "杭州市", "Hangzhou"),
    ("330109000000", "萧山区", "Xiaoshan"),
    ("331100000000", "丽水市", "Lishui"),
    ("331181000000", "龙泉市", "Longquan"),
)
ORGANISATIONS = (
    (
        "ZJ-FGW",
        "province",
        "330000000000",
        "浙江省发展和改革委员会",
        "Zhejiang Development and Reform Commission",
        "",
    ),
    ("LQ", "government", "331181000000", "龙泉市人民政府", "Longquan Government", ""),
    ("LQ-PARK", "park_committee", "331181000000", "龙泉工业园区管委会", "Longquan Park Committee", "LQ"),
    ("XS", "government", "330109000000", "萧山区人民政府", "Xiaoshan Government", ""),
    ("XS-OFFICE", "department", "330109000000", "萧山区山海协作办公室", "Xiaoshan Cooperation Office", "XS"),
    ("STRANGER", "other", "330100000000", "无关单位", "Unrelated Body", ""),
)
PEOPLE = (
    ("lin", "LQ-PARK", "林涛", "Lin Tao", ("office", "handler")),
    ("shen", "XS-OFFICE", "沈洁", "Shen Jie", ("office", "signer")),
    ("pan", "ZJ-FGW", "潘越", "Pan Yue", ("province",)),
    ("zhou", "STRANGER", "周航", "Zhou Hang", ()),
    ("admin", "LQ", "叶岚", "Ye Lan", ("administrator",)),
)


@pytest.fixture
def cast(db: None) -> SimpleNamespace:
    """All regions, organisations, units, members and the pairing, written by the actions that an office uses."""
    return laid("cast", _build_cast)


def _build_cast() -> SimpleNamespace:
    from shanhai.core.actions import members, organisations, pairings, regions, roles, units
    from shanhai.core.models import User

    by = SimpleNamespace(regions={}, organisations={}, units={}, members={})
    for code, zh, en in REGIONS:
        by.regions[code] = regions.add_region(code=code, name_zh=zh, name_en=en, by=None)
    for code, kind, region, zh, en, parent in ORGANISATIONS:
        by.organisations[code] = organisations.add_organisation(
            code=code,
            kind=kind,
            region=by.regions[region],
            name_zh=zh,
            name_en=en,
            parent=by.organisations.get(parent),
            by=None,
        )
        by.units[code] = units.add_unit(
            by.organisations[code], code=f"{code}-1", name_zh="综合科", name_en="General Office", by=None
        )
    for code, organisation, zh, en, held in PEOPLE:
        member = members.add_member(by.units[organisation], code=code, name_zh=zh, name_en=en, by=None)
        for role in held:
            roles.give_role(member, role=role, from_on=date(2018, 1, 1), by=None)
        member.user = User.objects.create(username=code, password="!", language="en")
        member.save(update_fields=["user"])
        by.members[code] = member
    by.pairing = pairings.open_pairing(
        code="LQ-XS",
        level="county",
        name_zh="龙泉—萧山山海协作",
        name_en="Longquan–Xiaoshan cooperation",
        started_on=date(2012, 6, 1),
        parties=((by.organisations["LQ"], "mountain"), (by.organisations["XS"], "sea")),
        by=None,
    )
    return by


@pytest.fixture
def zone(cast: SimpleNamespace) -> Any:
    """The pairing of Longquan and Xiaoshan, with everybody in their seats."""
    return cast.pairing


@pytest.fixture
def lin(cast: SimpleNamespace) -> Any:
    """Park committee of Longquan: office and handler, mountain side."""
    return cast.members["lin"]


@pytest.fixture
def shen(cast: SimpleNamespace) -> Any:
    """Cooperation office of Xiaoshan: office and signer, sea side."""
    return cast.members["shen"]


@pytest.fixture
def pan(cast: SimpleNamespace) -> Any:
    """The province: sees from above, decides nothing."""
    return cast.members["pan"]


@pytest.fixture
def zhou(cast: SimpleNamespace) -> Any:
    """An outsider: a login and a unit, but no role and no seat."""
    return cast.members["zhou"]


@pytest.fixture
def admin_member(cast: SimpleNamespace) -> Any:
    """The administrator, in the government of Longquan."""
    return cast.members["admin"]


@pytest.fixture
def client_of(db: None) -> Callable[..., Any]:
    """``client_of(lin)``: a browser in which Lin is logged in; deciding members have their second factor."""
    from allauth.mfa.models import Authenticator
    from django.test import Client

    from shanhai.core import access

    def logged_in(member: Any, *, language: str = "en", **kwargs: Any) -> Client:
        user = member.user
        if user.language != language:
            user.language = language
            user.save(update_fields=["language"])
        if access.standing(member).decides:
            Authenticator.objects.get_or_create(
                user=user, type=Authenticator.Type.TOTP, defaults={"data": {}}
            )
        client = Client(**kwargs)
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return logged_in
