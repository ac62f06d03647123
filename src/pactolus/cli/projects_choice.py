"""What ``projects select``, ``pareto`` and ``alternatives`` share: members, money, limits, the search."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pactolus.cli.options import Common, Faults, opened, whole
from pactolus.cli.policy_options import day_of, register_for
from pactolus.cli.projects_options import records_for
from pactolus.cli.stockpile_options import members_of_text
from pactolus.errors import OptionError

if TYPE_CHECKING:
    from pactolus.projects.selection.instance import Instance
    from pactolus.projects.selection.limits import Limits
    from pactolus.runs.progress import Progress

__all__ = [
    "Asked",
    "BudgetOption",
    "CapHostOption",
    "CapMineralOption",
    "EsgFloorOption",
    "GapOption",
    "LocalOption",
    "MembersOption",
    "NodesOption",
    "PartOption",
    "PrivateOption",
    "RequireOption",
    "ScenariosOption",
    "SyntheticOption",
    "TimeLimitOption",
    "asked_of",
    "instance_for",
]

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


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What the options say."""

    members: tuple[str, ...]
    public: Mapping[str, float]
    private: Mapping[str, float]
    part: float
    limits: Limits
    scenarios: int
    budget: dict[str, Any]
    synthetic: int | None
    on: date


def asked_of(faults: Faults, **text: Any) -> Asked:
    """The options, read; every fault noted."""
    from pactolus.projects.selection.limits import Limits

    nobody: tuple[str, ...] = ()
    members = faults.of(lambda: members_of_text(text["members"]), nobody)
    nothing: dict[str, float] = {}
    public = faults.of(lambda: _money("--budget", text["budget"], members), nothing)
    private = faults.of(lambda: _money("--private", text["private"], members), nothing)
    synthetic = faults.of(lambda: _count(text["synthetic"]), None)
    options = {
        "cap_host": "--cap-host",
        "cap_mineral": "--cap-mineral",
        "esg_floor": "--esg-floor",
        "local_processing": "--local-processing",
        "part": "--on-offer",
        "gap": "--gap",
    }
    parts: dict[str, float | None] = {}
    for key, option in options.items():
        parts[key] = faults.of(partial(_part, option, text[key]), None)
    nodes = faults.of(lambda: whole("--nodes", text["nodes"], at_least=1, at_most=10_000_000), 1)
    seconds = faults.of(lambda: _seconds(text["time_limit"]), None)
    scenarios = faults.of(lambda: whole("--scenarios", text["scenarios"], at_least=1, at_most=100_000), 1)
    day = faults.of(lambda: day_of("--on", text["on"]), date.min)
    missing = [name for name in members if name not in public]
    if missing and synthetic is None:
        faults.note(
            OptionError(f"--budget: none for {', '.join(missing)}; write --budget {missing[0]}=500,...")
        )
    limits = Limits(
        host_cap=parts["cap_host"],
        mineral_cap=parts["cap_mineral"],
        esg_floor=parts["esg_floor"],
        local_processing=parts["local_processing"] or 0.0,
        required=frozenset(one.strip() for one in (text["require"] or "").split(",") if one.strip()),
    )
    return Asked(
        members=members,
        public=public,
        private=private,
        part=parts["part"] or 0.0,
        limits=limits,
        scenarios=scenarios,
        budget={"gap": parts["gap"] or 0.0, "nodes": nodes, "time_limit_s": seconds},
        synthetic=synthetic,
        on=day,
    )


def _money(option: str, text: str | None, members: tuple[str, ...]) -> dict[str, float]:
    """``KOR=500,JPN=800``."""
    from pactolus.terms.countries import entity

    found: dict[str, float] = {}
    for one in (text or "").split(","):
        if not one.strip():
            continue
        name, _, amount = one.partition("=")
        member = entity(name.strip()).id
        try:
            value = float(amount)
        except ValueError:
            value = -1.0
        if not 0 <= value < float("inf"):
            raise OptionError(f"{option}: {one.strip()!r}; write MEMBER=MUSD, nought or more")
        if member not in members:
            raise OptionError(f"{option}: {member} is no member; they are {', '.join(members)}")
        found[member] = value
    return found


def _count(text: str | None) -> int | None:
    return None if text is None else whole("--synthetic", text, at_least=1, at_most=20_000)


def _part(option: str, text: str | None) -> float | None:
    if text is None:
        return None
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise OptionError(f"{option}: {text!r} is no part from 0 to 1")
    return value


def _seconds(text: str | None) -> float | None:
    if text is None:
        return None
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 < value < float("inf"):
        raise OptionError(f"--time-limit: {text!r} is no number of seconds above 0")
    return value


def instance_for(asked: Asked, options: Common, workspace: str | None, progress: Progress) -> Instance:
    """Invented projects, or those of the records."""
    from dataclasses import replace

    import numpy as np

    from pactolus.projects.selection.synthetic import synthetic_instance

    if asked.synthetic is not None:
        made = synthetic_instance(asked.synthetic, asked.scenarios, options.seed, members=asked.members)
        rows = [
            [asked.public.get(name, float(made.public_musd[i, 0]))] * len(made.windows)
            for i, name in enumerate(asked.members)
        ]
        own = [
            [asked.private.get(name, float(made.private_musd[i, 0]))] * len(made.windows)
            for i, name in enumerate(asked.members)
        ]
        return replace(made, public_musd=np.array(rows), private_musd=np.array(own))
    return _from_records(asked, options, workspace, progress)


def _from_records(asked: Asked, options: Common, workspace: str | None, progress: Progress) -> Instance:
    from pactolus.projects.appraisal.fiscal import shipped_fiscal, with_fiscal
    from pactolus.projects.appraisal.prices import price_of_product
    from pactolus.projects.appraisal.terms import Terms
    from pactolus.projects.pipeline.appraisable import candidates_of
    from pactolus.projects.selection.real import Means, instance_of

    world = opened(options)
    found, _ = candidates_of(records_for(workspace, world))
    fiscal, base = shipped_fiscal(), Terms()
    progress("projects", 0, 1)
    made = instance_of(
        world,
        found,
        asked.members,
        Means(public_musd=asked.public, private_musd=asked.private, part_on_offer=asked.part),
        terms_of=lambda one: with_fiscal(base, one.host, one.mineral, fiscal),
        price_of=lambda one: price_of_product(world, one, asked.members),
        measures=register_for(workspace),
        on=asked.on,
        scenarios=asked.scenarios,
        seed=options.seed,
    )
    progress("projects", 1, 1)
    return made
