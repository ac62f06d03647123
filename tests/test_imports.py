"""What a command line loads: help and mistakes answer at once, a first number loads what it computes with."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

HEAVY = (
    "polars",
    "numpy",
    "scipy",
    "pandas",
    "pyarrow",
    "fastapi",
    "uvicorn",
    "sqlalchemy",
    "highspy",
    "typst",
    "jinja2",
    "mcp",
    "mcp_types",
    "anyio",
)
PROBE = """
import contextlib, io, json, sys
from pactolus.cli.main import run
with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
    code = run(json.loads(sys.argv[1]))
print(json.dumps([code, sorted({name.split(".")[0] for name in sys.modules})]))
"""


def loaded_by(*words: str) -> tuple[int, set[str]]:
    done = subprocess.run(
        [sys.executable, "-c", PROBE, json.dumps(words)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    code, names = json.loads(done.stdout)
    return code, set(names)


@pytest.mark.parametrize(
    "words",
    [
        ["--help"],
        ["--version"],
        ["brief", "--help"],
        ["assess", "--help"],
        ["serve", "--help"],
        ["data", "--help"],
        ["data", "list", "--help"],
        ["data", "show", "--help"],
        ["data", "verify", "--help"],
        ["mcp", "--help"],
    ],
    ids=" ".join,
)
def test_help_loads_nothing_heavy(words):
    code, names = loaded_by(*words)
    assert code == 0
    assert names.isdisjoint(HEAVY)


@pytest.mark.parametrize("words", [["asess"], ["assess", "--mineral", "cobalt"], ["brief"]], ids=" ".join)
def test_a_mistyped_word_loads_nothing_heavy(words):
    code, names = loaded_by(*words)
    assert code == 2
    assert names.isdisjoint(HEAVY)


def test_a_first_number_loads_polars_and_little_else():
    words = ["assess", "--importers", "KOR", "--minerals", "cobalt", "--years", "2023", "--format", "csv"]
    code, names = loaded_by(*words)
    assert code == 0
    assert names.isdisjoint({*HEAVY, "rich", "pydantic", "multiprocessing"} - {"polars"})


def test_the_front_door_opens_nothing():
    done = subprocess.run(
        [sys.executable, "-c", "import pactolus, sys; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert {name.split(".")[0] for name in done.stdout.split()}.isdisjoint(HEAVY)
