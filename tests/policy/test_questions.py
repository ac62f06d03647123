"""What the register answers: in force, changes, comparison, covered trade, transferable."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import polars as pl
import pytest

from pactolus.errors import OptionError, UnknownTermError
from pactolus.policy.changes import changes
from pactolus.policy.compare import compare
from pactolus.policy.register import Register
from pactolus.policy.search import in_force, kin, listed, rows
from pactolus.policy.trade import covered_codes, covered_trade
from pactolus.policy.transfer import Lot, transferable

from .conftest import record

Make = Callable[..., Register]
DAY = date(2024, 1, 1)


def ids(found: list[Any]) -> list[str]:
    return [measure.id for measure, _ in found]


def test_proposals_and_practices_are_never_in_force(register_from: Make) -> None:
    found = register_from(
        record("P", states=[{"state": "proposed", "from": "2020-01-01"}]),
        record("D", states=[{"state": "de_facto", "from": "2020-01-01"}]),
        record("A", states=[{"state": "announced", "from": "2020-01-01"}]),
        record("E", states=[{"state": "in_force", "from": "2020-01-01", "through": "2021-01-01"}]),
        record("F"),
        record("S", states=[{"state": "suspended", "from": "2020-01-01", "through": "2025-01-01"}]),
        record("U", states=[{"state": "suspended", "from": "2020-01-01", "through": "2021-01-01"}]),
    )
    assert ids(in_force(found, DAY)) == ["U", "S", "F"]
    assert ids(listed(found, DAY)) == ["U", "S", "F", "A", "P", "D", "E"]
    assert ids(listed(found, date(2019, 1, 1))) == []
    table = rows(in_force(found, DAY))
    assert table.columns[:8] == ["id", "issuer", "instrument", "minerals", "state", "from", "to", "reference"]
    by = {row["id"]: row for row in table.to_dicts()}
    assert by["S"]["to"] == date(2025, 1, 1)
    assert by["U"]["to"] is None
    assert by["U"]["why"] == "suspension_expired: 2021-01-01"
    assert by["F"]["reference"] == "Ministry: Notice 1, article 1"


def test_an_importer_meets_what_targets_it_and_its_own(register_from: Make) -> None:
    found = register_from(
        record("WORLD"),
        record("USA-ONLY", targets=["USA"]),
        record("G7-ONLY", targets=["G7"]),
        record("JPN-STOCK", issuer=["JPN"], instrument="stockpile_rule", targets=["JPN"]),
        record("KOR-STOCK", issuer=["KOR"], instrument="stockpile_rule", targets=["world"]),
    )
    assert ids(in_force(found, DAY, importer="JPN")) == ["G7-ONLY", "JPN-STOCK", "WORLD"]
    assert ids(in_force(found, DAY, importer="KOR")) == ["KOR-STOCK", "WORLD"]
    assert ids(in_force(found, DAY, issuers=["JPN"])) == ["JPN-STOCK"]


def test_a_group_and_its_elements_are_kin(register_from: Make) -> None:
    found = register_from(
        record("DY", covers=[{"minerals": ["dysprosium"]}]),
        record("REE", covers=[{"minerals": ["rare-earths"]}]),
        record("DUAL", covers=None, scope="dual-use"),
        record("CU", covers=[{"minerals": ["copper"]}]),
    )
    assert ids(in_force(found, DAY, minerals=["dysprosium"])) == ["DUAL", "DY", "REE"]
    assert ids(in_force(found, DAY, minerals=["terbium"])) == ["DUAL", "REE"]
    assert ids(in_force(found, DAY, minerals=["rare-earths"])) == ["DUAL", "DY", "REE"]
    assert "dysprosium" in kin("rare-earths")
    assert "copper" not in kin("rare-earths")


def test_changes_name_what_must_be_checked_first(register_from: Make) -> None:
    found = register_from(
        record("NEW", states=[{"state": "in_force", "from": "2023-06-01"}]),
        record("U", states=[{"state": "suspended", "from": "2022-01-01", "through": "2023-11-10"}]),
        record("OLD"),
    )
    table = changes(found, date(2023, 1, 1), date(2023, 12, 31))
    assert table.select("id", "day", "before", "state").rows() == [
        ("U", date(2023, 11, 11), "suspended", "unconfirmed"),
        ("NEW", date(2023, 6, 1), None, "in_force"),
    ]
    assert changes(found, date(2023, 6, 1), date(2023, 11, 10)).height == 0
    with pytest.raises(OptionError, match="give the earlier day first"):
        changes(found, date(2024, 1, 1), date(2023, 1, 1))


def test_members_stand_side_by_side(register_from: Make) -> None:
    days = {"what": "target_days", "unit": "day", "of": "rare metals"}
    found = register_from(
        record(
            "K1",
            issuer=["KOR"],
            instrument="stockpile_rule",
            covers=[{"minerals": ["lithium", "cobalt"]}],
            values=[{**days, "value": 100, "kind": "target"}],
        ),
        record(
            "J1",
            issuer=["JPN"],
            instrument="stockpile_rule",
            covers=[{"minerals": ["cobalt"]}],
            values=[{**days, "value": [60, 180], "kind": "target"}],
        ),
        record(
            "K0",
            issuer=["KOR"],
            instrument="stockpile_rule",
            states=[{"state": "in_force", "from": "2010-01-01"}],
            covers=[{"minerals": ["cobalt"]}],
            values=[{**days, "value": 54, "kind": "target"}],
        ),
        record(
            "JT",
            issuer=["JPN"],
            instrument="export_tax",
            states=[{"state": "announced", "from": "2023-01-01"}],
        ),
    )
    compared = compare(found, ["KOR", "JPN"], DAY)
    assert compared.measures.rows() == [
        ("stockpile rule", "cobalt", "both", "K0;K1", "J1"),
        ("stockpile rule", "lithium", "only KOR", "K1", None),
        ("tax", "gallium", "only JPN", None, "JT (announced)"),
    ]
    (row,) = compared.values.to_dicts()
    assert (row["KOR"], row["KOR_kind"], row["KOR_id"]) == ("100", "target", "K1")
    assert (row["JPN"], row["JPN_id"]) == ("60-180", "J1")
    lists = dict(compared.lists.select("mineral", "KOR").iter_rows())
    assert lists["lithium"] == "yes"
    assert compared.editions["KOR"].edition <= DAY.isoformat()
    with pytest.raises(OptionError, match="give two or more, each once"):
        compare(found, ["KOR"], DAY)


TRADE = pl.DataFrame(
    {
        "year": [2023, 2023, 2023, 2022],
        "hs_code": ["250410", "250410", "250410", "250410"],
        "exporter": ["CHN", "CHN", "MOZ", "CHN"],
        "importer": ["KOR", "JPN", "KOR", "KOR"],
        "quantity_kg": [1000, None, 5, 7],
        "value_usd": [2000, 300, 5, 7],
    }
)


def test_trade_under_the_codes_of_a_measure(register_from: Make) -> None:
    cover = {
        "minerals": ["natural-graphite"],
        "hs_edition": "HS2022",
        "hs_codes": ["250410", "681519"],
        "broader": "no",
    }
    found = register_from(record("G", covers=[cover]), record("N"))
    table = covered_trade(found["G"], TRADE, ["KOR", "JPN", "USA"], 2023)
    by = {row["importer"]: row for row in table.to_dicts()}
    assert (by["KOR"]["value_usd"], by["KOR"]["quantity_kg"], by["KOR"]["status"]) == (2000, 1000, "ok")
    assert (by["JPN"]["value_usd"], by["JPN"]["quantity_kg"], by["JPN"]["unweighed"]) == (300, None, 1)
    assert (by["USA"]["value_usd"], by["USA"]["status"]) == (None, "no_trade_data")
    assert by["KOR"]["broader"] == "no"
    assert [one.hs92 for one in covered_codes(found["G"])] == ["250410", None]
    none = covered_trade(found["N"], TRADE, ["KOR"], 2023)
    assert none.select("status", "value_usd").rows() == [("no_code", None)]


BAN = {"instrument": "export_ban", "reach": "yes", "targets": ["JPN"]}


@pytest.mark.parametrize(
    ("changes", "origin", "answer", "why"),
    [
        (BAN, "CHN", "no", "banned"),
        ({**BAN, "end_use": "military"}, "CHN", "unknown", "limited"),
        ({**BAN, "entities": 20}, "CHN", "unknown", "limited"),
        ({**BAN, "reach": "no"}, "CHN", "yes", "no_measure"),
        ({**BAN, "reach": "unknown"}, "CHN", "unknown", "unconfirmed"),
        ({**BAN, "targets": ["USA"]}, "CHN", "yes", "no_measure"),
        ({**BAN, "instrument": "export_licence", "targets": ["world"]}, "CHN", "unknown", "licence"),
        ({**BAN, "instrument": "stockpile_rule"}, "CHN", "yes", "no_measure"),
        ({**BAN, "covers": [{"minerals": ["copper"]}]}, "CHN", "yes", "no_measure"),
        ({**BAN, "covers": [{"minerals": ["gallium"], "stages": ["ore"]}]}, "CHN", "yes", "no_measure"),
        (BAN, "DEU", "yes", "no_measure"),
        (BAN, "JPN", "yes", "no_measure"),
        (BAN, None, "unknown", "origin_unknown"),
        (
            {**BAN, "states": [{"state": "suspended", "from": "2020-01-01", "through": "2021-01-01"}]},
            "CHN",
            "unknown",
            "unconfirmed",
        ),
        (
            {**BAN, "states": [{"state": "suspended", "from": "2020-01-01", "through": "2025-01-01"}]},
            "CHN",
            "yes",
            "no_measure",
        ),
    ],
)
def test_a_lot_is_passed_on_only_where_nothing_says_otherwise(
    register_from: Make, changes: dict[str, Any], origin: str | None, answer: str, why: str
) -> None:
    lot = Lot(mineral="gallium", origin=origin, stage="refined")
    found = transferable(register_from(record("B", **changes)), lot, "JPN", DAY)
    assert (found.answer, found.why) == (answer, why)
    assert found.measures == (("B",) if why in ("banned", "limited", "licence", "unconfirmed") else ())


def test_a_lot_of_an_unknown_mineral_is_refused(register_from: Make) -> None:
    with pytest.raises(UnknownTermError, match="gallum"):
        transferable(register_from(record()), Lot(mineral="gallum", origin="CHN"), "JPN", DAY)
