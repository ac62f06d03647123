"""IEA Critical Minerals Data Explorer: the carrier's JSON and CSV, typed from the edition of May 2025."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pactolus.catalogue.build.judge import judged
from pactolus.catalogue.readers import iea
from pactolus.catalogue.reading.findings import Findings
from pactolus.catalogue.rules import faults_of
from pactolus.catalogue.specs import TABLES
from pactolus.catalogue.world import conform
from tests.catalogue.builders.workbook_files import mended, read, text, told

CONTENT: dict[str, Any] = {
    "source": "IEA Critical Minerals Data Explorer (2024), CC BY 4.0",
    "supply": {
        "Cobalt": {
            "refining": {
                "countries": {
                    "China": {"2024": 196.14, "2030": 233.5},
                    "Japan": {"2024": 5.6, "2030": None},
                    "Democratic Republic of Congo": {"2024": 0.4, "2030": 0.4},
                    "Rest of world": {"2024": 48.01, "2030": 20.1},
                    "Notes: supply is built from announced projects.": {"2024": None, "2030": None},
                },
                "total": {"2024": 250.14973829515156, "2030": 254.0},
                "top3Share": {"2024": 0.9},
            }
        },
        "Graphite": {"mining": {"countries": {"China": {"2024": 1500.0}}}},
    },
    "totalDemand": {
        "Cobalt": {
            "sectors": {"Electric vehicles": {"2024": 66.5071, "STEPS": {"2030": 120.0}}},
            "totalClean": {"2024": 70.0},
            "otherUses": {"2024": 130.0, "STEPS": {"2030": 150.0}},
            "totalDemand": {"2024": 196.5, "STEPS": {"2030": 270.0}},
            "cleanShare": {"2024": 0.3},
        }
    },
    "cleantechByTech": {"Chromium": {"sectors": {"Wind": {"2024": 66.1026}}, "total": {"2024": 66.1026}}},
    "cleantechByMineral": {
        "Gallium": {"2024": 0.0377202, "NZE": {"2050": 7.34898}},
        "Total REE": {"2024": 9.0},
    },
    "byTechnology": {
        "Solar PV": {"minerals": {"Gallium": {"2024": 0.0377202}, "Total solar PV": {"2024": 1.0}}}
    },
}
CSV = (
    "mineral,technology,scenario,year,demand_kt\n"
    "Chromium - Mining,Wind,STEPS,2024,66.1026\n"
    "Chromium - Mining,Wind,STEPS,2030,96.3407\n"
    "Chromium - Mining,Wind,NZE,2024,66.1026\n"
    "Chromium - Mining,Wind,NZE,2030,173.024\n"
)


def written(folder: Path, content: Any = None) -> Path:
    """The JSON file."""
    return text(folder / "iea.json", json.dumps(CONTENT if content is None else content))


def changed(path: str, value: object) -> dict[str, Any]:
    """The content with one value changed."""
    new: dict[str, Any] = json.loads(json.dumps(CONTENT))
    *above, last = path.split("/")
    inner = new
    for name in above:
        inner = inner[name]
    inner[last] = value
    return new


def test_supply_and_demand_in_whole_kilograms(tmp_path: Path) -> None:
    tables, findings = read(iea, written(tmp_path))
    assert findings.message() == ""
    rows = (
        tables["outlook"]
        .select("series", "side", "item", "country", "scenario", "year", "quantity_kg")
        .rows()
    )
    assert rows == [
        ("Cobalt: refining", "supply", "refining", "CHN", "base", 2024, 196_140_000),
        ("Cobalt: refining", "supply", "refining", "CHN", "base", 2030, 233_500_000),
        ("Cobalt: refining", "supply", "refining", "JPN", "base", 2024, 5_600_000),
        ("Cobalt: refining", "supply", "refining", "JPN", "base", 2030, None),
        ("Cobalt: refining", "supply", "refining", "COD", "base", 2024, 400_000),
        ("Cobalt: refining", "supply", "refining", "COD", "base", 2030, 400_000),
        ("Cobalt: refining", "supply", "refining", "OTHER", "base", 2024, 48_010_000),
        ("Cobalt: refining", "supply", "refining", "OTHER", "base", 2030, 20_100_000),
        ("Graphite: mining", "supply", "mining", "CHN", "base", 2024, 1_500_000_000),
        ("Cobalt", "demand", "Electric vehicles", "WLD", "base", 2024, 66_507_100),
        ("Cobalt", "demand", "Electric vehicles", "WLD", "STEPS", 2030, 120_000_000),
        ("Cobalt", "demand", "Other uses", "WLD", "base", 2024, 130_000_000),
        ("Cobalt", "demand", "Other uses", "WLD", "STEPS", 2030, 150_000_000),
        ("Chromium", "clean", "Wind", "WLD", "base", 2024, 66_102_600),
        ("Gallium", "clean_total", "clean technologies", "WLD", "base", 2024, 37_720),
        ("Gallium", "clean_total", "clean technologies", "WLD", "NZE", 2050, 7_348_980),
        ("Gallium", "technology", "Solar PV", "WLD", "base", 2024, 37_720),
    ]


def test_what_is_put_right_is_said(tmp_path: Path) -> None:
    assert mended(iea, written(tmp_path)) == [
        "supply.Cobalt.refining.countries.Notes: supply is built from announced projects..2024: "
        "a line of notes inside the table; left out"
    ]


def test_a_printed_total_near_the_sum_is_noted_and_one_far_off_is_doubted(tmp_path: Path) -> None:
    near = written(tmp_path, changed("supply/Cobalt/refining/total/2024", 255.0))
    assert mended(iea, near)[-1] == (
        "supply.Cobalt.refining.total.2024: the printed total is 255 kt, the rows add up to 250.15 kt; "
        "the rows are kept, the total is not used"
    )
    slip = written(tmp_path, changed("supply/Cobalt/refining/countries/China/2024", 1961.4))
    (line,) = told(iea, slip)
    assert line.startswith(
        "iea.json: supply.Cobalt.refining.total.2024: the printed total is 250.15 kt, the rows add up to "
        "2015.41 kt; look for a missing row or a value in another unit (accept: "
    )
    tables, findings = read(iea, slip, {line[-11:-1]})
    assert findings.message() == ""
    assert tables["outlook"]["quantity_kg"][0] == 1_961_400_000


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    content = changed("supply/Cobalt/refining/countries/China/2024", "19,6.1")
    content["supply"]["Cobalt"]["smelting"] = {"countries": {}}
    content["supply"]["Cobalt"]["refining"]["countries"]["Jappan"] = {"2024": 1.0, "20x4": 2.0}
    content["totalDemand"]["Cobalt"]["sectors"]["Electric vehicles"] = 12
    content["byTechnology"]["Solar PV"]["minerals"]["Gallium"]["2024"] = -1
    content["cleantechByMineral"]["Gallium"]["2024"] = True
    assert told(iea, written(tmp_path, content)) == [
        "iea.json: supply.Cobalt.refining.countries.China.2024: '19,6.1' is no number, and no word that this "
        "publisher uses for a gap; correct the value or empty it",
        "iea.json: supply.Cobalt.refining.countries.Jappan.20x4: '20x4' is no year; name the year with four "
        "digits",
        "iea.json: cleantechByMineral.Gallium.2024: 'True' is no number; correct the value or empty it",
        "iea.json: supply.Cobalt.smelting: stage 'smelting'; a stage is mining or refining",
        "iea.json: supply.Cobalt.refining.countries.Jappan.2024: country 'Jappan' is not known; is it 'japan'"
        " or 'pan' or 'jpn'?; correct the name, or add it to --names FILE",
        "iea.json: totalDemand.Cobalt.sectors.Electric vehicles: '12' where names and values should stand; "
        "restore it",
        "iea.json: byTechnology.Solar PV.minerals.Gallium.2024: -1 kt; a quantity in kt lies between 0 and "
        "1e9",
    ]


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"", "iea.json: the file: holds no figure; give the publisher's own file"),
        (b'{"supply": {', "iea.json: line 1: is no JSON (Expecting property name enclosed in double quotes); "
         "the file is cut off: fetch it again"),
        (b"[1, 2]", "iea.json: the file: has neither 'supply' nor 'totalDemand'; give the file of the data "
        "explorer"),
        (b'{"supply": {}, "supply": {}}', "iea.json: the file: the name 'supply' stands twice in one object; "
         "keep one of them"),
        (b"\x00\x01", "iea.json: line 1: zero bytes: this is no text file; give the publisher's own file"),
        (b"[" * 100_000, "iea.json: the file: is no JSON ("),
    ],
)  # fmt: skip
def test_a_file_that_is_none(tmp_path: Path, content: bytes, line: str) -> None:
    file = tmp_path / "iea.json"
    file.write_bytes(content)
    assert told(iea, file)[0].startswith(line)


def test_demand_as_csv(tmp_path: Path) -> None:
    tables, findings = read(iea, text(tmp_path / "tech_demand.csv", CSV))
    assert findings.message() == ""
    assert tables["outlook"].select("series", "item", "scenario", "year", "quantity_kg").rows() == [
        ("Chromium", "Wind", "base", 2024, 66_102_600),
        ("Chromium", "Wind", "STEPS", 2030, 96_340_700),
        ("Chromium", "Wind", "NZE", 2030, 173_024_000),
    ]


def test_a_csv_that_lost_names_and_a_scenario_is_refused(tmp_path: Path) -> None:
    lost = CSV + "Electric vehicles - Mining,Hydrogen technologies,STEPS,2024,0.0033\n"
    lost += "Chromium - Mining,Wind,NZE,2030,132.832\n"
    assert told(iea, text(tmp_path / "tech_demand.csv", lost)) == [
        "tech_demand.csv: line 6: mineral 'Electric vehicles - Mining' in 1 lines: it is a use, the name of "
        "the "
        "mineral is lost; read the publisher's workbook instead",
        "tech_demand.csv: line 5: scenario 'NZE' has two different values for 1 facts; two scenarios stand "
        "under "
        "one name: read the publisher's workbook instead",
    ]


def test_a_renamed_column_of_the_csv_is_named(tmp_path: Path) -> None:
    file = text(tmp_path / "tech_demand.csv", CSV.replace("demand_kt", "demand_mt"))
    assert told(iea, file) == [
        "tech_demand.csv: line 1: no column 'demand_kt'; is it 'demand_mt'?; give the file in the "
        "publisher's "
        "layout, or rename the column"
    ]


def test_the_edition_is_what_the_carrier_says(tmp_path: Path) -> None:
    assert iea.edition(written(tmp_path)).edition == CONTENT["source"]
    assert iea.edition(text(tmp_path / "a.csv", CSV)).edition == ""


def test_the_judged_table_keeps_its_rules_and_says_what_is_weighed(tmp_path: Path) -> None:
    tables, _ = read(iea, written(tmp_path))
    findings = Findings("iea.json")
    table = conform(judged(tables["outlook"], "outlook", "iea", (), findings).frame, TABLES["outlook"])
    assert faults_of(table, TABLES["outlook"]) == []
    assert findings.message() == ""
    told_of = (
        table.filter(pl.col("side") == "supply").select("mineral", "stage", "basis").unique().sort("mineral")
    )
    assert told_of.rows() == [
        ("cobalt", "refined", "Co content"),
        ("natural-graphite", "ore", "natural flake, gross"),
    ]


def test_graphite_beyond_the_mine_is_natural_and_synthetic_and_no_single_mineral(tmp_path: Path) -> None:
    content = changed("supply/Graphite", {"refining": {"countries": {"China": {"2024": 1.5}}}})
    tables, _ = read(iea, written(tmp_path, content))
    table = judged(tables["outlook"], "outlook", "iea", (), Findings("iea.json")).frame
    graphite = table.filter(pl.col("mineral_name") == "Graphite")
    assert graphite.select("mineral", "stage", "basis").rows() == [
        (None, "refined", "battery grade, natural and synthetic together")
    ]


@given(st.binary(max_size=40), st.integers(0, 400))
def test_other_bytes_give_findings_or_a_table(new: bytes, at: int) -> None:
    import tempfile

    whole = json.dumps(CONTENT).encode()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "iea.json"
        file.write_bytes(whole[:at] + new + whole[at + len(new) :])
        tables, findings = read(iea, file)
    assert findings.refusals or tables["outlook"].height
    if not findings.refusals:
        assert (tables["outlook"]["quantity_kg"].drop_nulls() >= 0).all()


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(max_size=6),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
        max_leaves=8,
    ),
    st.sampled_from(
        ["supply", "supply/Cobalt", "supply/Cobalt/refining/countries/China", "totalDemand/Cobalt/sectors"]
    ),
)
def test_any_value_anywhere_gives_findings_or_a_table(value: object, at: str) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        tables, findings = read(iea, written(Path(folder), changed(at, value)))
    assert findings.refusals or tables["outlook"].height
    assert isinstance(tables["outlook"], pl.DataFrame)


@pytest.mark.shared
def test_the_carriers_file_gives_the_published_facts(shared: Path) -> None:
    tables, findings = read(iea, shared / "data/raw/iea/iea.json")
    assert findings.message() == ""
    refined = tables["outlook"].filter(
        pl.col("side") == "supply", pl.col("item") == "refining", pl.col("year") == 2024
    )
    for mineral, share in (
        ("Cobalt", 0.78),
        ("Lithium", 0.70),
        ("Graphite", 0.96),
        ("Rare Earth Elements", 0.91),
    ):
        rows = refined.filter(pl.col("mineral_name") == mineral)
        china = rows.filter(pl.col("country") == "CHN")["quantity_kg"].sum()
        assert china / rows["quantity_kg"].sum() == pytest.approx(share, abs=0.005)
    japan = refined.filter(pl.col("country") == "JPN")
    assert dict(japan.select("mineral_name", "quantity_kg").rows()) == {
        "Cobalt": 5_648_685,
        "Copper": 1_578_000_000,
        "Graphite": 44_965_323,
    }


@pytest.mark.shared
def test_the_carriers_csv_is_refused_for_what_it_lost(shared: Path) -> None:
    lines = told(iea, shared / "data/raw/iea/tech_demand.csv")
    assert len(lines) == 4
    assert "mineral 'Electric vehicles - Mining' in 432 lines" in lines[0]
    assert "scenario 'NZE' has two different values for 70 facts" in lines[3]
