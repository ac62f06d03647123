"""``pactolus policy``, ``dialogue`` and ``workspace`` as a user types them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from .conftest import Pactolus

ON = "--on 2026-11-23"


def test_in_force_for_an_importer_and_a_mineral(pactolus: Pactolus) -> None:
    answer = pactolus(f"policy in-force {ON} --importer JPN --mineral gallium --format csv")
    assert answer.code == 0
    rows = {row["id"]: row for row in answer.csv}
    assert rows["CHN-2023-23"]["state"] == "in_force"
    assert rows["CHN-2023-23"]["link"].startswith("http")
    assert list(answer.csv[0])[:8] == [
        "id",
        "issuer",
        "instrument",
        "minerals",
        "state",
        "from",
        "to",
        "reference",
    ]
    states = [row["state"] for row in answer.csv]
    assert states == sorted(states, key=("unconfirmed", "suspended", "in_force").index)
    assert "records on 2026-11-23" in answer.err


def test_the_day_after_a_suspension(pactolus: Pactolus) -> None:
    for day, state in (("2026-11-09", "suspended"), ("2026-11-11", "unconfirmed")):
        rows = pactolus(f"policy list --on {day} --issuer CHN --format csv").csv
        assert {r["id"]: r["state"] for r in rows}["CHN-2025-62"] == state


def test_unverified_records_are_shown_apart(pactolus: Pactolus) -> None:
    usual = {r["id"] for r in pactolus(f"policy list {ON} --format csv").csv}
    apart = {r["id"] for r in pactolus(f"policy list {ON} --unverified --format csv").csv}
    assert apart
    assert not usual & apart
    page = pactolus(["policy", "show", min(apart)])
    assert "it never counts" in page.out


def test_show_says_where_it_was_read(pactolus: Pactolus) -> None:
    page = pactolus("policy show CHN-2023-39").out
    assert "HS22 250410" in page
    assert "broader" in page
    assert "https://" in page
    assert json.loads(pactolus("policy show CHN-2023-39 --format json").out)["id"] == "CHN-2023-39"
    wrong = pactolus("policy show CHN-2023-93")
    assert wrong.code == 2
    assert "did you mean 'CHN-2023-39'" in wrong.err


@pytest.mark.parametrize("part", ["measures", "lists", "values"])
def test_compare_members(pactolus: Pactolus, part: str) -> None:
    answer = pactolus(f"policy compare KOR JPN {ON} --part {part} --format csv")
    assert answer.code == 0
    assert len(answer.csv) > 3


def test_targets_of_stockpiles_stand_side_by_side(pactolus: Pactolus) -> None:
    """Korea 100 days, Japan 60 as standard and 180 for high risk."""
    rows = pactolus(f"policy compare KOR JPN {ON} --part values --format csv").csv
    text = " ".join(v or "" for r in rows if "target_days" in r.values() for v in r.values())
    for number in ("100", "60", "180"):
        assert number in text


def test_trade_covered_says_that_the_code_is_broader(pactolus: Pactolus) -> None:
    answer = pactolus("policy trade CHN-2023-39 --year 2023 --format csv")
    rows = {(r["importer"], r["hs92_code"]): r for r in answer.csv}
    assert int(rows["KOR", "250410"]["value_usd"]) == 100_828_925
    assert rows["KOR", "250410"]["broader"] == "yes"
    assert rows["KOR", "380110"]["value_usd"] == ""
    assert rows["KOR", "380110"]["status"] == "no_trade_data"
    assert "upper bound" in answer.err


def test_trade_of_a_measure_without_codes_has_no_answer(pactolus: Pactolus) -> None:
    answer = pactolus("policy trade MWI-2025-02")
    assert answer.code == 3
    assert "no code in the source" in answer.err
    assert pactolus("policy trade CHN-2023-39 --year 1950").code == 2


def test_transfer_of_one_lot_and_of_a_file(pactolus: Pactolus, tmp_path: Path) -> None:
    (row,) = pactolus(f"policy transferable --mineral gallium --origin CHN --to JPN {ON} --format csv").csv
    assert (row["transferable"], "CHN-2026-1" in row["measures"]) == ("unknown", True)
    lots = tmp_path / "lots.csv"
    lots.write_text("lot,mineral,origin,stage\nA,gallium,CHN,refined\nB,lithium,CHL,\nC,cobalt,,\n", "utf-8")
    answer = pactolus(
        ["policy", "transferable", "--lots", str(lots), "--to", "KOR", *ON.split(), "--format", "csv"]
    )
    assert {r["lot"]: r["transferable"] for r in answer.csv}["B"] == "yes"
    assert {r["lot"]: (r["transferable"], r["why"]) for r in answer.csv}["C"] == ("unknown", "origin_unknown")
    assert "legal review" in answer.err


def test_every_fault_of_a_file_of_lots(pactolus: Pactolus, tmp_path: Path) -> None:
    lots = tmp_path / "lots.csv"
    lots.write_text("lot,mineral,origin\nA,galium,CHN\nB,lithium,CHX\n", "utf-8")
    answer = pactolus(["policy", "transferable", "--lots", str(lots), "--to", "KOR"])
    assert answer.code == 2
    assert "lots.csv:2: unknown mineral 'galium'" in answer.err
    assert "lots.csv:3:" in answer.err
    lots.write_text("name,mineral\nA,gallium\n", "utf-8")
    answer = pactolus(["policy", "transferable", "--lots", str(lots), "--to", "KOR"])
    assert "no column 'origin'" in answer.err
    assert "column 'name' is not known" in answer.err
    both = pactolus(["policy", "transferable", "--to", "KOR", "--mineral", "gallium", "--lots", str(lots)])
    assert both.code == 2


def test_timeline_as_strips_rows_and_picture(pactolus: Pactolus, tmp_path: Path) -> None:
    svg = tmp_path / "t.svg"
    words = ["policy", "timeline", "CHN-2025-62", "CHN-2024-46-2", *ON.split()]
    answer = pactolus([*words, "--picture", str(svg), "--lang", "ko"])
    assert answer.code == 0
    assert svg.read_text("utf-8").startswith("<svg")
    assert "유예" in svg.read_text("utf-8")
    strip = next(line for line in answer.out.splitlines() if line.startswith("CHN-2024-46-2"))
    assert strip.split()[1].rstrip("?").endswith("=")
    rows = pactolus([*words, "--format", "csv"]).csv
    assert [r["state"] for r in rows if r["id"] == "CHN-2024-46-2"][-2:] == ["suspended", "unconfirmed"]


def test_changes_since_a_day(pactolus: Pactolus) -> None:
    rows = pactolus("policy changes --since 2026-11-01 --until 2026-11-23 --format csv").csv
    assert {"CHN-2025-55", "CHN-2025-62"} <= {r["id"] for r in rows if r["state"] == "unconfirmed"}
    assert pactolus("policy changes --since 2026-11-23 --until 2026-11-01").code == 2


def test_a_story_of_a_commitment_with_evidence(pactolus: Pactolus, tmp_path: Path) -> None:
    """Make a workspace, keep a result, and save what became of a commitment, with the result as evidence."""
    own = tmp_path / "own"
    assert pactolus(["workspace", "init", str(own)]).code == 0
    manifest = tmp_path / "brief-KOR-JPN.manifest.json"
    run = {
        "command": "brief",
        "options": {},
        "seed": 0,
        "as_of": "2026-11-23",
        "vintage": "x",
        "version": "0",
    }
    manifest.write_text(json.dumps({"run": run}), "utf-8")
    keep = ["workspace", "save-run", str(manifest), "--author", "analyst", "--workspace", str(own)]
    identity = pactolus(keep).out.strip()
    assert identity.startswith("run-")
    assert pactolus(keep).out.strip() == identity  # kept once
    item = ["dialogue", "set", "KJ-1-regular", "--author", "analyst", "--workspace", str(own)]
    wrong = pactolus([*item, "--evidence", "run-000"])
    assert wrong.code == 2
    assert "unknown saved run 'run-000'" in wrong.err
    preview = pactolus([*item, "--status", "done", "--evidence", identity, "--preview"])
    assert "nothing was saved" in preview.out
    assert "saved as version 1" in pactolus([*item, "--status", "done", "--evidence", identity]).out
    rows = pactolus(["dialogue", "commitments", "--workspace", str(own), "--format", "csv"]).csv
    row = next(r for r in rows if r["id"] == "KJ-1-regular")
    assert (row["status"], row["evidence"]) == ("done", identity)
    asked = ["dialogue", "changes", "--kinds", "commitment", "--workspace", str(own), "--format", "csv"]
    moved = {row["field"]: row for row in pactolus(asked).csv}
    assert (moved["status"]["before"], moved["status"]["after"]) == ("open", "done")
    assert moved["evidence"]["after"] == identity
    assert {row["source"] for row in moved.values()} == {"workspace"}
    assert pactolus(["workspace", "verify", "--workspace", str(own)]).code == 0
    ics = tmp_path / "c.ics"
    assert pactolus(["dialogue", "calendar", "--workspace", str(own), "--out", str(ics)]).code == 0
    assert ics.read_bytes().startswith(b"BEGIN:VCALENDAR")


def test_what_is_no_manifest_is_not_kept(pactolus: Pactolus, tmp_path: Path) -> None:
    own = tmp_path / "own"
    pactolus(["workspace", "init", str(own)])
    for name, content in (("a.json", "{}"), ("b.json", "["), ("c.json", '{"run": {"command": "brief"}}')):
        (tmp_path / name).write_text(content, "utf-8")
        words = ["workspace", "save-run", str(tmp_path / name), "--author", "a", "--workspace", str(own)]
        answer = pactolus(words)
        assert answer.code == 2
        assert "give the .manifest.json" in answer.err


def test_own_measures_are_read_beside_the_shipped_ones(pactolus: Pactolus, tmp_path: Path) -> None:
    own = tmp_path / "own"
    pactolus(["workspace", "init", str(own)])
    record = """- id: OWN-1
  issuer: [CHL]
  instrument: export_tax
  title: {en: A tax, ko: 세금, ja: 税}
  covers: [{minerals: [lithium]}]
  states: [{state: in_force, from: 2026-01-01}]
  says: A tax.
  references:
    - title: T
      publisher: P
      link: https://example.org
      locator: p. 1
      language: en
      read_on: 2026-02-01
      kind: press
