"""The loss of a year by month, and what remains of it in the second and third year.

    year 1:        lost_k = L w_k,   w_k = (1 - f_k) / sum over the first 12 months of (1 - f)
    month before:  lost_k = -(f_k - 1) b / 12           more than usual arrives
    years 2, 3:    lost_k = beta_h (1 - f_k) b / 12

`L` is the loss of the first year (`losses`), `f_k` the factor of an exporter's usual month (`profile`), `b`
what the importer bought of what is cut. The errors of the rule are spread evenly over the months, no month
loses more than a usual one, and the ups and downs of single months are not in the range. `beta_h` is the part
of a direct loss that was still there in year h after past events: 0.22 (standard error 0.11) and 0.13 (0.10);
years 2 and 3 are hardly told from nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from pactolus.disruption.effects.profile import monthly_profile, spread_over_months
from pactolus.disruption.scenarios.scenario import KINDS

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

    from pactolus.disruption.effects.cuts import Hit
    from pactolus.disruption.effects.losses import Drawn
    from pactolus.disruption.effects.stresses import Stress

    Floats = NDArray[np.float64]

__all__ = ["HORIZON", "MONTH_COLUMNS", "PASS_THROUGH", "by_month"]

#: Columns of `by_month`.
MONTH_COLUMNS: Final = (
    "scenario",
    "mineral",
    "stage",
    "importer",
    "month",
    "lost_low_t",
    "lost_t",
    "lost_high_t",
    "basis",
    "status",
)
#: Months that are looked at, at most.
HORIZON: Final = 36
#: Year after the start -> low, mid and high part of a direct loss that remains (80 %, standard errors of the
#: study alone).
PASS_THROUGH: Final = {2: (0.079, 0.22, 0.361), 3: (0.0, 0.13, 0.258)}
_YEAR: Final = 12
_TAILS: Final = (0.1, 0.9)


def by_month(found: Stress) -> pl.DataFrame:
    """Losses by month of a stress.

    Parameters
    ----------
    found : Stress

    Returns
    -------
    polars.DataFrame
        `MONTH_COLUMNS`, one row an importer and month from the month before the first shock on; a negative
        loss is an early purchase. The twelve months from a shock's start add up to its loss of the year,
        less what a month that loses all it has cannot lose.
        `basis` says whether the profile of months was fitted or assumed.
    """
    import polars as pl

    rows: list[dict[str, Any]] = []
    for row in found.losses.iter_rows(named=True):
        if row["base_t"] is None:
            continue
        drawn = found.drawn[row["mineral"], row["stage"]]
        head = {key: row[key] for key in ("scenario", "mineral", "stage", "importer", "status")}
        sums: dict[date, list[float]] = {}
        for hit, annual, bought in _parts(row, drawn):
            for month, *tonnes in _path(hit, annual, bought):
                summed = sums.setdefault(month, [0.0, 0.0, 0.0])
                for place, value in enumerate(tonnes):
                    summed[place] += value
        usual = row["base_t"] / _YEAR
        below, above = (_beside(row, end) / _YEAR for end in ("low", "high"))
        basis = "; ".join(dict.fromkeys(monthly_profile(_kind(hit)).basis for hit in drawn.hits))
        for month, (low, mid, high) in sorted(sums.items()):
            lost = [min(one, usual) for one in (low + below, mid, high + above)]
            ends = dict(zip(("lost_low_t", "lost_t", "lost_high_t"), lost, strict=True))
            rows.append(head | ends | {"month": month, "basis": basis})
    texts = ("scenario", "mineral", "stage", "importer", "basis", "status")
    schema: dict[str, Any] = {n: pl.String if n in texts else pl.Float64 for n in MONTH_COLUMNS}
    schema["month"] = pl.Date
    return pl.DataFrame([{name: row.get(name) for name in MONTH_COLUMNS} for row in rows], schema=schema)


def _beside(row: Mapping[str, Any], end: str) -> float:
    """How far an end of the year's interval lies from the loss; nothing where there is none. [t]"""
    ends = row[f"lost_{end}_t"]
    return 0.0 if ends is None else float(ends - row["lost_t"])


def _kind(hit: Hit) -> str:
    """Ways and surges have no months of their own: their loss is spread evenly, as an outage's is."""
    return hit.shock.kind if hit.shock.kind in KINDS else "outage"


def _parts(row: Mapping[str, Any], drawn: Drawn) -> Iterator[tuple[Hit, tuple[float, float, float], float]]:
    """The loss of a year by shock (low, mid, high over its own draws), and what is bought of what it cuts."""
    import numpy as np

    which = drawn.which(row["importer"])
    total = drawn.trade.total
    takes = [
        float(hit.everybody(total)[:, which].sum() + hit.customers()[:, which].sum()) for hit in drawn.hits
    ]
    whole = sum(takes)
    low, high = (float(one) for one in np.quantile(drawn.lost[:, which].sum(axis=1), _TAILS))
    for hit, take in zip(drawn.hits, takes, strict=True):
        part = take / whole if whole else 0.0
        yield hit, (part * low, part * row["lost_t"], part * high), float(hit.bought[which].sum())


def _path(
    hit: Hit, annual: tuple[float, float, float], bought: float
) -> Iterator[tuple[date, float, float, float]]:
    """Month, low, mid and high: the middle duration, and the range over durations, profile and size."""
    import numpy as np

    cut = min(float(np.median(hit.cuts)), 1.0)
    short, long = (float(one) for one in np.quantile(hit.months, _TAILS))
    span = (min(short, HORIZON), min(long, HORIZON))
    shock = hit.shock
    table = spread_over_months(_kind(hit), cut, shock.announced, shock.start, span).table
    paths: dict[tuple[str, str], dict[int, float]] = {
        (str(name[0]), factor): dict(part.select("k", factor).iter_rows())
        for name, part in table.group_by("duration", maintain_order=True)
        for factor in ("factor_low", "factor", "factor_high")
    }
    mid = _lost(paths["middle", "factor"], annual[1], bought, 1)
    ends = [_lost(path, annual[end], bought, end) for path in paths.values() for end in (0, 2)]
    for k, month in table.select("k", "month").unique().sort("k").iter_rows():
        middle, around = mid.get(k, 0.0), [one.get(k, 0.0) for one in ends]
        yield month, min([middle, *around]), middle, max([middle, *around])


def _lost(path: Mapping[int, float], annual: float, bought: float, end: int) -> dict[int, float]:
    """Tonnes lost by month for one path; `end` 0 low, 1 mid, 2 high of the remaining part of later years."""
    year = sum(1 - path[k] for k in range(_YEAR))
    found = {}
    for k, factor in path.items():
        if k < 0:
            found[k] = (1 - factor) * bought / _YEAR
        elif k < _YEAR:
            found[k] = annual * (1 - factor) / year if year > 0 else 0.0
        else:
            remaining = PASS_THROUGH[min(k // _YEAR + 1, 3)][end]
            found[k] = remaining * (1 - factor) * bought / _YEAR
    return found
