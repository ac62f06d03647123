"""Data files: full precision, UTF-8 without BOM, a missing value as nothing."""

from __future__ import annotations

import csv
import io
import json
import math

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pactolus.cli.output import csv_bytes, deliver, json_bytes
from pactolus.errors import OutputError

floats = st.lists(
    st.one_of(st.none(), st.floats(allow_nan=True, allow_infinity=False)), min_size=1, max_size=20
)
words = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\r\x00"), min_size=1, max_size=10
)


def same(text: float | None, value: float | None) -> bool:
    if value is None or math.isnan(value):
        return text is None
    return text == value and math.copysign(1, text) == math.copysign(1, value)


@given(floats)
def test_every_float_reads_back_the_same(values):
    frame = pl.DataFrame({"v": values, "n": range(len(values))}, schema={"v": pl.Float64, "n": pl.Int64})
    from_csv = [
        float(r["v"]) if r["v"] else None for r in csv.DictReader(io.StringIO(csv_bytes(frame).decode()))
    ]
    from_json = [r["v"] for r in json.loads(json_bytes(frame))]
    assert all(map(same, from_csv, values))
    assert all(map(same, from_json, values))


@given(st.lists(words, min_size=1, max_size=5))
def test_every_text_reads_back_the_same(texts):
    frame = pl.DataFrame({"t": texts, "n": range(len(texts))})
    assert [r["t"] for r in csv.DictReader(io.StringIO(csv_bytes(frame).decode(), newline=""))] == texts
    assert [r["t"] for r in json.loads(json_bytes(frame))] == texts


def test_missing_is_nothing_and_there_is_no_bom():
    frame = pl.DataFrame({"a": ["한국", None], "v": [None, 0.1]})
    assert csv_bytes(frame) == "a,v\n한국,\n,0.1\n".encode()
    assert json_bytes(frame) == '[\n{"a":"한국","v":null},\n{"a":null,"v":0.1}\n]\n'.encode()


def test_no_row_is_an_empty_list():
    frame = pl.DataFrame(schema={"a": pl.String})
    assert csv_bytes(frame) == b"a\n"
    assert json_bytes(frame) == b"[]\n"


def test_a_full_stdout_is_said(monkeypatch):
    with open("/dev/full", "w") as full:  # noqa: PTH123
        monkeypatch.setattr("sys.stdout", full)
        with pytest.raises(OutputError, match=r"stdout: cannot be written \(No space left on device\)"):
            deliver(b"x" * 100_000, None)
        monkeypatch.undo()
