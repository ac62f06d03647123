"""Rows of an outlook: what each model says of a member and a code, why, and how far to trust it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from pactolus.terms.hs_codes import HsCode, codes_of, hs_code
from pactolus.warning.annual.backtest import alerts
from pactolus.warning.annual.features import FEATURES, GROUPS
from pactolus.warning.annual.fits import KINDS, Fits
from pactolus.warning.annual.logistic import sigmoid
from pactolus.warning.annual.models import Examples
from pactolus.warning.annual.outcomes import GAPS
from pactolus.warning.annual.panel import Bools, Floats, Panel
from pactolus.warning.annual.windows import change

__all__ = ["NOISE", "OUTLOOK_SCHEMA", "REASON_SCHEMA", "Year", "noise_of", "outlook_rows", "reason_rows"]

#: Doubts about the weights of the base year, by id.
NOISE: Final = {
    "weights_repaired": "a fifth or more of the value had no usable weight, and got a repaired one",
    "weight_without_value": "the weight moved by half or more last year while the value hardly did",
}
_REPAIRED: Final = 0.2
_WEIGHT_MOVED: Final = float(np.log(1.5))
_VALUE_STOOD: Final = float(np.log(1.25))
#: Groups named in a row.
_NAMED: Final = 3

OUTLOOK_SCHEMA: Final = {
    "target": pl.String,
    "importer": pl.String,
    "mineral": pl.String,
    "stage": pl.String,
    "hs_code": pl.String,
    "coding": pl.String,
    "year": pl.Int64,
    "status": pl.String,
    "probability": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "volatility_only": pl.Float64,
    "hhi_only": pl.Float64,
    "base_rate": pl.Float64,
    "alert": pl.String,
    "reasons": pl.String,
    "noise": pl.String,
    "outcome": pl.String,
    "vintage": pl.String,
}
REASON_SCHEMA: Final = {
    "target": pl.String,
    "importer": pl.String,
    "mineral": pl.String,
    "hs_code": pl.String,
    "year": pl.Int64,
    "alert": pl.String,
    "group": pl.String,
    "log_odds": pl.Float64,
    "feature": pl.String,
    "feature_value": pl.Float64,
    "feature_log_odds": pl.Float64,
    "what": pl.String,
}


def noise_of(panel: Panel) -> dict[str, Bools]:
    """Doubts about weights by id, arrays (codes, importers, years), from that year and the one before."""
    weight, value = change(np.log(panel.tonnes)), change(np.log(panel.value))
    with np.errstate(invalid="ignore"):
        return {
            "weights_repaired": panel.repaired_share >= _REPAIRED,
            "weight_without_value": (np.abs(weight) >= _WEIGHT_MOVED) & (np.abs(value) <= _VALUE_STOOD),
        }


@dataclass(frozen=True, kw_only=True)
class Year:
    """Everything that is said of one target in one year, of all judged importers and codes."""

    target: str
    year: int
    panel: Panel
    examples: Examples
    fits: Fits

    @cached_property
    def rows(self) -> npt.NDArray[np.int64]:
        """Places in the examples."""
        return np.flatnonzero(self.examples.year == self.year)

    @cached_property
    def place(self) -> dict[tuple[str, str], int]:
        """Importer and code -> place in `rows`."""
        names, codes = self.panel.importers, self.panel.codes
        keys = zip(self.examples.importer[self.rows], self.examples.code[self.rows], strict=True)
        return {(names[i], codes[c]): n for n, (i, c) in enumerate(keys)}

    @cached_property
    def features(self) -> Floats:
        """Shape (rows, 24)."""
        return self.examples.features[self.rows]

    @cached_property
    def probability(self) -> dict[str, Floats]:
        """By kind of model."""
        models = {kind: self.fits.model(self.target, kind, self.year) for kind in KINDS}
        return {kind: model.probability(self.features) for kind, model in models.items()}

    @cached_property
    def swing(self) -> tuple[Floats, Floats] | None:
        """Low and high: the same log-odds in the calmest and the worst of the past years."""
        shifts = self.fits.swing(self.target, self.year)
        if shifts is None:
            return None
        own = self.fits.model(self.target, "logistic", self.year).log_odds(self.features)
        return sigmoid(own + min(shifts[0], 0.0)), sigmoid(own + max(shifts[1], 0.0))

    @cached_property
    def alert(self) -> Bools:
        """The tenth of all rows with the highest probability."""
        return alerts(self.probability["logistic"], self.examples.year[self.rows])

    @cached_property
    def parts(self) -> Floats:
        """What each feature adds to the log-odds, shape (rows, 24)."""
        return self.fits.model(self.target, "logistic", self.year).parts(self.features)

    @cached_property
    def by_group(self) -> dict[str, Floats]:
        """Parts summed by group of features."""
        groups = np.array([one.group for one in FEATURES])
        return {group: self.parts[:, groups == group].sum(axis=1) for group in GROUPS}

    @cached_property
    def doubts(self) -> dict[str, Bools]:
        """Doubts about the weights of the base year, by id."""
        at = (self.examples.code[self.rows], self.examples.importer[self.rows])
        base = self.year - 1 - self.panel.years[0]
        return {name: values[*at, base] for name, values in noise_of(self.panel).items()}

    def outcome(self, n: int) -> str | None:
        """What happened, where the year is over; why it is not known, where it is censored."""
        gap = int(self.examples.gap[self.rows[n]])
        found = self.examples.happened[self.target][self.rows[n]]
        if gap > 0:
            return list(GAPS)[gap - 1]
        return None if gap < 0 or np.isnan(found) else ("event" if found else "none")


def outlook_rows(year: Year, members: Sequence[str], minerals: Sequence[str]) -> list[dict[str, Any]]:
    """One row a member, mineral and code, the likeliest first; those without a number last.

    Parameters
    ----------
    year : Year
    members : sequence of str
        ISO alpha-3.
    minerals : sequence of str
        Ids.
    """
    rows = []
    for mineral, code in _asked(minerals):
        for member in members:
            head = {"target": year.target, "importer": member, "mineral": mineral, "year": year.year}
            if code is not None:
                head |= {"stage": code.stage, "hs_code": code.code, "coding": code.coding}
            place = None if code is None else year.place.get((member, code.code))
            if code is None or place is None or _over(code, year.year):
                rows.append({**head, "status": _status(year, member, code), "vintage": year.fits.vintage})
            else:
                rows.append({**head, **_said(year, place), "vintage": year.fits.vintage})
    return sorted(rows, key=lambda row: -row.get("probability", -1.0))


def _asked(minerals: Sequence[str]) -> Iterator[tuple[str, HsCode | None]]:
    for mineral in minerals:
        codes = codes_of(mineral, own=False)
        yield from ((mineral, hs_code(code)) for code in codes)
        if not codes:
            yield mineral, None


def _over(code: HsCode, year: int) -> bool:
    """Has the code ended before the base year?"""
    return code.last_year is not None and code.last_year < year - 1


def _status(year: Year, member: str, code: HsCode | None) -> str:
    """Why a member has no outlook under a code."""
    panel = year.panel
    if code is None or _over(code, year.year):
        return "no_code"
    if code.code not in panel.codes or member not in panel.importers:
        return "no_trade_data"
    at = (panel.codes.index(code.code), panel.importers.index(member), year.year - 1 - panel.years[0])
    if np.isnan(panel.value[at]):
        return "no_trade_data"
    if np.isnan(panel.tonnes[at]):
        return "no_quantity"
    return "short_history" if panel.large[at] else "not_applicable"


def _said(year: Year, n: int) -> dict[str, Any]:
    low, high = (None, None) if year.swing is None else (float(end[n]) for end in year.swing)
    return {
        "status": "ok",
        "probability": float(year.probability["logistic"][n]),
        "low": low,
        "high": high,
        "volatility_only": float(year.probability["volatility"][n]),
        "hhi_only": float(year.probability["hhi"][n]),
        "base_rate": float(year.probability["base_rate"][n]),
        "alert": "yes" if year.alert[n] else "no",
        "reasons": "; ".join(f"{group} {part:+.2f}" for group, part in _largest(year, n)[:_NAMED]) or None,
        "noise": "; ".join(name for name, doubted in year.doubts.items() if doubted[n]) or None,
        "outcome": year.outcome(n),
    }


def _largest(year: Year, n: int) -> list[tuple[str, float]]:
    """Groups that raise the log-odds of a row, the largest first."""
    raised = [(group, float(parts[n])) for group, parts in year.by_group.items() if parts[n] > 0]
    return sorted(raised, key=lambda one: -one[1])


def reason_rows(year: Year, rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """For each row with a number, what each group of features adds, and the strongest feature of the group.

    Parameters
    ----------
    year : Year
    rows : sequence of dict
        Of `outlook_rows`.
    """
    found = []
    for row in rows:
        if row["status"] != "ok":
            continue
        n = year.place[row["importer"], row["hs_code"]]
        head = {name: row[name] for name in list(REASON_SCHEMA)[:6]}
        said = [{**head, **_strongest(year, n, group)} for group in GROUPS]
        found += sorted(said, key=lambda one: -one["log_odds"])
    return found


def _strongest(year: Year, n: int, group: str) -> dict[str, Any]:
    total = float(year.by_group[group][n])
    places = [m for m, one in enumerate(FEATURES) if one.group == group]
    best = max(places, key=lambda m: float(np.copysign(1.0, total)) * float(year.parts[n, m]))
    value = float(year.features[n, best])
    return {
        "group": group,
        "log_odds": total,
        "feature": FEATURES[best].id,
        "feature_value": None if np.isnan(value) else value,
        "feature_log_odds": float(year.parts[n, best]),
        "what": FEATURES[best].what,
    }
