"""Back-test: predictions of every model for events of the past, and their error.

The error of an event is ``wape = sum_j |M'_j - M_j| / sum_j M0_j`` over importers whose weights are not an
outlier. A prediction reads the cut and columns of the base year alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from pactolus.disruption.engines.rules import LARGE, MODELS
from pactolus.disruption.history.events import Event

if TYPE_CHECKING:
    import polars as pl

    from pactolus.disruption.engines.rules import Rule

__all__ = ["EVENT_COLUMNS", "IMPORTER_COLUMNS", "Scores", "bootstrap", "detail", "read_events", "scores"]

#: Columns of the two files that a prediction reads; all others may be empty.
EVENT_COLUMNS: Final = ("event", "export_cut", "world_share0")
IMPORTER_COLUMNS: Final = ("event", "importer", "from0_t", "tot0_t")
_DRAWS: Final = 4_000


@dataclass(frozen=True, kw_only=True)
class Scores:
    """Errors of models by event.

    Attributes
    ----------
    table : polars.DataFrame
        ``event, model, wape``; empty `wape` where the outcome is not known.
    sizes : mapping of str to float
        World share x cut of each event.
    commodities : mapping of str to str
        Commodity of each event, where it is known.
    """

    table: pl.DataFrame
    sizes: Mapping[str, float]
    commodities: Mapping[str, str] = field(default_factory=dict)

    def mean(self, model: str, *, large: bool | None = None) -> float | None:
        """Mean error over events with an outcome; only large ones (0.10 or more), or only the others."""
        kept = [
            wape
            for event, name, wape in self.table.iter_rows()
            if name == model and wape is not None and (large is None or (self.sizes[event] >= LARGE) == large)
        ]
        return sum(kept) / len(kept) if kept else None


def read_events(events: Path, importers: Path) -> list[Event]:
    """Events from two CSV files in the layouts of the reference tables.

    Parameters
    ----------
    events : path
        One row an event: ``event, export_cut, world_share0``, further columns as they like.
    importers : path
        One row an event and importer: ``event, importer, from0_t, tot0_t``; ``tot1_t`` is the outcome where
        it is known, ``uv_outlier`` 1 leaves the row out of the error.

    Raises
    ------
    DataError
        Every fault of both files at once.
    """
    import polars as pl

    from pactolus.catalogue.reading.findings import Findings, refuse_if_any, shown_name
    from pactolus.catalogue.reading.text import read_csv

    of_events, of_importers = Findings(shown_name(events)), Findings(shown_name(importers))
    heads = _numbers(read_csv(events, of_events), EVENT_COLUMNS[1:], (), of_events, EVENT_COLUMNS)
    rows = _numbers(
        read_csv(importers, of_importers),
        IMPORTER_COLUMNS[2:],
        ("from1_t", "tot1_t", "val0_kusd", "uv_outlier"),
        of_importers,
        IMPORTER_COLUMNS,
    )
    if heads is not None:
        _require_parts(heads, of_events)
    if heads is not None and rows is not None:
        _require_events(heads, rows, of_events, of_importers)
    refuse_if_any([of_events, of_importers])
    assert heads is not None
    assert rows is not None
    parts = {str(key[0]): part for key, part in rows.group_by("event", maintain_order=True)}
    return [
        Event(
            id=row["event"],
            share=row["world_share0"],
            world_share=row["world_share0"],
            cut=row["export_cut"],
            importers=parts[row["event"]].with_columns(pl.col("uv_outlier").fill_null(0)),
        )
        for row in heads.iter_rows(named=True)
    ]


def detail(events: Sequence[Event], models: Mapping[str, Rule] = MODELS) -> pl.DataFrame:
    """Predictions: ``event, model, importer, predicted_t``."""
    import polars as pl

    parts = []
    for event in events:
        total = event.importers["tot0_t"].to_numpy()
        bought = event.importers["from0_t"].to_numpy()
        for name, rule in models.items():
            parts.append(
                pl.DataFrame(
                    {
                        "event": event.id,
                        "model": name,
                        "importer": event.importers["importer"],
                        "predicted_t": rule(total, bought, event.share, event.cut, event.burden),
                    }
                )
            )
    schema = {"event": pl.String, "model": pl.String, "importer": pl.String, "predicted_t": pl.Float64}
    return pl.concat(parts) if parts else pl.DataFrame(schema=schema)


def scores(events: Sequence[Event], models: Mapping[str, Rule] = MODELS) -> Scores:
    """Errors of every model on every event."""
    import numpy as np
    import polars as pl

    rows: list[tuple[str, str, float | None]] = []
    for event in events:
        known = event.importers.filter(pl.col("uv_outlier") == 0)
        unknown = "tot1_t" not in known.columns or known["tot1_t"].null_count() > 0 or not known.height
        total, bought = known["tot0_t"].to_numpy(), known["from0_t"].to_numpy()
        for name, rule in models.items():
            if unknown:
                rows.append((event.id, name, None))
                continue
            gap = np.abs(
                rule(total, bought, event.share, event.cut, event.burden) - known["tot1_t"].to_numpy()
            )
            rows.append((event.id, name, float(gap.sum() / total.sum())))
    schema = {"event": pl.String, "model": pl.String, "wape": pl.Float64}
    return Scores(
        table=pl.DataFrame(rows, schema=schema, orient="row"),
        sizes={event.id: event.size for event in events},
        commodities={event.id: event.commodity for event in events if event.commodity},
    )


def bootstrap(
    found: Scores,
    model: str,
    against: str,
    *,
    seed: int = 0,
    large: bool | None = None,
    by: Literal["event", "commodity"] = "event",
) -> tuple[float, float, float] | None:
    """Mean of ``error(against) - error(model)`` over events, with its 95 % bootstrap interval.

    Positive: the model is better. Only an interval that excludes zero lets one say so.

    Parameters
    ----------
    found : Scores
    model, against : str
    seed : int
    large : bool, optional
        Only events of size 0.10 or more, or only the others.
    by : {"event", "commodity"}
        What is drawn: single events, or all events of a commodity together, which allows for what they share.

    Returns
    -------
    tuple of float, or None
        Mean, low, high; None with fewer than three events or commodities.
    """
    import numpy as np

    wape: dict[str, dict[str, float]] = {}
    for event, name, value in found.table.iter_rows():
        if value is not None and (large is None or (found.sizes[event] >= LARGE) == large):
            wape.setdefault(event, {})[name] = value
    gaps = np.array([both[against] - both[model] for both in wape.values()])
    drawn = [found.commodities.get(event, event) if by == "commodity" else event for event in wape]
    _, group = np.unique(drawn, return_inverse=True)
    if not len(gaps) or (groups := int(group.max()) + 1) < 3:
        return None
    sums, counts = np.bincount(group, weights=gaps), np.bincount(group)
    draws = np.random.default_rng(seed).integers(0, groups, size=(_DRAWS, groups))
    means = sums[draws].sum(axis=1) / counts[draws].sum(axis=1)
    low, high = np.quantile(means, [0.025, 0.975])
    return float(gaps.mean()), float(low), float(high)


def _numbers(
    raw: pl.DataFrame, needed: Sequence[str], wanted: Sequence[str], findings: Any, columns: Sequence[str]
) -> pl.DataFrame | None:
    """The frame with its numbers as numbers; `needed` without gaps and not negative."""
    import polars as pl

    for name in columns:
        if name not in raw.columns:
            have = ", ".join(c for c in raw.columns if c != "line")
            findings.refuse(
                "column", "line 1", f"no column {name!r}; it has {have}", "give the columns of the layout"
            )
    if findings.refusals:
        return None
    frame = raw
    for name in (*needed, *wanted):
        if name not in raw.columns:
            frame = frame.with_columns(pl.lit(None, dtype=pl.Float64).alias(name))
            continue
        number = frame[name].cast(pl.Float64, strict=False)
        bad = frame.filter(pl.Series(number.is_null() & frame[name].is_not_null()) | (number < 0))
        if name in needed:
            bad = pl.concat([bad, frame.filter(frame[name].is_null())]).unique("line", maintain_order=True)
        for line, cell in bad.select("line", name).head(5).iter_rows():
            what = f"{cell!r} is no number of 0 or more" if cell is not None else "is empty"
            findings.refuse("number", f"line {line}, {name}", what, "correct the cell", times=bad.height)
        frame = frame.with_columns(number.alias(name))
    return frame


def _require_parts(heads: pl.DataFrame, findings: Any) -> None:
    """Cuts and shares lie within 0 to 1, and no event stands twice."""
    import polars as pl

    for name in ("export_cut", "world_share0"):
        for line, value in heads.filter(pl.col(name) > 1).select("line", name).iter_rows():
            findings.refuse(
                "range", f"line {line}, {name}", f"{value} lies outside 0 to 1", "give a part, not percent"
            )
    for line, event in heads.filter(pl.col("event").is_duplicated()).select("line", "event").iter_rows():
        findings.refuse(
            "key", f"line {line}", f"event {event!r} stands twice", "give every event an id of its own"
        )


def _require_events(heads: pl.DataFrame, rows: pl.DataFrame, of_events: Any, of_importers: Any) -> None:
    known, named = set(heads["event"]), set(rows["event"])
    for event in sorted(known - named):
        of_events.refuse("key", f"event {event}", "has no importer in the other file", "give its importers")
    for event in sorted(named - known):
        of_importers.refuse(
            "key", f"event {event}", "does not stand in the file of events", "add it, or correct the id"
        )
