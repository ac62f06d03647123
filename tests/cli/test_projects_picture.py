"""``pactolus projects map``, ``ribbon`` and ``sheet`` as a user types them."""

from __future__ import annotations

from pathlib import Path

import openpyxl

from .conftest import Pactolus

ON = "--on 2026-11-23"


def test_a_map_is_drawn_as_the_name_of_the_file_says(pactolus: Pactolus, tmp_path: Path) -> None:
    begins = {"svg": b"<svg", "png": b"\x89PNG", "html": b"<!doctype html>"}
    for kind, first in begins.items():
        file = tmp_path / f"map.{kind}"
        answer = pactolus(f"projects map --region South --lang ko --out {file} {ON}")
        assert answer.code == 0, answer.err
        content = file.read_bytes()
        assert content.startswith(first)
    page = (tmp_path / "map.html").read_text(encoding="utf-8")
    assert "국경선이 없는" in page
    assert "http" not in page.replace("http://www.w3.org", "").replace("http-equiv", "")
    again = tmp_path / "again.png"
    pactolus(f"projects map --region South --lang ko --out {again} {ON}")
    assert again.read_bytes() == (tmp_path / "map.png").read_bytes()


def test_without_a_picture_rows_are_printed(pactolus: Pactolus) -> None:
    rows = pactolus(f"projects map --hosts ARG --format csv {ON}").csv
    assert {row["Host"] for row in rows} == {"Argentina"}
    assert {"Project", "Mineral", "State", "Korea", "Japan", "Capacity"} <= set(rows[0])
    assert any(row["Korea"] == "Share" for row in rows)


def test_a_ribbon_shows_what_is_ahead_of_production(pactolus: Pactolus, tmp_path: Path) -> None:
    file = tmp_path / "ribbon.svg"
    assert pactolus(f"projects ribbon --out {file} --lang ja {ON}").code == 0
    assert "建設中" in file.read_text(encoding="utf-8")
    rows = pactolus(f"projects ribbon --format csv {ON}").csv
    assert "In production" not in {row["State"] for row in rows}


def test_faults_and_nothing_found_are_told(pactolus: Pactolus, tmp_path: Path) -> None:
    answer = pactolus("projects map --minerals nickle --lang de --members XYZ")
    assert answer.code == 2
    for part in ("nickle", "de", "XYZ"):
        assert part in answer.err
    assert pactolus("projects ribbon --hosts ISL").code == 3
    answer = pactolus(f"projects map --out {tmp_path / 'map.pdf'}")
    assert answer.code == 2
    assert "no pdf is drawn; write .svg, .png, .html" in answer.err


def test_term_sheets_of_a_trial(pactolus: Pactolus, tmp_path: Path) -> None:
    file = tmp_path / "terms.xlsx"
    words = f"projects sheet --synthetic 20 --scenarios 8 --gap 0.05 --nodes 20 --out {file} {ON}"
    answer = pactolus(words)
    assert answer.code == 0, answer.err
    assert "drafts for negotiation, not offers" in answer.err
    assert openpyxl.load_workbook(file)["Summary"]["A2"].value == "Draft for negotiation, not an offer"
    first = file.read_bytes()
    pactolus(words)
    assert file.read_bytes() == first


def test_a_term_sheet_needs_a_workbook_and_true_floors(pactolus: Pactolus) -> None:
    answer = pactolus("projects sheet --budget KOR=1,JPN=1 --floors A=x --out terms.csv")
    assert answer.code == 2
    assert "write --out terms.xlsx" in answer.err
    assert "--floors: 'A=x'" in answer.err
