"""Helpers for the API of every field: who calls, pages of rows, versions, repeated calls, and problems.

A field's ``api.py`` makes a ``Router`` and calls the same queries and actions as its pages. What every operation
may answer besides success is declared once for all of them, in ``shanhai.site.api``.
"""

from __future__ import annotations

import hashlib
import inspect
import json
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from functools import wraps
from http import HTTPStatus
from typing import Annotated, Any, Generic, TypeVar

from django.conf import settings
from django.core.cache import caches
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.request import RawPostDataException
from django.utils.translation import gettext
from ninja import Schema
from ninja.errors import AuthenticationError
from ninja.security import APIKeyCookie, HttpBearer
from pydantic import AfterValidator, AwareDatetime, ConfigDict, Field

from shanhai.core import access, clock, sentences
from shanhai.core.actions import account
from shanhai.core.models import ApiToken
from shanhai.core.models.base import Versioned
from shanhai.core.names import called
from shanhai.core.writing import once
from shanhai.kernel.refusals import BadInput, ChangedMeanwhile, Refused, TooOften, gettext_noop
from shanhai.webkit import keyset
from shanhai.webkit.middleware import chosen_or_topmost

T = TypeVar("T")
R = TypeVar("R", bound=Versioned)
DEFAULT_LIMIT = 100
GREATEST_LIMIT = 500


# --- problems --------------------------------------------------------------------------------------------------------


class Problem(Schema):
    """What is not done, and why (RFC 9457). ``code`` never changes; ``detail`` is in the caller's language."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    code: str
    detail: str


def problem(status: int, code: str, detail: str, /, **facts: Any) -> HttpResponse:
    """An ``application/problem+json`` answer; a fact that is called as one of its own words is in the sentence only."""
    body: dict[str, Any] = {"type": f"urn:shanhai:refusal:{code}", "title": HTTPStatus(status).phrase}
    body |= {"status": status, "code": code, "detail": detail}
    body |= {name: value for name, value in facts.items() if name not in body}
    answer = JsonResponse(body, status=status, json_dumps_params={"ensure_ascii": False, "default": str})
    answer["Content-Type"] = "application/problem+json"
    return answer


def refusal(refused: Refused) -> HttpResponse:
    """A refusal as a problem: its sentence translated, its facts beside it."""
    return problem(refused.status, refused.code, sentences.refusal(refused), **refused.facts)


# --- who calls -------------------------------------------------------------------------------------------------------


class Login(APIKeyCookie):
    """The session of a browser; writing calls carry the CSRF token."""

    param_name = "sessionid"

    def authenticate(self, request: Any, key: str | None) -> Any:
        if request.member is None:
            return None
        check_rate(f"login:{request.user.pk}")
        return request.member


class Token(HttpBearer):
    """A program's key: ``Authorization: Bearer sh_...``."""

    def __call__(self, request: HttpRequest) -> Any:
        if not request.headers.get("Authorization", "").strip():
            return None
        found = super().__call__(request)
        if found is None:
            # Somebody who sends a key means it: a wrong one is not made good by a session cookie.
            raise AuthenticationError
        return found

    def authenticate(self, request: Any, token: str) -> Any:
        found = (
            ApiToken.objects.filter(
                digest=account.digest_of(token), revoked_at=None, expires_at__gt=clock.now()
            )
            .select_related("member__user", "member__unit__organisation__region")
            .first()
        )
        if found is None or not _may_work(found):
            return None
        check_rate(f"token:{found.prefix}")
        account.token_was_used(found)
        member = found.member
        member.token_scopes = frozenset(found.scopes.split())
        request.member, request.memberships = member, [member]
        request.pairing = chosen_or_topmost(member, None)
        request._dont_enforce_csrf_checks = True
        return member


def _may_work(token: ApiToken) -> bool:
    member = token.member
    return member.is_active and member.unit.is_active and (member.user is None or member.user.is_active)


