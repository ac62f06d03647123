"""Mapping files: every fault at once, each with line and column; words in three languages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pactolus.catalogue.readers.mapping import load
from pactolus.catalogue.reading.findings import Findings
from pactolus.catalogue.reading.words import (
    Unit,
    flow_of,
    is_rest,
    is_sum,
    money,
    month_of,
    period_of,
    weight,
    year_of,
)
from tests.catalogue.builders.spreadsheet_files import JPN, KOR, as_yaml

GOOD = """\
id: kor-imports
title: Imports
producer: made up
licence: none needed
link: https://example.org
table: trade_reported
files: kor.csv
columns:
  period: Month
  partner: Country
  code: HS
  value: Value
constants: {reporter: KOR, flow: import}
units: {value: thousand USD}
code: {edition: HS22}
"""


def told(folder: Path, content: str | bytes) -> list[str]:
    """The lines that keep a mapping out."""
    file = folder / "mapping.yaml"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    findings = Findings(file.name)
    mapping = load(file, findings)
    assert (mapping is None) == bool(findings.refusals)
    return findings.message().splitlines()


def changed(old: str, new: str) -> str:
    """The good mapping with one part changed."""
    assert old in GOOD
    return GOOD.replace(old, new, 1)


@pytest.mark.parametrize("mapping", [GOOD, as_yaml(KOR), as_yaml(JPN)])
def test_good_mappings(tmp_path: Path, mapping: str) -> None:
    assert told(tmp_path, mapping) == []


def test_what_a_mapping_says(tmp_path: Path) -> None:
    file = tmp_path / "mapping.yaml"
    file.write_text(as_yaml(JPN), encoding="utf-8")
    mapping = load(file, Findings(file.name))
    assert mapping is not None
    assert mapping.editions == {2017: "HS17", 2022: "HS22"}
    assert mapping.per_usd == {"2024-01": 150.0, "2024": 160.0}
    assert mapping.countries == {"105": "CHN", "103": "KOR"}
    assert mapping.leave_out == {"国": ("000",)}
    assert mapping.place("columns.value") == "15:10: columns.value"


def test_every_fault_is_told_at_once_with_its_place(tmp_path: Path) -> None:
    content = """\
id: Kor Imports
titel: Imports
producer: made up
licence: [a, b]
link: https://example.org
table: trade_reporte
files: ../kor.csv
header: 0
encoding: euckr
columns:
  vallue: Value
