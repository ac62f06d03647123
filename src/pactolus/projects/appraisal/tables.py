"""Details of appraisals as tables: delays, what moves the value, and options."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from pactolus.projects.appraisal.delays import parts
from pactolus.projects.base.ranges import Range

if TYPE_CHECKING:
    import polars as pl

    from pactolus.projects.appraisal.appraise import Appraisal

__all__ = [
    "DELAY_COLUMNS",
    "OPTION_COLUMNS",
    "TERM_COLUMNS",
    "TORNADO_COLUMNS",
    "delay_table",
    "option_table",
    "term_table",
    "tornado_table",
]

#: Columns of `delay_table`.
DELAY_COLUMNS: Final = ("id", "part", "low", "mid", "high", "unit", "source")
#: Columns of `tornado_table`.
TORNADO_COLUMNS: Final = (
    "id",
    "term",
    "low_value",
    "high_value",
    "npv_at_low_musd",
    "npv_mid_musd",
    "npv_at_high_musd",
    "source",
)
#: Columns of `option_table`.
OPTION_COLUMNS: Final = ("id", "measure", "low", "mid", "high", "unit", "basis")
#: Columns of `term_table`.
TERM_COLUMNS: Final = ("id", "term", "low", "mid", "high", "source")
_NUMBERS: Final = frozenset(
    {"low", "mid", "high", "low_value", "high_value", "npv_at_low_musd", "npv_mid_musd", "npv_at_high_musd"}
)


def delay_table(found: Sequence[Appraisal]) -> pl.DataFrame:
    """Numbers of the model of delays and where each is from, then the years still to come in each stage."""
    rows: list[dict[str, Any]] = []
    for one in found:
        head = {"id": one.candidate.id}
        build = one.terms.build_years
        known = parts(one.candidate.host, build, one.terms.source_of("build_years"))
        rows += [head | {"part": p.name, "unit": p.unit, "source": p.source} | _ends(p.value) for p in known]
        drawn = "10 %, 50 %, 90 % of draws"
        for stage, years in one.lead.stages.items():
            left = {"part": f"still to come: {stage}", "unit": "years", "source": drawn}
            rows.append(head | left | _ends(quantiles_of(years)))
        whole = {"part": "still to come: until the first output", "unit": "years", "source": drawn}
        rows.append(head | whole | _ends(quantiles_of(one.lead.first_output)))
        start = one.candidate.start_year
        if start is not None:
            told = {"part": "first output as the record expects it", "unit": "year", "source": "record"}
            rows.append(head | told | _ends(start))
        if one.first_output is not None:
            ours = {"part": "first output", "unit": "year", "source": drawn}
            rows.append(head | ours | _ends(one.first_output))
    return _frame(rows, DELAY_COLUMNS)


def tornado_table(found: Sequence[Appraisal]) -> pl.DataFrame:
    """Value with one term at each end of its range and all else in the middle, the widest first."""
    rows = []
    for one in found:
        for term, low, high, source in one.tornado:
            value: Range | None = getattr(one.terms, term, None)
            if term == "capex":
                value = one.candidate.capex_musd
            rows.append(
                {"id": one.candidate.id, "term": term, "source": source}
                | {"low_value": value.low if value else None, "high_value": value.high if value else None}
                | {"npv_at_low_musd": low, "npv_mid_musd": one.npv_mid_musd, "npv_at_high_musd": high}
            )
    return _frame(rows, TORNADO_COLUMNS)


def option_table(found: Sequence[Appraisal]) -> pl.DataFrame:
    """Value of building at once, of waiting, and of going on stage by stage."""
    rows = []
    for one in found:
        head = {"id": one.candidate.id}
        money = f"million USD {one.price.year}"
        basis = "low, middle, high volatility; all else in the middle"
        at_once = Range.of(one.npv_mid_musd)
        lines = (
            (
                "npv_if_built_now",
                at_once,
                money,
                "all in the middle; as if the decision could be taken today",
            ),
            ("value_over_cost", Range.of(one.value_over_cost), "1", "present value over capital"),
            ("trigger_to_build", one.trigger, "1", f"{basis}; waiting has no end and costs the payout alone"),
            ("right_to_wait", one.deferred_musd, money, f"{basis}; perpetual, no stage left before it"),
            (
                "value_staged",
                one.staged_musd,
                money,
                f"{basis}; may stop before each stage, chances of success",
            ),
        )
        rows += [head | {"measure": m, "unit": u, "basis": b} | _ends(v) for m, v, u, b in lines]
    return _frame(rows, OPTION_COLUMNS)


def term_table(found: Sequence[Appraisal]) -> pl.DataFrame:
    """Every assumption as it was used, and where it is from."""
    rows = [
        {"id": one.candidate.id, "term": name, "source": one.terms.source_of(name)}
        | _ends(getattr(one.terms, name))
        for one in found
        for name in one.terms.names()
    ]
    return _frame(rows, TERM_COLUMNS)


def quantiles_of(values: Any) -> Range:
    """10 %, 50 % and 90 %."""
    import numpy as np

    return Range(*(float(one) for one in np.quantile(values, (0.1, 0.5, 0.9))))


def _ends(value: Range) -> dict[str, float]:
    return {"low": value.low, "mid": value.mid, "high": value.high}


def _frame(rows: Sequence[dict[str, Any]], columns: tuple[str, ...]) -> pl.DataFrame:
    import polars as pl

    kinds = {name: pl.Float64 if name in _NUMBERS else pl.String for name in columns}
    return pl.DataFrame([{name: row.get(name) for name in columns} for row in rows], schema=kinds)
