"""An installation whose mail and robots reach real servers on this machine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.servers import Mailbox, Platform, mail_server, robot_platform


@pytest.fixture
def mailbox(settings: Any) -> Iterator[Mailbox]:
    """A mail server to which the installation is set up."""
    with mail_server() as box:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", box.port
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        settings.EMAIL_TIMEOUT = 3
        settings.SHANHAI_MAIL_IS_ON = True
        settings.SHANHAI_ADDRESS = "https://zone.example"
        yield box


@pytest.fixture
def platform(settings: Any) -> Iterator[Platform]:
    """A server that takes what robots are posted."""
    settings.SHANHAI_ROBOTS_ON_LOOPBACK = True
    settings.SHANHAI_ADDRESS = "https://zone.example"
    with robot_platform() as there:
        yield there


@pytest.fixture
def reads_mail(zone: Any) -> Callable[..., Any]:
    """``reads_mail(lin, "daily")``: the member has an address, has confirmed it, and chose so."""
    from shanhai.core.actions import members, telling
    from shanhai.core.channels import messages, sending
    from shanhai.core.models import Sending

    def choose(member: Any, mail: str = "at_once", address: str = "") -> Any:
        members.change_member(member, email=address or f"{member.code}@zone.example", by=None)
        telling.confirm_address(member, token=messages.confirm_token(member), by=member)
        made = telling.choose_mail(telling.telling_of(member), mail=mail, by=member)
        sending.drop(Sending.objects.filter(what="confirm"), "test")
        return made

    return choose


@pytest.fixture
def tell(zone: Any) -> Callable[..., Any]:
    """``tell(lin, shen)``: one more fact, told to them."""
    from shanhai.core import notices
    from shanhai.core.models import NoticeFact

    made: list[str] = []

    def one(*members: Any, kind: str = "test.due", by: Any = None, what: str = "Thing {n} is due") -> Any:
        made.append(f"test:{len(made) + 1}")
        notices.tell(made[-1], kind, what, {"n": len(made)}, f"/things/{len(made)}/", members, by=by)
        return NoticeFact.objects.get(key=made[-1])

    return one


@pytest.fixture
def sweep() -> Callable[[], int]:
    """One tick's sending, now by the house's clock."""
    from shanhai.core import clock
    from shanhai.core.channels import sending

    return lambda: sending.sweep(clock.now())
