"""Models of one target, fitted on what was known before a year: ours, and the scores it must beat."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from pactolus.errors import DataError
from pactolus.warning.annual.features import FEATURES, feature_arrays
from pactolus.warning.annual.logistic import fit_logistic, platt, sigmoid
from pactolus.warning.annual.outcomes import Outcomes
from pactolus.warning.annual.panel import Bools, Floats, Panel

__all__ = [
    "FIRST_YEAR",
    "MODELS",
    "RIDGE",
    "VALIDATION_YEARS",
    "Examples",
    "Model",
    "examples_of",
    "features_of",
    "fit_model",
    "model_from",
]

#: First year whose outcomes are fitted.
FIRST_YEAR: Final = 1997
#: Penalty on coefficients of features on one scale.
RIDGE: Final = 30.0
#: Years before the forecast whose outcomes calibrate it.
VALIDATION_YEARS: Final = 4
_LEAST_SCALE: Final = 1e-9
_ALL: Final = tuple(one.id for one in FEATURES)
_NO_SUPPLIERS: Final = tuple(one.id for one in FEATURES if one.group != "suppliers")
_VOLATILITY: Final = {"volume": ("volume_volatility",), "value": ("price_volatility",)}
#: Every model by id, ours first.
MODELS: Final = {
    "logistic": "all 24 features",
    "volatility": "volatility of the importer's own volume (unit value) in five years, alone",
    "hhi": "concentration of suppliers, alone",
    "base_rate": "share of events in the years before, the same for all",
    "no_suppliers": "the 20 features that are not about suppliers",
}


@dataclass(frozen=True, kw_only=True)
class Examples:
    """Importers, codes and years that are judged, one row each, sorted by code, importer and base year."""

    code: npt.NDArray[np.int64]
    """Place in `Panel.codes`."""
    importer: npt.NDArray[np.int64]
    """Place in `Panel.importers`."""
    year: npt.NDArray[np.int64]
    """Year of the outcome: the base year plus one."""
    features: Floats
    """Shape (n, 24), in the order of `FEATURES`; not a number where unknown."""
    happened: Mapping[str, Floats]
    """By target, not a number where censored."""
    gap: npt.NDArray[np.int8]
    """As `Outcomes.gap`."""
    value_change: Floats


def examples_of(panel: Panel, found: Outcomes) -> Examples:
    """Rows of all judged importers, codes and years.

    Parameters
    ----------
    panel : Panel
    found : Outcomes
        Of the same panel.
    """
    cells = np.nonzero(panel.judged)
    arrays = feature_arrays(panel)
    return Examples(
        code=cells[0],
        importer=cells[1],
        year=cells[2] + panel.years[0] + 1,
        features=np.column_stack([values[cells] for values in arrays.values()]),
        happened={name: values[cells] for name, values in found.happened.items()},
        gap=found.gap[cells],
        value_change=found.value_change[cells],
    )


@dataclass(frozen=True, kw_only=True)
class Model:
    """A fitted model: plain numbers that give every log-odds, and its parts."""

    kind: str
    target: str
    year: int
    """First year it may forecast: fitted on outcomes of the years before."""
    names: tuple[str, ...]
    centre: Floats
    scale: Floats
    level: float
    coefficients: Floats
    calibration: tuple[float, float]
    """Level and slope of Platt's calibration."""
    rows: int
    events: int

    def parts(self, features: Floats) -> Floats:
        """What each feature adds to the calibrated log-odds of a row, against the mean of the fitted rows.

        Parameters
        ----------
        features : ndarray of float, shape (n, 24)
            In the order of `FEATURES`.

        Returns
        -------
        ndarray, shape (n, 24)
            Zero for a feature that the model does not use or the row does not have.
        """
        places = [_ALL.index(name) for name in self.names]
        parts = np.zeros_like(features)
        own = (features[:, places] - self.centre) / self.scale * self.coefficients
        parts[:, places] = self.calibration[1] * np.nan_to_num(own)
        return parts

    @property
    def middle(self) -> float:
        """Calibrated log-odds of a row whose features all stand at the mean."""
        return self.calibration[0] + self.calibration[1] * self.level

    def log_odds(self, features: Floats) -> Floats:
        """Calibrated log-odds, shape (n,)."""
        return np.asarray(self.middle + self.parts(features).sum(axis=1))

    def probability(self, features: Floats) -> Floats:
        """Calibrated probability, shape (n,)."""
        return sigmoid(self.log_odds(features))

    def as_record(self) -> dict[str, Any]:
        """The model as plain numbers, for a file."""
        record = {name: getattr(self, name) for name in _PLAIN}
        return record | {name: [float(v) for v in getattr(self, name)] for name in _LISTS}


