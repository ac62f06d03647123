"""The third step: publishers' names become minerals and countries; nothing is guessed or lost unsaid."""

from __future__ import annotations

import polars as pl

from pactolus.catalogue.build.judge import Judged, judged
from pactolus.catalogue.corrections import Correction
from pactolus.catalogue.reading.findings import Findings
from pactolus.catalogue.specs import TABLES


def tidy(*rows: tuple[str, str, int, int | None]) -> pl.DataFrame:
    names = ["raw_material", "country_name", "year", "quantity"]
    frame = pl.DataFrame(rows, schema=names, orient="row", infer_schema_length=None)
    return frame.with_columns(unit=pl.lit("kg"), flag=pl.lit(None, dtype=pl.String))


def judge(frame: pl.DataFrame, table: str, kind: str, *records: Correction) -> tuple[Judged, Findings]:
    findings = Findings("f.csv")
    return judged(frame, table, kind, records, findings), findings


COBALT = ("Cobalt: Mine production", "Australia", 2024, 4_590_000)


def test_a_series_of_our_list() -> None:
    one, findings = judge(tidy(COBALT), "production", "usgs")
    assert one.frame.columns == list(TABLES["production"].columns)
    row = one.frame.row(0, named=True)
    assert (row["source"], row["mineral"], row["stage"], row["country"]) == ("usgs", "cobalt", "ore", "AUS")
    assert row["basis"] == "Co content"
    assert findings.kept == []


def test_an_unknown_series_is_left_out_with_how_much_it_would_be() -> None:
    new = [("Vibranium: Mine production", "Chile", year, 7_000) for year in (2023, 2024)]
    one, findings = judge(tidy(COBALT, *new), "production", "usgs")
    assert one.frame.height == 1
    assert one.unknown == ("Vibranium: Mine production",)
    (told,) = [str(f) for f in findings.kept]
    assert told.startswith(
        "f.csv: table production: raw_material 'Vibranium: Mine production' is not in our lists; nearest are "
    )
    assert told.endswith("; left out: 2 rows, 7,000 kg in 2024")


def test_a_series_that_is_none_of_our_minerals_is_counted() -> None:
    one, findings = judge(tidy(COBALT, ("Bromine: Production", "Israel", 2024, 1)), "production", "usgs")
    assert one.frame.height == 1
    assert one.unknown == ()
    assert [str(f) for f in findings.kept] == [
        "f.csv: table production: 1 series of materials that are none of our minerals (Bromine: Production); "
        "left out: 1 rows"
    ]


def test_an_unknown_country_is_refused_with_near_ones() -> None:
    _, findings = judge(tidy(COBALT, (COBALT[0], "Austrolia", 2024, 1)), "production", "usgs")
    assert findings.message() == (
        "f.csv: row 2 of production: country 'Austrolia' is not known; is it 'australia' or 'austria' or "
        "'somalia'?; correct the name, or add it to --names FILE"
    )


def test_unknown_prices_are_told_together() -> None:
    prices = pl.DataFrame({"series": ["Copper", "Cocoa", "Beef **"], "year": 2024, "month": 1, "price": 1.0})
    one, findings = judge(prices.with_columns(unit=pl.lit("$/mt")), "prices_monthly", "pinksheet")
    assert one.frame["mineral"].to_list() == ["copper"]
    assert [str(f) for f in findings.kept] == [
        "f.csv: table prices_monthly: 2 names of materials that are not in our lists (Beef **, Cocoa); "
        "left out: 2 rows"
    ]


def test_where_a_mineral_may_be_missing_the_row_stays() -> None:
    shares = pl.DataFrame(
        {
            "material": ["Gallium", "Vibranium"],
            "stage": "extraction",
            "scope": "EU",
            "country": ["CHN", "KEN"],
        }
    ).with_columns(share=0.5, below=False)
    one, findings = judge(shares, "supply_shares", "eu-crm")
    assert one.frame.select("material", "mineral", "stage").rows() == [
        ("Gallium", "gallium", "extraction"),
        ("Vibranium", None, "extraction"),
    ]
    assert "kept without a mineral: 1 rows" in str(findings.kept[0])


def test_codes_of_publishers_become_ours() -> None:
    trade = pl.DataFrame({"importer": ["S19"], "exporter": ["CHN"], "hs_code": ["250410"], "year": [2023]})
    one, _ = judge(trade.with_columns(quantity_kg=1, value_usd=2), "trade", "baci")
    assert one.frame["importer"].to_list() == ["TWN"]
    rows = pl.DataFrame({"dimension": ["pv"], "country": ["ROM"], "year": [2020], "estimate": [0.5]})
    one, _ = judge(rows, "governance", "wgi")
    assert one.frame.rows() == [("pv", "ROU", 2020, 0.5, None)]


def test_coal_is_no_facility_of_ours() -> None:
    rows = {"facility": ["a", "b"], "kind": ["mine"] * 2, "country": ["CHN"] * 2, "primary": ["coal", "gold"]}
    one, _ = judge(pl.DataFrame(rows), "facilities", "icmm")
    assert one.frame["facility"].to_list() == ["b"]


def test_distances_are_whole_kilometres() -> None:
    rows = pl.DataFrame(
        {"origin": ["JPN"], "destination": ["KOR"], "distance_km": [956.5], "weighted_km": [1.4]}
    )
    one, _ = judge(rows, "distances", "distances")
    assert one.frame.rows() == [("JPN", "KOR", 956, 1)]


def test_records_are_counted_also_those_that_meet_nothing() -> None:
    def record(name: str, **where: object) -> Correction:
        told = dict.fromkeys(("reason", "reference", "told", "fixed_when"), "-")
        return Correction(id=name, table="production", where=where, action="drop", **told)

    records = [record("hit", country="AUS"), record("idle", country="CHN"), record("helper", row=3)]
    one, _ = judge(tidy(COBALT), "production", "usgs", *records)
    assert one.met == {"hit": 1, "idle": 0, "helper": 0}
    assert one.frame.height == 0


def test_marks_of_a_changed_definition_do_not_hide_a_series() -> None:
    names = ["Potassium chloride", "Potassium chloride **", "Aluminum **"]
    prices = pl.DataFrame({"series": names, "year": 2024, "month": 1, "price": 1.0, "unit": "$/mt"})
    one, findings = judge(prices, "prices_monthly", "pinksheet")
    assert dict(one.frame.select("series", "mineral").iter_rows()) == {
        "Potassium chloride": "potash",
        "Potassium chloride **": "potash",
        "Aluminum **": "aluminium",
    }
    assert findings.kept == []
