"""Importers of two public inventories. Fixtures are written by hand from field lists: layout unverified."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from pactolus.errors import DataError
from pactolus.policy.candidates import as_records, as_yaml, minerals_of_codes
from pactolus.policy.compiling import compiled_records
from pactolus.policy.gta import read_gta
from pactolus.policy.oecd import read_oecd
from pactolus.policy.register import Register, register, register_of

READ = date(2026, 11, 24)


def intervention(number: int = 1, **changes: Any) -> dict[str, Any]:
    """One intervention with the fields of the publisher's description; layout unverified."""
    return {
        "intervention_id": number,
        "state_act_id": 10,
        "state_act_title": "Zambia: Export tax on copper concentrates",
        "intervention_url": f"https://www.globaltradealert.org/intervention/{number}",
        "gta_evaluation": "Red",
        "implementing_jurisdictions": [{"id": 894, "name": "Zambia", "iso": "ZMB"}],
        "affected_jurisdictions": [{"id": 392, "name": "Japan", "iso": "JPN"}],
        "intervention_type": "Export tax",
        "mast_chapter": "Export-related measures",
        "affected_products": [260300, 100630],
        "date_announced": "2022-01-05",
        "date_implemented": "2022-02-01",
        "date_removed": None,
        "is_in_force": 1,
        **changes,
    }


def gta(tmp_path: Path, *interventions: dict[str, Any], wrap: bool = False) -> Path:
    file = tmp_path / "gta.json"
    content: Any = {"results": list(interventions)} if wrap else list(interventions)
    file.write_text(json.dumps(content), encoding="utf-8")
    return file


def compiled(tmp_path: Path, records: list[dict[str, Any]]) -> Register:
    """The records through the same checks as edited ones."""
    file = tmp_path / "made.yaml"
    file.write_text(as_yaml(records, "test"), encoding="utf-8")
    return register_of(compiled_records([file], known=[m.id for m in register()]))


@pytest.mark.parametrize("wrap", [False, True])
def test_an_intervention_becomes_a_record(tmp_path: Path, wrap: bool) -> None:
    found = read_gta(gta(tmp_path, intervention(), wrap=wrap))
    (made,) = compiled(tmp_path, as_records(found.candidates, READ, register()))
    assert (made.id, made.issuer, made.instrument, made.minerals) == (
        "GTA-1",
        ("ZMB",),
        "export_tax",
        ("copper",),
    )
    assert made.covers[0].hs_codes == ("260300",)
    assert made.covers[0].broader == "unknown"
    assert [(s.state, str(s.begin)) for s in made.spans] == [
        ("announced", "2022-01-05"),
        ("in_force", "2022-02-01"),
    ]
    assert made.titles["ko"].startswith("수출세")
    assert made.related == ("ZMB-CUTAX",)
    assert "keep one of them" in str(made.doubts)
    assert made.references[0].locator == "intervention 1"
    assert made.references[0].kind == "database"


def test_products_of_full_access_and_short_codes(tmp_path: Path) -> None:
    products = [{"product_id": 260300, "prior_level": "0", "new_level": "10"}, {"product_id": 10121}]
    (one,) = read_gta(gta(tmp_path, intervention(affected_products=products))).candidates
    assert one.hs_codes == ("260300",)


@pytest.mark.parametrize(
    ("days", "states"),
    [
        ({"date_implemented": None}, [("announced", "2022-01-05")]),
        ({"date_announced": None}, [("in_force", "2022-02-01")]),
        ({"date_announced": "2022-03-01"}, [("in_force", "2022-02-01")]),
        (
            {"date_removed": "2023-01-01"},
            [("announced", "2022-01-05"), ("in_force", "2022-02-01"), ("ended", "2023-01-01")],
        ),
        (
            {"date_implemented": None, "date_removed": "2022-04-01"},
            [("announced", "2022-01-05"), ("ended", "2022-04-01")],
        ),
    ],
)
def test_days_become_states(tmp_path: Path, days: dict[str, Any], states: list[tuple[str, str]]) -> None:
    (one,) = read_gta(gta(tmp_path, intervention(**days))).candidates
    assert [(s["state"], str(s["from"])) for s in one.states] == states


def test_what_is_left_out_is_counted(tmp_path: Path) -> None:
    found = read_gta(
        gta(
            tmp_path,
            intervention(1, intervention_type="Import tariff"),
            intervention(2, affected_products=[100630]),
            intervention(3),
        )
    )
    assert [c.id for c in found.candidates] == ["GTA-3"]
    assert dict(found.left_out) == {
        "intervention type 'Import tariff' restricts no exports": 1,
        "no code of a mineral of the vocabulary": 1,
    }


