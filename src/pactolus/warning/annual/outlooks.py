"""The outlook of some importers for one year: probabilities, reasons, and how good such outlooks were."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from pactolus.errors import OptionError, UnknownTermError
from pactolus.network.derive import incomplete_years
from pactolus.runs.progress import Progress, silent
from pactolus.terms.countries import importers_named
from pactolus.terms.minerals import resolve_minerals
from pactolus.warning.annual.backtest import TEST_YEARS, score_table, trial
from pactolus.warning.annual.fits import FIRST_FORECAST, KINDS, Fits, examples_in, fit_years, stored_fits
from pactolus.warning.annual.lines import OUTLOOK_SCHEMA, REASON_SCHEMA, Year, outlook_rows, reason_rows
from pactolus.warning.annual.models import Examples
from pactolus.warning.annual.outcomes import TARGETS
from pactolus.warning.annual.panel import Panel, panel_of_world

if TYPE_CHECKING:
    from pactolus.catalogue.world import World

__all__ = ["FIRST_OUTLOOK", "Outlook", "outlook"]

#: First year that can be asked for: five forecast years lie before it.
FIRST_OUTLOOK: Final = FIRST_FORECAST + 5


@dataclass(frozen=True, kw_only=True)
class Outlook:
    """What may happen in one year to the imports of some importers."""

    year: int
    members: tuple[str, ...]
    table: pl.DataFrame
    """One row a target, member, mineral and code, the likeliest first: `probability` that tonnage falls by
    30 % or more (``volume``) or unit value rises by 50 % or more (``value``) against the year before,
    `low` and `high` (the same in the calmest and the worst of the past years), `volatility_only`, `hhi_only`,
    `base_rate`; `alert` (among the likeliest tenth of all importers), `reasons`, `noise`, `outcome` where the
    year is over."""
    reasons: pl.DataFrame
    """One row a group of features: what it adds to the log-odds of the mean, and its strongest feature."""
    scores: pl.DataFrame
    """How good such forecasts were on 2019-2023: of the members, then of all; a reproduction, not a claim."""
    notes: tuple[str, ...]
    """What a reader must know."""


def outlook(
    world: World,
    members: str | Sequence[str],
    year: int | None = None,
    *,
    minerals: str | Sequence[str] = "critical",
    targets: Sequence[str] = tuple(TARGETS),
    seed: int = 0,
    scored: bool = True,
    progress: Progress = silent,
) -> Outlook:
    """Probability that imports fall, or their unit value rises, next year.

    Parameters
    ----------
    world : World
        With ``trade`` and ``governance``.
    members : str or sequence of str
        Countries or coalitions; a coalition stands for its members, one by one.
    year : int, optional
        Year of the outlook; the year after the last trade if omitted. Nothing dated in it or later is used.
    minerals : str or sequence of str
        Names, groups or ``all``.
    targets : sequence of str
        Of ``volume`` and ``value``.
    seed : int
        Root of the draws of the intervals of scores.
    scored : bool
        Without scores `scores` is empty, `notes` do not tell the skill, and half the time is saved.
    progress : Progress

    Returns
    -------
    Outlook

    Raises
    ------
    InputError
        If a member, mineral or target is unknown, or the year cannot be forecast.
    NoAnswerError
        If the world holds no trade.

    Notes
    -----
    Logistic regression with a ridge penalty on 24 features, fitted on all outcomes before the year and
    calibrated on forecasts of the last four of them. [1] Outcomes without a record are censored.

    References
    ----------
    .. [1] ``docs/explanation/outlook.md``: features, outcomes, scores and failures.
    """
    who = importers_named(members)
    ids = resolve_minerals(minerals if isinstance(minerals, str) else list(minerals))
    for target in targets:
        if target not in TARGETS:
            raise UnknownTermError.of("target", target, TARGETS, where="outlook")
    panel = panel_of_world(world)
    asked = _year(year, panel)
    examples = examples_in(world, panel)
    fits, stored = _fits(world, examples, asked, progress)
    rows: list[dict[str, Any]] = []
    reasons: list[dict[str, Any]] = []
    for target in targets:
        found = Year(target=target, year=asked, panel=panel, examples=examples, fits=fits)
        said = outlook_rows(found, who, ids)
        rows, reasons = rows + said, reasons + reason_rows(found, said)
    scores = _scores(fits, examples, panel, who, targets if scored else (), seed)
    return Outlook(
        year=asked,
        members=who,
        table=pl.DataFrame(rows, schema=OUTLOOK_SCHEMA),
        reasons=pl.DataFrame(reasons, schema=REASON_SCHEMA),
        scores=scores,
        notes=(*_skill(scores), *_warnings(world, asked, stored)),
    )


def _year(year: int | None, panel: Panel) -> int:
    last = panel.years[-1] + 1
    if year is None:
        return last
    if not FIRST_OUTLOOK <= year <= last:
        raise OptionError(
            f"year: {year} cannot be forecast with this world; trade runs to {last - 1}, so ask for "
            f"{FIRST_OUTLOOK} to {last}"
        )
    return year


def _fits(world: World, examples: Examples, year: int, progress: Progress) -> tuple[Fits, bool]:
    """Fits of this world, and whether they were stored."""
    found = stored_fits(world)
    if found is not None:
        return found, True
    years = sorted({*range(FIRST_FORECAST, year + 1), TEST_YEARS[0]})
    wanted = [one for one in years if one <= examples.year.max()]
    repaired = "repairs" in world.derived_tables
    return fit_years(examples, wanted, vintage=world.vintage, repaired=repaired, progress=progress), False


def _scores(
    fits: Fits, examples: Examples, panel: Panel, who: tuple[str, ...], targets: Sequence[str], seed: int
) -> pl.DataFrame:
    """Scores of the test years, by models fitted before the first of them."""
    first, last = TEST_YEARS
    trials = []
    for target in targets:
        models = {kind: {first: fits.model(target, kind, first)} for kind in KINDS}
        trials.append(trial(examples, target, models, first, last))
    return score_table(trials, examples, panel, who, seed=seed)


def _skill(scores: pl.DataFrame) -> list[str]:
    """The members' own skill with its base rate, one line a target; for all importers in the same line."""
    lines = []
    for target in scores["target"].unique(maintain_order=True):
        said = []
        for who in scores["who"].unique(maintain_order=True):
            row = scores.filter(target=target, who=who, model="logistic").row(0, named=True)
            other = scores.filter(target=target, who=who, model="volatility").row(0, named=True)
            if row["pr_auc"] is None:
                said.append(f"{who}: no events to score in {row['n']} rows")
                continue
            said.append(
                f"{who}: average precision {row['pr_auc']:.3f} at a base rate of {row['base_rate']:.3f}, "
                f"volatility alone {other['pr_auc']:.3f} ({row['n']:,} rows{_separated(row)})"
            )
        lines.append(f"{target}, tested on {row['years']}: {'; '.join(said)}")
    return lines


def _separated(row: dict[str, Any]) -> str:
    """The interval of the gain, and what may be said of it."""
    if row["over_low"] is None:
        return ""
    low, high = row["over_low"], row["over_high"]
    said = "" if low > 0 else ", worse than it" if high < 0 else ", not separated"
    return f"; gain {low:+.3f} to {high:+.3f}{said}"


def _warnings(world: World, year: int, stored: bool) -> list[str]:
    notes = [
        "low and high: the same outlook in the calmest and the worst of the past years; years for everybody "
        "cannot be foreseen",
        "part of the skill is wrong weights that correct themselves; see the column noise",
    ]
    flagged = incomplete_years(world.table("corrections")) if "corrections" in world.tables else []
    if year - 1 in flagged:
        notes.append(f"trade of {year - 1} is flagged as incomplete: countries that report late are missing")
    if not stored:
        notes.append("this world has no stored fit, so it was fitted now")
    return notes
