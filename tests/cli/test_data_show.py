"""``pactolus data show`` on stored and on derived tables."""

from __future__ import annotations

from tests.cli.conftest import Pactolus


def test_a_derived_table_is_described_with_what_it_was_computed_from(pactolus: Pactolus) -> None:
    answer = pactolus("data show grades")
    assert answer.code == 0
    assert "grades (derived)" in answer.out
    assert "trade, production" in answer.out
    assert "mineral, stage, year" in answer.out


def test_rows_of_a_derived_table_can_be_chosen(pactolus: Pactolus) -> None:
    rows = pactolus(
        "data show repairs --part rows --format csv --where hs_code=260600 --where year=2023 "
        "--where exporter=GIN --where importer=CHN"
    ).csv
    assert len(rows) == 1
    assert rows[0]["reason"] == "weight_too_small"
    assert 70e9 < float(rows[0]["repaired_kg"]) < 110e9  # between the years beside it


def test_origins_of_a_derived_table_are_those_of_its_sources(pactolus: Pactolus) -> None:
    origins = pactolus("data show balances --part origins --format csv").csv
    assert [o["origin"] for o in origins] == ["cepii-baci", "wmd", "usgs-mcs-2026"]
