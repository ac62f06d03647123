"""Names of the workbook's sheets, so that the other formats can point to them."""

from __future__ import annotations

import re
from typing import Final

from pactolus.reports.view import BriefView, ChartView, TableView
from pactolus.wording.phrases import phrase

__all__ = ["LONGEST", "sheet_names", "tables_of"]

#: Longest name of a sheet.
LONGEST: Final = 31
_FORBIDDEN: Final = re.compile(r"[\[\]:*?/\\]")


def tables_of(view: BriefView) -> list[tuple[TableView, ChartView | None]]:
    """Every table of a report in reading order, those of charts with their chart."""
    found: list[tuple[TableView, ChartView | None]] = []
    for section in view.sections:
        for block in section.blocks:
            if isinstance(block, ChartView):
                found.append((block.table, block))
            elif isinstance(block, TableView):
                found.append((block, None))
    return found


def sheet_names(view: BriefView) -> dict[str, str]:
    """Sheet of each table, and of ``claims`` (sentences), ``numbers`` (all of them) and ``origins``.

    Names are the titles, numbered so that they differ, at most 31 characters, without the signs
    that workbooks refuse.
    """
    names: dict[str, str] = {"claims": _fit(phrase(view.lang, "render.claims"), "")}
    taken = {names["claims"].casefold()}
    for number, (table, _) in enumerate(tables_of(view), start=1):
        name = _fit(table.title, f"{number} ")
        names[table.id] = name
        taken.add(name.casefold())
    for key in ("numbers", "origins"):
        name = _fit(phrase(view.lang, f"render.{key}"), "")
        names[key] = name if name.casefold() not in taken else _fit(name, "0 ")
        taken.add(names[key].casefold())
    return names


def _fit(title: str, prefix: str) -> str:
    text = _FORBIDDEN.sub(" ", title).strip(" '")
    whole = prefix + " ".join(text.split())
    kept = whole[:LONGEST]
    if len(whole) > LONGEST and whole[LONGEST] != " " and kept.rfind(" ") > LONGEST // 2:
        kept = kept[: kept.rfind(" ")]
    return kept.strip(" '(,:")
