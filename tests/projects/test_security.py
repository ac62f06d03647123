"""A tonne from a sure host is worth something, one from a host that fails as often is worth nothing."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from pactolus.errors import OptionError
from pactolus.policy.register import Register
from pactolus.projects.appraisal.security import SECURITY_COLUMNS, value_of_tonne
from pactolus.stockpile.members.needs import SETTINGS

if TYPE_CHECKING:
    from pactolus.catalogue.world import World

ON = date(2026, 11, 24)
NOTHING = Register(measures=())


@pytest.fixture(scope="module")
def world() -> World:
    import pactolus as pt

    return pt.open_world()


def rows(world: World, host: str, **other: Any) -> list[dict[str, Any]]:
    asked: dict[str, Any] = {
        "mineral": "natural-graphite",
        "stage": "ore",
        "members": ["KOR"],
        "settings": {"mid": SETTINGS["mid"]},
        "step_days": 6.0,
    } | other
    mineral, stage, members = (asked.pop(name) for name in ("mineral", "stage", "members"))
    return value_of_tonne(world, mineral, stage, host, members, measures=NOTHING, on=ON, **asked).to_dicts()


def test_a_surer_host_is_worth_more_and_a_leading_supplier_nothing(world: World) -> None:
    sure = {("natural-graphite", "ore", "TZA"): 0.0}
    (known,) = rows(world, "TZA", expert=sure)
    (usual,) = rows(world, "TZA")
    (frail,) = rows(world, "TZA", expert={("natural-graphite", "ore", "TZA"): 0.5})
    assert known["usd_per_t"] > usual["usd_per_t"] > frail["usd_per_t"]
    assert frail["usd_per_t"] < 0 < usual["usd_per_t"]
    (leading,) = rows(world, "CHN")  # it has 99 % of the imports: what it stands in for is itself
    assert abs(leading["usd_per_t"]) < 0.02 * usual["usd_per_t"]
    assert known["usd_per_t"] < known["price_usd_per_t"]


def test_the_range_spans_the_settings_and_holds_the_middle(world: World) -> None:
    chosen = {name: SETTINGS[name] for name in ("mid", "elasticity 0.15", "kept 0.40")}
    (row,) = rows(world, "TZA", settings=chosen)
    assert row["low_usd_per_t"] <= row["usd_per_t"] <= row["high_usd_per_t"]
    assert row["high_at"] == "elasticity 0.15"
    assert row["low_at"] == "kept 0.40"


def test_what_is_not_known_has_a_status_and_no_number(world: World) -> None:
    (home,) = rows(world, "KOR")
    (absent,) = rows(world, "GRC", mineral="gallium", stage="refined")
    (unrated,) = rows(world, "ATF")  # no governance estimate
    assert (home["status"], absent["status"], unrated["status"]) == (
        "not_applicable",
        "no_trade_data",
        "no_governance_data",
    )
    assert all(one["usd_per_t"] is None for one in (home, absent, unrated))
    assert tuple(home) == SECURITY_COLUMNS
    with pytest.raises(OptionError, match="part: 0"):
        rows(world, "TZA", part=0)
