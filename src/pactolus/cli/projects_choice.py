"""What a choice of projects is asked: members, money, limits, companies, the search; and its instance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pactolus.cli.options import Common, Faults, opened, whole
from pactolus.cli.policy_options import day_of, register_for
from pactolus.cli.projects_options import own_workspace, prices_of, records_for, risk_of
from pactolus.cli.stockpile_options import levels_of, members_of_text
from pactolus.errors import InputError, OptionError

if TYPE_CHECKING:
    from pactolus.projects.appraisal.country_risk import CountryRisk
    from pactolus.projects.appraisal.prices import Price
    from pactolus.projects.matching.guard import View
    from pactolus.projects.selection.companies import Company
    from pactolus.projects.selection.instance import Instance
    from pactolus.projects.selection.limits import Limits
    from pactolus.runs.progress import Progress
    from pactolus.workspace.labels import Levels

__all__ = ["Asked", "asked_of", "instance_for", "need_secretariat"]
_NOBODY: tuple[Company, ...] = ()
_NO_SUPPLY: dict[tuple[str, str, int], float] = {}
_NO_PRICES: dict[tuple[str, str], Price] = {}


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
    workspace: str | None
    own_prices: Mapping[tuple[str, str], Price]
    risk: Mapping[str, CountryRisk] | None
    companies: tuple[Company, ...]
    levels: Levels | None
    view: View[str]


def asked_of(faults: Faults, **text: Any) -> Asked:
    """The options, read; every fault noted."""
    from pactolus.projects.matching.guard import View, view_of
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
    shares = faults.of(lambda: _members_part("--offtake-least", text["offtake_least"], members), nothing)
    supply = faults.of(lambda: _supply(text["supply_least"], members), _NO_SUPPLY)
    levels = faults.of(lambda: levels_of(text["workspace"]), None)
    companies = faults.of(
        lambda: _companies(text["companies"], text["workspace"], levels, day, synthetic is not None), _NOBODY
    )
    everybody: View[str] = View()
    names = {one.company for one in companies}
    view = faults.of(lambda: view_of(text["as_firm"], text["secretariat"], names), everybody)
    limits = faults.of(
        lambda: Limits(
            host_cap=parts["cap_host"],
            mineral_cap=parts["cap_mineral"],
            esg_floor=parts["esg_floor"],
            local_processing=parts["local_processing"] or 0.0,
            required=frozenset(one.strip() for one in (text["require"] or "").split(",") if one.strip()),
            offtake_least=shares,
            supply_least=supply,
        ),
        Limits(),
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
        workspace=text["workspace"],
        own_prices=faults.of(lambda: prices_of(text["prices"]), _NO_PRICES),
        risk=faults.of(lambda: risk_of(text["country_risk"]), None),
        companies=companies,
        levels=levels,
        view=view,
    )


def need_secretariat(faults: Faults, asked: Asked, what: str) -> None:
    """Note it where an answer would tell what single firms do."""
    if asked.companies and asked.view.kind != "secretariat":
        faults.note(
            OptionError(
                f"{what}: tells what single companies do, or lets it be worked out; --secretariat WHO says "
                "in words who may see it, --table companies has sums over three firms"
            )
        )


def _companies(
    file: str | None, workspace: str | None, levels: Levels | None, on: date, invented: bool
) -> tuple[Company, ...]:
    """Companies of the file asked for, else of the workspace; nobody without one."""
    from pactolus.projects.selection.companies import power_faults, read_companies

    own = own_workspace(workspace) if file is None else None
    path = Path(file) if file is not None else None if own is None else own.folder / "companies.csv"
    if path is None or (file is None and not path.exists()):
        return ()
    found = read_companies(path, levels, invented=invented)
    if faults := list(power_faults(found, on)):
        raise InputError("\n".join(faults))
    return found


def _members_part(option: str, text: str | None, members: tuple[str, ...]) -> dict[str, float]:
    """``KOR=0.35,JPN=0.35``."""
    found = _money(option, text, members)
    for name, part in found.items():
        if part > 1:
            raise OptionError(f"{option}: {name}={part:g} is no part from 0 to 1")
    return found


def _supply(text: str | None, members: tuple[str, ...]) -> dict[tuple[str, str, int], float]:
    """``MEMBER:PRODUCT:YEAR=PART,...``."""
    from pactolus.terms.countries import entity

    found: dict[tuple[str, str, int], float] = {}
    for one in (text or "").split(","):
        if not one.strip():
            continue
        place, _, amount = one.rpartition("=")
        parts = [part.strip() for part in place.split(":")]
        if len(parts) != 3 or not parts[2].isdigit():
            raise OptionError(f"--supply-least: {one.strip()!r}; write MEMBER:PRODUCT:YEAR=PART")
        member, part = entity(parts[0]).id, _part("--supply-least", amount.strip())
        if member not in members:
            raise OptionError(f"--supply-least: {member} is no member; they are {', '.join(members)}")
        found[member, parts[1], int(parts[2])] = part or 0.0
    return found


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


def instance_for(asked: Asked, options: Common, progress: Progress) -> Instance:
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
        public, private = np.array(rows), np.array(own)
        return replace(made, companies=asked.companies, public_musd=public, private_musd=private)
    return replace(_from_records(asked, options, progress), companies=asked.companies)


def _from_records(asked: Asked, options: Common, progress: Progress) -> Instance:
    from pactolus.projects.selection.from_records import instance_of_records
    from pactolus.projects.selection.real import Means

    world = opened(options)
    progress("projects", 0, 1)
    made = instance_of_records(
        world,
        records_for(asked.workspace, world),
        asked.members,
        Means(public_musd=asked.public, private_musd=asked.private, part_on_offer=asked.part),
        measures=register_for(asked.workspace),
        on=asked.on,
        own_prices=asked.own_prices,
        risk=asked.risk,
        scenarios=asked.scenarios,
        seed=options.seed,
    )
    progress("projects", 1, 1)
    return made
