"""The watchlist of a day: for every member which minerals to look at, why, and what to do next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

import polars as pl

from pactolus.policy.register import Register
from pactolus.runs.manifest import as_of_today
from pactolus.terms.countries import importers_named
from pactolus.terms.minerals import resolve_minerals
from pactolus.warning.annual.lines import OUTLOOK_SCHEMA
from pactolus.warning.watching.law import date_reasons, law_reasons
from pactolus.warning.watching.levels import LEVELS
from pactolus.warning.watching.reasons import Reason, as_table, missing_table, raised
from pactolus.warning.watching.series import series_reasons
from pactolus.warning.watching.steps import with_steps
from pactolus.warning.watching.words import Titles, sentence
from pactolus.warning.watching.yearly import cover_reasons, outlook_known, outlook_missing, outlook_reasons

if TYPE_CHECKING:
    from pactolus.catalogue.world import World

__all__ = ["ABSENCE", "Watchlist", "watchlist"]

ABSENCE: Final = "a mineral that is not listed is not thereby safe: `missing` says what could not be judged"
_SIDE: Final = ("mineral", "signal", "partner", "item")


@dataclass(frozen=True, kw_only=True)
class Watchlist:
    """What to look at on a day.

    Attributes
    ----------
    as_of : date
    members : tuple of str
        ISO alpha-3 codes, in the order asked for.
    minerals : tuple of str
    table : DataFrame
        `reasons.COLUMNS`, one row a member, mineral and reason, the gravest first.
    missing : DataFrame
        ``member, mineral, source, status, why, mend``: what could not be judged. An empty member stands for
        all of them.
    outlook : DataFrame
        The whole yearly outlook of the members, alerts or not; empty where there is none.
    titles : mapping
        Measure -> title by language, for sentences in other languages.
    vintage : str
    notes : tuple of str
    """

    as_of: date
    members: tuple[str, ...]
    minerals: tuple[str, ...]
    table: pl.DataFrame
    missing: pl.DataFrame
    outlook: pl.DataFrame
    titles: Titles
    vintage: str
    notes: tuple[str, ...] = ()

    @property
    def sides(self) -> pl.DataFrame:
        """``level, mineral, signal, partner, item``, a level a member, ``difference``; one row a reason.

        An empty level: no such reason for that member. `difference`: ``no``, ``only <members>`` or
        ``level``. In the order of `table`.
        """
        return _sides(self.table, self.members)

    @property
    def shared(self) -> pl.DataFrame:
        """`sides` of the reasons that hold for every member."""
        return self.sides.filter(pl.all_horizontal(*(pl.col(m) != "" for m in self.members)))

    @property
    def differences(self) -> pl.DataFrame:
        """`sides` of the reasons that hold for some members only, or at different levels."""
        return self.sides.filter(pl.col("difference") != "no")


def watchlist(
    world: World,
    members: str | Sequence[str],
    *,
    register: Register,
    as_of: date | None = None,
    minerals: str | Sequence[str] = "critical",
    answers: pl.DataFrame | None = None,
    dates: pl.DataFrame | None = None,
    date_titles: Mapping[str, Mapping[str, str]] | None = None,
    cover: pl.DataFrame | None = None,
    pairs: Mapping[str, str] | None = None,
    seed: int = 0,
) -> Watchlist:
    """What to look at on a day, with what was known then.

    Parameters
    ----------
    world : World
        Its monthly tables are used where it has them.
    members : str or sequence of str
        Countries or coalitions; a coalition stands for its members, one by one.
    register : Register
        Measures; the state of a day is that of the day.
    as_of : date, optional
        Nothing after it is known; today if omitted.
    minerals : str or sequence of str
        Names, groups or ``all``.
    answers : DataFrame, optional
        ``command, name, mineral, exporter``: ready responses and scenarios, the best first.
    dates : DataFrame, optional
        ``day, member, id, source, next``: further dates, such as those of commitments.
    date_titles : mapping, optional
        Id -> title by language, of `dates`.
    cover : DataFrame, optional
        Of `pactolus.warning.signals.cover.cover_days`. It is of declared holdings: the list inherits their
        label.
    pairs : mapping, optional
        Price series outside a control -> series inside it.
    seed : int

    Returns
    -------
    Watchlist

    Raises
    ------
    InputError
        All unknown members at once; unknown minerals.

    Notes
    -----
    The level of a row is that of its rule (`levels.RULES`); nothing is weighted or added up. A reason of a
    stale source, of doubtful weights or of a code that holds other minerals is a ``note`` at most.
    """
    day = as_of or as_of_today()
    who = importers_named(members)
    ids = tuple(resolve_minerals(minerals if isinstance(minerals, str) else list(minerals)))
    months = series_reasons(world, who, ids, day, pairs)
    year = outlook_known(world, who, ids, day, seed)
    covered, uncovered = cover_reasons(cover, who, ids)
    titles = {one.id: one.titles for one in register} | dict(date_titles or {})
    reasons = [*law_reasons(register, who, ids, day), *months.reasons, *covered]
    if year is not None:
        reasons += outlook_reasons(year, *_edition(world))
    if dates is not None:
        reasons += date_reasons(dates, who, titles, day)
    found = with_steps(raised(reasons), answers)
    blank = as_table(found, who, dict.fromkeys((one.key for one in found), ""))
    return Watchlist(
        as_of=day,
        members=who,
        minerals=ids,
        table=blank.with_columns(text=_texts(blank, titles)),
        missing=missing_table([*months.missing, *outlook_missing(year, who, ids), *uncovered]),
        outlook=pl.DataFrame(schema=OUTLOOK_SCHEMA) if year is None else year.table,
        titles=titles,
        vintage=world.vintage,
        notes=(*months.notes, *_said(found), ABSENCE),
    )


def _texts(table: pl.DataFrame, titles: Titles) -> pl.Series:
    return pl.Series(
        "text", [sentence(row, "en", titles) for row in table.iter_rows(named=True)], dtype=pl.String
    )


def _edition(world: World) -> tuple[str, str]:
    origins = [world.origins[one] for one in world.origins_of("trade")]
    said = "; ".join(f"{one.producer}, {one.edition}" for one in origins)
    return f"trade: {said}", origins[0].link if origins else ""


def _said(reasons: Sequence[Reason]) -> list[str]:
    """What must be said first: measures that nobody has confirmed."""
    ids = sorted({one.item for one in reasons if one.rule == "check"})
    if not ids:
        return []
    return [f"unconfirmed, check first: {', '.join(ids)}"]


def _sides(table: pl.DataFrame, members: Sequence[str]) -> pl.DataFrame:
    rows: dict[tuple[str, ...], dict[str, str]] = {}
    for row in table.iter_rows(named=True):
        place = tuple(row[name] for name in _SIDE)
        rows.setdefault(place, {})[row["member"]] = row["level"]
    found = []
    for place, levels in rows.items():
        only = [m for m in members if m in levels]
        same = len(set(levels.values())) == 1
        said = "no" if len(only) == len(members) and same else "level"
        if len(only) < len(members):
            said = f"only {'+'.join(only)}"
        gravest = min(levels.values(), key=LEVELS.index)
        found.append((gravest, *place, *(levels.get(m, "") for m in members), said))
    names = ("level", *_SIDE, *members, "difference")
    return pl.DataFrame(found, schema=dict.fromkeys(names, pl.String), orient="row")
