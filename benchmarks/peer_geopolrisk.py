"""Tasks of geopolrisk-py 2.0.1, run by the interpreter of its own environment; only this file imports it.

Usage: python peer_geopolrisk.py TASK FILE, where FILE gets the cells, or the inner times, as JSON. HOME must
be a throw-away folder, because importing the package writes into the user's documents.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

NINE = [
    "Cobalt",
    "Graphite",
    "Lithium",
    "Manganese",
    "Nickel",
    "Rare earth",
    "Tungsten",
    "Antimony",
    "Zirconium",
]
SIX = [2018, 2019, 2020, 2021, 2022, 2023]
TWO = ["Japan", "Rep. of Korea"]
TEN = [*TWO, "Germany", "France", "USA", "India", "Brazil", "Canada", "Italy", "Spain"]
TASKS = {
    "import": None,
    "first": ([2022], ["Japan"], ["Cobalt"]),
    "cells108": (SIX, TWO, NINE),
    "cells540": (SIX, TEN, NINE),
    "query": ([2022], ["Japan"], ["Cobalt"]),
}


def main() -> None:
    """Run one task."""
    task, file = sys.argv[1], Path(sys.argv[2])
    arguments = TASKS[task]
    from geopolrisk.assessment.main import gprs_calc

    found: dict[str, object] = {}
    if arguments is not None:
        cells = gprs_calc(*arguments)
        columns = ["Raw Material", "Country [Economic Entity]", "Year", "GeoPolRisk Score"]
        names = ["raw_material", "country", "year", "score"]
        found["cells"] = [dict(zip(names, row, strict=True)) for row in cells[columns].values.tolist()]
    if task == "query":
        start = time.perf_counter()
        gprs_calc([2021], ["Japan"], ["Cobalt"])
        found["query_s"] = [time.perf_counter() - start]
    file.write_text(json.dumps(found), encoding="utf-8")


if __name__ == "__main__":
    main()
