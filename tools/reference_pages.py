"""Renew the tables in README.md and docs/ that are made from the code, the vocabulary and the embedded world.

Each such table stands between `<!-- NAME: begin -->` and `<!-- NAME: end -->`; the rest is written by hand.

Usage: python tools/reference_pages.py [--check]
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parents[1]
if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))

from tools import quality_tables  # noqa: E402

LANGUAGES: Final = ("en", "ko", "ja")


def table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table."""
    lines = [heads, ["---"] * len(heads), *([_cell(c) for c in row] for row in rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _cell(value: object) -> str:
    return str(value).replace("|", "\\|").replace("\n", " ").strip()


def _codes(ids: Iterable[str]) -> str:
    return ", ".join(f"`{i}`" for i in ids)


def methods() -> str:
    """Every method of `assess`."""
    from pactolus.indicators.methods import METHODS

    said = {True: "yes", False: "—"}
    sense = {True: "worse", False: "better", None: "—"}
    return table(
        ["method", "what", "unit", "`WLD`", "an importer", "higher is"],
        (
            (f"`{m.id}`", m.what, m.unit, said[m.world], said[m.importer], sense[m.rises_with_risk])
            for m in METHODS.values()
        ),
    )


def stages() -> str:
    """Every stage, in three languages."""
    from pactolus.terms.loading import compiled
    from pactolus.terms.stages import STAGES

    known = [(s, compiled("stages")[s]) for s in STAGES]
    rows = ((f"`{s}`", r["names"]["ko"], r["names"]["ja"], r["what"]["en"]) for s, r in known)
    return table(["stage", "ko", "ja", "holds"], rows)


def statuses() -> str:
    """Every status, in three languages."""
    from pactolus.terms.statuses import STATUSES, status_meaning, status_name

    rows = ((f"`{s}`", *(status_name(s, x) for x in LANGUAGES), status_meaning(s, "en")) for s in STATUSES)
    return table(["status", "en", "ko", "ja", "meaning"], rows)


def groups() -> str:
    """Every group of minerals."""
    from pactolus.terms.minerals import groups as known

    rows = ((f"`{g.id}`", g.names["en"], len(g.minerals), g.reason) for g in known().values())
    return table(["group", "name", "minerals", "why these"], rows)


def coalitions() -> str:
    """Every coalition, with how sure its membership is."""
    from pactolus.terms.coalitions import coalitions as known

    rows = (
        (f"`{c.id}`", c.names["en"], c.kind, len({m.member for m in c.memberships})) for c in known().values()
    )
    return table(["coalition", "name", "membership", "countries ever named"], rows)


def minerals() -> str:
    """Every mineral, with its names and the tables that count it."""
    from pactolus.terms.minerals import minerals as known

    rows = (
        (
            f"`{m.id}`",
            *(m.names[x] for x in LANGUAGES),
            m.symbol,
            m.wmd,
            f"{m.wmd_stage} ({m.wmd_basis})" if m.wmd else "",
            m.geopolrisk,
            ", ".join(m.geopolrisk_hs),
        )
        for m in known().values()
    )
    counted = ["World Mining Data", "at stage (weighed as)", "GeoPolRisk", "its HS92 codes"]
    heads = ["id", *LANGUAGES, "symbol", *counted]
    return table(heads, rows)


def _package() -> dict[str, Any]:
    file = ROOT / "src/pactolus/catalogue/data/datapackage.json"
    loaded: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return loaded


def tables() -> str:
    """Every embedded table with its columns."""
    return "\n\n".join(_one_table(record) for record in _package()["resources"])


def _one_table(record: Mapping[str, Any]) -> str:
    key = set(record["schema"]["primaryKey"])
    rows = (
        (
            f"`{f['name']}`" + (" (key)" if f["name"] in key else ""),
            f["type"],
            f.get("unit", ""),
            "no" if f["constraints"]["required"] else "may be empty",
            f.get("description", ""),
        )
        for f in record["schema"]["fields"]
    )
    facts = f"{record['rows']:,} rows; origin {_codes(record['origins'])}"
    head = f"### `{record['name']}`\n\n{record['description']}. {facts}."
    return f"{head}\n\n{table(['column', 'type', 'unit', 'gaps', 'what'], rows)}"


def derived() -> str:
    """Every derived table with its columns, from the specifications."""
    from pactolus.network.tables import DERIVED

    parts = []
    for spec in DERIVED.values():
        rows = (
            (
                f"`{name}`" + (" (key)" if name in spec.key else ""),
                column.dtype,
                column.unit,
                "no" if column.gaps == "refused" else "may be empty",
                column.what,
            )
            for name, column in spec.columns.items()
        )
        head = f"### `{spec.name}` (derived)\n\n{spec.what}."
        parts.append(f"{head}\n\n{table(['column', 'type', 'unit', 'gaps', 'what'], rows)}")
    return "\n\n".join(parts)


def _tables_of() -> dict[str, list[str]]:
    """Tables made from each origin; corrections, which speak of all of them, apart."""
    found: dict[str, list[str]] = {}
    for record in (r for r in _package()["resources"] if r["name"] != "corrections"):
        for origin in record["origins"]:
            found.setdefault(origin, []).append(record["name"])
    return found


def sources() -> str:
    """Every publisher's edition, for the README."""
    used = _tables_of()
    rows = (
        (f"{o['producer']}, {o['title']}", o["edition"], o["licence"], _codes(used.get(o["id"], [])))
        for o in _package()["origins"]
    )
    return table(["publisher, title", "edition", "licence", "tables"], rows)


def origins() -> str:
    """Every publisher's edition, with how it came here."""
    used = _tables_of()
    parts = []
    for o in _package()["origins"]:
        link = f"<{o['link']}>" if o["link"].startswith("http") else o["link"]
        facts = [
            ("publisher", o["producer"]),
            ("edition", o["edition"]),
            ("published", o["published"]),
            ("accessed", o["accessed"]),
            ("licence", o["licence"]),
            ("link", link),
            ("copy taken from", o["carrier"]),
            ("SHA-256 of the bytes read", f"`{o['sha256']}`" if o["sha256"] else ""),
            ("tables", _codes(used.get(o["id"], []))),
        ]
        rows = table(["", ""], ((name, fact) for name, fact in facts if fact))
        parts.append(f"### {o['title']} {{#{o['id']}}}\n\n{rows}")
    return "\n\n".join(parts)


def signals() -> str:
    """Kinds of monthly signals, and what each data status means."""
    from pactolus.warning.signals.kinds import KINDS

    rows = [
        (
            f"`{kind.id}`",
            kind.formula,
            kind.unit,
            "under the member's trigger"
            if kind.threshold is None
            else f"{kind.direction} {kind.threshold:g}",
            kind.history,
            kind.needs,
            kind.source,
        )
        for kind in KINDS.values()
    ]
    return table(("signal", "value", "unit", "fires", "least history", "needs", "source"), rows)


def data_statuses() -> str:
    """What each status of a monthly row means."""
    from pactolus.warning.signals.series import STATUSES

    return table(("status", "what it means"), ((f"`{name}`", what) for name, what in STATUSES.items()))


PAGES: Final[Mapping[str, Mapping[str, Callable[[], str]]]] = {
    "README.md": {"sources": sources},
    "docs/reference/methods.md": {"methods": methods},
    "docs/reference/identifiers.md": {
        "stages": stages,
        "statuses": statuses,
        "groups": groups,
        "coalitions": coalitions,
    },
    "docs/reference/minerals.md": {"minerals": minerals},
    "docs/reference/tables.md": {"tables": tables, "derived": derived},
    "docs/reference/data-quality.md": {
        "repairs": partial(quality_tables.repairs, table),
        "grades": partial(quality_tables.grades, table),
        "checks": partial(quality_tables.checks, table),
        "exceptions": partial(quality_tables.exceptions, table),
    },
    "docs/explanation/sources.md": {"origins": origins},
    "docs/explanation/signals.md": {"signals": signals, "status": data_statuses},
}


def filled(text: str, name: str, content: str) -> str:
    """`text` with `content` between the two marks of `name`.

    Raises
    ------
    ValueError
        If the marks are not there, once each and in order.
    """
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    marks = re.findall(rf"{re.escape(begin)}.*?{re.escape(end)}", text, flags=re.DOTALL)
    if len(marks) != 1 or text.count(begin) != 1 or text.count(end) != 1:
        raise ValueError(f"the page needs {begin} and {end}, once each and in this order")
    return text.replace(marks[0], f"{begin}\n\n{content}\n\n{end}")


def renewed(page: str) -> str:
    """The page as it should read now."""
    text = (ROOT / page).read_text(encoding="utf-8")
    for name, content in PAGES[page].items():
        text = filled(text, name, content())
    return text


def main() -> int:
    """Renew the pages, or only say which are out of date."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "--check", action="store_true", help="change nothing; exit 1 if a page is out of date"
    )
    arguments = parser.parse_args()
    stale = [page for page in PAGES if renewed(page) != (ROOT / page).read_text(encoding="utf-8")]
    for page in stale:
        if arguments.check:
            print(f"{page}: out of date; run 'make pages'", file=sys.stderr)
        else:
            (ROOT / page).write_text(renewed(page), encoding="utf-8")
            print(f"renewed {page}")
    return 1 if stale and arguments.check else 0


if __name__ == "__main__":
    sys.exit(main())
