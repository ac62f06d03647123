"""Models of every year, and how far past years lay from what they promised: fitted, or read as stored."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from pactolus.network.derive import incomplete_years
from pactolus.runs.progress import Progress, silent
from pactolus.warning.annual.features import FEATURES
from pactolus.warning.annual.logistic import level_shift
from pactolus.warning.annual.models import Examples, Model, examples_of, fit_model, model_from
from pactolus.warning.annual.outcomes import TARGETS, outcomes
from pactolus.warning.annual.panel import Panel

if TYPE_CHECKING:
    from pactolus.catalogue.world import World

__all__ = [
    "FIRST_FORECAST",
    "KINDS",
    "LEAST_YEARS",
    "METHOD",
    "Fits",
    "as_text",
    "examples_in",
    "fit_years",
    "stored_fits",
]

#: Raised whenever features, outcomes or fit change their numbers.
METHOD: Final = 1
#: First year that is forecast to learn how far years lie apart.
FIRST_FORECAST: Final = 2005
#: Models that are kept.
KINDS: Final = ("logistic", "volatility", "hhi", "base_rate")
#: Fewer past years give no range.
LEAST_YEARS: Final = 5
_FILE: Final = Path(__file__).parents[1] / "data" / "outlook.json"
_DIGITS: Final = 10


@dataclass(frozen=True, kw_only=True)
class Fits:
    """Models by target, kind and first forecast year, and the shift of every past year's log-odds."""

    vintage: str
    """Of the world they were fitted on."""
    repaired: bool
    """Were repaired weights at hand?"""
    models: Mapping[tuple[str, str, int], Model]
    shifts: Mapping[tuple[str, int], float]
    """By target and year: what its forecasts lacked to promise as many events as there were."""

    def model(self, target: str, kind: str, year: int) -> Model:
        """The model of one year."""
        return self.models[target, kind, year]

    def swing(self, target: str, year: int) -> tuple[float, float] | None:
        """Lowest and highest shift of the years before `year`; None with too few of them."""
        past = [shift for (of, when), shift in self.shifts.items() if of == target and when < year]
        return (min(past), max(past)) if len(past) >= LEAST_YEARS else None


def examples_in(world: World, panel: Panel) -> Examples:
    """The judged rows of a world, with the years that its corrections flag as incomplete censored."""
    flagged = incomplete_years(world.table("corrections")) if "corrections" in world.tables else []
    return examples_of(panel, outcomes(panel, incomplete=flagged))


def fit_years(
    examples: Examples,
    years: Iterable[int],
    *,
    vintage: str,
    repaired: bool = True,
    kinds: Iterable[str] = KINDS,
    progress: Progress = silent,
) -> Fits:
    """Models of every year asked, each on what was known before it.

    Parameters
    ----------
    examples : Examples
    years : iterable of int
        Years to be forecast; those whose outcomes are known give a shift.
    vintage : str
        Of the world the examples are from.
    repaired : bool
        Were repaired weights at hand?
    kinds : iterable of str
    progress : Progress

    Raises
    ------
    DataError
        If a year lies too early (`fit_model`).
    """
    models: dict[tuple[str, str, int], Model] = {}
    shifts: dict[tuple[str, int], float] = {}
    wanted, kept = list(years), list(kinds)
    for done, year in enumerate(wanted):
        progress("outlook", done, len(wanted))
        for target in TARGETS:
            models |= {(target, kind, year): fit_model(examples, kind, target, year) for kind in kept}
            rows = (examples.year == year) & ~np.isnan(examples.happened[target])
            if "logistic" in kept and 0 < np.nansum(examples.happened[target][rows]) < rows.sum():
                scores = models[target, "logistic", year].log_odds(examples.features[rows])
                shifts[target, year] = level_shift(scores, examples.happened[target][rows])
    return Fits(
        vintage=vintage,
        repaired=repaired,
        models=MappingProxyType(models),
        shifts=MappingProxyType(shifts),
    )


def as_text(fits: Fits, origin: str) -> str:
    """The file of fits: JSON, one model a line, numbers with ten digits.

    Parameters
    ----------
    fits : Fits
    origin : str
        What was fitted on what, by what.
    """
    head = {
        "method": METHOD,
        "vintage": fits.vintage,
        "repaired": fits.repaired,
        "origin": origin,
        "seed": "none: nothing is drawn",
        "features": [one.id for one in FEATURES],
        "shifts": [[*key, _short(shift)] for key, shift in fits.shifts.items()],
    }
    lines = [f'"{name}": {json.dumps(value)}' for name, value in head.items()]
    models = ",\n".join(json.dumps(_shortened(one.as_record())) for one in fits.models.values())
    return "{" + ",\n".join(lines) + f',\n"models": [\n{models}\n]}}\n'


def _shortened(record: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _short(value) for name, value in record.items()}


def _short(value: Any) -> Any:
    if isinstance(value, float):
        return float(f"{value:.{_DIGITS}g}")
    return [_short(one) for one in value] if isinstance(value, list) else value


def stored_fits(world: World, file: Path = _FILE) -> Fits | None:
    """The fits that the package carries, if they are of this world and of this method; else None."""
    record = json.loads(file.read_text(encoding="utf-8"))
    known = record["method"] == METHOD and record["features"] == [one.id for one in FEATURES]
    repaired = "repairs" in world.derived_tables
    if not known or record["vintage"] != world.vintage or record["repaired"] != repaired:
        return None
    models = [model_from(one) for one in record["models"]]
    return Fits(
        vintage=record["vintage"],
        repaired=record["repaired"],
        models=MappingProxyType({(one.target, one.kind, one.year): one for one in models}),
        shifts=MappingProxyType({(target, year): shift for target, year, shift in record["shifts"]}),
    )
