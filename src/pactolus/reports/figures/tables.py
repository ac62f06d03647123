"""The table behind each chart: the same figures, one row a mark."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import cast

from pactolus.catalogue.origins import Figure, Term
from pactolus.reports.document import Chart
from pactolus.reports.figures.common import word
from pactolus.reports.figures.forms import (
    BarsData,
    FlowMapData,
    HeatmapData,
    Label,
    ProjectMapData,
    RibbonsData,
    SeriesData,
    StageColumnsData,
    TimelineData,
)
from pactolus.wording.names import member_order
from pactolus.wording.phrases import phrase

__all__ = ["chart_grid"]

Grid = tuple[list[tuple[str, bool]], list[list[Figure | Term | str | None]]]


def chart_grid(chart: Chart, lang: str) -> Grid:
    """Headings (text, whether numeric) and rows of a chart, members in the reader's order.

    Parameters
    ----------
    chart : Chart
    lang : str

    Returns
    -------
    tuple
        Headings, and rows of figures, terms and texts.
    """
    match chart.kind:
        case "flow_map":
            return _flows(cast(FlowMapData, chart.data), lang)
        case "stage_columns":
            return _stages(cast(StageColumnsData, chart.data), lang)
        case "heatmap":
            return _heat(cast(HeatmapData, chart.data), lang)
        case "series":
            return _lines(cast(SeriesData, chart.data), lang)
        case "bars":
            return _bars(cast(BarsData, chart.data), lang)
        case "timeline":
            return _states(cast(TimelineData, chart.data), lang)
        case "project_map":
            return _pins(cast(ProjectMapData, chart.data), lang)
        case "ribbons":
            return _ribbons(cast(RibbonsData, chart.data), lang)


def _head(lang: str, *keys: str) -> list[tuple[str, bool]]:
    numeric = ("share", "value", "total")
    return [(phrase(lang, f"render.column.{k}"), k in numeric) for k in keys]


def _country(iso3: str) -> Term:
    return Term("country", (iso3,))


def _flows(data: FlowMapData, lang: str) -> Grid:
    members = member_order(tuple(data["members"]), lang)
    rows: list[list[Figure | Term | str | None]] = []
    for member in members:
        flows = [f for f in data["flows"] if f["importer"] == member]
        for flow in sorted(flows, key=lambda f: -float(f["value"].value or 0)):
            note = Term("phrase", ("render.partner_reported",)) if flow.get("partner_reported") else None
            rows.append([_country(member), _country(flow["exporter"]), flow["value"], note])
        if member in data.get("others", {}):
            rows.append([_country(member), Term("phrase", ("render.others",)), data["others"][member], None])
        if member in data.get("totals", {}):
            rows.append(
                [_country(member), Term("phrase", ("render.column.total",)), data["totals"][member], None]
            )
    return _head(lang, "member", "supplier", "value", "note"), rows


def _stages(data: StageColumnsData, lang: str) -> Grid:
    members = member_order(tuple(data["members"]), lang)
    rows: list[list[Figure | Term | str | None]] = []
    for column in data["columns"]:
        bars = {bar["member"]: bar for bar in column["bars"]}
        for member in members:
            bar = bars.get(member)
            if bar is None:
                continue
            stage = column["stage"]
            if bar["domestic"] is not None:
                home = Term("phrase", ("render.domestic",))
                rows.append(
                    [stage, _country(member), home, bar["domestic"]["value"], bar["domestic"]["share"]]
                )
            rows += [
                [stage, _country(member), part["country"], part["value"], part["share"]]
                for part in bar["imports"]
            ]
            rows.append(
                [stage, _country(member), Term("phrase", ("render.column.total",)), bar["total"], None]
            )
    return _head(lang, "stage", "member", "supplier", "value", "share"), rows


def _heat(data: HeatmapData, lang: str) -> Grid:
    members = member_order(tuple(b["member"] for b in data["blocks"] if "member" in b), lang)
    blocks = sorted(
        data["blocks"], key=lambda b: members.index(b["member"]) if "member" in b else len(members)
    )
    heads = [(phrase(lang, "render.column.item"), False)]
    heads += [(f"{word(b['label'], lang)} {word(c, lang)}", True) for b in blocks for c in b["columns"]]
    rows: list[list[Figure | Term | str | None]] = [
        [label, *(f for b in blocks for f in b["cells"][n])] for n, label in enumerate(data["rows"])
    ]
    return heads, rows


def _lines(data: SeriesData, lang: str) -> Grid:
    """One row a panel and year; one column a line."""
    names = _names((line["label"], line.get("member", "")) for p in data["panels"] for line in p["lines"])
    order = _member_first(names, lang)
    heads = [(phrase(lang, "render.column.item"), False), (phrase(lang, "render.column.year"), False)]
    heads += [(word(label, lang), True) for label, _ in order]
    rows: list[list[Figure | Term | str | None]] = []
    for panel in data["panels"]:
        lines = {line["label"]: line["values"] for line in panel["lines"]}
        for number, year in enumerate(panel["x"]):
            rows.append([panel["label"], year, *(lines[k][number] if k in lines else None for k, _ in order)])
    return heads, rows


def _bars(data: BarsData, lang: str) -> Grid:
    order = _member_first([(g["label"], g.get("member", "")) for g in data["groups"]], lang)
    values = {g["label"]: g["values"] for g in data["groups"]}
    heads = [(phrase(lang, "render.column.item"), False), *((word(label, lang), True) for label, _ in order)]
    rows: list[list[Figure | Term | str | None]] = [
        [label, *(values[k][n] for k, _ in order)] for n, label in enumerate(data["categories"])
    ]
    return heads, rows


def _states(data: TimelineData, lang: str) -> Grid:
    """One row a measure and state."""
    rows: list[list[Figure | Term | str | None]] = [
        [
            row["label"],
            row["issuer"],
            Term("phrase", (f"render.state.{span['state']}",)),
            Term("date", (span["begin"],)),
            Term("date", (span["end"],)) if span["end"] else None,
        ]
        for row in data["rows"]
        for span in row["spans"]
    ]
    return _head(lang, "measure", "issuer", "state", "from", "to"), rows


def _pins(data: ProjectMapData, lang: str) -> Grid:
    members = member_order(tuple(data["members"]), lang)
    heads = [*_project_heads(lang), *((word(_country(m), lang), False) for m in members)]
    rows: list[list[Figure | Term | str | None]] = [
        [
            pin["label"],
            _country(pin["host"]),
            Term("mineral", (pin["mineral"],)),
            _phrase("status", pin["status"] or "unknown"),
            *(_phrase("side", pin["sides"][m]) if m in pin["sides"] else None for m in members),
            pin["value"],
        ]
        for pin in data["pins"]
    ]
    return [*heads, (phrase(lang, "render.project.capacity"), True)], rows


def _ribbons(data: RibbonsData, lang: str) -> Grid:
    members = member_order(tuple(data["members"]), lang)
    heads = [*_project_heads(lang), (phrase(lang, "render.project.status_day"), False)]
    heads += [(word(_country(m), lang), False) for m in members]
    rows: list[list[Figure | Term | str | None]] = [
        [
            row["label"],
            _country(row["host"]),
            Term("mineral", (row["mineral"],)),
            _phrase("status", row["status"]),
            Term("day", (row["begin"],)),
            *(_phrase("side", row["sides"][m]) if m in row["sides"] else None for m in members),
            row["start"],
        ]
        for row in data["rows"]
    ]
    return [*heads, (phrase(lang, "render.project.start"), True)], rows


def _project_heads(lang: str) -> list[tuple[str, bool]]:
    return [(phrase(lang, f"render.project.{k}"), False) for k in ("name", "host", "mineral", "stage")]


def _phrase(kind: str, key: str) -> Term:
    return Term("phrase", (f"render.project.{kind}.{key}",))


def _names(pairs: Iterator[tuple[Label, str]]) -> list[tuple[Label, str]]:
    return list(dict.fromkeys(pairs))


def _member_first(names: Sequence[tuple[Label, str]], lang: str) -> list[tuple[Label, str]]:
    members = member_order(tuple(dict.fromkeys(m for _, m in names if m)), lang)
    return sorted(names, key=lambda pair: members.index(pair[1]) if pair[1] else len(members))
