"""Renew the tables of docs/explanation/event-study.md, and the picture of the graphite licence.

The tables of Chinese exports are computed where the monthly files stand beside the repository
(PACTOLUS_SHARED), and stay as they are elsewhere. The files may not be passed on: the page holds aggregates.

Usage: python tools/study_page.py [--check]
       python tools/study_page.py --series graphite.csv    (the files as `pactolus watch study` reads them)
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parents[1]
if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402
import polars as pl  # noqa: E402

from pactolus.catalogue.world import World, open_world  # noqa: E402
from pactolus.disruption.effects.profile import monthly_points  # noqa: E402
from pactolus.warning.signals.series import MonthlySeries, monthly_series  # noqa: E402
from pactolus.warning.signals.windows import median_and_mad  # noqa: E402
from pactolus.warning.study.boards import Board, month_number  # noqa: E402
from pactolus.warning.study.studies import Study, event_study  # noqa: E402
from pactolus.warning.study.worked import worked  # noqa: E402
from tools.reference_pages import table  # noqa: E402
from tools.renewing import interval, main_of, number, renewed_by  # noqa: E402

PAGE: Final = "docs/explanation/event-study.md"
PICTURE: Final = "docs/images/graphite-signals.svg"
AS_OF: Final = date(2026, 3, 1)
MEMBERS: Final = {"South Korea": "KOR", "Japan": "JPN"}
_FILE: Final = "data/raw/comtrade_monthly_china/china_exports_hs6_monthly_graphite.csv"
_FROM, _TO = date(2023, 6, 1), date(2024, 6, 1)
_SHOWN: Final = ("notice", "export_surge", "volume_anomaly", "price_acceleration", "combined")


def china_exports(shared: Path) -> pl.DataFrame:
    """China's exports of graphite to Korea and Japan as monthly rows."""
    raw = pl.read_csv(shared / _FILE, schema_overrides={"hs6": pl.String}, try_parse_dates=True)
    return raw.filter(pl.col("partner_name").is_in(list(MEMBERS))).select(
        pl.col("period_dt").cast(pl.Date).alias("period"),
        pl.lit("CHN").alias("reporter"),
        pl.lit("export").alias("flow"),
        pl.col("partner_name").replace_strict(MEMBERS).alias("partner"),
        "hs6",
        value_usd=pl.col("val").cast(pl.Float64),
        quantity_kg=pl.col("qty").cast(pl.Float64),
    )


def shared_folder() -> Path | None:
    """Folder that holds the monthly files, if there is one."""
    folder = Path(os.environ.get("PACTOLUS_SHARED") or ROOT.parent / "shared")
    return folder if (folder / _FILE).is_file() else None


@dataclass(frozen=True)
class Results:
    """Everything the page shows, computed once."""

    world: World
    shared: Path | None

    @cached_property
    def series(self) -> MonthlySeries | None:
        if self.shared is None:
            return None
        return monthly_series(china_exports(self.shared), as_of=AS_OF)

    @cached_property
    def study(self) -> Study:
        return event_study(self.world, series=self.series, as_of=AS_OF)

    @property
    def trade(self) -> Board:
        return next(board for board in self.study.boards if board.name == "trade")


def _of(frame: pl.DataFrame, board: str) -> list[dict[str, Any]]:
    return frame.filter(board=board).to_dicts()


def _scores(r: Results, board: str) -> str:
    rows = [
        (
            row["horizon"],
            f"`{row['signal']}`",
            f"{row['events']} ({row['event_series']})",
            row["quiet"],
            number(row["base_rate"]),
            number(row["average_precision"]),
            *(number(row[name], 2) for name in ("pod", "far", "nsr")),
        )
        for row in _of(r.study.scores, board)
    ]
    heads = ["months", "signal", "events (series)", "quiet", "base rate", "average precision"]
    return table([*heads, "POD", "FAR", "NSR"], rows)


def _gaps(r: Results, board: str) -> str:
    rows = []
    for row in _of(r.study.gaps, board):
        gap = None if row["gap"] is None else (row["gap"], row["low"], row["high"])
        n = "—" if row["events"] is None else row["events"]
        rows.append(
            (row["horizon"], f"`{row['signal']}`", f"`{row['against']}`", n, interval(gap), row["verdict"])
        )
    heads = ["months", "signal", "against", "events", "gain in average precision, 95 %", "it is"]
    return table(heads, rows)


