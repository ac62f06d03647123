"""Names of countries: spellings, footnotes glued on, totals, and those that the user adds."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pactolus.catalogue.reading.findings import Findings
from pactolus.catalogue.reading.names import (
    add_country,
    fold_name,
    is_total,
    known_countries,
    names_of_user,
    user_names,
)
from pactolus.terms.countries import countries


def named(*names: str | None) -> tuple[list[str | None], Findings]:
    findings = Findings("f.csv")
    table = pl.DataFrame({"printed": names}, schema={"printed": pl.String})
    return add_country(table, "printed", findings, lambda n: f"line {n + 2}")["country"].to_list(), findings


@pytest.mark.parametrize(
    ("printed", "iso3"),
    [
        ("Japan", "JPN"),
        ("JAPAN", "JPN"),
        ("일본", "JPN"),
        ("日本", "JPN"),
        ("Côte d’Ivoire", "CIV"),
        ("Cote d'Ivoire", "CIV"),
        ("Congo (Kinshasa)", "COD"),
        ("Korea, Republic of", "KOR"),
        ("Other countries", "OTHER"),
        ("Rest of world", "OTHER"),
        ("KOR", "KOR"),
    ],
)
def test_spellings_of_publishers(printed: str, iso3: str) -> None:
    found, findings = named(printed)
    assert found == [iso3]
    assert not findings.kept


@pytest.mark.parametrize(
    ("printed", "bare", "iso3"),
    [
        ("Japane", "Japan", "JPN"),
        ("China 5", "China", "CHN"),
        ("China5", "China", "CHN"),
        ("Chile(2)", "Chile", "CHL"),
        ("Korea, Republic ofe", "Korea, Republic of", "KOR"),
        ("Italy8e", "Italy", "ITA"),
    ],
)
def test_a_footnote_mark_is_taken_off_and_noted(printed: str, bare: str, iso3: str) -> None:
    found, findings = named(printed)
    assert found == [iso3]
    assert str(findings.kept[0]) == (
        f"f.csv: line 2: country {printed!r}; read as {bare!r}: a footnote mark is glued to it"
    )


def test_marks_that_are_no_letters_do_not_count() -> None:
    found, findings = named("Peru*", "Peru †", "Peru.")
    assert found == ["PER"] * 3
    assert not findings.kept


@pytest.mark.parametrize("printed", ["Nigera", "Nigeri"])
def test_a_slip_of_the_pen_is_no_footnote_mark(printed: str) -> None:
    """Niger with a footnote mark, or Nigeria with a letter missing: nobody can tell."""
    found, findings = named(printed)
    assert found == [None]
    assert f"line 2: country {printed!r} is not known; is it 'nigeria' or 'niger'" in findings.message()


def test_unknown_names_are_refused_together_with_near_ones() -> None:
    found, findings = named("Chile", "Wakanda", "Jpan", None)
    assert found == ["CHL", None, None, None]
    mend = "correct the name, or add it to --names FILE"
    lines = findings.message().splitlines()
    assert f"f.csv: line 4: country 'Jpan' is not known; is it 'japan' or 'pan' or 'jpn'?; {mend}" in lines
    assert any(
        text.startswith("f.csv: line 3: country 'Wakanda' is not known; is it 'rwanda'") for text in lines
    )
    assert "f.csv: line 5: no country is named; name the country or remove the row" in lines


def test_rows_that_add_up_others_are_left_out_and_counted() -> None:
    findings = Findings("f.csv")
    table = pl.DataFrame({"printed": ["Chile", "World total (rounded)", "Total", "Total"]})
    kept = add_country(table, "printed", findings, lambda n: f"line {n + 2}")
    assert kept.rows() == [("Chile", "CHL")]
    assert findings.counts["mended", "total"] == 3
    assert str(findings.kept[0]) == "f.csv: line 4: row 'Total'; left out: it adds up other rows"


@pytest.mark.parametrize(
    "name", ["Total", "TOTALS", "Grand total", "World", "World total", "Subtotal", "Sum"]
)
def test_names_of_totals(name: str) -> None:
    assert is_total(name)


def test_no_country_is_a_total() -> None:
    assert [n for c in countries().values() for n in c.names.values() if is_total(n)] == []


def test_every_country_is_known_by_its_names_in_three_languages() -> None:
    known = known_countries()
    for country in countries().values():
        for name in country.names.values():
            assert known[fold_name(name)] == country.iso3


@given(st.sampled_from(sorted(countries())), st.sampled_from("er*8†"))
def test_a_mark_behind_any_name_finds_its_country_or_is_refused(iso3: str, mark: str) -> None:
    """Never another country."""
    found, _ = named(countries()[iso3].names["en"] + mark)
    assert found in ([iso3], [None])


@given(st.text(max_size=20))
def test_folding_twice_changes_nothing(name: str) -> None:
    assert fold_name(fold_name(name)) == fold_name(name)


def test_names_of_the_user_hold_within_their_block() -> None:
    with user_names({"Wakanda": "KEN", "Japan": "KOR"}):
        assert named("wakanda", "Japan")[0] == ["KEN", "KOR"]
        with user_names({}):
            assert named("Wakanda")[0] == [None]
        assert named("Wakanda")[0] == ["KEN"]
    assert named("Wakanda", "Japan")[0] == [None, "JPN"]


def test_a_file_of_names(tmp_path: Path) -> None:
    file = tmp_path / "names.csv"
    file.write_text("name,iso3\nWakanda,KEN\nRest,OTHER\nWakanda,KEN\n", encoding="utf-8")
    findings = Findings("names.csv")
    assert names_of_user(file, findings) == {"Wakanda": "KEN", "Rest": "OTHER"}
    assert not findings.kept


def test_all_faults_of_a_file_of_names(tmp_path: Path) -> None:
    file = tmp_path / "names.csv"
    file.write_text("name,iso3\nWakanda,KEN\nFoo,KRO\n,KOR\nWakanda,KOR\n", encoding="utf-8")
    findings = Findings("names.csv")
    names_of_user(file, findings)
    assert findings.message().splitlines() == [
        "names.csv: line 3: code 'KRO' is not known; is it 'KOR' or 'UKR' or 'ROU'?; use ISO 3166 alpha-3",
        "names.csv: line 4: the name or its code is empty; fill both, or remove the line",
        "names.csv: line 5: 'Wakanda' is KOR here and KEN above; keep one of them",
    ]
    file.write_text("country;code\n", encoding="utf-8")
    other = Findings("names.csv")
    assert names_of_user(file, other) == {}
    assert "no column 'name'" in other.message()
    assert "no column 'iso3'" in other.message()
