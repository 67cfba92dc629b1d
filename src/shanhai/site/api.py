"""The root of the API: ``/api/v1/``. Each field's router is mounted under its name."""

from __future__ import annotations

import logging
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps
from django.core.exceptions import BadRequest, RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import render
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.parser import Parser

from shanhai import __version__
from shanhai.core import access, clock
from shanhai.kernel.refusals import BadInput, Refused, gettext_noop
from shanhai.site import notices_api, search_api
from shanhai.webkit.api import GREATEST_LIMIT, IF_MATCH, Login, Problem, Token, problem, refusal

logger = logging.getLogger(__name__)

# What any operation may answer besides success: declared here once, so that no operation forgets one.
REFUSALS = {
    400: "The request cannot be read.",
    401: "No key and no login, or one that does not work.",
    403: "The caller may not do this.",
    404: "There is no such thing, or the caller may not know of it.",
    409: "The thing is not in the state that this needs, or was changed meanwhile.",
    412: "If-Match does not name the present version.",
    413: "More than one request may bring.",
    422: "What was sent breaks a rule; the problem says which.",
    428: "If-Match is missing.",
    429: "Too many calls in a minute.",
    503: "The installation lacks something that this needs.",
}
_PAGING = [
    {
        "name": "cursor",
        "in": "query",
        "required": False,
        "description": "`next` of the page before.",
        "schema": {"type": "string", "default": ""},
    },
    {
        "name": "limit",
        "in": "query",
        "required": False,
        "description": "Rows of a page.",
        "schema": {"type": "integer", "minimum": 1, "maximum": GREATEST_LIMIT, "default": 100},
    },
]
_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "1 to 80 characters of the caller's own: a call that is sent again with it is done once.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 80, "pattern": "^[!-~]+$"},
}


class PlainText(Parser):
    """Refuses NUL characters, which PostgreSQL cannot store."""

    def parse_body(self, request: HttpRequest) -> Any:
        if b"\\u0000" in request.body or b"\x00" in request.body:
            raise BadInput(
                "core.nul_character", gettext_noop("The request has a NUL character (\\u0000). Leave it out.")
            )
        return super().parse_body(request)


