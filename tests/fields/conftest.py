"""Programs of members, calling the API of a field."""

from __future__ import annotations

import json
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