_PLAIN: Final = ("kind", "target", "year", "names", "level", "rows", "events")
_LISTS: Final = ("centre", "scale", "coefficients", "calibration")


def model_from(record: Mapping[str, Any]) -> Model:
    """The model of a record that `Model.as_record` wrote."""
    level, slope = record["calibration"]
    return Model(
        kind=record["kind"],
        target=record["target"],
        year=record["year"],
        names=tuple(record["names"]),
        centre=np.array(record["centre"], dtype=np.float64),
        scale=np.array(record["scale"], dtype=np.float64),
        level=record["level"],
        coefficients=np.array(record["coefficients"], dtype=np.float64),
        calibration=(level, slope),
        rows=record["rows"],
        events=record["events"],
    )


def features_of(kind: str, target: str) -> tuple[str, ...]:
    """Features that a model uses."""
    return {
        "logistic": _ALL,
        "volatility": _VOLATILITY[target],
        "hhi": ("hhi",),
        "base_rate": (),
        "no_suppliers": _NO_SUPPLIERS,
    }[kind]


def fit_model(examples: Examples, kind: str, target: str, year: int) -> Model:
    """The model as it could be fitted before a year: on outcomes up to the year before.

    Parameters
    ----------
    examples : Examples
    kind : str
        One of `MODELS`.
    target : str
        One of `TARGETS`.
    year : int
        First year to be forecast.

    Returns
    -------
    Model
        Fitted on all outcomes before; calibrated on forecasts of the `VALIDATION_YEARS` years before by a
        fit that ended before them.

    Raises
    ------
    DataError
        If there are no outcomes of both kinds before the year, and before its validation years.
    """
    known = ~np.isnan(examples.happened[target]) & (examples.year >= FIRST_YEAR)
    before = known & (examples.year < year)
    start = before & (examples.year < year - VALIDATION_YEARS)
    judged = before & ~start
    if not (start.any() and judged.any()):
        raise DataError(
            f"outlook of {year}: the trade begins too late; outcomes from {FIRST_YEAR} on, and "
            f"{VALIDATION_YEARS} years after the first of them, are needed to fit and calibrate: "
            "ask for a later year"
        )
    if kind == "base_rate":
        return _fitted(examples, kind, target, year, before)
    first = _fitted(examples, kind, target, year, start)
    calibration = platt(first.log_odds(examples.features[judged]), examples.happened[target][judged])
    whole = _fitted(examples, kind, target, year, before, first)
    return replace(whole, calibration=calibration)


def _fitted(
    examples: Examples, kind: str, target: str, year: int, rows: Bools, near: Model | None = None
) -> Model:
    names = features_of(kind, target)
    x = examples.features[rows][:, [_ALL.index(name) for name in names]]
    y = examples.happened[target][rows]
    centre = np.array([np.mean(column[np.isfinite(column)]) for column in x.T])
    x = np.where(np.isfinite(x), x, centre) if names else x
    scale = np.maximum(x.std(axis=0), _LEAST_SCALE)
    begin = None if near is None else (near.level, near.coefficients)
    level, coefficients = fit_logistic((x - centre) / scale if names else x, y, ridge=RIDGE, start=begin)
    return Model(
        kind=kind,
        target=target,
        year=year,
        names=names,
        centre=centre,
        scale=scale,
        level=level,
        coefficients=coefficients,
        calibration=(0.0, 1.0),
        rows=int(rows.sum()),
        events=int(y.sum()),
    )
