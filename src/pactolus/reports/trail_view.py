"""Trails of a brief as the page's script reads them: texts, columns and rows stored once."""

from __future__ import annotations

from typing import Any, Final

from pactolus.reports.view import BriefView
from pactolus.reports.way import SourceRows, Trail
from pactolus.wording.phrases import render_claim

__all__ = ["trail_payload"]

#: Rows of a source that the page shows.
MOST_ROWS: Final = 8


def trail_payload(view: BriefView) -> dict[str, Any]:
    """What the trace panel shows of every number.

    Returns
    -------
    dict
        ``trails``: figure -> ``[steps, sources, parts]``. A step is ``[text, before, after, unit]``,
        a source ``[table, count, columns, rows, origins]``; texts, columns, rows and origins are numbers of
        the lists of those names.
    """
    store = _Store(view.lang)
    trails = {
        identity: [
            [store.step(s.claim, s.before, s.after, s.unit) for s in trail.steps],
            [store.source(s) for s in trail.sources],
            list(trail.parts.values()),
        ]
        for identity, trail in sorted(_shown(view).items())
    }
    return {
        "trails": trails,
        "texts": list(store.texts),
        "columns": [list(c) for c in store.columns],
        "rows": [list(r) for r in store.rows],
        "origins": [list(o) for o in store.origins],
    }


def _shown(view: BriefView) -> dict[str, Trail]:
    return {identity: t for identity, t in view.brief.trails.items() if identity in view.figures}


class _Store:
    """Gives equal things one number."""

    def __init__(self, lang: str) -> None:
        self._lang = lang
        self.texts: dict[str, int] = {}
        self.columns: dict[tuple[str, ...], int] = {}
        self.rows: dict[tuple[Any, ...], int] = {}
        self.origins: dict[tuple[str, ...], int] = {}

    def step(self, claim: Any, before: float | None, after: float | None, unit: str) -> list[Any]:
        text = "".join(span.text for span in render_claim(claim, self._lang))
        return [self.texts.setdefault(text, len(self.texts)), _six(before), _six(after), unit]

    def source(self, source: SourceRows) -> list[Any]:
        names, shown = source.told
        columns = self.columns.setdefault(names, len(self.columns))
        rows = [self.rows.setdefault(row, len(self.rows)) for row in shown[:MOST_ROWS]]
        ids = tuple(o.id for o in source.origins)
        return [source.table, source.count, columns, rows, self.origins.setdefault(ids, len(self.origins))]


def _six(value: float | None) -> float | None:
    """Six significant digits; the manifest carries all."""
    return None if value is None else float(f"{value:.6g}")
