"""Every number can be walked back: its rows exist, and its steps give the number again."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

import polars as pl
import pytest

from pactolus.catalogue.origins import Figure
from pactolus.errors import DataError
from pactolus.reports.brief import build_brief
from pactolus.reports.claims import figures_of
from pactolus.reports.retrace import recompute, select_rows, source_rows
from pactolus.reports.sections.quantities import SET

CHOSEN = "critical minerals of the vocabulary"
REGISTER = "records of the policy register"


def given(figure) -> bool:
    """A number that is chosen or counted in the vocabulary, with no rows behind it."""
    return not figure.table and (
        SET in figure.steps or figure.steps[0] in (CHOSEN, "minerals of the group critical", REGISTER)
    )


def sampled(brief, each: int):
    """Some figures of every kind of place: the first, and then every `each`-th."""
    seen: dict[str, int] = defaultdict(int)
    for place, figure in figures_of(brief):
        kind = ".".join(p for p in place.split(".") if not p.isdigit())
        seen[kind] += 1
        if figure.value is not None and not given(figure) and (seen[kind] - 1) % each == 0:
            yield place, figure


def test_every_number_of_the_first_page_is_computed_again(brief, world):
    first = [(p, f) for p, f in figures_of(brief) if p.startswith(("brief.summary", "brief.card"))]
    assert len(first) > 20
    for place, figure in first:
        if not given(figure):
            assert recompute(figure, world, brief) == pytest.approx(figure.value, rel=1e-9), place


def test_a_sample_of_every_table_and_chart_is_computed_again(brief, world):
    found = [(p, f) for p, f in sampled(brief, 60) if f.table != "assess"]
    assert len({p.split(".")[0] for p, _ in found}) > 8
    for place, figure in found:
        assert figure.value == 0 or not source_rows(figure, world, brief).is_empty(), place
        assert recompute(figure, world, brief) == pytest.approx(figure.value, rel=1e-9), place


def test_every_number_of_the_fields_is_computed_again(brief, world):
    begins = ("sectors.", "brief.applications.field", "brief.applications.by_element", "brief.summary.fields")
    found = [(p, f) for p, f in figures_of(brief) if p.startswith(begins) and f.value is not None]
    assert len(found) > 60
    for place, figure in found:
        assert recompute(figure, world, brief) == pytest.approx(figure.value, rel=1e-9), place


def test_scores_and_ranks_are_those_of_assess(brief, world):
    wanted = ("risk.", "methods.", "brief.methods")
    found = [(p, f) for p, f in sampled(brief, 9) if f.table == "assess" and p.startswith(wanted)]
    assert len(found) > 5
    for place, figure in found[:12]:
        assert recompute(figure, world, brief) == pytest.approx(figure.value, rel=1e-9), place


def test_every_number_has_rows_and_every_id_one_value(brief, world):
    values: dict[str, float | None] = {}
    for place, figure in figures_of(brief):
        assert figure.steps or figure.value is None, place
        assert figure.table.startswith(
            ("brief:", "derived:", "stress", "stock", "projects:", "watch", "answer:")
        ) or figure.table in (
            *world.tables,
            "assess",
            "",
        ), place
        assert (
            figure.origins
            or figure.table.startswith("brief:")
            or figure.value is None
            or given(figure)
            or (figure.unit == "count")
        ), place
        assert values.setdefault(figure.id, figure.value) == figure.value, place


def test_missing_figures_select_no_rows_or_incomplete_ones(brief, world):
    """Where imports are no data, the trade table holds nothing for these codes."""
    gaps = [
        f
        for p, f in figures_of(brief)
        if p.startswith("items.") and f.value is None and f.unit == "million USD"
    ]
    assert gaps
    for figure in gaps[:10]:
        assert source_rows(figure, world, brief).is_empty()


def test_numbers_of_a_coalition_as_a_member_are_computed_again(world):
    parts = ["shared", "differ", "appendix"]
    mixed = build_brief(world, ["KOR", "EU27"], as_of=date(2026, 11, 23), sections=parts)
    found = [
        (p, f)
        for p, f in sampled(mixed, 25)
        if f.table == "trade" and p.startswith(("shared.", "differ.", "items."))
    ]
    assert len(found) > 12
    for place, figure in found:
        assert recompute(figure, world, mixed) == pytest.approx(figure.value, rel=1e-9), place


FRAME = pl.DataFrame(
    {
        "importer": ["KOR", "KOR", "JPN", "JPN", "KOR"],
        "exporter": ["CHN", "USA", "CHN", "AUS", "CHN"],
        "year": [2024, 2024, 2024, 2024, 2023],
        "value_usd": [60, 40, 30, 70, 50],
    }
)


class OneTable:
    """A world of one small table."""

    def table(self, name: str) -> pl.DataFrame:
        assert name == "trade"
        return FRAME


@pytest.mark.parametrize(
    ("rows", "steps", "expected"),
    [
        ({"year": 2024}, ("sum value_usd",), 200),
        ({"year": 2024}, ("sum value_usd", "divide by 100"), 2),
        ({"year": 2024, "importer": "KOR"}, ("sum value_usd by exporter", "share of CHN"), 0.6),
        ({"year": 2024, "importer": "KOR"}, ("sum value_usd by exporter", "share of CHN, USA"), 1.0),
        ({"year": 2024}, ("sum value_usd by importer, exporter", "share of CHN", "smallest"), 0.3),
        ({"year": 2024}, ("sum value_usd by importer, exporter", "overlap"), 0.3),
        ({"year": 2024, "exporter": "not CHN|AUS"}, ("sum value_usd",), 40),
        ({"importer": "KOR", "exporter": "CHN"}, ("sum value_usd by year", "change 2023 to 2024"), 0.2),
        (
            {"importer": "KOR"},
            ("sum value_usd by year, exporter", "share of CHN", "difference 2023 to 2024"),
            -0.4,
        ),
        (
            {"year": 2024},
            ("importers as KOR+JPN without trade inside each", "sum value_usd by importer"),
            200,
        ),
        ({"year": 2024}, ("count rows",), 4),
        ({"year": 2024}, ("count exporter",), 3),
        ({}, ("count rows by year", "change 2023 to 2024"), 3),
        ({"year": 2023}, ("take value_usd",), 50),
    ],
)
def test_the_steps(rows, steps, expected):
    figure = Figure(value=expected, unit="1", table="trade", rows=rows, steps=steps)
    assert recompute(figure, OneTable()) == pytest.approx(expected)


def test_a_step_nobody_knows_is_refused():
    figure = Figure(value=1, unit="1", table="trade", rows={"year": 2024}, steps=("guess",))
    with pytest.raises(DataError, match="step 'guess' is not understood"):
        recompute(figure, OneTable())


def test_steps_that_do_not_end_in_one_number_are_refused():
    figure = Figure(value=1, unit="1", table="trade", rows={}, steps=("sum value_usd by year",))
    with pytest.raises(DataError, match="end in 2 rows, not in one number"):
        recompute(figure, OneTable())


def test_a_row_key_that_is_no_column_is_refused():
    with pytest.raises(DataError, match=r"row keys \['colour'\] are no columns; there are importer"):
        select_rows(FRAME, {"colour": "red"})


def test_rows_of_a_printed_table_need_the_brief(world):
    figure = Figure(value=1, unit="count", table="brief:items", rows={}, steps=("count rows",))
    with pytest.raises(DataError, match="hand over the brief too"):
        recompute(figure, world)