def _leads(r: Results, board: str) -> str:
    rows = [
        (
            f"`{row['signal']}`",
            row["events"],
            row["warned"],
            row["in_time"],
            number(row["median_lead_months"], 1),
            number(row["median_lead_days"], 0),
            f"{number(row['chance'], 2)} of {row['quiet']}",
        )
        for row in _of(r.study.leads, board)
    ]
    heads = ["signal", "events", "alert before", "known before", "median lead, months", "median lead, days"]
    return table([*heads, "quiet years with an alert"], rows)


def _false(r: Results, board: str) -> str:
    rows = [
        (
            f"`{row['signal']}`",
            row["minerals"],
            number(row["mineral_years"], 1),
            row["spells"],
            row["false_spells"],
            number(row["false_per_mineral_year"], 3),
        )
        for row in _of(r.study.false_alerts, board)
    ]
    return table(["signal", "minerals", "mineral-years", "spells", "false", "false a mineral-year"], rows)


def _events(r: Results, board: str) -> str:
    found = r.study.events.filter(board=board)
    signals = [s for s in found["signal"].unique(maintain_order=True) if s != "persistence"]
    rows = []
    for (event, kind), part in found.group_by("event", "kind", maintain_order=True):
        by = {row["signal"]: row for row in part.to_dicts()}
        own = part["own_notice_days"][0]
        cells = [_lead(by[signal]) for signal in signals]
        rows.append((f"`{event}`", kind, part["series"][0], "—" if own is None else own, *cells))
    return table(["event", "kind", "series", "own notice, days", *(f"`{s}`" for s in signals)], rows)


def _lead(row: Mapping[str, Any]) -> str:
    if row["status"] == "history_short":
        return "no data"
    return "—" if row["status"] == "none" else str(row["lead_months"])


def missed(r: Results) -> str:
    """Events of the first board without any alert of the combined rule, and notices that came to nothing."""
    found = r.study.events.filter(board="minerals", signal="combined")
    silent = found.filter(pl.col("status") != "alert")["event"].to_list()
    own = r.study.events.filter(board="minerals", signal="notice", kind="control")
    told = own.filter(pl.col("own_notice_days") > 0)
    days = told["own_notice_days"].sort().to_list()
    false = r.study.false_alerts.filter(board="minerals", signal="notice").row(0, named=True)
    lines = [
        f"- {len(silent)} of {found.height} events had no alert of the combined rule: "
        + ", ".join(f"`{event}`" for event in silent)
        + ".",
        f"- Of {own.height} controls {told.height} were announced on a day before the effect; median "
        f"{float(np.median(days)):.0f} days, shortest {days[0]}, longest {days[-1]}. The rest took effect "
        "on the day they were published, or the register has no day of announcement.",
        f"- {false['false_spells']} of {false['spells']} spells of notices led to no event of this list.",
    ]
    return "\n".join(lines)


def left_out(r: Results) -> str:
    """Records of the register that are no event of the study."""
    notes = [note for note in r.study.notes if note.startswith("controls that are no event")]
    parts = notes[0].split(": ", 1)[1].split("; ") if notes else []
    return table(["record", "why"], ((f"`{p.split(': ')[0]}`", p.split(": ", 1)[1]) for p in parts))


def points(r: Results) -> str:
    """Press figures around measures."""
    rows = [
        (
            row["material"].replace("_", " "),
            row["series"],
            row["points"],
            f"{row['surge_month'] or '—'}: {number(row['surge_t'], 1)}",
            f"{row['effect_month'] or '—'}: {number(row['effect_t'], 1)}",
            "—" if row["change"] is None else f"{row['change']:.0%}",
            "—" if row["recovery"] is None else f"{row['recovery']:.0%}",
            f"`{row['signals']}`",
            row["source"],
        )
        for row in worked(monthly_points()).to_dicts()
    ]
    heads = ["mineral", "series", "points", "month before, t", "first after, t", "left of it", "last point"]
    return table([*heads, "signals", "source"], rows)


