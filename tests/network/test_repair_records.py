"""Records on weights: those shipped keep the rules, and a faulty one is refused with its place."""

from __future__ import annotations

import polars as pl
import pytest

from pactolus.errors import DataError
from pactolus.network.repair_records import (
    LIMITS,
    OVERRIDES,
    checked_limits,
    checked_overrides,
    limits,
    overrides,
)
from pactolus.terms.hs_codes import hs_codes

LIMIT = ("260300", 2.0, 2.0, "why", "where")
OVERRIDE = ("a", "260300", "KOR", "CHL", 2000, 10, 10, 9, 11, "why", "where")


def limit(**said: object) -> pl.DataFrame:
    return pl.DataFrame([{**dict(zip(LIMITS, LIMIT, strict=True)), **said}], schema=LIMITS)


def override(**said: object) -> pl.DataFrame:
    return pl.DataFrame([{**dict(zip(OVERRIDES, OVERRIDE, strict=True)), **said}], schema=OVERRIDES)


def test_the_records_as_shipped_speak_of_known_codes() -> None:
    assert set(limits()["hs_code"]) | set(overrides()["hs_code"]) <= set(hs_codes())
    assert overrides().height > 0


@pytest.mark.parametrize(
    ("faulty", "message"),
    [
        (limit(level_factor=1.0), "limits: row 1: level_factor must be above 1"),
        (limit(limit_factor=1.5), "limits: row 1: limit_factor must be 2 or more"),
        (limit(reason=" "), "limits: row 1: reason is empty"),
        (limit(reference=None), "limits: row 1: reference is empty"),
        (limit(hs_code=None), "limits: row 1: hs_code is empty"),
        (
            pl.concat([limit(), limit()]),
            "limits: row 1: the code stands twice\nlimits: row 2: the code stands twice",
        ),
        (limit().drop("reason"), "limits: missing columns reason; there are hs_code, level_factor"),
        (limit().with_columns(level_factor=pl.lit("two")), "limits: conversion from `str` to `f64` failed"),
    ],
)
def test_a_faulty_limit_is_refused(faulty: pl.DataFrame, message: str) -> None:
    with pytest.raises(DataError, match=message):
        checked_limits(faulty)


@pytest.mark.parametrize(
    ("faulty", "message"),
    [
        (override(low_kg=12), "overrides: row 1: low_kg, quantity_kg and high_kg must be given, 1 or more"),
        (override(quantity_kg=None), "overrides: row 1: low_kg, quantity_kg and high_kg must be given"),
        (
            override(low_kg=0, quantity_kg=0),
            "overrides: row 1: low_kg, quantity_kg and high_kg must be given",
        ),
        (override(year=None), "overrides: row 1: the flow is not whole"),
        (override(id=None), "overrides: row 1: id is empty"),
        (pl.concat([override(), override(year=2001)]), "row 1: the id stands twice"),
        (pl.concat([override(), override(id="b")]), "row 2: the flow stands twice"),
        (override(reference=""), "overrides: row 1: reference is empty"),
    ],
)
def test_a_faulty_override_is_refused(faulty: pl.DataFrame, message: str) -> None:
    with pytest.raises(DataError, match=message):
        checked_overrides(faulty)


def test_a_limit_may_leave_either_factor_out() -> None:
    assert checked_limits(limit(level_factor=None)).height == 1
    assert checked_limits(limit(limit_factor=None)).height == 1
