"""The options of ``projects select``, ``pareto``, ``alternatives`` and ``sheet``, declared once."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Annotated, Any, Final

import typer

from pactolus.cli.options import Common, Faults
from pactolus.cli.policy_options import OnOption, WorkspaceOption
from pactolus.cli.projects_choice import asked_of

__all__ = ["with_choice_options"]

MembersOption = Annotated[str, typer.Option("--members", metavar="LIST", help="Who chooses: KOR,JPN.")]
BudgetOption = Annotated[
    str | None,
    typer.Option(
        "--budget", metavar="KOR=MUSD,...", help="Agencies' money of each member in each four years."
    ),
]
PrivateOption = Annotated[
    str | None,
    typer.Option("--private", metavar="KOR=MUSD,...", help="Firms' money in the same; no limit if omitted."),
]
PartOption = Annotated[
    str, typer.Option("--on-offer", metavar="PART", help="Part of every project that is on offer.")
]
CapHostOption = Annotated[
    str | None, typer.Option("--cap-host", metavar="PART", help="Most of all money for one host.")
]
CapMineralOption = Annotated[
    str | None, typer.Option("--cap-mineral", metavar="PART", help="Most of all money for one product.")
]
EsgFloorOption = Annotated[
    str | None,
    typer.Option(
        "--esg-floor", metavar="PART", help="Least mean score by capacity; unknown ones stay out of it."
    ),
]
LocalOption = Annotated[
    str, typer.Option("--local-processing", metavar="PART", help="Least part of ore refined in its host.")
]
RequireOption = Annotated[
    str | None, typer.Option("--require", metavar="LIST", help="Projects that must be taken.")
]
ScenariosOption = Annotated[str, typer.Option("--scenarios", metavar="N", help="Paths of failures.")]
GapOption = Annotated[
    str, typer.Option("--gap", metavar="PART", help="Of the gain over doing nothing, at which to stop.")
]
NodesOption = Annotated[str, typer.Option("--nodes", metavar="N", help="Budget of the search.")]
TimeLimitOption = Annotated[
    str | None,
    typer.Option("--time-limit", metavar="S", help="Budget by the clock; the answer is then time_limited."),
]
SyntheticOption = Annotated[
    str | None,
    typer.Option("--synthetic", metavar="N", help="N invented projects instead of records, for a trial."),
]
OfftakeLeastOption = Annotated[
    str | None,
    typer.Option("--offtake-least", metavar="KOR=PART,...", help="Least part of each product for a member."),
]
SupplyLeastOption = Annotated[
    str | None,
    typer.Option(
        "--supply-least",
        metavar="MEMBER:PRODUCT:YEAR=PART,...",
        help="Least offtake from a year on, of the need: 'KOR:lithium (ore):2030=0.2'.",
    ),
]
PricesOption = Annotated[
    str | None,
    typer.Option(
        "--prices", metavar="FILE.csv", help="Own prices: mineral, stage, low, mid, high, year, source."
    ),
]
RiskOption = Annotated[
    str | None,
    typer.Option("--country-risk", metavar="FILE.csv|undated", help="Country premiums, as in appraise."),
]
CompaniesOption = Annotated[
    str | None,
    typer.Option(
        "--companies", metavar="FILE.csv", help="Limits of companies, else companies.csv of the workspace."
    ),
]
AsOption = Annotated[
    str | None, typer.Option("--as", metavar="FIRM", help="For one firm: its own rows, and sums.")
]
SecretariatOption = Annotated[
    str | None, typer.Option("--secretariat", metavar="WHO", help="All rows, for those named here in words.")
]

#: Name -> type and default, in the order of the help.
_OPTIONS: Final[dict[str, tuple[Any, Any]]] = {
    "members": (MembersOption, "KOR,JPN"),
    "budget": (BudgetOption, None),
    "private": (PrivateOption, None),
    "part": (PartOption, "0.49"),
    "cap_host": (CapHostOption, None),
    "cap_mineral": (CapMineralOption, None),
    "esg_floor": (EsgFloorOption, None),
    "local_processing": (LocalOption, "0"),
    "require": (RequireOption, None),
    "offtake_least": (OfftakeLeastOption, None),
    "supply_least": (SupplyLeastOption, None),
    "prices": (PricesOption, None),
    "country_risk": (RiskOption, None),
    "companies": (CompaniesOption, None),
    "as_firm": (AsOption, None),
    "secretariat": (SecretariatOption, None),
    "scenarios": (ScenariosOption, "200"),
    "gap": (GapOption, "0.005"),
    "nodes": (NodesOption, "500"),
    "time_limit": (TimeLimitOption, None),
    "synthetic": (SyntheticOption, None),
    "on": (OnOption, None),
    "workspace": (WorkspaceOption, None),
}


def with_choice_options(
    *, without: Sequence[str] = (), **defaults: str
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Add the options of a choice of projects to a command.

    The command's first three parameters are given to it: `Faults`, `Common` and `Asked`. Those after them are
    its own options. It stands below `with_common_options`.

    Parameters
    ----------
    without : sequence of str
        Options that it does not offer; they keep their defaults.
    **defaults
        Other defaults, by name.
    """
    known = {name: (kind, defaults.get(name, default)) for name, (kind, default) in _OPTIONS.items()}

    def add(command: Callable[..., None]) -> Callable[..., None]:
        first, second, _, *own = inspect.signature(command, eval_str=True).parameters.values()
        shared = [
            inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=kind)
            for name, (kind, default) in known.items()
            if name not in without
        ]
        own = [one.replace(kind=inspect.Parameter.KEYWORD_ONLY) for one in own]

        @wraps(command)
        def run(faults: Faults, options: Common, **given: Any) -> None:
            mine = {one.name for one in own}
            text = {name: default for name, (_, default) in known.items()}
            text |= {name: given[name] for name in known if name in given and name not in mine}
            asked = asked_of(faults, **text)
            command(faults, options, asked, **{name: given[name] for name in mine})

        run.__signature__ = inspect.Signature([first, second, *shared, *own])  # type: ignore[attr-defined]
        return run

    return add
