"""A small report with one chart of each kind, made of phrases that the renderers bring themselves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pactolus.catalogue.origins import Claim, Figure, Origin, Term
from pactolus.reports.document import Brief, Card, Chart, Column, Section, Table

LANGS = ("en", "ko", "ja")
YEARS = ("2021", "2022", "2023", "2024")
MINERALS = ("lithium", "cobalt", "germanium", "rare-earths")


def figure(value: float | None, name: str, unit: str = "share", digits: int = 1, **more: Any) -> Figure:
    """A figure whose id follows from its name."""
    status = more.pop("status", "ok" if value is not None else "no_trade_data")
    return Figure(
        value=value,
        unit=unit,
        digits=digits,
        status=status,
        table="trade",
        rows={"name": name},
        steps=("sum value_usd", "share of total"),
        origins=("baci",),
        **more,
    )


def country(iso3: str) -> Term:
    return Term("country", (iso3,))


def mineral(name: str) -> Term:
    return Term("mineral", (name,))


def word(key: str) -> Term:
    return Term("phrase", (f"render.{key}",))


def square(left: float, top: float, side: float) -> list[tuple[float, float]]:
    """A closed ring."""
    right, low = left + side, top + side
    return [(left, top), (right, top), (right, low), (left, low), (left, top)]


def land() -> dict[str, Any]:
    """Two lands, one with a lake, and points of countries, in planar units."""
    return {
        "rings": [square(2000, 600, 2600), square(3000, 1400, 400), square(7000, 700, 2200)],
        "holes": [False, True, False],
        "points": {
            "KOR": (4443.6, 1118.8),
            "JPN": (4698.4, 1112.4),
            "CHN": (3839.4, 1113.4),
            "PRK": (4430.0, 1040.0),
            "CHL": (8500.9, 3724.7),
            "AUS": (4600.0, 3100.0),
            "ARG": (8700.0, 3650.0),
        },
    }


def flow_map() -> dict[str, Any]:
    sent = {
        "KOR": (("CHN", 4200.5), ("CHL", 1800.0), ("ARG", 310.0), ("AUS", 905.0)),
        "JPN": (("CHN", 3100.0), ("CHL", 1200.0), ("AUS", 1100.0), ("KOR", 360.0)),
    }
    flows = [
        {"exporter": e, "importer": m, "value": figure(v, f"flow {m} {e}", "million USD")}
        for m, pairs in sent.items()
        for e, v in pairs
    ]
    value = figure(22.0, "flow KOR PRK", "million USD")
    flows.append({"exporter": "PRK", "importer": "KOR", "value": value, "partner_reported": True})
    totals = {m: figure(8000.0 + n, f"total {m}", "million USD") for n, m in enumerate(sent)}
    return {"land": land(), "members": ["KOR", "JPN"], "flows": flows, "totals": totals, "others": {}}


def segment(name: str, who: Term, share: float, total: float) -> dict[str, Any]:
    return {
        "country": who,
        "value": figure(share * total, f"{name} value {who.ids}", "million USD"),
        "share": figure(share, f"{name} share {who.ids}"),
    }


def stage_columns() -> dict[str, Any]:
    def bar(name: str, member: str, total: float, home: float, *parts: tuple[Term, float]) -> dict[str, Any]:
        return {
            "member": member,
            "total": figure(total, f"{name} {member} total", "million USD"),
            "domestic": segment(f"{name} home {member}", country(member), home, total) if home else None,
            "imports": [segment(f"{name} {member}", who, share, total) for who, share in parts],
        }

    empty = {
        "member": "JPN",
        "total": figure(None, "refined JPN", "million USD"),
        "domestic": None,
        "imports": [],
    }
    return {
        "members": ["KOR", "JPN"],
        "columns": [
            {
                "stage": Term("stage", ("ore",)),
                "codes": "HS92 2530.90",
                "bars": [
                    bar("ore", "KOR", 120, 0, (country("AUS"), 0.8), (word("others"), 0.2)),
                    bar("ore", "JPN", 20, 0.25, (country("CHN"), 0.5), (country("AUS"), 0.25)),
                ],
            },
            {
                "stage": Term("stage", ("refined",)),
                "bars": [
                    bar("refined", "KOR", 6150, 0, (country("CHN"), 0.84), (country("CHL"), 0.16)),
                    empty,
                ],
            },
        ],
    }


def heatmap() -> dict[str, Any]:
    def cell(member: str, name: str, year: str) -> Figure:
        if name == "germanium":
            return figure(None, f"{member} {name} {year}", "1", 2, status="no_code")
        seed = (len(name) * 7 + int(year) * 3 + ord(member[0])) % 17
        return figure(seed / 17, f"{member} {name} {year}", "1", 2)

    return {
        "rows": [mineral(m) for m in MINERALS],
        "low": 0.0,
        "high": 1.0,
        "measure": word("column.value"),
        "blocks": [
            {
                "label": country(m),
                "member": m,
                "columns": list(YEARS),
                "cells": [[cell(m, n, y) for y in YEARS] for n in MINERALS],
            }
            for m in ("KOR", "JPN")
        ],
    }


def series() -> dict[str, Any]:
    def values(name: str, start: float) -> list[Figure]:
        return [
            figure(None, f"{name} {y}")
            if y == "2022"
            else figure(start + n / 50, f"{name} {y}", low=start + n / 50 - 0.05, high=start + n / 50 + 0.05)
            for n, y in enumerate(YEARS)
        ]

    return {
        "measure": word("column.share"),
        "high": 1.0,
        "panels": [
            {
                "label": mineral(m),
                "x": list(YEARS),
                "lines": [
                    {"label": country("KOR"), "member": "KOR", "values": values(f"series {m} KOR", 0.6)},
                    {"label": country("JPN"), "member": "JPN", "values": values(f"series {m} JPN", 0.4)},
                    {"label": word("together"), "values": values(f"series {m} both", 0.5)},
                ],
            }
            for m in MINERALS[:2]
        ],
    }


def bars() -> dict[str, Any]:
    def value(member: str, name: str, n: int) -> Figure:
        if name == "germanium":
            return figure(None, f"bars {member} {name}", status="no_code")
        at = 0.2 + 0.15 * n + (0.05 if member == "KOR" else 0)
        return figure(at, f"bars {member} {name}", low=at - 0.04, high=at + 0.06)

    return {
        "categories": [mineral(m) for m in MINERALS],
        "measure": word("column.share"),
        "low": 0.0,
        "high": 1.0,
        "groups": [
            {
                "label": country(m),
                "member": m,
                "values": [value(m, name, n) for n, name in enumerate(MINERALS)],
            }
            for m in ("KOR", "JPN")
        ],
    }


def project_map() -> dict[str, Any]:
    """Two pins at one place, one without a place, one stopped."""

    def pin(name: str, place: tuple[float, float] | None, status: str, **sides: str) -> dict[str, Any]:
        value = figure(None if status == "" else 2500.0, f"pin {name}", "t", 0)
        more = {"host": "CHL", "place": place, "mineral": "lithium", "status": status, "sides": sides}
        return {"label": Term("text", (name,)), "value": value, **more}

    pins = [
        pin("Both, phase 1", (8500.0, 3700.0), "construction", KOR="owner", JPN="buyer"),
        pin("One (south)", (8500.0, 3700.0), "production", JPN="holder"),
        pin("Stopped", (4600.0, 3100.0), "suspended"),
        pin("Nowhere", None, ""),
    ]
    return {"land": land(), "members": ["KOR", "JPN"], "pins": pins}


def ribbons() -> dict[str, Any]:
    """One with a range, one with the year of its source, one that began long ago."""

    def row(name: str, status: str, begin: str, start: Figure, **sides: str) -> dict[str, Any]:
        more = {"mineral": "cobalt", "host": "CHL", "status": status, "begin": begin}
        return {"label": Term("text", (name,)), "start": start, "sides": sides, **more}

    wide = figure(2031.0, "start wide", "year", 0, low=2029.0, high=2036.0)
    rows = [
        row("Wide", "pfs", "2025-06-01", wide, KOR="owner"),
        row("Point", "construction", "2025-01-01", figure(2027.0, "start point", "year", 0), JPN="buyer"),
        row("Old", "exploration", "2001-01-01", figure(2030.0, "start old", "year", 0)),
    ]
    return {"members": ["KOR", "JPN"], "rows": rows, "today": "2026-11-23"}


DATA = {
    "flow_map": flow_map,
    "stage_columns": stage_columns,
    "heatmap": heatmap,
    "series": series,
    "bars": bars,
    "project_map": project_map,
    "ribbons": ribbons,
}


def chart(kind: str) -> Chart:
    """A chart of one kind."""
    made: Any = kind
    return Chart(id=f"c-{kind}", title="render.key_figures", kind=made, data=DATA[kind](), origins=("baci",))


def table(id: str = "exposure", *, appendix: bool = False) -> Table:
    """A table with columns of members, a gap and a text that looks like a formula."""
    columns = (
        Column(key="mineral", label="render.column.item"),
        Column(key="share_KOR", label="render.column.share", member="KOR", numeric=True),
        Column(key="share_JPN", label="render.column.share", member="JPN", numeric=True),
        Column(key="note", label="render.column.note"),
    )
    rows = tuple(
        (
            mineral(m),
            figure(0.5 + n / 10, f"{id} KOR {m}"),
            figure(None if m == "germanium" else 0.3 + n / 10, f"{id} JPN {m}"),
            Term("text", ("=1+1",)) if n == 0 else None,
        )
        for n, m in enumerate(MINERALS)
    )
    return Table(id=id, title="render.key_figures", columns=columns, rows=rows, appendix=appendix)


def sentence(name: str, value: float) -> Claim:
    """A sentence with one number in it."""
    return Claim(
        key="render.axis", figures={"unit": figure(value, name)}, terms={"measure": mineral("lithium")}
    )


@pytest.fixture(scope="session")
def brief() -> Brief:
    """A report with everything a renderer meets."""
    origin = Origin(
        id="baci",
        producer="CEPII",
        title="BACI <HS92> & more",
        edition="2026",
        published="2026-01-22",
        accessed="2026-11-20",
        licence="Etalab 2.0",
        link="https://example.org/baci",
    )
    return Brief(
        members=("KOR", "JPN"),
        year=2024,
        as_of="2026-11-01",
        vintage="0123456789abcdef" * 4,
        version="0.1.0",
        title="render.key_figures",
        cards=(
            Card(
                label="render.column.total",
                figure=figure(12345.6, "card", "million USD"),
                note=sentence("n", 0.2),
            ),
            Card(label="render.column.share", figure=figure(None, "card gap", "million USD"), member="JPN"),
        ),
        sections=(
            Section(
                id="key",
                title="render.key_figures",
                blocks=(sentence("first", 0.821), sentence("second", 0.305)),
                role="key",
            ),
            Section(id="body", title="render.table", blocks=(table(), *(chart(k) for k in DATA))),
            Section(
                id="end", title="render.appendix", blocks=(table("all", appendix=True),), role="appendix"
            ),
        ),
        origins={"baci": origin},
    )


@pytest.fixture(scope="session")
def pages(brief: Brief, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The pages in all languages, as files."""
    from pactolus.reports.html import render_html

    folder = tmp_path_factory.mktemp("pages")
    found = {}
    for lang in LANGS:
        found[lang] = folder / f"{lang}.html"
        found[lang].write_text(render_html(brief, lang), encoding="utf-8")
    return found