class ShanhaiApi(NinjaAPI):
    """Ninja with every refusal declared on every operation, which goes by the name of its function."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._documents: dict[str, Any] = {}

    def get_openapi_operation_id(self, operation: Any) -> str:
        return operation.view_func.__name__

    def get_openapi_schema(self, **kwargs: Any) -> Any:
        """The document, made once for each prefix: it takes seconds and says the same until the program is another."""
        key = repr(sorted(kwargs.items()))
        if key not in self._documents:
            self._documents[key] = self._document(**kwargs)
        return self._documents[key]

    def _document(self, **kwargs: Any) -> Any:
        schema = super().get_openapi_schema(**kwargs)
        schema["components"].setdefault("schemas", {})["Problem"] = Problem.json_schema()
        repeatable = self._repeatable()
        for operations in schema["paths"].values():
            for method, operation in operations.items():
                _declare(method, operation, schema, operation["operationId"] in repeatable)
        return schema

    def _repeatable(self) -> set[str]:
        """The operations that take an Idempotency-Key."""
        views = [view for _prefix, router in self._routers for view in router.path_operations.values()]
        return {
            operation.view_func.__name__
            for view in views
            for operation in view.operations
            if getattr(operation.view_func, "takes_key", False)
        }


def _declare(method: str, operation: dict[str, Any], schema: dict[str, Any], takes_key: bool) -> None:
    answers = operation["responses"]
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for status, description in REFUSALS.items():
        answers.setdefault(status, {"description": description, "content": content})
    have = {(given["in"], given["name"]) for given in operation.setdefault("parameters", [])}
    wanted = list(_PAGING) if method == "get" and _is_paged(answers.get(200), schema) else []
    wanted += [_KEY] if takes_key else []
    wanted += [IF_MATCH] if method in ("put", "patch", "delete") else []
    operation["parameters"] += [one for one in wanted if (one["in"], one["name"]) not in have]


def _is_paged(answer: dict[str, Any] | None, schema: dict[str, Any]) -> bool:
    shape = (answer or {}).get("content", {}).get("application/json", {}).get("schema", {})
    reference = shape.get("$ref", "").rpartition("/")[2]
    fields = schema["components"]["schemas"].get(reference, shape).get("properties", {})
    return {"items", "next"} <= fields.keys()


api = ShanhaiApi(
    title="Shanhai",
    version=__version__,
    description=(
        "Registers, pairings and the work of a cooperation zone. Lists are paged by `cursor`; errors are"
        " `application/problem+json`; changing calls carry `If-Match`; POST may carry `Idempotency-Key`."
    ),
    docs_url=None,
    auth=[Token(), Login()],
    parser=PlainText(),
    urls_namespace="api",
)


@api.exception_handler(Refused)
def on_refused(request: HttpRequest, refused: Refused) -> HttpResponse:
    answer = refusal(refused)
    if refused.status == 429:
        answer["Retry-After"] = "60"
    return answer


@api.exception_handler(ValidationError)
def on_invalid(request: HttpRequest, invalid: ValidationError) -> HttpResponse:
    errors = [
        {"where": [str(word) for word in error["loc"]], "what": error["msg"]} for error in invalid.errors
    ]
    first = errors[0] if errors else {"where": [], "what": ""}
    sentence = _("{where}: {what}").format(where=".".join(first["where"][1:]), what=first["what"])
    return problem(422, "core.not_in_form", sentence, errors=errors)


@api.exception_handler(AuthenticationError)
def on_unknown(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    answer = problem(
        401, "core.who_asks", _("Send a key that works (Authorization: Bearer sh_…), or log in.")
    )
    answer["WWW-Authenticate"] = 'Bearer realm="shanhai"'
    return answer


@api.exception_handler(HttpError)
def on_http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    code = "core.csrf" if error.status_code == 403 else "core.request"
    return problem(error.status_code, code, str(error))


@api.exception_handler(BadRequest)
@api.exception_handler(SuspiciousOperation)
@api.exception_handler(MultiPartParserError)
def on_unreadable(request: HttpRequest, error: Exception) -> HttpResponse:
    status = 413 if isinstance(error, RequestDataTooBig) else 400
    return problem(
        status, "core.unreadable_request", _("The request cannot be read: {why}").format(why=error)
    )


@api.exception_handler(Http404)
def on_not_found(request: HttpRequest, error: Http404) -> HttpResponse:
    return problem(404, "core.not_found", _("There is no such thing, or you may not know of it."))


@api.exception_handler(Exception)
def on_failure(request: HttpRequest, error: Exception) -> HttpResponse:
    logger.exception("%s %s failed", request.method, request.path, exc_info=error)
    return problem(500, "core.failed", _("Something went wrong on our side. It was noted; try again later."))


class Who(Schema):
    """Who the caller is here."""

    member: str
    name: str
    organisation: str
    unit: str
    roles: list[str]
    today: str
    is_demo_clock: bool


@api.get("/me", response=Who, tags=["site"], operation_id="who_am_i", summary="Who am I?")
def who_am_i(request: Any) -> dict[str, Any]:
    """The member behind the key or login, and the day on which the installation lives."""
    member = request.member
    return {
        "member": member.code,
        "name": member.name,
        "organisation": member.unit.organisation.code,
        "unit": member.unit.code,
        "roles": sorted(access.standing(member).roles),
        "today": clock.today().isoformat(),
        "is_demo_clock": clock.is_fixed(),
    }


api.add_router("", notices_api.router)
api.add_router("", search_api.router)
for app in apps.get_app_configs():
    if app.name.startswith("shanhai.fields.") and find_spec(f"{app.name}.api"):
        api.add_router(f"/{app.label}/", import_module(f"{app.name}.api").router)


def nothing_here(request: HttpRequest, rest: str = "") -> HttpResponse:
    """Addresses below the API that are none of its operations."""
    return problem(
        404, "core.no_such_operation", _("The API has no such address. See /api/v1/docs for those it has.")
    )


def docs(request: HttpRequest) -> HttpResponse:
    """The operations as a plain page, made from the same document that programs read."""
    schema = api.get_openapi_schema(path_prefix="/api/v1/")
    return render(request, "site/api_docs.html", {"groups": _groups(schema), "schema": schema})


def _groups(schema: dict[str, Any]) -> list[dict[str, Any]]:
    groups: dict[str, list[dict[str, Any]]] = {}
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            row = {
                "method": method.upper(),
                "path": path,
                "summary": operation.get("summary", ""),
                "description": operation.get("description", ""),
                "parameters": operation["parameters"],
                "body": _body_name(operation),
            }
            # By field and noun: /api/v1/pairing/agreements/{number}/sign stands under pairing/agreements.
            groups.setdefault("/".join(path.split("/")[3:5]), []).append(row)
    return [{"name": name, "operations": rows} for name, rows in sorted(groups.items())]


def _body_name(operation: dict[str, Any]) -> str:
    content = operation.get("requestBody", {}).get("content", {})
    shapes = [kind.get("schema", {}) for kind in content.values()]
    return next((shape["$ref"].rpartition("/")[2] for shape in shapes if "$ref" in shape), "")
