"""Whatever is sent to the API, it answers as its own document says, and never breaks."""

from __future__ import annotations

import pytest
import schemathesis
from django.core.cache import cache
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
# Enough to send each parameter right, wrong and not at all; more only takes longer, an operation after the other.
EXAMPLES = 4


@pytest.fixture(autouse=True)
def _connection_stays():
    """Keep the connection of the test's transaction: a call through WSGI ends like a request, which would drop it."""
    ends = (request_started, request_finished)
    for end in ends:
        end.disconnect(close_old_connections)
    yield
    for end in ends:
        end.connect(close_old_connections)


@pytest.fixture
def key(zone, lin, settings):
    """The key of somebody who may do nearly everything, so that calls get past the access table."""
    from shanhai.core.actions import account, roles

    settings.SHANHAI_TOKEN_CALLS_PER_MINUTE = 1_000_000
    settings.ALLOWED_HOSTS = ["*"]
    for role in ("administrator", "leader", "signer"):
        roles.give_role(lin, role=role, by=None)
    return account.create_token(lin, name="contract", by=lin)[1]


# The document needs no database, so that each operation is a test of its own.
schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())

# What every operation shares is read in one place: it is tried wrong at the operations of one field, and right at all.
SHARED = ("If-Match:", "Idempotency-Key:", "Authorization:", "Unspecified HTTP method:")
WITH_SHARED = "/api/v1/registry/"


@schema.hook("filter_case")
def _is_tried_here(context, case):
    about = str(getattr(case.meta.phase.data, "description", "")) if case.meta else ""
    return case.operation.path.startswith(WITH_SHARED) or not about.startswith(SHARED)


@schema.parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
    derandomize=True,
)
def test_every_operation_keeps_its_word(case, key):
    cache.clear()
    case.call_and_validate(headers={"Authorization": f"Bearer {key}"}, checks=CHECKS)
