"""Overview: members side by side, joint exposures, what to watch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from pactolus.reports.clock_tables import RECORDS
from pactolus.reports.document import Section, Table
from pactolus.reports.sections import response, shared, summary, watch
from pactolus.web.pages.kinds import Content, PageKind, Part, alone, blocks_of
from pactolus.web.pages.scene import Scene

__all__ = ["PAGE"]


def _cards(scene: Scene) -> Content:
    return Content(cards=summary.cards(scene.basis))


def _messages(scene: Scene) -> Content:
    return Content(sections=(summary.section(scene.basis),))


def _map(scene: Scene) -> Content:
    items = scene.basis.shared_items[: shared.SHOWN]
    charts = shared.flow_map(scene.basis, items, title="desk.overview.map") if items else ()
    return Content(sections=tuple(alone(one) for one in charts))


def _clocks(scene: Scene) -> Content:
    """Clocks that run; those that a report of today would start are folded."""
    found = response.clock_blocks(scene.basis)
    blocks = tuple(
        replace(one, appendix=one.id == "response-standing") if isinstance(one, Table) else one
        for one in found
    )
    section = Section(id="clocks", title="desk.overview.clocks", blocks=blocks)
    return Content(sections=(section,), origins={RECORDS.id: RECORDS})


def _of(section: Callable[[Any], Section], block: str, *notes: str) -> Callable[[Scene], Content]:
    """One block of a section of the brief as a panel, with claims before it."""

    def build(scene: Scene) -> Content:
        found = section(scene.basis)
        before = blocks_of(found, *notes)
        return Content(sections=tuple(alone(one, *before) for one in blocks_of(found, block)))  # type: ignore[arg-type]

    return build


PAGE = PageKind(
    id="overview",
    parts=(
        Part(id="cards", build=_cards, asks=()),
        Part(id="messages", build=_messages, asks=(), span=6),
        Part(id="map", build=_map, asks=(), span=6),
        Part(id="watch", build=_of(watch.section, "watch", "watch.brief.lead"), slow=True, asks=(), span=12),
        Part(id="clocks", build=_clocks, asks=(), span=12),
        Part(id="bars", build=_of(shared.section, "shared-bars"), asks=(), span=6),
        Part(id="heat", build=_of(shared.section, "shared-heat"), asks=(), span=6),
        Part(id="exposure", build=_of(shared.section, "shared", "brief.shared.lead"), asks=(), span=6),
        Part(id="risk", build=_of(shared.section, "risk", "brief.shared.together"), asks=(), span=6),
    ),
)
