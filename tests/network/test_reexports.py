from __future__ import annotations

import polars as pl
import pytest

from pactolus.network.reexports import HUBS, LARGE_EXPORTER, hub_claim, with_reexports
from pactolus.wording.templates import LANGS, phrases

SCHEMA = {"country": pl.String, "production_kg": pl.Int64, "imports_kg": pl.Int64, "exports_kg": pl.Int64}


def judged(*rows):
    frame = pl.DataFrame(list(rows), SCHEMA, orient="row")
    frame = frame.with_columns(mineral=pl.lit("tin"), stage=pl.lit("ore"), year=pl.lit(2022))
    found = with_reexports(frame)
    return {c: (s, h) for c, s, h in found.select("country", "reexport_share", "hub").rows()}


def test_the_share_is_that_of_exports_which_imports_could_cover():
    found = judged(("MYS", 0, 60, 80), ("IDN", 500, 0, 100), ("JPN", 0, 70, 0))
    assert {c: s for c, (s, _) in found.items()} == {"MYS": 0.75, "IDN": 0.0, "JPN": None}


@pytest.mark.parametrize(
    ("made", "imports", "exports", "hub"),
    [
        (100, 0, 109, None),
        (100, 0, 111, "exports_above_supply"),
        (0, 50, 100, "exports_without_supply"),
        (None, 50, 100, "exports_without_supply"),
        (0, 95, 100, "reexporter"),
        (49, 60, 100, "reexporter"),
        (60, 60, 100, None),
    ],
)
def test_what_stands_out(made, imports, exports, hub):
    assert judged(("AAA", made, imports, exports), ("BBB", 500, 0, 100))["AAA"][1] == hub


def test_where_no_production_is_published_nobody_exceeds_it():
    assert judged(("AAA", None, 10, 100), ("BBB", None, 0, 100))["AAA"][1] is None


def test_small_exporters_are_not_named():
    world = int(100 / LARGE_EXPORTER)
    assert judged(("AAA", 0, 99, 99), ("BBB", 90_000, 0, world))["AAA"] == (1.0, None)


@pytest.mark.parametrize("lang", LANGS)
def test_there_are_words_for_every_hub(lang):
    assert {hub_claim(hub).key for hub in HUBS} == {k for k in phrases(lang) if k.startswith("grades.hub.")}