"""
    (own / "policy" / "mine.yaml").write_text(record, "utf-8")
    words = ["policy", "in-force", *ON.split(), "--issuer", "CHL", "--format", "csv", "--workspace", str(own)]
    assert "OWN-1" in {r["id"] for r in pactolus(words).csv}
    (own / "policy" / "mine.yaml").write_text(
        record.replace("lithium", "litium").replace("in_force", "active"), "utf-8"
    )
    answer = pactolus(words)
    assert answer.code == 2
    assert "mine.yaml:5:" in answer.err or "mine.yaml:6:" in answer.err


def test_an_inventory_is_previewed_written_and_used(pactolus: Pactolus, tmp_path: Path) -> None:
    own = tmp_path / "own"
    pactolus(["workspace", "init", str(own)])
    source = tmp_path / "oecd.csv"
    source.write_text(
        "Country,Year,HS code,Measure\nBolivia,2023,260900,Export tax\nBolivia,2023,100630,Export tax\n",
        "utf-8",
    )
    out = own / "policy" / "oecd.yaml"
    words = ["policy", "import", "oecd", str(source), "--out", str(out)]
    preview = pactolus([*words, "--preview"])
    assert "nothing was written" in preview.out
    assert not out.exists()
    answer = pactolus(words)
    assert answer.code == 0
    assert "left out: 1 with no code of a mineral" in answer.err
    again = pactolus(words)
    assert again.code == 2
    assert "--replace" in again.err
    assert pactolus([*words, "--replace"]).code == 0
    listed = [
        "policy",
        "list",
        "--on",
        "2023-06-01",
        "--issuer",
        "BOL",
        "--format",
        "csv",
        "--workspace",
        str(own),
    ]
    rows = {r["id"]: r["state"] for r in pactolus(listed).csv}
    assert rows["OECD-BOL-export-tax-tin-2023"] == "unconfirmed"
    assert pactolus(["policy", "import", "oecd", str(source)]).code == 2


def test_a_result_inherits_the_strictest_label(pactolus: Pactolus, tmp_path: Path) -> None:
    own = tmp_path / "own"
    pactolus(["workspace", "init", str(own)])
    item = ["dialogue", "set", "--author", "a", "--status", "done", "--workspace", str(own)]
    assert pactolus([*item, "KJ-1-regular", "--label", "KOR:shared"]).code == 0
    assert pactolus([*item, "KJ-1-policy", "--label", "JPN:restricted"]).code == 0
    shown = ["dialogue", "commitments", "--workspace", str(own), "--quiet", "--on", "2026-11-24"]
    assert "label of this result: JPN:restricted+KOR:shared" in pactolus(shown).err
    assert "label of this result: KOR:shared" in pactolus([*shown, "--kind", "commitment"]).err
    assert "label" not in pactolus(["dialogue", "commitments", "--quiet"]).err
    calendar = ["dialogue", "calendar", "--workspace", str(own), "--out", str(tmp_path / "c.ics")]
    assert "JPN:restricted+KOR:shared" in pactolus(calendar).err
