"""Two publishers for one number."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pactolus.catalogue.world import open_world
from pactolus.network.checks import (
    BOTH_ESTIMATES,
    TOLERANCES,
    CheckException,
    cross_checks,
    idle_exceptions,
    known_exceptions,
)
from pactolus.network.tables import CHECKS

Row = tuple[str, str, str, int, int | None, str | None]


def made(rows: list[Row], *, basis: str = "Co content") -> pl.DataFrame:
    """Rows (source, raw_material, country, year, kg, flag) of cobalt ore."""
    columns = ("source", "raw_material", "country", "year", "quantity", "flag")
    kinds = (pl.String, pl.String, pl.String, pl.Int64, pl.Int64, pl.String)
    frame = pl.DataFrame(rows, schema=dict(zip(columns, kinds, strict=True)), orient="row")
    return frame.with_columns(
        mineral=pl.lit("cobalt"), stage=pl.lit("ore"), unit=pl.lit("kg"), basis=pl.lit(basis)
    )


def pair(
    first: int | None, second: int | None, flags: tuple[str | None, str | None] = (None, None)
) -> pl.DataFrame:
    return made(
        [
            ("wmd", "Cobalt", "COD", 2024, first, flags[0]),
            ("wmd", "Cobalt", "AUS", 2024, 100, None),
            ("usgs", "Cobalt: Mine production", "COD", 2024, second, flags[1]),
            ("usgs", "Cobalt: Mine production", "AUS", 2024, 100, None),
        ]
    )


def verdicts(checks: pl.DataFrame) -> dict[tuple[str, str], str]:
    rows = checks.select("check", "country", "verdict").iter_rows()
    return {(check.split(":")[0], country): verdict for check, country, verdict in rows}


def test_equal_sources_agree_and_unequal_ones_differ() -> None:
    assert set(verdicts(cross_checks(pair(1000, 1000))).values()) == {"agrees"}
    found = verdicts(cross_checks(pair(1000, 700)))
    assert found == {
        ("production-country", "COD"): "differs",
        ("production-country", "AUS"): "agrees",
        ("production-world", "WLD"): "differs",
    }


@given(st.integers(100, 10**9), st.integers(100, 10**9))
def test_the_difference_is_relative_to_the_larger_and_changes_sign_with_the_order(a: int, b: int) -> None:
    one = cross_checks(pair(a, b)).filter(pl.col("country") == "COD")
    other = cross_checks(pair(b, a)).filter(pl.col("country") == "COD")
    assert one["difference"][0] == pytest.approx((b - a) / max(a, b))
    assert other["difference"][0] == pytest.approx(-one["difference"][0])
    beyond = abs(one["difference"][0]) > TOLERANCES["production-country"]
    assert one["verdict"][0] == ("differs" if beyond else "agrees")


def test_a_withheld_figure_is_no_disagreement() -> None:
    assert ("production-country", "COD") not in verdicts(cross_checks(pair(1000, None)))


def test_two_estimates_may_differ() -> None:
    found = cross_checks(pair(1000, 100, ("e", "e"))).filter(pl.col("country") == "COD")
    assert found.select("verdict", "exception").row(0) == ("accepted", BOTH_ESTIMATES)
    one_reported = cross_checks(pair(1000, 100, ("r", "e"))).filter(pl.col("country") == "COD")
    assert one_reported["verdict"][0] == "differs"


def test_another_basis_or_several_series_are_not_compared() -> None:
    other = pl.concat(
        [
            pair(1000, 10).filter(pl.col("source") == "wmd"),
            made([("usgs", "x", "COD", 2024, 10, None)], basis="gross"),
        ]
    )
    assert cross_checks(other).height == 0
    two = pl.concat([pair(1000, 10), made([("usgs", "Cobalt: other", "COD", 2024, 5, None)])])
    assert cross_checks(two).height == 0


def test_small_countries_are_left_out() -> None:
    rows: list[Row] = [
        ("wmd", "Cobalt", "MAR", 2024, 1, None),
        ("usgs", "Cobalt: Mine production", "MAR", 2024, 9, None),
    ]
    assert ("production-country", "MAR") not in verdicts(
        cross_checks(pl.concat([pair(1000, 1000), made(rows)]))
    )


def test_an_accepted_exception_says_which_and_an_idle_one_is_named() -> None:
    record = CheckException(
        id="known",
        check="production-country:wmd-usgs",
        mineral="cobalt",
        stage="ore",
        country="COD ZMB",
        year="*",
        reason="two definitions",
        reference="both tables",
    )
    found = cross_checks(pair(1000, 100), exceptions=[record])
    country = found.filter(pl.col("country") == "COD")
    assert country.select("verdict", "exception").row(0) == ("accepted", "known")
    assert idle_exceptions(found, [record]) == ()
    assert idle_exceptions(cross_checks(pair(1000, 1000), exceptions=[record]), [record]) == ("known",)


def test_every_known_exception_has_a_reason_and_still_meets_a_difference() -> None:
    world = open_world()
    found = cross_checks(world.table("production"), world.table("supply_shares"))
    assert list(found.columns) == list(CHECKS.columns)
    assert idle_exceptions(found) == ()
    assert all(r.reason and r.reference for r in known_exceptions())
    assert len({r.id for r in known_exceptions()}) == len(known_exceptions())
    assert not found.select("check", "mineral", "stage", "country", "year").is_duplicated().any()


def test_most_of_the_embedded_figures_agree() -> None:
    """What agrees, by kind of check; docs/reference/data-quality.md prints the counts."""
    world = open_world()
    found = cross_checks(world.table("production"), world.table("supply_shares"))
    shares = found.group_by(pl.col("check").str.split(":").list.first()).agg(
        (pl.col("verdict") == "agrees").mean()
    )
    assert dict(shares.iter_rows())["production-country"] > 0.8
    assert dict(shares.iter_rows())["production-world"] > 0.75
    assert dict(shares.iter_rows())["share-eu-study"] > 0.9