countries: {105: XX}
leave_out: [합계]
decimal: ";"
add_up: maybe
separator: "::"
"""
    assert told(tmp_path, content) == [
        "mapping.yaml:2:1: titel: is no name of this part; did you mean 'title' or 'until'?; known are id, "
        "title, "
        "producer, "
        "licence, link, edition, published, table, files, sheet, header, until, separator, encoding, "
        "columns, "
        "constants, fill_down, units, exchange, code, countries, materials, leave_out, totals, gaps, zeros, "
        "decimal, add_up",
        "mapping.yaml:1:1: title: is missing; write what the publisher calls the table",
        "mapping.yaml:4:10: licence: \"['a', 'b']\" is no text; write one word or text",
        "mapping.yaml:16:12: separator: '::'; write one character, or tab",
        "mapping.yaml:13:12: leave_out: \"['합계']\" where lines of names should stand; write one 'name: "
        "value' a line",
        "mapping.yaml:15:9: add_up: 'maybe'; write true or false",
        "mapping.yaml:1:5: id: 'Kor Imports'; write small letters, digits and hyphens, such as kor-imports",
        "mapping.yaml:6:8: table: 'trade_reporte'; did you mean 'trade_reported'?; known are trade_reported, "
        "production, prices_monthly, prices_annual, statistics",
        "mapping.yaml:7:8: files: '../kor.csv'; a file lies beside its mapping: give its name only",
        "mapping.yaml:9:11: encoding: 'euckr'; did you mean 'euc-kr'?; known are utf-8, utf-16, cp949, "
        "euc-kr, "
        "cp932, shift_jis, euc-jp, cp1252",
        "mapping.yaml:12:18: countries.105: 'XX' is no ISO code; did you mean 'XKX'?; write for example KOR",
        "mapping.yaml:14:10: decimal: ';'; known are ., ,",
        "mapping.yaml:8:9: header: '0'; write a whole number from 1 to 10000, or a list",
    ]


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        (
            "  value: Value",
            "  vallue: Value",
            "12:3: columns.vallue: is no name of this part; did you mean 'value'?; known are reporter, "
            "partner, flow, "
            "code, quantity, value, period, year, month, quantity_unit, second_quantity, "
            "second_quantity_unit, "
            "exchange_rate",
        ),
        (
            "  value: Value",
            "  month: Value",
            "8:1: columns: no quantity or value; name its heading, or give it under constants",
        ),
        (
            "  partner: Country\n",
            "",
            "8:1: columns: no partner; name its heading, or give it under constants",
        ),
        (
            "  period: Month",
            "  month: Month",
            "8:1: columns: no period (or year); name its heading, or give it under constants",
        ),
        (
            "  partner: Country",
            "  partner: Country\n  month: M",
            "8:1: columns: both period and month; keep one of them",
        ),
        (
            "reporter: KOR",
            "reporter: KOR, partner: CHN",
            "13:37: constants.partner: stands under columns too; keep one of them",
        ),
        ("units: {value: thousand USD}", "", "8:1: units.value: is missing; say in which unit value is"),
        (
            "thousand USD",
            "thousand dollrs",
            "14:16: units.value: unit 'thousand dollrs' is not known; write for example USD, thousand USD, "
            "million KRW",
        ),
        (
            "thousand USD",
            "million KRW",
            "14:16: units.value: KRW, and no exchange rate; give 'exchange', or a column exchange_rate",
        ),
        (
            "code: {edition: HS22}",
            "code: {edition: HS23}",
            "15:17: code.edition: unknown edition of the Harmonized System 'HS23'; did you mean 'HS92' or "
            "'HS22' or 'HS12'?",
        ),
        (
            "code: {edition: HS22}",
            "code: {edition: {x: HS22}}",
            "15:21: code.edition.x: 'x' is no year; write the first year of the edition",
        ),
        (
            "code: {edition: HS22}",
            "code: {digits: 4}",
            "15:16: code.digits: '4'; write a whole number from 6 to 12, or a list",
        ),
        (
            "code: {edition: HS22}",
            "exchange: {per_usd: -1}",
            "15:1: exchange: no source; give the rate, and who publishes it",
        ),
        (
            "code: {edition: HS22}",
            "exchange: {per_usd: {2024-13: 1}, source: x}",
            "15:31: exchange.per_usd.2024-13: '2024-13' is no period; write 2024 or 2024-01",
        ),
        (
            "code: {edition: HS22}",
            "fill_down: [partnr]",
            "15:12: fill_down: 'partnr' is no role under columns; did you mean 'partner'?; correct it",
        ),
        (
            "columns:\n  period: Month",
            "columns:\n  period:",
            "9:3: columns.period: is empty; write one word or text",
        ),
        (
            "title: Imports",
            "title: Imports\ntitle: again",
            '3:1: yaml: found duplicate key "title" with value "again" (original value: "Imports"); '
            "correct the line",
        ),
        (
            "title: Imports",
            "title: [Imports",
            "3:9: yaml: expected ',' or ']', but got ':'; correct the line",
        ),
        (
            "title: Imports",
            "\ttitle: Imports",
            "2:1: yaml: found character '\\t' that cannot start any token; correct the line",
        ),
    ],
)
def test_one_fault(tmp_path: Path, old: str, new: str, line: str) -> None:
    lines = told(tmp_path, changed(old, new))
    assert any(found.startswith(f"mapping.yaml:{line}") for found in lines), lines


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"", "mapping.yaml:1:1: yaml: holds no 'name: value' lines; write a mapping as in the guide"),
        (
            b"- a\n- b\n",
            "mapping.yaml:1:1: yaml: holds no 'name: value' lines; write a mapping as in the guide",
        ),
        (b"a: \xff\xfe", "mapping.yaml: the file: is not UTF-8; save the mapping as UTF-8"),
        (b"a: " + b"x" * 300_000, "mapping.yaml: the file: 300,003 bytes; a mapping has at most 262,144"),
        (b"a: \x07", "mapping.yaml:1:1: yaml: is no YAML ("),
        (b"a: &b [*b]\nid: *b\n", "mapping.yaml:1:1: a: is no name of this part"),
    ],
)
def test_what_is_no_mapping(tmp_path: Path, content: bytes, line: str) -> None:
    assert told(tmp_path, content)[0].startswith(line)


def test_materials_are_needed_where_the_table_names_a_mineral(tmp_path: Path) -> None:
    production = changed("table: trade_reported", "table: production").replace("  partner: Country\n", "")
    production = production[: production.index("columns:")] + (
        "columns: {raw_material: A, country: B, year: C, quantity: D}\nunits: {quantity: t}\n"
    )
    assert told(tmp_path, production) == [
        "mapping.yaml:1:1: materials: is missing; say which mineral each raw_material is"
    ]
    assert told(tmp_path, production + "materials:\n  zinc slab: {mineral: zink, stage: refind}\n") == [
        "mapping.yaml:11:24: materials.zinc slab.mineral: unknown mineral 'zink'; did you mean 'zinc' or "
        "'Zircon'?; "
        "write one of "
        "our names, or leave the line out",
        "mapping.yaml:11:37: materials.zinc slab.stage: 'refind' is no stage; did you mean 'refined'?; "
        "known are ore, "
        "intermediate, refined, product, mixed",
        "mapping.yaml:11:3: materials.zinc slab: no basis; write it",
    ]


VALUES: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(min_size=1, max_size=4), inner, max_size=2)
    ),
    max_leaves=5,
)


@given(st.sampled_from([*KOR, *JPN, "materials", "sheet", "fill_down", "separator", "gaps"]), VALUES)
def test_any_value_of_any_field_gives_a_mapping_or_its_faults(name: str, value: object) -> None:
    import json
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        told(Path(folder), json.dumps(JPN | {name: value}))


@pytest.mark.parametrize(
    ("cell", "period"),
    [
        ("2024-01", (2024, 1)),
        ("2024.01", (2024, 1)),
        ("2024/12", (2024, 12)),
        ("202401", (2024, 1)),
        ("2024년 1월", (2024, 1)),
        ("2024年12月", (2024, 12)),
        ("2024M3", (2024, 3)),
        ("2024-01-01 00:00:00", (2024, 1)),
        ("2017-01-01", (2017, 1)),
        ("Jan-2024", (2024, 1)),
        ("December 2023", (2023, 12)),
        ("２０２４年１月", (2024, 1)),
        ("2024", (2024, 0)),
        ("2024.0", (2024, 0)),
        ("2024년", (2024, 0)),
        ("令和6年", (2024, 0)),
        ("平成31年", (2019, 0)),
        ("令和元年", (2019, 0)),
        ("2024-1", (2024, 1)),
    ],
)
def test_periods(cell: str, period: tuple[int, int]) -> None:
    assert period_of(cell) == period


@pytest.mark.parametrize(
    "cell", ["2024.1", "2024-13", "24-01", "", "1월", "2024년 13월", "Foo 2024", "20240", "합계"]
)
def test_what_is_no_period(cell: str) -> None:
    assert isinstance(period_of(cell), str)


@given(
    st.integers(1900, 2099),
    st.integers(1, 12),
    st.sampled_from(["{}-{:02d}", "{}.{:02d}", "{}{:02d}", "{}년 {}월", "{}年{}月"]),
)
def test_a_period_is_read_however_it_is_written(year: int, month: int, form: str) -> None:
    assert period_of(form.format(year, month)) == (year, month)


@pytest.mark.parametrize(
    ("cell", "month"),
    [("1", 1), ("01", 1), ("12월", 12), ("3月", 3), ("Sept", 9), ("May.", 5), ("13", None), ("", None)],
)
def test_months(cell: str, month: int | None) -> None:
    assert month_of(cell) == month


def test_years_in_japanese_eras() -> None:
    assert [year_of(y) for y in ("昭和63年", "平成元年", "令和 7", "2024.0", "令和")] == [
        1988,
        1989,
        2025,
        2024,
        None,
    ]


@pytest.mark.parametrize(
    "word",
    [
        "합계",
        "총계",
        "합 계",
        "계",
        "소계",
        "合計",
        "総額",
        "総計",
        "小計",
        "世界",
        "Total",
        "2024년 총계",
        "[합계]",
    ],
)
def test_words_for_sums(word: str) -> None:
    assert is_sum(word)


@pytest.mark.parametrize("word", ["한국", "中国", "세계은행", "Totland", "計器", "2504101000", ""])
def test_words_that_are_no_sums(word: str) -> None:
    assert not is_sum(word)


def test_remainders_and_directions() -> None:
    assert is_rest("기타 국가")
    assert is_rest("その他")
    assert not is_rest("기니")
    assert [flow_of(w) for w in ("수입", "輸出", "Imports", "X", "환적")] == [
        "import",
        "export",
        "import",
        "export",
        None,
    ]


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("kg", Unit("kg", 1)),
        ("톤", Unit("kg", 1000)),
        ("MT", Unit("kg", 1000)),
        ("천톤", Unit("kg", 1e6)),
        ("トン", Unit("kg", 1000)),
        ("thousand tonnes", Unit("kg", 1e6)),
        ("ｋｇ", Unit("kg", 1)),
        ("ct", Unit("ct", 1)),
        ("NO", None),
        ("", None),
        ("천", None),
    ],
)
def test_weights(text: str, unit: Unit | None) -> None:
    assert weight(text) == unit


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("USD", Unit("USD", 1)),
        ("천달러", Unit("USD", 1000)),
        ("천 달러", Unit("USD", 1000)),
        ("百万円", Unit("JPY", 1e6)),
        ("千円", Unit("JPY", 1000)),
        ("억원", Unit("KRW", 1e8)),
        ("thousand KRW", Unit("KRW", 1000)),
        ("1,000 USD", Unit("USD", 1000)),
        ("million EUR", Unit("EUR", 1e6)),
        ("", None),
        ("천", None),
        ("kgs!", None),
    ],
)
def test_money(text: str, unit: Unit | None) -> None:
    assert money(text) == unit