def test_every_fault_of_a_file_of_interventions(tmp_path: Path) -> None:
    broken = intervention(2)
    del broken["intervention_type"]
    file = gta(
        tmp_path,
        intervention(1, date_implemented="2022-13-01", affected_products=[260300, "x"]),
        broken,
        intervention(3, implementing_jurisdictions=[{"iso": "ZZZ"}]),
        intervention(4, date_removed="2021-01-01"),
        intervention(5, date_announced=None, date_implemented=None),
    )
    with pytest.raises(DataError) as caught:
        read_gta(file)
    text = str(caught.value)
    for part in (
        "intervention 1 (id 1), date_implemented: '2022-13-01' is no date",
        "intervention 1 (id 1), affected_products: 'x' is no six-digit code",
        "intervention 2: has no intervention_type",
        "intervention 3 (id 3), implementing_jurisdictions: 'ZZZ' is not known",
        "date_removed 2021-01-01 lies before date_implemented 2022-02-01",
        "intervention 5 (id 5): has neither date_announced nor date_implemented",
    ):
        assert part in text


@pytest.mark.parametrize("content", ["{", '{"a": 1}', "3", "[1]", "[]"])
def test_what_is_no_list_of_interventions(tmp_path: Path, content: str) -> None:
    file = tmp_path / "gta.json"
    file.write_text(content, encoding="utf-8")
    if content == "[]":
        assert read_gta(file).candidates == ()
        return
    with pytest.raises(DataError, match=r"give what the data endpoint returned|fetch it again"):
        read_gta(file)


OECD = """Country,Year,HS code,Measure,Unit
China,2021,2504.10,Licensing requirement,
China,2022,250410,Licensing requirement,
China,2023,250410,Licensing requirement,
Zambia,2009,260300,Export tax,10
Zambia,2010,260300,Export tax,10
Zambia,2013,260300,Export tax,10
Zambia,2013,100630,Export tax,10
Zambia,2013,260300,Captive mining,
"""


def oecd(tmp_path: Path, text: str = OECD) -> Path:
    file = tmp_path / "oecd.csv"
    file.write_text(text, encoding="utf-8")
    return file


def test_years_in_a_row_are_one_measure(tmp_path: Path) -> None:
    found = read_oecd(oecd(tmp_path))
    made = compiled(tmp_path, as_records(found.candidates, READ, register()))
    spans = {m.id: [(s.state, str(s.begin), s.why) for s in m.spans] for m in made}
    assert set(spans) == {
        "OECD-CHN-export-licence-natural-graphite-2021",
        "OECD-ZMB-export-tax-copper-2009",
        "OECD-ZMB-export-tax-copper-2013",
    }
    graphite = made["OECD-CHN-export-licence-natural-graphite-2021"]
    states = [graphite.on(date(y, 7, 1)).state for y in (2022, 2023)]  # type: ignore[union-attr]
    assert states == ["in_force", "in_force"]
    later = graphite.on(date(2024, 7, 1))
    assert later is not None
    assert later.state == "unconfirmed"  # the inventory ends with 2023: nothing is known of 2024
    copper = made["OECD-ZMB-export-tax-copper-2009"].on(date(2012, 7, 1))
    assert copper is not None
    assert copper.state == "ended"
    assert found.left_out["measure 'Captive mining' is none that we compare"] == 1


def test_other_headings_are_understood_and_unknown_ones_are_named(tmp_path: Path) -> None:
    text = OECD.replace("Country,Year,HS code", "Reference area,TIME_PERIOD,HS6")
    assert read_oecd(oecd(tmp_path, text)).candidates == read_oecd(oecd(tmp_path)).candidates
    with pytest.raises(DataError) as caught:
        read_oecd(oecd(tmp_path, OECD.replace("Measure", "What").replace("Year", "When")))
    text = str(caught.value)
    assert "no column for year" in text
    assert "no column for measure" in text
    assert "it has Country, When, HS code, What, Unit" in text


def test_every_fault_of_a_table(tmp_path: Path) -> None:
    rows = "Chian,2022,260300,Export tax,\nZambia,1999,260300,Export tax,\nZambia,2022,2603,Export tax,\n"
    with pytest.raises(DataError) as caught:
        read_oecd(oecd(tmp_path, OECD + rows))
    text = str(caught.value)
    assert "line 10, country" in text
    assert "line 11, year: '1999' is no year from 2009 on" in text
    assert "line 12, code: '2603' is no six-digit code" in text


def test_codes_find_minerals_by_their_edition() -> None:
    assert minerals_of_codes(["260300", "999999"], "HS2012") == (("260300",), ("copper",))
    assert minerals_of_codes([], "HS2012") == ((), ())
