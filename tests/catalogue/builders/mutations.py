"""How the files of a test are mutated, and what holds of a reader whatever they have become."""

from __future__ import annotations

import datetime
from pathlib import Path
from types import ModuleType

import polars as pl
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from pactolus.catalogue.reading.findings import Findings
from pactolus.catalogue.specs import TABLES
from tests.catalogue.builders.workbook_files import Rows

odd_texts = st.sampled_from(
    [
        "Total",
        "Country",
        "…",
        "—",
        "NA",
        "W",
        "1,5",
        "1,234",
        "1e400",
        "-1",
        "=A1",
        "2024",
        "Chilea",
        "line",
        "(kg)",
    ]
)
cells = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**12), 10**18),
    st.floats(allow_nan=False, allow_infinity=False),
    st.dates(datetime.date(1950, 1, 1), datetime.date(2100, 1, 1)),
    odd_texts,
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=8),
)
changes = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 12), cells), min_size=1, max_size=4)
splices = st.lists(
    st.tuples(st.floats(0, 1), st.integers(0, 30), st.binary(max_size=12)), min_size=1, max_size=4
)


def few(part: int) -> settings:
    """One in `part` of the profile's examples, for tests whose examples are slow."""
    return settings(
        max_examples=settings.default.max_examples // part,  # type: ignore[union-attr]
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    )


def spliced(content: bytes, changes_: list[tuple[float, int, bytes]]) -> bytes:
    """The bytes with pieces cut out and others put in."""
    for where, cut, put in changes_:
        at = int(where * len(content))
        content = content[:at] + put + content[at + cut :]
    return content


def with_changes(rows: Rows, changes_: list[tuple[int, int, object]]) -> list[list[object]]:
    """The rows with cells changed; the sheet grows where a change lies outside."""
    new = [list(row) for row in rows]
    for row, column, value in changes_:
        new += [[] for _ in range(row + 1 - len(new))]
        new[row] += [None] * (column + 1 - len(new[row]))
        new[row][column] = value
    return new


def check(reader: ModuleType, file: Path) -> None:
    """Read a file as a build does; what is let through has known columns, unique keys and values in range."""
    findings = Findings(file.name)
    tables = reader.read(file, "", findings)
    reader.edition(file) if hasattr(reader, "edition") else None
    assert all(f.place and f.found and f.mend for f in findings.kept)
    if findings.refusals:
        assert findings.message()
        return
    for name, table in tables.items():
        sound(name, table)


def sound(name: str, table: pl.DataFrame) -> None:
    """Unique keys, no gap where gaps are refused, and values in range."""
    spec = TABLES[name]
    key = [column for column in spec.key if column != "source"]
    # Two rows of the study may name one country; their key is judged with the mineral.
    assert not table.select(key).is_duplicated().any(), name
    for column, rule in spec.columns.items():
        if column not in table.columns:
            continue
        if rule.gaps == "refused":
            assert table[column].null_count() == 0, (name, column)
        if rule.at_least is not None and table.height:
            assert (table[column].drop_nulls() >= rule.at_least).all(), (name, column)
        if rule.at_most is not None and table.height:
            assert (table[column].drop_nulls() <= rule.at_most).all(), (name, column)
