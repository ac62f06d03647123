"""Renew the tables of docs/explanation/outlook.md, computed from the embedded world.

Usage: python tools/outlook_page.py [--check]
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402

from pactolus.catalogue.world import World, open_world  # noqa: E402
from pactolus.terms.hs_codes import hs_codes  # noqa: E402
from pactolus.warning.annual.backtest import (  # noqa: E402
    TEST_YEARS,
    Trial,
    commodities,
    gap_interval,
    of_importers,
    restricted,
    score_row,
    trial,
)
from pactolus.warning.annual.features import FEATURES, GROUPS  # noqa: E402
from pactolus.warning.annual.fits import Fits, examples_in, stored_fits  # noqa: E402
from pactolus.warning.annual.lines import NOISE, noise_of  # noqa: E402
from pactolus.warning.annual.logistic import sigmoid  # noqa: E402
from pactolus.warning.annual.models import MODELS, Examples, Model, examples_of, fit_model  # noqa: E402
from pactolus.warning.annual.outcomes import GAPS, TARGETS, outcomes  # noqa: E402
from pactolus.warning.annual.panel import Panel, panel_of_world  # noqa: E402
from pactolus.warning.scoring.ranking import average_precision  # noqa: E402
from tools.reference_pages import table  # noqa: E402
from tools.renewing import interval, main_of, number, renewed_by  # noqa: E402

PAGE: Final = "docs/explanation/outlook.md"
MEMBERS: Final = ("KOR", "JPN")
#: Average precision to be reached on the test years, and above the volatility alone.
GOALS: Final = {"volume": (0.44, 0.02), "value": (0.30, 0.04)}
#: What the study that we reproduce measured: average precision of all, of KOR+JPN, and its base rate.
STUDY: Final = {"volume": ("0.448", "0.279", "0.14"), "value": ("0.311", "0.222", "0.11")}
_VALUE_STOOD: Final = float(np.log(0.9))
_FAILURES: Final = 12


@dataclass(frozen=True)
class Results:
    """Everything the page shows, computed once."""

    world: World

    @cached_property
    def panel(self) -> Panel:
        return panel_of_world(self.world)

    @cached_property
    def examples(self) -> Examples:
        return examples_in(self.world, self.panel)

    @cached_property
    def fits(self) -> Fits:
        found = stored_fits(self.world)
        if found is None:
            raise SystemExit("the stored fits are of another world; run 'python tools/fit_outlook.py' first")
        return found

    def model(self, kind: str, target: str, year: int) -> Model:
        """A stored model, or one that is not kept."""
        if (target, kind, year) in self.fits.models:
            return self.fits.model(target, kind, year)
        return fit_model(self.examples, kind, target, year)

    @cached_property
    def test(self) -> Mapping[str, Trial]:
        """The test years by models fitted before the first of them."""
        return {target: self._trial(target, *TEST_YEARS, tuple(MODELS)) for target in TARGETS}

    @cached_property
    def validation(self) -> Mapping[str, Trial]:
        """The years on which settings were chosen."""
        return {target: self._trial(target, 2015, 2018, ("logistic", "volatility")) for target in TARGETS}

    def _trial(self, target: str, first: int, last: int, kinds: Collection[str]) -> Trial:
        models = {kind: {first: self.model(kind, target, first)} for kind in kinds}
        return trial(self.examples, target, models, first, last)

    @cached_property
    def rolling(self) -> Mapping[str, Trial]:
        """The test years, each by models fitted up to the year before it."""
        years = range(TEST_YEARS[0], TEST_YEARS[1] + 1)
        kinds = ("logistic", "volatility")
        return {
            target: trial(
                self.examples,
                target,
                {kind: {year: self.model(kind, target, year) for year in years} for kind in kinds},
                *TEST_YEARS,
            )
            for target in TARGETS
        }

    def part(self, found: Trial, importers: Collection[str] | None) -> Trial:
        """The rows of some importers; all if none is named."""
        return found if importers is None else of_importers(found, self.examples, self.panel, importers)

    def gap(self, found: Trial, other: str) -> tuple[float, float, float] | None:
        """Gain of ours over another model, commodities drawn."""
        group = commodities(self.panel)[self.examples.code[found.rows]]
        return gap_interval(found, "logistic", other, group)


def verdict(gap: tuple[float, float, float] | None) -> str:
    """A word only if the interval excludes zero."""
    if gap is None or gap[1] <= 0 <= gap[2]:
        return "not separated"
    return "better" if gap[1] > 0 else "worse"


def _ap(found: Trial, kind: str) -> float:
    return average_precision(found.happened, found.probability[kind])


def targets(r: Results) -> str:
    """What was to be reached, and what was."""
    rows = []
    for target, (least, gain) in GOALS.items():
        found = r.test[target]
        ours, volatility = _ap(found, "logistic"), _ap(found, "volatility")
        rows += [
            _goal(f"{target}: average precision", ours, least),
            _goal(f"{target}: more than volatility alone", ours - volatility, gain),
        ]
    return table(["what", "measured", "at least", "met"], rows)


def _goal(what: str, measured: float, least: float) -> tuple[str, str, str, str]:
    return (what, f"{measured:.3f}", f"{least:.2f}", "yes" if measured >= least else "no")


def members(r: Results) -> str:
    """Scores of Korea and Japan, together and apart."""
    groups = {"KOR+JPN": MEMBERS, "KOR": ("KOR",), "JPN": ("JPN",)}
    parts = {(target, who): r.part(r.test[target], of) for target in TARGETS for who, of in groups.items()}
    kinds = ("base_rate", "hhi", "volatility", "logistic")
    rows = []
    for key, part in parts.items():
        gap = r.gap(part, "volatility")
        scores = [f"{_ap(part, kind):.3f}" for kind in kinds]
        size = (f"{part.happened.size:,}", int(part.happened.sum()))
        rows.append((*key, *size, *scores, interval(gap), verdict(gap)))
    heads = ["target", "who", "rows", "events", "base rate", "HHI", "volatility", "logistic"]
    study = ", ".join(f"{one} {of} at {base}" for one, (_, of, base) in STUDY.items())
    text = f"The study: {study} for KOR+JPN, gaps counted as events."
    return f"{table([*heads, 'gain over volatility', 'ours is'], rows)}\n\n{text}"


def everybody(r: Results) -> str:
    """Every score of every model, all importers."""
    names = ("base_rate", "pr_auc", "roc_auc", "brier", "top_tenth", "pod", "far", "csi", "hss")
    rows = []
    for found in r.test.values():
        for kind in ("base_rate", "hhi", "volatility", "no_suppliers", "logistic"):
            row = score_row(found, kind, "all")
            rows.append((row["target"], kind.replace("_", " "), *(number(row[name]) for name in names)))
    heads = ["target", "model", "base rate", "average precision", "ROC", "Brier", "hits in top tenth"]
    sizes = "; ".join(
        f"{t}: {f.happened.size:,} rows, {f.happened.sum():,} events" for t, f in r.test.items()
    )
    return f"{sizes}.\n\n{table([*heads, 'POD', 'FAR', 'CSI', 'HSS'], rows)}"


def gaps(r: Results) -> str:
    """What ours gains, with intervals that draw commodities."""
    rows = []
    for target, found in r.test.items():
        for other in ("hhi", "volatility", "no_suppliers"):
            for who, importers in (("all", None), ("KOR+JPN", MEMBERS)):
                gap = r.gap(r.part(found, importers), other)
                rows.append((target, who, other.replace("_", " "), interval(gap), verdict(gap)))
    return table(["target", "who", "against", "gain in average precision, 95 %", "ours is"], rows)


def splits(r: Results) -> str:
    """Validation and test; the test with a fit of every year; the test with gaps counted as the study did."""
    rows = []
    for target in TARGETS:
        for name, found in (
            ("2015–2018, settings chosen here", r.validation[target]),
            ("2019–2023, fitted up to 2018", r.test[target]),
            ("2019–2023, fitted anew every year", r.rolling[target]),
            ("2019–2023, gaps counted as events", _as_studied(r, target)),
        ):
            scores = [f"{_ap(found, kind):.3f}" for kind in ("volatility", "logistic")]
            rows.append((target, name, f"{found.happened.size:,}", f"{found.happened.mean():.3f}", *scores))
    study = ", ".join(f"{target} {of}" for target, (of, _, _) in STUDY.items())
    text = f"The study's logistic regression: {study}."
    heads = ["target", "years and fit", "rows", "base rate", "volatility", "logistic"]
    return f"{table(heads, rows)}\n\n{text}"


def _as_studied(r: Results, target: str) -> Trial:
    """The test with vanished flows counted as falls."""
    examples = examples_of(r.panel, outcomes(r.panel, censor=False))
    first = TEST_YEARS[0]
    models = {kind: {first: fit_model(examples, kind, target, first)} for kind in ("logistic", "volatility")}
    return trial(examples, target, models, *TEST_YEARS)


def by_year(r: Results) -> str:
    """Every test year by itself: what was promised, what happened, and whether the range held it."""
    rows = []
    for target, found in r.rolling.items():
        years = r.examples.year[found.rows]
        for year in range(TEST_YEARS[0], TEST_YEARS[1] + 1):
            part = restricted(found, years == year)
            low, high = _promised_range(r, target, part, year)
            rate = float(part.happened.mean())
            held = "yes" if low <= rate <= high else "no"
            scores = [f"{_ap(part, kind):.3f}" for kind in ("volatility", "logistic")]
            promised = f"{part.probability['logistic'].mean():.3f}"
            rows.append((target, year, promised, f"{low:.3f}–{high:.3f}", f"{rate:.3f}", held, *scores))
    heads = ["target", "year", "promised", "range", "happened", "inside", "volatility", "logistic"]
    return table(heads, rows)


def _promised_range(r: Results, target: str, part: Trial, year: int) -> tuple[float, float]:
    swing = r.fits.swing(target, year)
    assert swing is not None
    own = r.fits.model(target, "logistic", year).log_odds(r.examples.features[part.rows])
    return float(sigmoid(own + min(swing[0], 0)).mean()), float(sigmoid(own + max(swing[1], 0)).mean())


def calibration(r: Results) -> str:
    """Tenths of the test rows by probability: promised and happened."""
    rows = []
    for target, found in r.test.items():
        p = found.probability["logistic"]
        for n, tenth in enumerate(np.array_split(np.argsort(p, kind="stable"), 10), start=1):
            rows.append((target, n, f"{p[tenth].mean():.3f}", f"{found.happened[tenth].mean():.3f}"))
    half = len(rows) // 2
    both = [(n, p, h, q, k) for (_, n, p, h), (_, _, q, k) in zip(rows[:half], rows[half:], strict=True)]
    heads = ["tenth", "volume: promised", "happened", "value: promised", "happened"]
    return table(heads, both)


def counted(r: Results) -> str:
    """Rows that are judged, censored and events."""
    found = r.examples
    windows = {"1997–2014": (1997, 2014), "2015–2018": (2015, 2018), "2019–2023": TEST_YEARS}
    inside = {name: (found.year >= a) & (found.year <= b) for name, (a, b) in windows.items()}
    fell = found.happened["volume"] == 1
    lines: list[tuple[str, Callable[[np.ndarray], str]]] = [
        ("importers and codes judged", lambda w: f"{w.sum():,}"),
        *(
            (f"censored, `{gap}`", lambda w, n=n: f"{(w & (found.gap == n)).sum():,}")
            for n, gap in enumerate(GAPS, start=1)
        ),
        ("volume fell by 30 % or more", lambda w: f"{(w & fell).sum():,}"),
        (
            "of these, value fell by less than 10 %, or rose",
            lambda w: f"{np.mean(found.value_change[w & fell] > _VALUE_STOOD):.1%}",
        ),
        ("unit value rose by 50 % or more", lambda w: f"{(w & (found.happened['value'] == 1)).sum():,}"),
    ]
    rows = [(name, *(count(window) for window in inside.values())) for name, count in lines]
    return table(["", *windows], rows)


def noise(r: Results) -> str:
    """Alerts of the test years with and without a doubt about the weights."""
    rows = []
    for target, found in r.test.items():
        at = (r.examples.code[found.rows], r.examples.importer[found.rows])
        base = r.examples.year[found.rows] - 1 - r.panel.years[0]
        doubts = {name: values[*at, base] for name, values in noise_of(r.panel).items()}
        doubts["none"] = ~np.logical_or.reduce(list(doubts.values()))
        for name, doubted in doubts.items():
            alert = found.alert["logistic"] & doubted
            rows.append(
                (
                    target,
                    f"`{name}`" if name in NOISE else name,
                    f"{doubted.mean():.1%}",
                    f"{found.happened[doubted].mean():.3f}",
                    f"{alert.sum():,}",
                    f"{found.happened[alert].mean():.3f}",
                    f"{_ap(restricted(found, doubted), 'logistic'):.3f}",
                )
            )
    heads = [
        "target",
        "doubt",
        "share of rows",
        "base rate",
        "alerts",
        "of these events",
        "average precision",
    ]
    return table(heads, rows)


def features(r: Results) -> str:
    """What a standard deviation of each feature adds to the log-odds, in the last fit."""
    last = max(year for _, _, year in r.fits.models)
    models = [r.fits.model(target, "logistic", last) for target in TARGETS]
    rows = [
        (
            f"`{one.id}`",
            one.group,
            one.what,
            *(f"{m.calibration[1] * m.coefficients[n]:+.2f}" for m in models),
        )
        for n, one in enumerate(FEATURES)
    ]
    groups = table(["group", "raises the odds when"], GROUPS.items())
    return f"{groups}\n\nFit for {last}.\n\n{table(['feature', 'group', 'what', *TARGETS], rows)}"


def failed(r: Results) -> str:
    """Falls of Korean and Japanese imports that had no alert, largest value first."""
    found = r.part(r.test["volume"], MEMBERS)
    missed = found.happened & ~found.alert["logistic"]
    rows = [_miss(r, found, int(n)) for n in np.flatnonzero(missed)]
    rows.sort(key=lambda row: -row[0])
    shown = [row[1:] for row in rows[:_FAILURES]]
    alerts = int(found.alert["logistic"].sum())
    false = int((found.alert["logistic"] & ~found.happened).sum())
    events = int(found.happened.sum())
    text = (
        f"Of {events} falls of volume in Korea and Japan {int(missed.sum())} had no alert; of "
        f"{alerts} alerts {false} were false. The {_FAILURES} largest misses by value of the year before:"
    )
    heads = ["year", "importer", "minerals", "code", "value before, USD M", "volume", "value", "probability"]
    return f"{text}\n\n{table(heads, shown)}"


def _miss(r: Results, found: Trial, n: int) -> tuple[float, int, str, str, str, str, str, str, str]:
    at = found.rows[n]
    code, year = r.panel.codes[r.examples.code[at]], int(r.examples.year[at])
    place = (r.examples.code[at], r.examples.importer[at])
    before, after = year - 1 - r.panel.years[0], year - r.panel.years[0]
    usd = float(r.panel.value[*place, before])
    volume = r.panel.tonnes[*place, after] / r.panel.tonnes[*place, before] - 1
    value = r.panel.value[*place, after] / usd - 1
    minerals = ", ".join(hs_codes()[code].minerals)
    name = r.panel.importers[place[1]]
    said = f"{found.probability['logistic'][n]:.2f}"
    return (usd, year, name, minerals, code, f"{usd / 1e6:,.0f}", f"{volume:+.0%}", f"{value:+.0%}", said)


PARTS: Final[Mapping[str, Callable[[Results], str]]] = {
    "members": members,
    "targets": targets,
    "everybody": everybody,
    "gaps": gaps,
    "splits": splits,
    "by-year": by_year,
    "calibration": calibration,
    "failed": failed,
    "noise": noise,
    "counted": counted,
    "features": features,
}


def renewed(results: Results, text: str) -> str:
    """The page as it should read now."""
    return renewed_by(PARTS, results, text)


def main() -> int:
    """Renew the page, or only say whether it is out of date."""
    return main_of(__doc__ or "", "outlook_page.py", PAGE, lambda text: renewed(Results(open_world()), text))


if __name__ == "__main__":
    sys.exit(main())
