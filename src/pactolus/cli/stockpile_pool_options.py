"""What ``pactolus stockpile pool`` and ``split`` ask in one way, declared once."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import wraps
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from pactolus.cli.feedback import say
from pactolus.cli.options import Common, Faults, whole
from pactolus.cli.policy_options import OnOption, WorkspaceOption, day_of, register_for
from pactolus.cli.stockpile_options import (
    CodesOption,
    DeclaredOption,
    ExpertOption,
    HoldingsOption,
    ImportersOption,
    MineralsOption,
    SettingsOption,
    StageOption,
    YearOption,
    declared_of,
    expert_of,
    holdings_of,
    levels_of,
    members_of_text,
    places_of_text,
)
from pactolus.errors import InputError, OptionError

if TYPE_CHECKING:
    from pactolus.catalogue.world import World
    from pactolus.disruption.scenarios.reach import Place
    from pactolus.stockpile.members.holdings import HoldingRange
    from pactolus.stockpile.members.needs import Setting
    from pactolus.stockpile.pooling.coalition import PoolTerms
    from pactolus.workspace.labels import Levels

__all__ = ["PoolAsked", "numbers_of", "with_pool_options"]

_NOBODY: tuple[str, ...] = ()
_NOTHING: dict[tuple[str, str, str], float] = {}
_UNSAID: tuple[HoldingRange, ...] = ()
_EQUAL: dict[str, float] = {}

LagOption = Annotated[
    str, typer.Option("--lag", metavar="MONTHS", help="Months that a transfer is under way, 0 to 6.")
]
CapOption = Annotated[
    str, typer.Option("--cap", metavar="PART", help="Part of its free stock that a member has to lend.")
]
KeepingOption = Annotated[
    str | None,
    typer.Option(
        "--keeping",
        metavar="LIST",
        help="What keeping costs in a member, as a multiple of the assumption: JPN=1.2.",
    ),
]
PathsOption = Annotated[
    str, typer.Option("--paths", metavar="N", help="Random paths of 20 years that loans are played on.")
]
StepOption = Annotated[
    str,
    typer.Option(
        "--step-days", metavar="DAYS", help="Width of a level, in days of the smallest member's use."
    ),
]
WorkersOption = Annotated[
    str, typer.Option("--workers", metavar="N", help="Processes; results do not depend on it.")
]
ClusterOption = Annotated[
    str | None,
    typer.Option("--cluster", metavar="ADDRESS", help="Work on a dask cluster: tcp://10.0.0.1:8786."),
]


#: Name -> type and default, in the order of the help.
_OPTIONS: Final[dict[str, tuple[Any, Any]]] = {
    "minerals": (MineralsOption, "natural-graphite"),
    "importers": (ImportersOption, "KOR,JPN"),
    "stage": (StageOption, None),
    "hs_codes": (CodesOption, None),
    "lag": (LagOption, "1"),
    "cap": (CapOption, "0.5"),
    "keeping": (KeepingOption, None),
    "settings": (SettingsOption, "all"),
    "year": (YearOption, None),
    "declared": (DeclaredOption, None),
    "holdings": (HoldingsOption, None),
    "expert": (ExpertOption, None),
    "paths": (PathsOption, "500"),
    "step_days": (StepOption, "5"),
    "workers": (WorkersOption, "1"),
    "cluster": (ClusterOption, None),
    "on": (OnOption, None),
    "workspace": (WorkspaceOption, None),
}


@dataclass(frozen=True, kw_only=True)
class PoolAsked:
    """What both commands are asked in one way."""

    minerals: str
    members: tuple[str, ...]
    stage: str | None
    hs_codes: str | None
    lag_months: int
    cap: float
    keeping: Mapping[str, float]
    settings: Mapping[str, Setting]
    year: int | None
    declared: Mapping[tuple[str, str, str], float]
    levels: Levels | None
    holdings: tuple[HoldingRange, ...]
    named_holdings: bool
    expert: Any
    paths: int
    step_days: float
    workers: int
    cluster: str | None
    day: date
    workspace: str | None

    @classmethod
    def read(cls, faults: Faults, most: int, given: Mapping[str, Any]) -> PoolAsked:
        """The options as values; faults are noted."""
        settings, year = given["settings"], given["year"]
        if settings not in ("all", "mid"):
            faults.note(OptionError(f"--settings: {settings!r}; all or mid"))
        members = faults.of(lambda: _coalition(given["importers"], most), _NOBODY)
        levels = faults.of(lambda: levels_of(given["workspace"]), None)
        return cls(
            minerals=given["minerals"],
            members=members,
            stage=given["stage"],
            hs_codes=given["hs_codes"],
            lag_months=faults.of(lambda: whole("--lag", given["lag"], at_least=0, at_most=6), 1),
            cap=faults.of(lambda: _part("--cap", given["cap"]), 0.5),
            keeping=faults.of(lambda: numbers_of("--keeping", given["keeping"], members), _EQUAL),
            settings=_settings(settings),
            year=faults.of(
                lambda: whole("--year", year, at_least=1900, at_most=2100) if year else None, None
            ),
            declared=faults.of(lambda: declared_of(given["declared"], members), _NOTHING),
            levels=levels,
            holdings=faults.of(
                lambda: holdings_of(given["holdings"], given["workspace"], members, levels), _UNSAID
            ),
            named_holdings=given["holdings"] is not None,
            expert=faults.of(lambda: expert_of(given["expert"]), None),
            paths=faults.of(lambda: whole("--paths", given["paths"], at_least=2, at_most=1_000_000), 2),
            step_days=faults.of(lambda: _width(given["step_days"]), 5.0),
            workers=faults.of(lambda: whole("--workers", given["workers"], at_least=1, at_most=256), 1),
            cluster=given["cluster"],
            day=faults.of(lambda: day_of("--on", given["on"]), date.min),
            workspace=given["workspace"],
        )

    def need_holdings(self, faults: Faults, table: str, tables: Sequence[str]) -> None:
        """Note it where a table begins from stocks and nobody says what is held."""
        if table in tables and not self.holdings and not faults:
            faults.note(
                OptionError(f"--table {table}: nobody says what is held; give --holdings FILE or a workspace")
            )

    def terms(self, seed: int, **more: Any) -> PoolTerms:
        """What was agreed, as far as options say it."""
        from pactolus.stockpile.pooling.coalition import PoolTerms

        return PoolTerms(
            lag_months=self.lag_months,
            cap=self.cap,
            keeping=self.keeping,
            paths=self.paths,
            step_days=self.step_days,
            seed=seed,
            **more,
        )

    def places(self, world: World, *, quiet: bool) -> tuple[tuple[Place, ...], dict[Place, tuple[str, ...]]]:
        """Minerals at stages, and the codes of the one that has some."""
        found = places_of_text(world, self.minerals, self.stage, self.year)
        codes = tuple(one.strip() for one in (self.hs_codes or "").split(",") if one.strip())
        if codes and len(found.places) > 1:
            raise OptionError("--hs-codes: they belong to one mineral at one stage; name it with --stage")
        for one in found.silent:
            say(f"{one}: no trade of it in this world", quiet=quiet)
        return found.places, {found.places[0]: codes} if codes else {}

    def question(self, codes: Mapping[Place, tuple[str, ...]]) -> dict[str, Any]:
        """Arguments that every engine of a coalition takes."""
        return {
            "measures": register_for(self.workspace),
            "on": self.day,
            "year": self.year,
            "settings": self.settings,
            "declared": self.declared,
            "expert": self.expert,
            "hs_codes": codes,
            "workers": self.workers,
            "cluster": self.cluster,
        }


def with_pool_options(*, most: int) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Add the options of a coalition to a command.

    The command's first three parameters are given to it: `Faults`, `Common` and `PoolAsked`. Those after them
    are its own options. It stands below `with_common_options`.

    Parameters
    ----------
    most : int
        Members at most.
    """

    def add(command: Callable[..., None]) -> Callable[..., None]:
        first, second, _, *own = inspect.signature(command, eval_str=True).parameters.values()
        shared = [
            inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=kind)
            for name, (kind, default) in _OPTIONS.items()
        ]
        own = [one.replace(kind=inspect.Parameter.KEYWORD_ONLY) for one in own]

        @wraps(command)
        def run(faults: Faults, options: Common, **given: Any) -> None:
            asked = PoolAsked.read(
                faults, most, {name: given.pop(name, default) for name, (_, default) in _OPTIONS.items()}
            )
            command(faults, options, asked, **given)

        run.__signature__ = inspect.Signature([first, second, *shared, *own])  # type: ignore[attr-defined]
        return run

    return add


