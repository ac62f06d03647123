"""The measured costs as a table to read: one task a row, ours beside the peer's, with ratios."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from benchmarks.measure import Cost

TASKS = {
    "import": "import",
    "first": "first number",
    "cells108": "108 cells",
    "everything": "everything",
    "query": "next question",
    "assess": "first number, `pactolus assess`",
    "written": "everything, written as CSV",
    "brief": "the brief",
}


@dataclass(frozen=True, kw_only=True)
class Row:
    """One task: what it cost us, and the peer where it was asked the same."""

    task: str
    ours: Cost
    peer: Cost | None = None
    extrapolated: bool = False
    """The peer's cost was computed from smaller runs."""

    def as_record(self) -> dict[str, Any]:
        """Plain values with the ratios, for JSON."""
        return {**asdict(self), "cpu_ratio": self.cpu_ratio, "memory_ratio": self.memory_ratio}

    @property
    def cpu_ratio(self) -> float | None:
        """The peer's processor seconds over ours; for a question inside a process, of wall seconds."""
        if self.peer is None:
            return None
        return self.peer.cpu_s / self.ours.cpu_s if self.ours.cpu_s else self.peer.wall_s / self.ours.wall_s

    @property
    def memory_ratio(self) -> float | None:
        """The peer's peak of memory over ours."""
        return self.peer.peak_mb / self.ours.peak_mb if self.peer and self.ours.peak_mb else None


def extrapolated(small: Cost, large: Cost, *, cells_small: int, cells_large: int, cells: int) -> Cost:
    """Cost of `cells` cells, on the line through two measured runs; peak memory is that of the larger run."""

    def line(a: float, b: float) -> float:
        return a + (b - a) / (cells_large - cells_small) * (cells - cells_small)

    cpu = line(small.cpu_s, large.cpu_s)
    return Cost(
        cpu_s=cpu,
        wall_s=line(small.wall_s, large.wall_s),
        peak_mb=large.peak_mb,
        cpu_s_min=cpu,
        cpu_s_max=cpu,
        runs=min(small.runs, large.runs),
    )


def markdown(rows: Sequence[Row], facts: Mapping[str, str], notes: Sequence[str]) -> str:
    """Table, machine and notes."""
    heads = [
        "task",
        "pactolus: CPU s",
        "wall s",
        "peak MB",
        "geopolrisk-py: CPU s",
        "wall s",
        "peak MB",
        "CPU ratio",
        "memory ratio",
    ]
    lines = [heads, ["---", *["---:"] * (len(heads) - 1)], *(_cells(row) for row in rows)]
    table = "\n".join("| " + " | ".join(line) + " |" for line in lines)
    machine = "; ".join(f"{name} {fact}" for name, fact in facts.items())
    return "\n\n".join([table, f"Measured on: {machine}.", *notes])


def _cells(row: Row) -> list[str]:
    mark = "≈ " if row.extrapolated else ""
    peer = ["—"] * 3 if row.peer is None else [mark + text for text in _cost(row.peer)]
    if row.extrapolated:
        peer[1:] = ["—", peer[2].replace("≈", "≥")]  # waiting is not proportional to work on a busy machine
    ratios = ["—" if r is None else f"{mark}{_short(r)}" for r in (row.cpu_ratio, row.memory_ratio)]
    return [TASKS[row.task], *_cost(row.ours), *peer, *ratios]


def _cost(cost: Cost) -> list[str]:
    cpu = _short(cost.cpu_s) if cost.cpu_s else "—"
    return [cpu, _short(cost.wall_s), _short(cost.peak_mb) if cost.peak_mb else "—"]


def _short(value: float) -> str:
    """Three significant digits, without exponent."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}" if value >= 0.1 else f"{value:.4f}"
