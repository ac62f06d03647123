"""The curl lines of the page on the API are answered (its Python is run with all other pages)."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from tests.conftest import ROOT
from tests.web.conftest import BASE

PAGE = Path(ROOT) / "docs/how-to/api.md"
LINES = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("curl ")]


@pytest.mark.parametrize("line", LINES)
def test_a_curl_line_is_answered(line: str, desk: TestClient):
    words = shlex.split(line)
    url = next(word for word in words if word.startswith("http://"))
    assert url.startswith(BASE)
    if "-d" not in words:
        assert desk.get(url).status_code == 200
        return
    name, _, value = words[words.index("-H") + 1].partition(": ")
    started = desk.post(url, content=words[words.index("-d") + 1], headers={name: value})
    assert started.status_code == 202, started.text
    assert desk.delete(started.headers["location"]).json()["state"] == "cancelled"


def test_there_are_lines():
    assert len(LINES) >= 5