def _settings(text: str) -> Mapping[str, Setting]:
    from pactolus.stockpile.members.needs import SETTINGS

    return {"mid": SETTINGS["mid"]} if text == "mid" else SETTINGS


def _coalition(text: str, most: int) -> tuple[str, ...]:
    """Members of ``--importers``: two or more."""
    members = members_of_text(text)
    if not 2 <= len(members) <= most:
        raise OptionError(
            f"--importers: {len(members)} ({', '.join(members)}); give 2 to {most} members, each for itself"
        )
    return members


def _part(option: str, text: str) -> float:
    """A number from 0 to 1."""
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise OptionError(f"{option}: {text!r} is no number from 0 to 1")
    return value


def _width(text: str) -> float:
    """Days of ``--step-days``."""
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value <= 180:
        raise OptionError(f"--step-days: {text!r} is no number above 0, at most 180")
    return value


def numbers_of(option: str, text: str | None, members: Sequence[str]) -> dict[str, float]:
    """``KOR=0.4,JPN=0.6``: a positive number for each member that is named, all faults at once."""
    if text is None:
        return {}
    from pactolus.terms.countries import entity

    faults: list[str] = []
    found: dict[str, float] = {}
    for one in (part.strip() for part in text.split(",") if part.strip()):
        name, _, number = one.partition("=")
        try:
            member = entity(name.strip()).id
            value = float(number)
        except (InputError, ValueError):
            faults.append(
                f"{option}: {one!r}; write MEMBER=NUMBER, such as {members[0] if members else 'KOR'}=0.5"
            )
            continue
        if members and member not in members:
            faults.append(f"{option}: {member} is not one of --importers ({', '.join(members)})")
        elif member in found:
            faults.append(f"{option}: {member} stands twice")
        elif not 0 < value < float("inf"):
            faults.append(f"{option}: {member}={number}; give a positive number")
        found[member] = value
    if faults:
        raise OptionError("\n".join(faults))
    return found
