"""``pactolus projects floor``: which projects stand under a price floor, and who pays for it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from pactolus.cli.feedback import say
from pactolus.cli.options import Common, Faults, chosen, items, opened, whole
from pactolus.cli.policy_options import WorkspaceOption
from pactolus.cli.projects_options import RatesOption, rates_of, records_for
from pactolus.cli.shared import with_common_options
from pactolus.errors import NoAnswerError, OptionError, UnknownTermError

if TYPE_CHECKING:
    import polars as pl

    from pactolus.catalogue.world import World
    from pactolus.projects.appraisal.prices import Price
    from pactolus.projects.appraisal.terms import Terms
    from pactolus.projects.base.candidates import Candidate
    from pactolus.projects.market.floor import FloorCase
    from pactolus.projects.market.floor_tables import Level, Support
    from pactolus.projects.pipeline.parts import Project
    from pactolus.projects.pipeline.rates import Rate

    Prices = dict[tuple[str, str], Price]

__all__ = ["floor_command"]

TABLES: tuple[str, ...] = ("needed", "standing", "programme", "years")
_KINDS: tuple[str, ...] = ("floor", "cfd")
_MOST_LEVELS = 200
#: Statuses of a project that is still to be built.
_AHEAD = ("exploration", "pfs", "dfs", "construction")
_NOTHING: tuple[str, ...] = ()


@with_common_options()
def floor_command(
    faults: Faults,
    options: Common,
    minerals: Annotated[
        str, typer.Option("--minerals", metavar="LIST", help="Minerals or groups; or all.")
    ] = "all",
    projects: Annotated[
        str | None, typer.Option("--projects", metavar="IDS", help="Only these projects.")
    ] = None,
    floors: Annotated[
        str,
        typer.Option(
            "--floors",
            metavar="A:B:STEP",
            help="USD/t of one product, or parts of today's price: 0.6x:1.4x:0.2x; or a list.",
        ),
    ] = "0.6x:1.4x:0.2x",
    contract: Annotated[
        str,
        typer.Option(
            "--contract", metavar="floor|cfd", help="A floor alone, or a contract for difference both ways."
        ),
    ] = "floor",
    covered: Annotated[
        str, typer.Option("--covered", metavar="PART", help="Part of the output under the contract.")
    ] = "1",
    contract_years: Annotated[
        str | None,
        typer.Option("--contract-years", metavar="N", help="Production years that it lasts; all if omitted."),
    ] = None,
    share: Annotated[
        str,
        typer.Option("--share", metavar="PART", help="Part of draws with NPV above 0 from which one stands."),
    ] = "0.5",
    offtake: Annotated[
        str,
        typer.Option("--offtake", metavar="WHO=PART,...", help="Who pays, by the output each takes."),
    ] = "KOR=0.5,JPN=0.5",
    guarantor_rate: Annotated[
        str, typer.Option("--guarantor-rate", metavar="RATE", help="Real rate at which guarantors count.")
    ] = "0.02",
    members: Annotated[
        str, typer.Option("--members", metavar="LIST", help="At whose border the price is taken.")
    ] = "KOR,JPN",
    prices: Annotated[
        str | None,
        typer.Option("--prices", metavar="FILE.csv", help="Own prices: mineral, stage, low, mid, high, ..."),
    ] = None,
    terms: Annotated[
        str | None,
        typer.Option("--terms", metavar="FILE.csv", help="Own terms of appraisal: name, low, mid, high, ..."),
    ] = None,
    country_risk: Annotated[
        str | None,
        typer.Option("--country-risk", metavar="FILE.csv", help="Country premiums; a range if omitted."),
    ] = None,
    draws: Annotated[str, typer.Option("--draws", metavar="N", help="Random draws, 100 to 100000.")] = "1000",
    table: Annotated[
        str, typer.Option("--table", metavar="NAME", help="needed, standing, programme or years.")
    ] = "needed",
    rates: RatesOption = None,
    workspace: WorkspaceOption = None,
) -> None:
    """Beside no floor; a notice on competition law in every row."""
    asked = faults.of(lambda: chosen("--table", "table", table, TABLES), TABLES[:1])
    if len(asked) > 1:
        faults.note(OptionError(f"--table: {', '.join(asked)}; one table at a time"))
    nothing: tuple[Level, ...] = ()
    levels = faults.of(lambda: levels_of(floors), nothing)
    support = faults.of(
        lambda: _support(contract, covered, contract_years, share, offtake, guarantor_rate), None
    )
    count = faults.of(lambda: whole("--draws", draws, at_least=100, at_most=100_000), 100)
    places = faults.of(lambda: _places(members), _NOTHING)
    nobody: tuple[Candidate, ...] = ()
    wanted = faults.of(
        lambda: candidates_named(minerals, projects, records_for(workspace), rates_of(rates)), nobody
    )
    none: Prices = {}
    own = faults.of(lambda: _prices(prices), none)
    base = faults.of(lambda: _terms(terms), None)
    risk = faults.of(lambda: _risk(country_risk), None)
    world = faults.of(lambda: opened(options), None)
    faults.refuse()
    assert world is not None
    assert support is not None
    from pactolus.cli.output import write_data
    from pactolus.cli.tables import as_text_table
    from pactolus.projects.market.notice import NOTICE_FLOOR

    cases, silent = _cases(world, wanted, places, own, base, risk, draws=count, seed=options.seed)
    _same_product(cases, levels)
    for note in _notes(cases, silent):
        say(note, quiet=options.quiet)
    say(NOTICE_FLOOR, quiet=options.quiet)
    write_data(_table(asked[0], cases, levels, support), options, as_table=as_text_table)


def _cases(
    world: World,
    wanted: Sequence[Candidate],
    places: Sequence[str],
    own: Prices,
    base: Terms | None,
    risk: Any,
    *,
    draws: int,
    seed: int,
) -> tuple[list[FloorCase], list[str]]:
    """Every candidate with a price in its draws, and the ids of those without a price."""
    from pactolus.projects.appraisal.country_risk import with_country_risk
    from pactolus.projects.appraisal.fiscal import shipped_fiscal, with_fiscal
    from pactolus.projects.appraisal.terms import Terms
    from pactolus.projects.market.floor import case_of

    fiscal = shipped_fiscal()
    cases: list[FloorCase] = []
    silent: list[str] = []
    for one in wanted:
        price = _price(world, one, places, own)
        if price is None:
            silent.append(one.id)
            continue
        local = with_fiscal(base or Terms(), one.host, one.mineral, fiscal)
        local = with_country_risk(local, one.host, risk)
        cases.append(case_of(one, local, price, draws=draws, seed=seed))
    if not cases:
        raise NoAnswerError(f"{', '.join(silent)}: no price of any of them in this world; give --prices")
    return cases, silent


def _table(name: str, cases: Sequence[FloorCase], levels: Sequence[Level], support: Support) -> pl.DataFrame:
    from pactolus.projects.market import floor_tables

    if name == "needed":
        return floor_tables.needed_table(cases, support)
    if name == "standing":
        return floor_tables.standing_table(cases, levels, support)
    if name == "programme":
        return floor_tables.programme_table(cases, levels, support)
    return floor_tables.years_table(cases, levels, support)


def _notes(cases: Sequence[FloorCase], silent: Sequence[str]) -> list[str]:
    notes = [f"{one}: no price in this world; give --prices" for one in silent]
    bases = dict.fromkeys(f"price of {c.candidate.mineral} ({c.candidate.stage}): {c.basis}" for c in cases)
    notes += bases
    notes.append("costs are those of a project that is built; years count from its decision to build")
    running = [one.candidate.id for one in cases if one.candidate.status not in _AHEAD]
    if running:
        notes.append(f"{', '.join(running)}: built already; what a floor pays there brings no new project")
    if any(case.candidate.opex_usd_per_t is None for case in cases):
        notes.append("operating cost is not known for every project: a share of today's price is assumed")
    return notes


def candidates_named(
    minerals: str, projects: str | None, records: Sequence[Project], rates: Sequence[Rate]
) -> tuple[Candidate, ...]:
    """Candidates of the records, by mineral and id.

    Raises
    ------
    UnknownTermError
        If an id is unknown.
    NoAnswerError
        If none is left, with what the named ones lack.
    """
    from pactolus.projects.pipeline.appraisable import candidates_of
    from pactolus.projects.pipeline.loading import id_of
    from pactolus.terms.minerals import resolve_minerals

    found, reasons = candidates_of(records, rates=rates)
    if projects is not None:
        names, faults = [], []
        for name in items("--projects", projects):
            try:
                names.append(id_of(name, (one.id for one in records), where="--projects"))
            except UnknownTermError as error:
                faults.append(str(error))
        if faults:
            raise UnknownTermError("\n".join(faults))
        found = tuple(one for one in found if one.id in names)
        lacking = [f"{name}: {reasons[name]}" for name in names if name in reasons]
        if not found:
            raise NoAnswerError("\n".join(lacking))
    if minerals.strip() != "all":
        wanted = set(resolve_minerals(list(items("--minerals", minerals))))
        found = tuple(one for one in found if one.mineral in wanted)
    if not found:
        raise NoAnswerError(f"--minerals: {minerals}: no project of them can be appraised; see the records")
    return found


def levels_of(text: str) -> tuple[Level, ...]:
    """Floors of ``--floors``: ``from:to:step``, or a list; with an ``x`` as parts of today's price.

    Raises
    ------
    OptionError
        If they are no numbers of 0 or more, mix both kinds, or are too many.
    """
    from pactolus.projects.market.floor_tables import Level

    parts = [part.strip() for part in text.split(":" if ":" in text else ",") if part.strip()]
    relative = [part.lower().endswith("x") for part in parts]
    try:
        numbers = [float(part.lower().removesuffix("x")) for part in parts]
    except ValueError:
        numbers = []
    if not numbers or not all(0 <= n < 1e10 for n in numbers):
        raise OptionError(f"--floors: {text!r}; write 60000:140000:10000, or 0.6x:1.4x:0.2x, or a list")
    if any(relative) and not all(relative):
        raise OptionError(
            f"--floors: {text!r} mixes USD/t and parts of the price; write x after each, or none"
        )
    if ":" in text:
        numbers = _steps(text, numbers)
    return tuple(Level(number, relative[0]) for number in numbers)


def _steps(text: str, numbers: Sequence[float]) -> list[float]:
    if len(numbers) != 3 or not numbers[2] > 0 or numbers[1] < numbers[0]:
        raise OptionError(f"--floors: {text!r}; write from:to:step with from <= to and a step above 0")
    first, last, step = numbers
    count = int((last - first) / step + 1e-9) + 1
    if count > _MOST_LEVELS:
        raise OptionError(
            f"--floors: {text!r} makes {count} floors, more than {_MOST_LEVELS}; widen the step"
        )
    return [round(first + n * step, 10) for n in range(count)]


def _support(contract: str, covered: str, years: str | None, share: str, offtake: str, rate: str) -> Support:
    from pactolus.projects.market.floor_tables import Support

    if contract not in _KINDS:
        raise OptionError(f"--contract: {contract!r}; floor or cfd")
    kind: Literal["floor", "cfd"] = "cfd" if contract == "cfd" else "floor"
    return Support(
        kind=kind,
        covered=_part("--covered", covered, least=0.0),
        years=None if years is None else whole("--contract-years", years, at_least=1, at_most=100),
        share=_part("--share", share),
        guarantor_rate=_part("--guarantor-rate", rate, least=0.0),
        offtake=_offtake(offtake),
    )


def _part(option: str, text: str, *, least: float | None = None) -> float:
    """A part of 1, above 0 or from `least`."""
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not (0 < value <= 1 or (least is not None and value == least)):
        raise OptionError(f"{option}: {text!r}; a part of 1, such as 0.5")
    return value


def _offtake(text: str) -> dict[str, float]:
    from pactolus.terms.countries import entity

    found: dict[str, float] = {}
    for item in items("--offtake", text):
        name, _, part = item.partition("=")
        who = entity(name.strip()).id
        if who in found:
            raise OptionError(f"--offtake: {who} stands twice")
        found[who] = _part("--offtake", part.strip(), least=0.0)
    if not 0 < sum(found.values()) <= 1 + 1e-9:
        raise OptionError(f"--offtake: the parts make {sum(found.values()):g}; above 0 and at most 1")
    return found


def _places(members: str) -> tuple[str, ...]:
    from pactolus.terms.countries import entity

    return tuple(dict.fromkeys(entity(one).id for one in items("--members", members)))


def _prices(text: str | None) -> Prices:
    from pactolus.projects.appraisal.prices import read_prices

    return {} if text is None else read_prices(Path(text))


def _terms(text: str | None) -> Terms | None:
    from pactolus.projects.appraisal.terms import read_terms

    return None if text is None else read_terms(Path(text))


def _risk(text: str | None) -> Any:
    from pactolus.projects.appraisal.country_risk import read_country_risk

    return None if text is None else read_country_risk(Path(text))


def _price(world: World, one: Candidate, members: Sequence[str], own: Prices) -> Price | None:
    """The project's own price, else that of its product, else at the border; None if there is none."""
    from pactolus.projects.appraisal.prices import price_of_product

    for key in ((one.id, ""), (one.mineral, one.stage)):
        if key in own:
            return own[key]
    try:
        return price_of_product(world, one, members)
    except NoAnswerError:
        return None


def _same_product(cases: Sequence[FloorCase], levels: Sequence[Level]) -> None:
    """A floor in dollars per tonne means nothing across products."""
    kinds = sorted({f"{one.candidate.mineral} ({one.candidate.stage})" for one in cases})
    if len(kinds) > 1 and not all(level.relative for level in levels):
        raise OptionError(
            f"--floors: USD/t of one product, but there are {', '.join(kinds)}; name one mineral or project, "
            "or give parts of the price such as 0.6x:1.4x:0.2x"
        )
