"""The description against the desk: generated questions, right and wrong, never a fault of ours."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi import checks
from starlette.testclient import TestClient

from pactolus.web import Settings, create_app
from tests.web.conftest import BASE
from tests.web.test_jobs import Idle

#: Small in .ci/run; PACTOLUS_SWEEP=full looks further.
EXAMPLES = 200 if os.environ.get("PACTOLUS_SWEEP") == "full" else 2
SLOW_PLACES = {
    "/api/v1/watch/list",
    "/api/v1/watch/outlook",
    "/api/v1/scenarios",
}  # seconds an answer: only asked wrongly here


@pytest.fixture(scope="module")
def application() -> FastAPI:
    """A desk whose jobs are never begun: what a process answers is tested elsewhere."""
    found = create_app(Settings(workers=1, most_jobs=10_000))
    found.state.board.__class__ = Idle
    return found


@pytest.fixture(scope="module")
def asked(application: FastAPI) -> Iterator[TestClient]:
    with TestClient(application, base_url=BASE, raise_server_exceptions=False) as client:
        yield client


@pytest.mark.slow
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["right", "wrong"])
def test_generated_questions_meet_the_description(application: FastAPI, mode: GenerationMode):
    schema = schemathesis.openapi.from_asgi(
        "/api/v1/openapi.json", application, headers={"host": "127.0.0.1"}
    )
    seen = 0
    for found in schema.get_all_operations():
        operation = found.ok()
        if mode == GenerationMode.NEGATIVE and not [*operation.query, *operation.body]:
            continue  # nothing to ask wrongly
        if operation.path in SLOW_PLACES and mode == GenerationMode.POSITIVE and EXAMPLES < 100:
            continue

        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            database=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=mode))
        def meets(case: schemathesis.Case) -> None:
            nonlocal seen
            answer = case.call(base_url=BASE, headers={"host": "127.0.0.1"})
            assert answer.status_code < 500, (case.as_curl_command(), answer.text)
            case.validate_response(answer, checks=CHECKS)
            seen += 1

        meets()
    assert seen > 10


CHECKS = [
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
]
WORDS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        ["", ",", "all", "KOR", "KOR+", "-1", "9" * 30, "1-9999", "\x00", "\ud800", "ＫＯＲ", "a=b", "%"]
    ),
)


@settings(max_examples=40, suppress_health_check=list(HealthCheck))
@given(
    place=st.sampled_from(
        [
            *("assess", "policy/in-force", "policy/compare", "policy/timeline", "policy/transferable"),
            *("dialogue/commitments", "projects/list", "respond/clocks"),
        ]
    ),
    question=st.dictionaries(
        st.sampled_from(
            [
                *("importers", "minerals", "years", "on", "members", "issuer", "kind", "limit", "x"),
                *("mineral", "to", "hosts", "region", "event", "as_of"),
            ]
        ),
        WORDS,
        max_size=3,
    ),
)
def test_words_of_any_kind_are_answered_or_refused(place: str, question: dict[str, str], asked: TestClient):
    sent = {name: value.encode("utf-8", "surrogatepass") for name, value in question.items()}
    query = "&".join(f"{name}={''.join(f'%{byte:02X}' for byte in value)}" for name, value in sent.items())
    answer = asked.get(f"/api/v1/{place}?{query}")
    assert answer.status_code in (200, 409, 422), (query, answer.text)
    assert answer.status_code == 200 or answer.json()["detail"]


@settings(max_examples=40, suppress_health_check=list(HealthCheck))
@given(
    body=st.one_of(
        st.binary(max_size=40),
        st.sampled_from(
            [
                b'{"kind": "shock", "scenario": "\\ud800"}',
                b'{"kind": "shock", "scenario_yaml": "\\ud800: \\u0000"}',
                b'{"kind": "shock", "scenario_yaml": "&a [*a]"}',
                b'{"kind": "shock", "scenario_yaml": "!!python/object:os.system x"}',
                b'{"kind": "shock", "scenario": {"shocks": [NaN]}}',
                b'{"kind": "stockpile-size", "year": 1e400}',
                b'{"kind": "projects-match", "firms": "\\ud800", "slots": ""}',
                b'{"kind": "respond", "event_yaml": "\\ud800: \\u0000"}',
                b'{"kind": "respond", "event_yaml": "&a [*a]"}',
                b'{"kind": "respond", "event": {"event": 1e400}}',
                b'{"kind": "coordinate", "event": "cobalt-quota-2025", "ability": {"KOR": 1e400}}',
                b'{"kind": "stockpile-portfolio", "budget": 1e400}',
                b'{"kind": "respond", "event": {"\\ud800": NaN}}',
                b'{"kind": "respond", "event": "cobalt-quota-2025", "facts_yaml": "\\u0000"}',
                b'{"kind": "projects-match", "firms": "\\u0000", "slots": "a,\\"b"}',
                b'{"kind": "outlook", "seed": ' + b"9" * 5_000 + b"}",
                b"[" * 20_000,
            ]
        ),
    )
)
def test_bodies_of_any_kind_are_refused(body: bytes, asked: TestClient):
    answer = asked.post("/api/v1/jobs", content=body, headers={"content-type": "application/json"})
    assert answer.status_code in (400, 422), (body, answer.text)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"]
