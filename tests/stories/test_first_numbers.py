"""An analyst asks for Korea, Japan, and both together, in a terminal (domain: missing is not zero)."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys

import pytest

COLUMNS = ["method", "mineral", "stage", "importer", "year", "value", "low", "high", "unit", "status"]


def pactolus(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pactolus", *words],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        env={**os.environ, **environment},
    )


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_both_alone_and_together():
    asked = ["--importers", "KOR,JPN,KOR+JPN", "--minerals", "cobalt,manganese", "--years", "2022-2023"]
    found = pactolus("assess", *asked, "--methods", "geopolrisk,hhi,top1", "--format", "csv")
    assert found.returncode == 0, found.stderr
    rows = rows_of(found.stdout)
    assert list(rows[0])[:12] == [*COLUMNS, "grade", "vintage"]
    assert {r["importer"] for r in rows} == {"KOR", "JPN", "KOR+JPN"}
    assert {r["year"] for r in rows} == {"2022", "2023"}
    assert rows == sorted(
        rows, key=lambda r: [r[c] for c in ("method", "mineral", "stage", "importer", "year")]
    )
    for row in rows:
        assert (row["value"] != "") == (row["status"] == "ok")
        if row["value"] and row["unit"] == "1":
            assert 0 <= float(row["value"]) <= (1 if row["method"] != "geopolrisk" else 10)


def test_csv_and_json_hold_the_same_numbers():
    asked = [
        "assess",
        "--minerals",
        "all",
        "--methods",
        "all",
        "--importers",
        "KOR,WLD",
        "--years",
        "2023",
        "--quiet",
    ]
    from_csv = rows_of(pactolus(*asked, "--format", "csv").stdout)
    from_json = json.loads(pactolus(*asked, "--format", "json").stdout)
    assert len(from_csv) == len(from_json) > 500
    for one, other in zip(from_csv, from_json, strict=True):
        assert {
            k: float(v) if k in ("value", "low", "high") and v else v or None for k, v in one.items()
        } == {k: str(v) if k == "year" else v for k, v in other.items()}


def test_germanium_has_no_code_any_more_and_is_never_zero():
    found = pactolus("assess", "--minerals", "germanium", "--years", "2023", "--format", "csv")
    assert found.returncode == 3
    rows = rows_of(found.stdout)
    assert {(r["mineral"], r["status"], r["value"]) for r in rows} == {("germanium", "no_trade_data", "")}
    assert all("world production concentration" in r["note"] for r in rows)
    assert "no value in 3 rows" in found.stderr
    shown = pactolus("assess", "--minerals", "germanium", "--years", "2023").stdout
    assert "no trade data" in shown
    assert not any(word in shown.split() for word in ("0", "0.0", "0.0000"))


def test_the_proxy_that_the_note_names_has_a_value():
    found = pactolus(
        *["assess", "--minerals", "germanium", "--importers", "WLD", "--methods", "hhi", "--years", "2023"],
        *["--format", "json"],
    )
    assert found.returncode == 0, found.stderr
    assert {r["status"] for r in json.loads(found.stdout)} == {"ok"}


def test_a_file_is_written_whole_and_stdout_stays_empty(tmp_path):
    place = tmp_path / "deep" / "numbers.csv"
    found = pactolus(
        "assess", "--minerals", "코발트", "--importers", "대한민국", "--years", "2023", "--out", str(place)
    )
    assert (found.returncode, found.stdout) == (0, ""), found.stderr
    assert place.read_bytes().startswith(b"method,mineral,")
    assert [p.name for p in place.parent.iterdir()] == ["numbers.csv"]


def test_a_reader_that_leaves_is_no_fault():
    line = f"{sys.executable} -m pactolus assess --minerals all --years 2000-2023 --format csv | head -n 2"
    found = subprocess.run(
        ["bash", "-o", "pipefail", "-c", line], capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert found.returncode == 0
    assert len(found.stdout.splitlines()) == 2
    assert "Error" not in found.stderr


def test_another_locale_does_not_change_a_byte():
    asked = ["assess", "--minerals", "all", "--importers", "KOR", "--years", "2023", "--format", "json"]
    plain = pactolus(*asked, LC_ALL="C", PYTHONUTF8="0", PYTHONIOENCODING="latin-1")
    assert plain.stdout == pactolus(*asked).stdout


@pytest.mark.parametrize("width", [80, 120])
def test_the_table_fits_the_screen(width):
    from rich.cells import cell_len

    asked = ["assess", "--minerals", "critical", "--years", "2022-2023", "--methods", "geopolrisk,hhi,top1"]
    shown = pactolus(*asked, COLUMNS=str(width)).stdout
    assert max(map(cell_len, shown.splitlines())) <= width
    assert "..." not in shown


def test_what_is_inside_and_how_old():
    found = pactolus("data", "list", "--format", "csv")
    rows = {r["table"]: r for r in rows_of(found.stdout)}
    assert {"trade", "production", "governance", "governance_geopolrisk"} <= rows.keys()
    assert (rows["trade"]["first_year"], rows["trade"]["last_year"]) == ("1995", "2024")
    assert all(r["licence"] and r["edition"] for r in rows.values())
    assert "CEPII" in pactolus("data", "list").stdout


def test_the_embedded_world_is_whole():
    found = pactolus("data", "verify", "--format", "json")
    assert found.returncode == 0, found.stderr
    assert all(row["ok"] for row in json.loads(found.stdout))


def test_a_number_is_followed_to_its_rows():
    asked = ["data", "show", "trade", "--part", "rows", "--where", "importer=KOR", "--where", "year=2023"]
    rows = rows_of(pactolus(*asked, "--where", "hs_code=260200", "--format", "csv").stdout)
    assert rows
    assert {(r["importer"], r["year"], r["hs_code"]) for r in rows} == {("KOR", "2023", "260200")}
    assert pactolus(*asked, "--where", "hs_code=999999").returncode == 3


def test_the_version_is_printed():
    from pactolus import __version__

    assert pactolus("--version").stdout == f"pactolus {__version__}\n"


@pytest.mark.parametrize(
    ("redirect", "code", "message"),
    [
        (
            "> /dev/full",
            2,
            "error: stdout: cannot be written (No space left on device); write to a file with --out",
        ),
        (">&-", 2, "error: stdout: is closed; write to a file with --out"),
        ("2>&-", 0, ""),
    ],
)
def test_a_stream_that_cannot_be_written(redirect, code, message):
    asked = "assess --importers KOR --minerals cobalt --years 2023 --format csv"
    line = f"{sys.executable} -m pactolus {asked} {redirect}"
    found = subprocess.run(
        ["bash", "-c", line], capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert (found.returncode, found.stderr.strip()) == (code, message)
