"""One command line, run in this process."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from pactolus.catalogue.world import World, open_world
from pactolus.cli.main import run


@dataclass(frozen=True)
class Answer:
    """What a command line gave."""

    code: int
    out: str
    err: str

    @property
    def csv(self) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO(self.out)))

    @property
    def json(self) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = json.loads(self.out)
        return rows


Pactolus = Callable[..., Answer]


@pytest.fixture(scope="session")
def embedded() -> World:
    """The embedded world, opened once."""
    return open_world()


@pytest.fixture(autouse=True)
def one_world(embedded: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands without ``--world`` share one opened world, and so what is kept of it."""
    monkeypatch.setattr(
        "pactolus.catalogue.world.open_world", lambda path=None: open_world(path) if path else embedded
    )


@pytest.fixture
def pactolus(capfdbinary: pytest.CaptureFixture[bytes]) -> Pactolus:
    """Runs ``pactolus`` with the words of a text or a list."""

    def answer(words: str | list[str], *more: str) -> Answer:
        capfdbinary.readouterr()
        code = run([*(words.split() if isinstance(words, str) else words), *more])
        out, err = capfdbinary.readouterr()
        return Answer(code, out.decode("utf-8"), err.decode("utf-8"))

    return answer
