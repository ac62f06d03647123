"""What a world has and lacks, in figures."""

from __future__ import annotations

import polars as pl

from pactolus.catalogue.build.coverage import BRING, coverage, missing
from pactolus.catalogue.readers.kinds import MODULES, kinds
from pactolus.catalogue.specs import TABLES


def test_the_list_of_tables_is_what_the_readers_say() -> None:
    found: dict[str, tuple[str, ...]] = {}
    for kind in kinds().values():
        for table in kind.tables:
            found[table] = (*found.get(table, ()), kind.id)
    assert found == BRING
    assert set(BRING) <= set(TABLES)


def test_every_kind_says_what_it_is() -> None:
    for name, kind in kinds().items():
        assert kind.id == name
        assert kind.what
        assert kind.suffixes
        assert all(s == s.casefold() for s in kind.suffixes)
        assert kind.producer
        assert kind.licence
        assert kind.link.startswith("https://") or name == "spreadsheet"  # there the mapping says it
    assert list(kinds()) == list(MODULES)


def test_coverage_counts_pairs_that_have_a_row() -> None:
    rows = [("wmd", "KOR", 2020), ("wmd", "KOR", 2021), ("wmd", "JPN", 2021), ("usgs", "KOR", 2024)]
    frame = pl.DataFrame(rows, schema=["source", "country", "year"], orient="row")
    table = coverage({"production": frame, "findings": frame}, {("production", "usgs")})
    assert table.rows() == [
        ("production", "usgs", "embedded", 1, 2024, 2024, 1, 1),
        ("production", "wmd", "your files", 3, 2020, 2021, 2, 3),
    ]


def test_what_is_missing_names_what_brings_it() -> None:
    lacking = missing([t for t in TABLES if t not in ("trade", "outlook")])
    assert lacking == {"trade": ("baci",), "outlook": ("iea",)}
