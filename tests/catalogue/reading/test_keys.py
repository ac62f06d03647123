"""Two rows for one fact, values ten times off, totals that do not add up."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pactolus.catalogue.reading.findings import Findings
from pactolus.catalogue.reading.keys import doubt_slips, doubt_spikes, doubt_totals, one_row_a_key

COLUMNS = {"material": pl.String, "country": pl.String, "year": pl.Int64, "value": pl.Float64}
Row = tuple[str, str, int, float | None]


def rows(*some: Row) -> pl.DataFrame:
    return pl.DataFrame(some, schema=COLUMNS, orient="row")


def line(number: int) -> str:
    return f"line {number + 2}"


def once(*some: Row) -> tuple[pl.DataFrame, Findings]:
    findings = Findings("f.csv")
    return one_row_a_key(rows(*some), ["material", "country", "year"], ["value"], findings, line), findings


def series(*values: float, country: str = "KOR", first: int = 2018) -> list[Row]:
    return [("Cobalt", country, first + n, value) for n, value in enumerate(values)]


def slips(*some: Row) -> list[str]:
    findings = Findings("f.csv")
    doubt_slips(rows(*some), ["material", "country"], "year", "value", findings, line)
    return [f"{f.place}: {f.found}" for f in findings.kept]


def spikes(*some: Row) -> list[str]:
    findings = Findings("f.csv")
    doubt_spikes(rows(*some), ["material", "country"], "year", "value", findings, line)
    return [f"{f.place}: {f.found}" for f in findings.kept]


def test_rows_that_differ_are_left_alone() -> None:
    table, findings = once(("Cobalt", "KOR", 2020, 1.0), ("Cobalt", "KOR", 2021, 1.0))
    assert table.height == 2
    assert not findings.kept


def test_an_equal_row_is_kept_once_and_noted() -> None:
    table, findings = once(*[("Cobalt", "KOR", 2020, 1.0)] * 3, ("Cobalt", "JPN", 2020, 2.0))
    assert table["country"].to_list() == ["KOR", "JPN"]
    assert str(findings.kept[0]) == (
        "f.csv: line 3: material Cobalt, country KOR, year 2020 stands 3 times, equal; kept once"
    )
    assert findings.counts["mended", "key"] == 2


def test_unequal_rows_are_doubted_and_the_first_is_taken() -> None:
    table, findings = once(("Cobalt", "KOR", 2020, 1.0), ("Cobalt", "KOR", 2020, None))
    assert table["value"].to_list() == [1.0]
    assert str(findings.kept[0]).rpartition(" (accept: ")[0] == (
        "f.csv: line 3: material Cobalt, country KOR, year 2020 stands 2 times with different values: "
        "(1.0,) and (None,); keep the right row; accepted, the first one is taken"
    )


@given(st.lists(st.tuples(st.sampled_from(["a", "b"]), st.sampled_from([1.0, 2.0, None])), max_size=12))
def test_keys_are_unique_and_the_first_rows_stay(told: list[tuple[str, float | None]]) -> None:
    table, _ = once(*[("Cobalt", country, 2020, value) for country, value in told])
    first = {}
    for country, value in told:
        first.setdefault(country, value)
    assert dict(table.select("country", "value").iter_rows()) == first


@pytest.mark.parametrize(("factor", "shown"), [(10, "1000"), (0.1, "10"), (100, "10000"), (1000, "100000")])
def test_a_slip_of_a_power_of_ten_is_doubted(factor: float, shown: str) -> None:
    found = slips(*series(100, 101, 99, 100 * factor, 100))
    assert found == [f"line 5: Cobalt, KOR 2021: {shown} against 100 in other years"]


def test_growth_is_no_slip() -> None:
    assert slips(*series(10, 20, 40, 80, 160)) == []
    assert slips(*series(100, 100, 100, 500)) == []


def test_two_years_and_zeros_cannot_be_judged() -> None:
    assert slips(*series(100, 1000)) == []
    assert slips(*series(0, 0, 0, 1000)) == []


def test_the_small_are_not_judged() -> None:
    large = series(100_000, 100_000, 100_000, country="COD")
    assert slips(*large, *series(1, 1, 10, 1)) == []


@given(st.permutations(series(100, 101, 99, 1000, 100) + series(5000, 5100, 50, 5050, country="JPN")))
def test_the_order_of_rows_does_not_matter(shuffled: list[Row]) -> None:
    assert {text.split(": ", 1)[1] for text in slips(*shuffled)} == {
        "Cobalt, KOR 2021: 1000 against 100 in other years",
        "Cobalt, JPN 2020: 50 against 5050 in other years",
    }


def test_a_spike_between_years_that_agree() -> None:
    assert spikes(*series(1, 10, 100, 1000, 101, 100, 5)) == [
        "line 5: Cobalt, KOR 2021: 1000 against 100.499 in the years beside it"
    ]
    assert spikes(*series(100, 1000, 1000, 1000)) == []
    assert (
        spikes(
            ("Cobalt", "KOR", 2000, 100.0), ("Cobalt", "KOR", 2010, 1000.0), ("Cobalt", "KOR", 2011, 100.0)
        )
        == []
    )


def test_totals_within_rounding_pass() -> None:
    findings = Findings("f.csv")
    doubt_totals([("line 9", 100.0, 101.0), ("line 19", 0.0, 0.0)], findings)
    assert not findings.kept
    doubt_totals([("line 9", 100.0, 90.0), ("line 19", 2_000_000.0, 1_000.0)], findings)
    assert [str(f).rpartition(" (accept")[0] for f in findings.kept] == [
        "f.csv: line 9: the printed total is 100, the rows add up to 90; "
        "look for a missing row or a value in another unit",
        "f.csv: line 19: the printed total is 2,000,000, the rows add up to 1000; "
        "look for a missing row or a value in another unit",
    ]
