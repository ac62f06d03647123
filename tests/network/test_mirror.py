"""Two reports of one flow."""

from __future__ import annotations

import polars as pl
import pytest

from pactolus.catalogue.specs import TABLES
from pactolus.catalogue.world import conform
from pactolus.network.mirror import CIF_ALLOWANCE, VALUE_TOLERANCE, WEIGHT_TOLERANCE, mirrors
from pactolus.network.tables import MIRRORS

TYPES = {"text": pl.String, "int": pl.Int64, "float": pl.Float64, "bool": pl.Boolean}
SCHEMA = {name: TYPES[column.dtype] for name, column in TABLES["trade_reported"].columns.items()}


def report(
    reporter,
    partner,
    flow,
    kg,
    usd,
    *,
    code="250410",
    month=0,
    source="comtrade",
    edition="HS17",
    made_up=False,
):
    return {
        "source": source,
        "reporter": reporter,
        "partner": partner,
        "flow": flow,
        "hs_edition": edition,
        "code": code,
        "hs_code": code,
        "year": 2023,
        "month": month,
        "quantity_kg": kg,
        "value_usd": usd,
        "estimated": made_up,
    }


def judged(*rows):
    return mirrors(pl.DataFrame(list(rows), SCHEMA))


def test_no_report_is_an_empty_table_and_no_error():
    table = mirrors(pl.DataFrame(schema=SCHEMA))
    assert table.height == 0
    assert conform(table, MIRRORS).columns == list(MIRRORS.columns)


@pytest.mark.parametrize(
    ("kg", "usd", "verdict"),
    [
        (1_000, 1_100, "agrees"),
        (1_000 * (1 + WEIGHT_TOLERANCE) - 1, 1_100, "agrees"),
        (1_000 / (1 + WEIGHT_TOLERANCE) - 1, 1_100, "weight_differs"),
        (1_300, 1_100, "weight_differs"),
        (1_000, 1_100 * (1 + VALUE_TOLERANCE) + 1, "value_differs"),
        (10_000, 9_000, "both_differ"),
        (None, 1_100, "agrees"),
        (None, None, "not_comparable"),
    ],
)
def test_an_importers_report_against_the_exporters(kg, usd, verdict):
    kg = None if kg is None else int(kg)
    usd = None if usd is None else int(usd)
    table = judged(report("JPN", "CHN", "import", kg, usd), report("CHN", "JPN", "export", 1_000, 1_000))
    assert table.select("importer", "exporter", "verdict").rows() == [("JPN", "CHN", verdict)]


def test_freight_and_insurance_are_taken_off_before_values_are_compared():
    assert CIF_ALLOWANCE == 0.10
    table = judged(report("JPN", "CHN", "import", 5, 2_200), report("CHN", "JPN", "export", 5, 2_000))
    assert table["value_ratio"].to_list() == [pytest.approx(1.0)]


def test_one_report_alone_has_no_mirror():
    assert judged(report("JPN", "CHN", "import", 5, 5), report("JPN", "CHN", "export", 5, 5)).height == 0


def test_an_estimated_weight_tells_nothing():
    table = judged(
        report("JPN", "CHN", "import", 900, 110, made_up=True), report("CHN", "JPN", "export", 5, 100)
    )
    assert table.select("import_kg", "weight_ratio", "verdict").rows() == [(None, None, "agrees")]


def test_twelve_months_make_a_year_and_eleven_do_not():
    exported = report("CHN", "JPN", "export", 1_200, 1_200)
    months = [report("JPN", "CHN", "import", 100, 110, month=m) for m in range(1, 13)]
    assert judged(exported, *months).select("import_kg", "verdict").rows() == [(1_200, "agrees")]
    assert judged(exported, *months[:-1]).height == 0


def test_codes_of_one_edition_are_added_up_and_a_second_source_is_not_added():
    rows = [
        report("JPN", "CHN", "import", 600, 660, code="250410") | {"code": "25041011"},
        report("JPN", "CHN", "import", 400, 440, code="250410") | {"code": "25041019"},
        report("JPN", "CHN", "import", 9_999, 9_999, source="customs-jp"),
        report("JPN", "CHN", "import", 7_777, 7_777, edition="HS12"),
        report("CHN", "JPN", "export", 1_000, 1_000),
    ]
    assert judged(*rows).select("import_kg", "import_usd", "verdict").rows() == [(1_000, 1_100, "agrees")]
