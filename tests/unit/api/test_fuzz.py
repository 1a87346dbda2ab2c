"""Whatever is sent, the answer is one of ours.

No 500, nothing of the inside, and a refused request changed nothing.
"""

from __future__ import annotations

import json
import os
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.domain.export_file import ExportFile
from tests.api_client import TOKEN, ApiClient
from tests.factories import make_service
from tests.unit.api.schema_inputs import BODIES, IDS, TEXTS

# Other Pythons run the tests without these: they take most of the time.
pytestmark = pytest.mark.long

REQUESTS = int(os.environ.get("FUZZ_REQUESTS", "300"))
fuzzed = settings(
    max_examples=REQUESTS, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
)
INSIDE = (
    "Internal Server Error",
    "Traceback",
    'File \\"',
    "chalicelib",
    "site-packages",
    "NoneType",
    "object at 0x",
)
LIMITS = {"pending_per_requestor": 50, "pending_per_shop": 50}
CLIENT = ApiClient(service=make_service(products=2, settings=LIMITS))


def stored() -> dict[Any, ExportFile]:
    return dict(CLIENT.service.store.jobs)


def granted(answer: Any) -> bool:
    """Return whether a mutation of the answer was accepted, or might have been."""
    answers = answer if isinstance(answer, list) else [answer]
    parts = [part for one in answers for part in (one.get("data") or {}).values()]
    return any(isinstance(part, dict) and not part.get("errors") for part in parts)


CONTENT_TYPES = (
    "application/json",
    "application/json",
    "application/json",
    "application/graphql",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "multipart/form-data; boundary=",
    "text/plain",
    "",
)


@fuzzed
@given(
    body=BODIES,
    token=st.sampled_from([TOKEN, TOKEN, TOKEN, None, "nobody", "a.b.c", "é"]),
    content_type=st.one_of(st.sampled_from(CONTENT_TYPES), TEXTS),
)
def test_no_body_breaks_the_api(body: bytes, token: str | None, content_type: str) -> None:
    before = stored()
    status, answer = CLIENT.post(body, token=token, headers={"content-type": content_type})
    assert status in (200, 400, 413)
    text = json.dumps(answer)
    assert not any(inside in text for inside in INSIDE), text
    # Of requests sent together one may be accepted beside another that is not.
    if not granted(answer):
        assert stored() == before
    CLIENT.service.store.jobs.clear()
    CLIENT.service.queue.bodies.clear()


@fuzzed
@given(export_id=st.one_of(IDS, TEXTS), token=st.sampled_from([TOKEN, None, "nobody"]))
def test_no_id_breaks_the_routes(export_id: str, token: str | None) -> None:
    for answer in (CLIENT.status(export_id, token=token), CLIENT.file(export_id, token=token)):
        assert answer.status == (404 if token == TOKEN else 401)
        assert not any(inside in answer.body for inside in INSIDE)


@fuzzed
@given(header=st.one_of(TEXTS, st.text(max_size=40)))
def test_no_header_breaks_the_api(header: str) -> None:
    headers = {"authorization": header, "authorization-bearer": header, "idempotency-key": header}
    status, answer = CLIENT.post({"query": "{__typename}"}, token=None, headers=headers)
    assert status in (200, 400)
    assert not any(inside in json.dumps(answer) for inside in INSIDE)