def check_rate(who: str) -> None:
    """Count a call; refuse it beyond the limit of this minute.

    Each process counts for itself: a write to the database for every call would cost more than it protects.
    """
    cache = caches["process"]
    most = settings.SHANHAI_TOKEN_CALLS_PER_MINUTE
    # The limit protects the machine, so it goes by the machine's own minutes, not by a fixed demonstration clock.
    key = f"api-rate:{who}"
    cache.add(key, 0, 60)
    try:
        calls = cache.incr(key)
    except ValueError:
        cache.set(key, 1, 60)
        calls = 1
    if calls > most:
        raise TooOften(
            "core.too_often",
            gettext_noop("More than {most} calls in a minute. Wait a minute, then go on more slowly."),
            most=most,
        )


# --- what is brought -------------------------------------------------------------------------------------------------


class Given(Schema):
    """What a caller brings: a name that the operation does not know is refused, not passed over."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, use_enum_values=True)


def changes_in(data: Schema, *nullable: str) -> dict[str, Any]:
    """What a PATCH brings: what is left out stays, and so does what is null, except where null empties a column."""
    return {
        name: value
        for name, value in data.dict(exclude_unset=True).items()
        if value is not None or name in nullable
    }


def _without_nul(text: str) -> str:
    if "\0" in text:
        # Pydantic takes a ValueError; PostgreSQL cannot store the character.
        raise ValueError(gettext("The text has a NUL character. Leave it out."))
    return text


# Text of a form that comes with a file; JSON is looked through as a whole.
FormText = Annotated[str, AfterValidator(_without_nul)]
# Days and instants that calendars can count from, in both directions.
Day = Annotated[date, Field(ge=date(1900, 1, 1), le=date(2200, 12, 31))]
Instant = Annotated[
    AwareDatetime,
    Field(ge=datetime(1900, 1, 1, tzinfo=UTC), le=datetime(2200, 12, 31, tzinfo=UTC)),
    # PostgreSQL takes offsets below 16 hours only; Python any below a day.
    AfterValidator(lambda moment: moment.astimezone(UTC)),
]
# Keys of rows, as both databases count them.
Key = Annotated[int, Field(ge=1, lt=2**63)]


# --- pages of rows ---------------------------------------------------------------------------------------------------


class Paged(Schema, Generic[T]):
    """A page of rows, and the cursor of the next one: null on the last page."""

    items: list[T]
    next: str | None


def paged(
    queryset: QuerySet, sort: str | Iterable[str], request: HttpRequest, *, shown: Any = None
) -> dict[str, Any]:
    """A page of a queryset by keyset, as ``?cursor=`` and ``?limit=`` ask.

    Parameters
    ----------
    sort
        Fields as ``order_by`` takes them; each sort has an index (access column, sort, pk).
    shown
        What else decides which rows there are (the filters): a cursor fits only the list it was made for. Default:
        all parameters of the address but cursor and limit.
    """
    limit = _limit(request.GET.get("limit", ""))
    cursor = request.GET.get("cursor", "")
    paths = [sort] if isinstance(sort, str) else list(sort)
    if shown is None:
        shown = {name: value for name, value in request.GET.items() if name not in ("cursor", "limit")}
    mark = keyset.fingerprint(queryset.model._meta.label, paths, shown)
    if cursor and keyset.read(cursor, keyset.keys(queryset.model, paths), mark) is None:
        raise BadInput(
            "webkit.cursor_does_not_fit",
            gettext_noop("This cursor was made for another list or filter. Start again without a cursor."),
        )
    page = keyset.cut(queryset, paths, limit, cursor, mark)
    is_last = page.next is None or len(page.rows) < limit
    return {"items": page.rows, "next": None if is_last else page.next}


def _limit(text: str) -> int:
    if not text:
        return DEFAULT_LIMIT
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= GREATEST_LIMIT):
        raise BadInput(
            "webkit.limit_out_of_range",
            gettext_noop("limit is {limit}; give a whole number from 1 to {most}."),
            limit=text[:40],
            most=GREATEST_LIMIT,
        )
    return int(text)


# --- versions --------------------------------------------------------------------------------------------------------


IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "required": False,
    "description": "Version that was read, from ETag or `version`. Changing calls refuse to go without it.",
    "schema": {"type": "string", "pattern": '^"[0-9]+"$'},
}
# ``openapi_extra`` of a POST that changes a row which is there; of PUT, PATCH and DELETE it goes without saying.
CHANGES_A_ROW: dict[str, Any] = {"parameters": [IF_MATCH]}


def etag(response: HttpResponse, row: Any) -> None:
    """Send a row's version along, for ``If-Match`` of the next change."""
    response["ETag"] = f'"{row.version}"'


