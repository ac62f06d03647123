"""The way back of a number on a page: what it is, every step, its source rows, its publishers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import polars as pl

from pactolus.catalogue.origins import Figure, Origin
from pactolus.errors import UnknownTermError
from pactolus.reports.evidence import evidence_of
from pactolus.reports.view import BriefView
from pactolus.reports.way import Trail
from pactolus.web.pages.scene import Scene
from pactolus.web.pages.setting import set_template
from pactolus.wording.numbers import format_figure
from pactolus.wording.phrases import render_claim

__all__ = ["figure_named", "way_of", "way_of_trail"]

#: Rows of a source that are shown.
MOST_ROWS: Final = 8
#: Decimals of an indicator that is asked for by its id.
_DIGITS: Final = 4
_LEFT_OUT: Final = ("row", "country_name")


def figure_named(view: BriefView, identity: str) -> Figure:
    """A number of a part by its id.

    Raises
    ------
    UnknownTermError
        If the part prints no such number.
    """
    if identity not in view.figures:
        raise UnknownTermError(
            f"no number {identity!r} in this part; it prints {len(view.figures)}, open one of them"
        )
    return view.figures[identity]


def way_of(scene: Scene, view: BriefView, figure: Figure, known: Mapping[str, Trail] | None = None) -> str:
    """The way back as HTML; `known` are ways that came with the content."""
    trail = (known or {}).get(figure.id) or evidence_of(scene.world, [figure]).get(figure.id)
    own = {i: view.origins[i] for i in figure.origins if i in view.origins}
    return _set(figure, trail, own, view.lang)


def way_of_trail(trail: Trail, lang: str) -> str:
    """The way back of a number that is asked for by its id alone, as HTML."""
    figure = Figure(
        value=trail.value,
        unit=trail.unit,
        digits=_DIGITS,
        low=trail.low,
        high=trail.high,
        status=trail.status,
    )
    return _set(figure, trail, {}, lang, identity=trail.id)


def _set(
    figure: Figure, trail: Trail | None, own: Mapping[str, Origin], lang: str, *, identity: str = ""
) -> str:
    of_rows = {o.id: o for source in (trail.sources if trail else ()) for o in source.origins}
    return set_template(
        "trace.html.j2",
        lang,
        figure=figure,
        identity=identity or figure.id,
        shown=format_figure(figure, lang),
        steps=_steps(trail, lang),
        sources=_sources(trail),
        parts=tuple(trail.parts.values()) if trail else (),
        origins=list((dict(own) | of_rows).values()),
    )


def _steps(trail: Trail | None, lang: str) -> list[dict[str, Any]]:
    return [
        {
            "runs": render_claim(step.claim, lang),
            "before": _number(step.before),
            "after": _number(step.after),
            "unit": "" if step.unit == "1" else step.unit,
        }
        for step in (trail.steps if trail else ())
    ]


def _sources(trail: Trail | None) -> list[dict[str, Any]]:
    found = []
    for source in trail.sources if trail else ():
        shown = source.rows.head(MOST_ROWS)
        columns = [c for c in shown.columns if c not in _LEFT_OUT]
        rows = [
            [_value(c, v) for c, v in zip(columns, row, strict=True)] for row in shown.select(columns).rows()
        ]
        found.append({"table": source.table, "count": source.count, "columns": columns, "rows": rows})
    return found


def _value(column: str, value: Any) -> Any:
    if value is None or isinstance(value, bool | str):
        return "" if value is None else value
    if isinstance(value, int | float) and column not in ("year", "month"):
        return _number(value)
    if isinstance(value, pl.Series | list):
        return ", ".join(map(str, value))
    return str(value)


def _number(value: float | None) -> str:
    """Six significant digits with commas; the CSV and the JSON hold all."""
    if value is None:
        return ""
    if float(value).is_integer() and abs(value) < 1e15:
        return f"{int(value):,}"
    text = f"{value:.6g}"
    return text if "e" in text else f"{float(text):,}".rstrip("0").rstrip(".")
