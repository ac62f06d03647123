"""BACI: what is wrong with a file is told at once, with its line; nothing is dropped unsaid."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from pactolus.catalogue.readers import baci
from pactolus.catalogue.reading.findings import Findings
from tests.catalogue.builders.baci_files import (
    COUNTRIES,
    LISTS,
    TIDY,
    TRADE,
    YEARLY,
    lines,
    loose,
    only,
    packed,
    read,
    told,
    zipped,
)

GOOD = ("2024,4,36,282520,0.154,0.001", "2024,699,251,250410,12.5,1.5")


def test_every_fault_of_a_file_with_its_line(tmp_path: Path) -> None:
    rows = (
        *("2024,999,36,282520,0.1,1", "2024,4,36,282520,1,many", "2024,4,392,282520,-3,1"),
        *("2023,4,36,250410,1,1", "2024,392,392,250410,5,1", "2024,36,4,282520,,1", "2024,4,36,2504X0,1,1"),
        *("2024,4,36,250410,1", "2024,4,36,250490,1,1,7", "2024,36,251,282520,0.1234,1"),
        *('2024,36,699,282520,"1,5",1', "2024,699,36,282520,1,-1", "2024,699,4,282520,=A1,1"),
    )
    trade, findings = read(loose(tmp_path, lines(*GOOD, *rows)))
    assert trade is None
    found = told(findings, "refused")
    for part in (
        "line 4: i '999' is not in the list of country codes; take the list of the same edition, or correct",
        "line 5: q 'many' is no number, and no word that this publisher uses for a gap; correct the cell",
        "line 6: v '-3' is below 0; correct the cell",
        "line 7: t '2023' in the file of 2024; put the rows into the file of their year",
        "line 8: JPN exports to itself: i '392', j '392'; remove the row",
        "line 9: v '' is no value: BACI has one for every flow; correct the cell",
        "line 10: k '2504X0' is no code of six digits; correct the code",
        "line 11: 5 cells under 6 headings: '2024,4,36,250410,1'; restore the line",
        "line 12: 7 cells under 6 headings: '2024,4,36,250490,1,1,7'; restore the line",
        "line 13: v '0.1234' is no number with at most three decimals",
        "line 14: 7 cells under 6 headings",
        "line 15: q '-1' is below 0; correct the cell",
        "line 16: v '=A1' is a formula, not a value; correct the cell",
    ):
        assert any(line.startswith(part) for line in found), part
    assert len(found) == len(rows)


def test_faults_of_rows_that_are_not_taken_keep_nobody_out(tmp_path: Path) -> None:
    trade, findings = read(zipped(tmp_path, {YEARLY: TRADE + "2024,999,36,10111,many,1\n", **LISTS}))
    assert trade is not None
    assert trade.rows() == TIDY
    assert told(findings) == []


def test_what_is_mended_gives_the_same_table_and_is_told(tmp_path: Path) -> None:
    rows = lines(
        *(
            '"2024","4","36","282520","1.54e-01","0.001"',
            "",
            "2024,490,842,810510.0,5.120000000001,\u00a0NA\r",
        ),
        *(
            "2024,699,251,250410,12.5,1.5000000000000002",
            "2024,699,251,250410,12.5,1.5",
            "2024,1,2,10111,1,1",
        ),
        head="\ufeffT,I,J,K,V,Q",
    )
    trade, findings = read(zipped(tmp_path, {YEARLY: rows, **LISTS}))
    assert trade is not None
    assert trade.rows() == TIDY
    at = f"{YEARLY}, line"  # which year of the archive
    assert told(findings, "mended") == [
        *(f"{at} 1: column {c.upper()!r}; read as {c!r}" for c in "tijkvq"),
        f"{at} 3: an empty line; passed over",
        f"{at} 4: k '810510.0'; read as 810510",
        f"{at} 2: v '1.54e-01' has an exponent; read as 0.154",
        f"{at} 4: v '5.120000000001' has float noise; read as 5.120",
        f"{at} 5: q '1.5000000000000002' has float noise; read as 1.500",
        f"{at} 6: k 250410, i 699, j 251 stands twice, equal; kept once",
    ]


def test_semicolons_other_columns_another_order_and_a_padded_list(tmp_path: Path) -> None:
    rows = ["note;q;v;k;j;i;t"]
    rows += [";".join(["x", *reversed(line.split(","))]) for line in TRADE.splitlines()[1:]]
    trade, findings = read(zipped(tmp_path, {YEARLY: "\n".join([*rows, ""]), **LISTS}))
    assert trade is not None
    assert trade.rows() == TIDY
    assert told(findings) == [
        f"{YEARLY}, line 1: cells are separated by ';'; read so",
        f"{YEARLY}, line 1: columns 'note'; not needed, left aside",
    ]


def test_a_decimal_comma_is_named(tmp_path: Path) -> None:
    trade, findings = read(loose(tmp_path, "t;i;j;k;v;q\n2024;4;36;282520;0,154;1\n"))
    assert trade is None
    (refused,) = told(findings, "refused")
    assert refused.startswith("line 2: v '0,154' has a comma; write a decimal point")


@pytest.mark.parametrize(
    ("head", "found"),
    [
        ("t,i,j,k,v,quantity", "no column 'q' (weight in tonnes); is it 'quantity'?"),
        ("year,i,j,k,v,q", "no column 't' (year); is it 'year'?"),
        ("t,i,j,k,v", "no column 'q' (weight in tonnes)"),
        ("t,i,j,k,v,q,q", "column 'q' stands twice"),
        ("2024,4,36,282520,0.1,1", "no headings: the line holds figures, and no column 't' (year) is named"),
    ],
)
def test_headings(tmp_path: Path, head: str, found: str) -> None:
    trade, findings = read(loose(tmp_path, lines(GOOD[0], head=head)))
    assert trade is None
    assert found in [f.found for f in findings.refusals]


def test_flows_that_stand_twice_with_other_figures_are_doubted_one_by_one(tmp_path: Path) -> None:
    file = loose(tmp_path, lines(*GOOD, "2024,4,36,282520,0.155,0.001", "2024,699,251,250410,12.5,NA"))
    trade, findings = read(file)
    assert trade is None
    second, first = findings.refusals
    assert (first.place, second.place) == ("line 4", "line 5")
    same = "code 282520, exporter number 4, importer number 36 stands 2 times with different values: "
    assert first.found.startswith(same + "(154, 1) and (155, 1)")
    again, after = read(file, accepted=frozenset({first.id, second.id}))
    assert after.used == {first.id, second.id}
    assert again is not None
    assert again["value_usd"].to_list() == [12500, 154]


def test_a_flow_is_found_again_however_its_numbers_are_written(tmp_path: Path) -> None:
    _, findings = read(loose(tmp_path, lines(*GOOD, "2024,004,036, 282520,0.155,0.001")))
    assert only(findings).weight == "doubted"


def test_numbers_of_one_country_before_and_after_are_added_up(tmp_path: Path) -> None:
    rows = lines("1998,58,251,250410,1,2", "1998,56,251,250410,3,4")
    trade, findings = read(loose(tmp_path, rows, "BACI_HS92_Y1998_V202601.csv"))
    assert trade is not None
    assert trade.rows() == [("250410", "FRA", "BEL", 1998, 6000, 4000)]
    assert told(findings) == []


def test_two_editions_put_together_are_one_message(tmp_path: Path) -> None:
    pairs = [(i, j) for i in (4, 36, 251, 699, 842, 392) for j in range(8, 800, 4)]
    rows = [f"2024,{i},{j},250410,{v},1" for v in (1, 2) for i, j in pairs]
    _, findings = read(loose(tmp_path, lines(*rows)))
    (one,) = [f for f in findings.kept if f.kind == "key"]
    assert "flows stand twice with different values, the first is k 250410, i 4, j 8" in one.found
    assert findings.counts["refused", "key"] == int(one.found.split()[0])


def test_a_code_of_another_edition_is_not_dropped_unsaid(tmp_path: Path) -> None:
    file = loose(tmp_path, lines(*GOOD, "2024,4,36,810520,1,1", "2024,36,4,810520,1,1"))
    trade, findings = read(file)
    assert trade is None
    assert told(findings) == [
        "line 4: code 810520 in 2 rows is of HS02, HS07, HS12, HS17, HS22, the file's name says HS92; "
        "name the file by its edition; accepted, these rows are left out"
    ]
    again, _ = read(file, accepted=frozenset({only(findings).id}))
    assert again is not None
    assert again["hs_code"].to_list() == ["250410", "282520"]


def test_many_faults_of_a_kind_are_counted(tmp_path: Path) -> None:
    rows = [f"2024,4,{j},250410,bad,1" for j in range(8, 800, 4)]
    _, findings = read(loose(tmp_path, lines(*rows)))
    assert findings.counts["refused", "number"] == len(rows)
    assert f"and {len(rows) - 8:,} more of the same kind" in findings.message()


@pytest.mark.parametrize(
    ("content", "place", "found"),
    [
        (b"", "line 1", "the file holds no rows"),
        (b"t,i,j,k,v,q", "line 1", "the file holds no rows"),
        (b"t,i,j,k,v,q\n", "the file", "no row has a code that holds one of our minerals"),
        ("t,i,j,k,v,q\n".encode("utf-16"), "line 1", "UTF-16 or no text"),
        (b"x" * 70_000, "line 1", "no line end within 65,536 bytes"),
        (TRADE.encode() + b"7" * 70_000, "line 6", "no line end within 65,536 bytes"),
        (TRADE.encode()[:-8], "line 5", "the file ends within a line: '2024,842,699,101'"),
    ],
)
def test_files_that_are_not_whole(tmp_path: Path, content: bytes, place: str, found: str) -> None:
    trade, findings = read(loose(tmp_path, content))
    assert trade is None
    assert (place, found) in [(f.place, f.found) for f in findings.refusals]


def test_a_last_line_without_its_end_can_be_accepted(tmp_path: Path) -> None:
    file = loose(tmp_path, TRADE.rstrip("\n"))
    _, findings = read(file)
    trade, _ = read(file, accepted=frozenset({only(findings).id}))
    assert trade is not None
    assert len(trade) == 3


# ------------------------------------------------------------------------------------------------ archives


def test_a_zip_that_was_cut_off(tmp_path: Path) -> None:
    file = zipped(tmp_path, {YEARLY: TRADE, **LISTS})
    file.write_bytes(file.read_bytes()[:-30])
    _, findings = read(file)
    assert "it is cut off or no zip" in only(findings).found


def test_a_member_that_is_damaged_is_told_with_the_line_after_which_it_is(tmp_path: Path) -> None:
    content = bytearray(packed({YEARLY: TRADE, **LISTS}))
    content[len(YEARLY) + 34] ^= 0xFF
    file = tmp_path / "BACI_HS92_V202601.zip"
    file.write_bytes(content)
    _, findings = read(file)
    assert [f.kind for f in findings.refusals] == ["archive"]
    assert findings.refusals[0].place.startswith(f"{YEARLY}, after line ")
    assert findings.refusals[0].found.startswith("damaged or cut off (")


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    file = zipped(tmp_path, {YEARLY: "t,i,j,k,v,q\n" + "0" * 20_000_000, **LISTS})
    _, findings = read(file)
    assert "more than 400 to one" in only(findings).found


def test_a_member_larger_than_the_archive_says(tmp_path: Path) -> None:
    content = packed({YEARLY: TRADE * 1000, **LISTS})
    size = len(TRADE.encode()) * 1000
    lie = content.replace(size.to_bytes(4, "little"), (size // 2).to_bytes(4, "little"))
    assert lie != content
    file = tmp_path / "BACI_HS92_V202601.zip"
    file.write_bytes(lie)
    trade, findings = read(file)
    assert trade is None
    assert {f.kind for f in findings.refusals} == {"archive"}


def test_an_encrypted_or_foreign_archive(tmp_path: Path) -> None:
    _, findings = read(zipped(tmp_path, {"report.pdf": "x", "a.csv": "x", "b.csv": "y"}))
    assert only(findings).found == "no yearly file; it holds report.pdf, a.csv, b.csv"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("../" + YEARLY, TRADE)
    file = tmp_path / "BACI_HS92_V202602.zip"
    file.write_bytes(buffer.getvalue())
    _, findings = read(file)
    assert only(findings).found == "its name leads out of the archive"


def test_names_that_say_nothing_or_too_much(tmp_path: Path) -> None:
    _, findings = read(loose(tmp_path, TRADE, "trade2024.csv"))
    assert told(findings) == [
        "the name: it does not say edition and year; name it as CEPII does: BACI_HS92_Y2024_V202601.csv"
    ]
    _, findings = read(loose(tmp_path, TRADE, "BACI_HS28_Y2030_V203201.csv"))
    assert only(findings).found == "edition 'HS28' of the Harmonized System is not known"
    _, findings = read(zipped(tmp_path, {"BACI_HS17_Y2016_V202601.csv": TRADE}))
    assert told(findings) == [
        "member 'BACI_HS17_Y2016_V202601.csv': HS17 was not in use in 2016; "
        "name the file by its edition and year"
    ]
    _, findings = read(zipped(tmp_path, {f"a/{YEARLY}": TRADE, f"b/{YEARLY}": TRADE}))
    assert only(findings).found == f"2024 stands in 'a/{YEARLY}' too"
    file = loose(tmp_path, TRADE)
    findings = Findings(file=file.name)
    assert baci.read(file, "other.csv", findings) == {}
    assert only(findings).found == "no yearly file of BACI"


# --------------------------------------------------------------------------------------- list of countries


def test_the_list_of_countries_in_cp1252(tmp_path: Path) -> None:
    trade, findings = read(
        zipped(tmp_path, {YEARLY: TRADE, "country_codes_V202601.csv": COUNTRIES.encode("cp1252")})
    )
    assert trade is not None
    assert trade.rows() == TIDY
    assert told(findings) == ["country_codes_V202601.csv, line 5: cp1252, not UTF-8; read as cp1252"]


def test_faults_of_the_list_of_countries(tmp_path: Path) -> None:
    bad = COUNTRIES + "ZZ,Nowhere,ZZ,ZZZ\n36,Austria,AT,AUT\n251,France,FR,fr\n"
    _, findings = read(zipped(tmp_path, {YEARLY: TRADE, "country_codes_V202601.csv": bad}))
    assert told(findings) == [
        "country_codes_V202601.csv, line 9: country code 'ZZ' is no number; restore CEPII's list",
        "country_codes_V202601.csv, line 10: country code 36 is AUS and AUT; keep the right one",
        "country_codes_V202601.csv, line 11: 'fr' is no code of a country; restore CEPII's list",
    ]
