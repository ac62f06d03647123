"""``pactolus projects list``, ``template`` and ``import`` as a user types them."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest

from pactolus.projects.pipeline.columns import EXAMPLE

from .conftest import Pactolus


def test_one_row_a_record(pactolus: Pactolus) -> None:
    answer = pactolus("projects list --minerals nickel --hosts MDG,Philippines --format csv")
    assert answer.code == 0
    rows = {row["id"]: row for row in answer.csv}
    assert set(rows) == {"MDG-NI-AMBATOVY", "PHL-NI-CORALBAY", "PHL-NI-TAGANITO"}
    assert rows["MDG-NI-AMBATOVY"]["appraisable"] == "no"
    assert rows["MDG-NI-AMBATOVY"]["capex_musd"] == ""
    assert rows["PHL-NI-TAGANITO"]["capex_musd"] == "1300.0"
    assert rows["PHL-NI-CORALBAY"]["JPN"] == "90 %, buyer"
    assert "3 of 99 projects on record, 2 of them appraisable; a status is that of its day" in answer.err


@pytest.mark.parametrize(
    ("words", "least"), [("--region Africa", 17), ("--status construction,dfs", 30), ("--appraisable", 30)]
)
def test_filters(pactolus: Pactolus, words: str, least: int) -> None:
    assert len(pactolus(f"projects list {words} --format csv").csv) >= least


def test_the_table_fits_eighty_columns(pactolus: Pactolus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    answer = pactolus("projects list --region Africa")
    assert max(map(len, answer.out.splitlines())) <= 80
    assert "lacks" in answer.out


def test_faults_of_a_command_line_at_once(pactolus: Pactolus) -> None:
    answer = pactolus(
        "projects list --minerals lithum --status running --hosts MDX --region Afrika --context"
    )
    assert answer.code == 2
    for word in ("'lithum'", "'running'", "'MDX'", "'Afrika'"):
        assert word in answer.err
    assert "--context: name" not in answer.err  # hosts are named
    assert pactolus("projects list --context").code == 2
    assert pactolus("projects list --show MDG-NI-AMBATOVI").err.strip().endswith("'MDG-NI-AMBATOVY'?")
    assert pactolus("projects list --minerals mercury").code == 3


def test_one_record_whole(pactolus: Pactolus) -> None:
    text = pactolus("projects list --show MDG-NI-AMBATOVY").out
    for words in (
        "4650 mn, USD, project",
        "[2026-05-01; ambatovy; medium]",
        "pays USD 418 million",
        "doubts:",
    ):
        assert words in " ".join(text.split())
    plain = json.loads(pactolus("projects list --show MDG-NI-AMBATOVY --format json").out)
    assert plain["capex"][1]["million"] == 4650
    assert pactolus("projects list --show MDG-NI-AMBATOVY --format csv").code == 2


def test_context_is_no_candidate(pactolus: Pactolus) -> None:
    answer = pactolus("projects list --context --hosts CHL --format csv")
    assert {row["source"] for row in answer.csv} == {"lithium deposits", "facilities"}
    assert {row["units"] for row in answer.csv if row["source"] == "lithium deposits"} == {"inferred"}
    assert "no owner, capacity or cost, so no candidates" in answer.err
    near = pactolus("projects list --context --show ARG-LI-KACHI --format csv").csv
    assert [float(row["distance_km"]) for row in near] == sorted(float(row["distance_km"]) for row in near)


def fill(file: Path) -> None:
    """The example of the template, under an id and a host of its own."""
    held = openpyxl.load_workbook(file)
    for sheet in held:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value == EXAMPLE and sheet.title != "read me":
                    cell.value = "MY-CU-BAY"
    held["projects"]["D2"] = "PHL"
    held.save(file)


def test_a_spreadsheet_from_template_to_list(pactolus: Pactolus, tmp_path: Path) -> None:
    """A desk fills in the form, looks at what an import does, does it, mends a figure, lists its record."""
    file, desk = tmp_path / "mine.xlsx", str(tmp_path / "desk")
    assert pactolus(["projects", "template", "--out", str(file)]).code == 0
    assert pactolus(["projects", "template", "--out", str(file)]).code == 2  # it is there
    assert pactolus(["workspace", "init", desk]).code == 0
    empty = pactolus(["projects", "import", str(file), "--workspace", desk])
    assert "left out: mine.xlsx: the example of the template" in empty.err
    fill(file)
    shown = pactolus(["projects", "import", str(file), "--workspace", desk])
    assert shown.out.splitlines()[0].startswith("new     MY-CU-BAY")
    assert "preview: nothing was written; add --write" in shown.out
    assert list((tmp_path / "desk" / "projects").iterdir()) == []
    assert pactolus(["projects", "import", str(file), "--workspace", desk, "--write"]).code == 0
    held = openpyxl.load_workbook(file)
    held["capex"]["B2"] = 1000
    held.save(file)
    again = pactolus(["projects", "import", str(file), "--workspace", desk, "--write"])
    assert again.code == 2
    assert "add --replace to write over" in again.err
    once = pactolus(["projects", "import", str(file), "--workspace", desk, "--write", "--replace"])
    assert "capex[1].million: 900 -> 1000" in once.out
    rows = pactolus(["projects", "list", "--hosts", "PHL", "--workspace", desk, "--format", "csv"])
    mine = next(row for row in rows.csv if row["id"] == "MY-CU-BAY")
    assert (mine["capacity_t"], mine["capex_musd"], mine["fictitious"]) == ("120000.0", "1000.0", "true")
    assert "fictitious records are among them" in rows.err


def test_a_bad_spreadsheet_writes_nothing(pactolus: Pactolus, tmp_path: Path) -> None:
    file, desk = tmp_path / "mine.xlsx", str(tmp_path / "desk")
    pactolus(["projects", "template", "--out", str(file)])
    pactolus(["workspace", "init", desk])
    fill(file)
    held = openpyxl.load_workbook(file)
    held["products"]["F2"] = 120000
    held.save(file)
    answer = pactolus(["projects", "import", str(file), "--workspace", desk, "--write"])
    assert answer.code == 2
    assert "mine.xlsx: sheet 'products': cell F2: found 120000 kt/y" in answer.err
    assert "t or kt?" in answer.err
    assert list((tmp_path / "desk" / "projects").iterdir()) == []


def test_an_import_needs_a_workspace(pactolus: Pactolus, tmp_path: Path) -> None:
    answer = pactolus(["projects", "import", str(tmp_path / "none.xlsx")])
    assert answer.code == 2
    assert "pactolus workspace init DIR" in answer.err
    assert pactolus("projects template").code == 2


def test_rates_of_your_own(pactolus: Pactolus, tmp_path: Path) -> None:
    rates = tmp_path / "rates.csv"
    rates.write_text(
        "currency,on,usd_per_unit,title,publisher,link,read_on\nCAD,2025-05,0.72,T,Bank,,2026-01-01\n",
        encoding="utf-8",
    )
    row = pactolus(f"projects list --hosts CAN --rates {rates} --format csv").csv
    assert float({r["id"]: r["capex_musd"] for r in row}["CAN-LI-PAK"]) == pytest.approx(943 * 0.72)
    rates.write_text(
        "currency,on,usd_per_unit,title,publisher,link,read_on\nCAX,x,-1,T,,,\n", encoding="utf-8"
    )
    answer = pactolus(f"projects list --rates {rates}")
    assert answer.code == 2
    assert answer.err.count("rates.csv:2: ") == 4
