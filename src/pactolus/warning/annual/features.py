"""The 24 features of an importer, a code and a year, from the trade of that year and the years before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from pactolus.warning.annual.panel import Floats, Panel
from pactolus.warning.annual.windows import change, earlier, mean, mean_before, rms

__all__ = ["FEATURES", "GROUPS", "Feature", "feature_arrays"]

#: Years of a window.
_WINDOW: Final = 5
#: Bounds of log changes and levels, so that one odd weight does not decide.
_BOUND: Final = 2.0
_WORLD_BOUND: Final = 1.0
_WORLD_LEVEL_BOUND: Final = 1.5
#: A fall and a rise that count in the past as they do in the question.
FALL: Final = float(np.log(0.7))
RISE: Final = float(np.log(1.5))

#: What belongs together, and is summed in the reasons.
GROUPS: Final = {
    "volume volatility": "imports of this importer moved much in the last five years, or fell before",
    "volume level": "imports stand above their own five years, or just rose: what is high comes back",
    "price volatility": "unit values of this importer moved much in the last five years, or rose before",
    "price level": "unit value against its own past, against the world's, and its last moves",
    "world market": "what the world's tonnage and unit value of this code did",
    "size": "a small importer, or a small part of the world",
    "weights repaired": "part of the weights was missing or could not be, and was repaired",
    "suppliers": "concentration, number and political stability of suppliers",
}


@dataclass(frozen=True, slots=True)
class Feature:
    """One feature: id, group, and what it is."""

    id: str
    group: str
    what: str


FEATURES: Final = (
    Feature("volume_change", "volume level", "log change of tonnage, last year"),
    Feature("volume_level", "volume level", "log tonnage less the mean of the five years before"),
    Feature("volume_volatility", "volume volatility", "root mean square of five log changes of tonnage"),
    Feature("past_falls", "volume volatility", "share of the last five years with a fall of 30 % or more"),
    Feature("value_level", "volume level", "log value less the mean of the five years before"),
    Feature("price_change", "price level", "log change of unit value, last year"),
    Feature("price_change_before", "price level", "log change of unit value, the year before last"),
    Feature("price_level", "price level", "log unit value less the mean of the five years before"),
    Feature("price_to_world", "price level", "log unit value less that of the world"),
    Feature("price_move", "price volatility", "size of the last log change of unit value"),
    Feature("price_volatility", "price volatility", "root mean square of five log changes of unit value"),
    Feature("past_rises", "price volatility", "share of the last five years with a rise of 50 % or more"),
    Feature("world_volume_change", "world market", "log change of the world's tonnage, last year"),
    Feature("world_price_change", "world market", "log change of the world's unit value, last year"),
    Feature("world_price_level", "world market", "world's log unit value less the mean of five years before"),
    Feature("world_price_volatility", "world market", "root mean square of five log changes of it"),
    Feature("world_volume_volatility", "world market", "root mean square of five log changes of tonnage"),
    Feature("share_of_world", "size", "log share of the world's value"),
    Feature("size", "size", "log value less the median of all importers and codes in the year"),
    Feature("repaired_share", "weights repaired", "share of value whose weight was repaired"),
    Feature("hhi", "suppliers", "concentration of suppliers by value, 0-1"),
    Feature("top_share", "suppliers", "share of the largest supplier by value"),
    Feature("suppliers", "suppliers", "log number of suppliers"),
    Feature("instability", "suppliers", "country risk of suppliers, weighted by value, 0-1"),
)


def feature_arrays(panel: Panel) -> dict[str, Floats]:
    """Every feature, by id.

    Parameters
    ----------
    panel : Panel
        Trade by code, importer and year.

    Returns
    -------
    dict of ndarray, shape (codes, importers, years)
        In the order of `FEATURES`; not a number where a row lacks what it needs. An entry of year t uses
        rows of years <= t.
    """
    found = {**_volume(panel), **_price(panel), **_world(panel), **_standing(panel)}
    return {one.id: found[one.id] for one in FEATURES}


def _bounded(values: Floats, bound: float = _BOUND) -> Floats:
    return np.clip(values, -bound, bound)


def _crossed(values: Floats, limit: float) -> Floats:
    """1 where a change went beyond the limit, 0 where not, a gap where there is none."""
    beyond = values <= limit if limit < 0 else values >= limit
    return np.where(np.isnan(values), np.nan, beyond.astype(np.float64))


def _volume(panel: Panel) -> dict[str, Floats]:
    volume, value = np.log(panel.tonnes), np.log(panel.value)
    moved = change(volume)
    return {
        "volume_change": _bounded(moved),
        "volume_level": _bounded(volume - mean_before(volume, _WINDOW)),
        "volume_volatility": rms(_bounded(moved), _WINDOW),
        "past_falls": mean(_crossed(moved, FALL), _WINDOW),
        "value_level": _bounded(value - mean_before(value, _WINDOW)),
    }


def _price(panel: Panel) -> dict[str, Floats]:
    price = np.log(panel.unit_value)
    moved = change(price)
    return {
        "price_change": _bounded(moved),
        "price_change_before": _bounded(earlier(moved)),
        "price_level": _bounded(price - mean_before(price, _WINDOW)),
        "price_to_world": _bounded(price - np.log(panel.world_unit_value)),
        "price_move": np.abs(_bounded(moved)),
        "price_volatility": rms(_bounded(moved), _WINDOW),
        "past_rises": mean(_crossed(moved, RISE), _WINDOW),
    }


def _world(panel: Panel) -> dict[str, Floats]:
    """The same for every importer of a code and year that has imports."""
    volume, price = np.log(panel.world_tonnes), np.log(panel.world_unit_value)
    moved, priced = change(volume), change(price)
    found = {
        "world_volume_change": _bounded(moved, _WORLD_BOUND),
        "world_price_change": _bounded(priced, _WORLD_BOUND),
        "world_price_level": _bounded(price - mean_before(price, _WINDOW), _WORLD_LEVEL_BOUND),
        "world_price_volatility": rms(_bounded(priced), _WINDOW),
        "world_volume_volatility": rms(_bounded(moved), _WINDOW),
    }
    return {name: np.where(np.isnan(panel.value), np.nan, values) for name, values in found.items()}


def _standing(panel: Panel) -> dict[str, Floats]:
    value = np.log(panel.value)
    return {
        "share_of_world": value - np.log(panel.world_value),
        "size": value - _median_of_year(np.where(panel.judged, value, np.nan)),
        "repaired_share": panel.repaired_share,
        "hhi": panel.hhi,
        "top_share": panel.top_share,
        "suppliers": np.log(panel.suppliers),
        "instability": panel.instability,
    }


def _median_of_year(values: Floats) -> Floats:
    """The median of each year over all codes and importers; a gap where there is none."""
    known = ~np.isnan(values)
    years = [
        np.median(values[..., t][known[..., t]]) if known[..., t].any() else np.nan for t in _last(values)
    ]
    return np.array(years)


def _last(values: Floats) -> range:
    return range(values.shape[-1])
