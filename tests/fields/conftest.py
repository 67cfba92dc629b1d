"""Programs of members, calling the API of a field."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest


@pytest.fixture
def api_at(client_of: Callable[..., Any]) -> Callable[..., Any]:
    """``api_at("/api/v1/pairing")(lin)("post", "/agreements", {...}, version=3, key="k1")``: an answer of the API.

    ``version`` is what If-Match carries, ``key`` the Idempotency-Key; with ``form`` the data goes as a form with files.
    """

    def at(root: str) -> Callable[..., Any]:
        def of(member: Any) -> Callable[..., Any]:
            client = client_of(member)

            def call(
                method: str,
                path: str,
                data: Any = None,
                *,
                version: Any = None,
                key: str = "",
                form: bool = False,
            ) -> Any:
                headers = {} if version is None else {"If-Match": f'"{version}"'}
                headers |= {"Idempotency-Key": key} if key else {}
                if form:
                    return getattr(client, method)(f"{root}{path}", data=data, headers=headers)
                body = None if data is None else json.dumps(data)
                return getattr(client, method)(
                    f"{root}{path}", data=body, content_type="application/json", headers=headers
                )

            return call

        return of

    return at


@pytest.fixture
def held() -> Callable[..., Any]:
    """``held(call, "/agreements/X/sign", data, version)``: posts, and proves what holds for every change of a row.

    Without the version it is refused (428), with an old one too (412), and sent twice with one key it is done once.
    """

    def change(call: Callable[..., Any], path: str, data: Any, version: int) -> Any:
        assert call("post", path, data).status_code == 428, path
        assert call("post", path, data, version=version + 50).status_code == 412, path
        first = call("post", path, data, version=version, key=f"once {path}"[:80])
        second = call("post", path, data, version=version, key=f"once {path}"[:80])
        assert first.status_code in (200, 201), first.content.decode()
        assert (second.status_code, second.json()) == (first.status_code, first.json())
        assert first["ETag"] == f'"{first.json()["version"]}"'
        return first.json()

    return change


class Phone:
    """The browser of somebody without an account: it keeps its cookies by address, as browsers do."""

    def __init__(self, client: Any, language: str) -> None:
        self.client = client
        self.headers = {"Accept-Language": language}
        self.cookies: dict[str, dict[str, str]] = {}  # path to name to value
        self.here = ""

    def _sent(self, method: str, path: str, data: Any = None) -> Any:
        self.client.cookies.clear()
        for where, kept in self.cookies.items():
            if path.partition("?")[0].startswith(where):
                for name, value in kept.items():
                    self.client.cookies[name] = value
        answer = getattr(self.client, method)(path, data, headers=self.headers)
        for name, morsel in answer.cookies.items():
            self.cookies.setdefault(morsel["path"], {})[name] = morsel.value
        return answer

    def open(self, token: str) -> Any:
        """Follow the link: the address with the token, then the page."""
        answer = self._sent("get", f"/l/{token}/")
        if answer.status_code != 302:
            return answer
        self.here = answer["Location"]
        return self.get(self.here)

    def get(self, path: str = "") -> Any:
        return self._sent("get", path or self.here)

    def post(self, **data: Any) -> Any:
        """Send a form of the page that is open, with the key that it carries."""
        found = re.search(r'name="key" value="([0-9a-f]+)"', self.get().content.decode())
        answer = self._sent("post", self.here, {"key": found[1] if found else ""} | data)
        return self.get(answer["Location"]) if answer.status_code == 302 else answer

    def give(self, number: str) -> Any:
        """Type a phone number."""
        return self.post(do="number", number=number)


@pytest.fixture
def phone(db: None) -> Callable[..., Phone]:
    """``phone()``: a phone of somebody without an account; ``phone("zh-CN")`` one that speaks Chinese."""
    from django.test import Client

    return lambda language="en": Phone(Client(enforce_csrf_checks=True), language)


@pytest.fixture
def picture() -> Callable[[], Any]:
    """``picture()``: a photograph as a phone sends it."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    counter = iter(range(1000))
    return lambda: SimpleUploadedFile(
        "IMG 0001.HEIC", b"\xff\xd8\xff\xe0" + str(next(counter)).encode() * 20, "image/jpeg"
    )