def if_match(request: HttpRequest, row: R) -> R:
    """The row, which the caller has to know as it is now; call it before an action that changes the row.

    Raises
    ------
    BadInput
        ``webkit.if_match_needed`` (428) without the header.
    ChangedMeanwhile
        ``core.changed_meanwhile`` (412) where the row has moved on.
    """
    given = request.headers.get("If-Match", "").strip()
    if not given:
        missing = BadInput(
            "webkit.if_match_needed",
            gettext_noop('Send If-Match with the version you read, for example If-Match: "{version}".'),
            version=row.version,
        )
        missing.status = 428
        raise missing
    versions = {word.strip().removeprefix("W/").strip('"') for word in given.split(",")}
    if "*" not in versions and str(row.version) not in versions:
        moved = ChangedMeanwhile(
            "core.changed_meanwhile",
            gettext_noop(
                "{what} was changed by someone else since you opened it. Look at what changed, then save again."
            ),
            what=called(row),
            kind=row._meta.label_lower,
            pk=row.pk,
            version=row.version,
        )
        moved.status = 412
        raise moved
    return row


# --- repeated calls --------------------------------------------------------------------------------------------------


def idempotent(schema: type[Schema], status: int = 201) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Make a POST safe to send twice: with an ``Idempotency-Key`` it is done once and answered alike each time.

    An answer that carries ``version`` carries it as ETag too. Not for answers that hold a secret: they are kept.

    Use below the router's decorator; the operation returns the row, ``schema`` says what is shown of it.

        @router.post("/regions", response={201: RegionOut})
        @idempotent(RegionOut)
        def add_region(request, data: RegionIn): ...
    """

    def wrap(operation: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(operation)
        def inner(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
            def call() -> tuple[int, Any]:
                row = operation(request, *args, **kwargs)
                return status, schema.from_orm(row).model_dump(mode="json", by_alias=True)

            key = request.headers.get("Idempotency-Key", "")
            if not key:
                return _json(*call())
            body = {"path": request.path, **_brought(request)}
            return _json(*once(request.member, f"{request.method} {request.path}", key, body, call))

        # Ninja reads the annotations, which stand as text in the operation's own module.
        inner.__signature__ = inspect.signature(operation, eval_str=True)  # type: ignore[attr-defined]
        inner.takes_key = True  # type: ignore[attr-defined]
        return inner

    return wrap


def _brought(request: HttpRequest) -> dict[str, Any]:
    """What came with a call, as plain JSON types; of a file its digest."""
    try:
        return {"body": request.body.decode("utf-8", "replace")}
    except RawPostDataException:
        # A form with files was read as it came in.
        sent: dict[str, Any] = request.FILES.dict()
        files = {name: [file.name, _digest(file)] for name, file in sent.items()}
        return {"fields": dict(request.POST.lists()), "files": files}


def _digest(file: Any) -> str:
    found = hashlib.sha256()
    for chunk in file.chunks():
        found.update(chunk)
    file.seek(0)
    return found.hexdigest()


def _json(status: int, answer: Any) -> HttpResponse:
    body = json.dumps(answer, ensure_ascii=False)
    response = HttpResponse(body, status=status, content_type="application/json; charset=utf-8")
    if isinstance(answer, dict) and "version" in answer:
        response["ETag"] = f'"{answer["version"]}"'
    return response


def may(code: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Let in callers who may open pages of this access row; the row's code stands on the operation."""

    def wrap(operation: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(operation)
        def inner(request: Any, *args: Any, **kwargs: Any) -> Any:
            access.check(request.member, code)
            return operation(request, *args, **kwargs)

        inner.__signature__ = inspect.signature(operation, eval_str=True)  # type: ignore[attr-defined]
        inner.access = code  # type: ignore[attr-defined]
        return inner

    return wrap