def graphite_index(board: Board) -> list[tuple[date, float]]:
    """Exports to Korea and Japan together over the median of the twelve months before."""
    assert board.kg is not None
    total = board.kg.sum(axis=0, keepdims=True)
    part = (total / median_and_mad(total, 12)[0])[0, -board.months :]
    months = [date((board.first + n) // 12, (board.first + n) % 12 + 1, 1) for n in range(board.months)]
    return [(m, float(x)) for m, x in zip(months, part, strict=True) if _FROM <= m <= _TO]


def fired(board: Board, signal: str, month: date) -> str:
    """How many of the flows with a value fire."""
    cells = board.alert[signal][:, month_number(month) - board.first]
    known = cells[np.isfinite(cells)]
    return f"{int(known.sum())} of {known.size}"


def graphite(r: Results) -> str:
    """The licence of 1 December 2023 month by month."""
    rows = [
        (f"{month:%Y-%m}", f"{index:.2f}", *(fired(r.trade, signal, month) for signal in _SHOWN))
        for month, index in graphite_index(r.trade)
    ]
    return table(["month", "exports / median of 12", *(f"`{s}`" for s in _SHOWN)], rows)


def picture(board: Board) -> str:
    """The same as a picture, in the house's way of drawing."""
    from pactolus.reports.svg import render_svg

    index = graphite_index(board)
    heads = [f"{month:%Y-%m}" for month, _ in index]
    marks = [
        {
            "name": signal,
            "type": "scatter",
            "yAxisIndex": 1,
            "symbolSize": 10,
            "data": [[f"{m:%Y-%m}", n] for m, _ in index if fired(board, signal, m)[0] != "0"],
        }
        for n, signal in enumerate(_SHOWN)
    ]
    option = {
        "animation": False,
        "grid": {"left": 60, "right": 140, "top": 40, "bottom": 40},
        "title": {
            "text": "Graphite from China to Korea and Japan: exports / median of the 12 months before",
            "textStyle": {"fontSize": 13},
        },
        "xAxis": {"type": "category", "data": heads},
        "yAxis": [
            {"type": "value"},
            {"type": "category", "data": list(_SHOWN), "position": "right"},
        ],
        "series": [
            {
                "type": "bar",
                "itemStyle": {"color": "#9db4c0"},
                "data": [round(x, 3) for _, x in index],
                "markLine": {
                    "symbol": "none",
                    "label": {"formatter": "{b}", "position": "insideEndTop"},
                    "data": [
                        {"name": "notice", "xAxis": "2023-10"},
                        {"name": "licence", "xAxis": "2023-12"},
                    ],
                },
            },
            *marks,
        ],
    }
    return render_svg(option, 900, 380)


PARTS: Final[Mapping[str, Callable[[Results], str]]] = {
    "scores": lambda r: _scores(r, "minerals"),
    "gaps": lambda r: _gaps(r, "minerals"),
    "leads": lambda r: _leads(r, "minerals"),
    "false-alerts": lambda r: _false(r, "minerals"),
    "missed": missed,
    "events": lambda r: _events(r, "minerals"),
    "left-out": left_out,
    "points": points,
}
#: Where the monthly files are at hand.
SHARED_PARTS: Final[Mapping[str, Callable[[Results], str]]] = {
    "graphite": graphite,
    "trade-events": lambda r: _events(r, "trade"),
    "trade-scores": lambda r: _scores(r, "trade"),
    "trade-leads": lambda r: _leads(r, "trade"),
    "trade-false-alerts": lambda r: _false(r, "trade"),
}


def renewed(results: Results, text: str) -> str:
    """The page as it should read now; the parts of files that are not here stay."""
    parts = PARTS if results.shared is None else {**PARTS, **SHARED_PARTS}
    return renewed_by(parts, results, text)


def write_series(file: Path) -> None:
    """The monthly files in the columns that `pactolus watch study --series` reads."""
    shared = shared_folder()
    if shared is None:
        raise SystemExit(f"{_FILE}: not found beside the repository; set PACTOLUS_SHARED")
    china_exports(shared).with_columns(pl.col("period").dt.strftime("%Y-%m")).write_csv(file)


def main() -> int:
    """Renew the page and its picture, or only say whether the page is out of date."""
    if sys.argv[1:2] == ["--series"] and len(sys.argv) == 3:
        write_series(Path(sys.argv[2]))
        return 0
    results = Results(open_world(), shared_folder())
    if results.shared is not None and "--check" not in sys.argv:
        (ROOT / PICTURE).write_text(picture(results.trade), encoding="utf-8")
    return main_of(__doc__ or "", "study_page.py", PAGE, lambda text: renewed(results, text))


if __name__ == "__main__":
    sys.exit(main())
