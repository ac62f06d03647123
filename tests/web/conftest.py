"""One application for all tests of the desk, asked without a socket."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from pactolus.web import Settings, create_app

BASE = "http://127.0.0.1:8321"


@pytest.fixture(scope="session")
def app() -> FastAPI:
    return create_app(Settings(workers=1))


@pytest.fixture(scope="session")
def desk(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, base_url=BASE) as client:
        yield client
