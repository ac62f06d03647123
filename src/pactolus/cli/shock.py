"""``pactolus shock``: events of the past, and how far every model was from them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from pactolus.cli.feedback import say
from pactolus.cli.options import Common, Faults, opened
from pactolus.cli.plain import PlainCommand, PlainGroup
from pactolus.cli.policy_options import OnOption, WorkspaceOption, day_of, register_for
from pactolus.cli.shared import with_common_options
from pactolus.cli.shock_montecarlo import montecarlo_command
from pactolus.errors import OptionError, UnknownTermError

if TYPE_CHECKING:
    import polars as pl

    from pactolus.catalogue.world import World
    from pactolus.disruption.backtest.scoring import Scores
    from pactolus.disruption.effects.stresses import Stress
    from pactolus.disruption.history.events import Event
    from pactolus.disruption.scenarios.scenario import Scenario

__all__ = ["shock_app"]

_NOBODY: tuple[str, ...] = ()
_OTHERS = ("alternatives", "overlap")
_SAMPLES = ("named", "detected")
#: Sides of one run.
_TABLES = ("losses", "months", "applications", "engines", "stages", "byproducts", *_OTHERS)

shock_app = typer.Typer(
    cls=PlainGroup, no_args_is_help=True, context_settings={"help_option_names": ["-h", "--help"]}
)


@shock_app.command("list", cls=PlainCommand, help="Named events, with their figures from the world.")
@with_common_options()
def list_command(
    faults: Faults,
    options: Common,
    ready: Annotated[bool, typer.Option("--ready", help="Ready scenarios instead of past events.")] = False,
) -> None:
    """One row an event: the exporter's share, what it lost, and how large that was for the world."""
    if ready:
        faults.refuse()
        _list_ready(options)
        return
    world = faults.of(lambda: opened(options), None)
    faults.refuse()
    assert world is not None
    from pactolus.cli.output import write_data
    from pactolus.cli.tables import as_text_table
    from pactolus.disruption.history.listing import named_table

    write_data(named_table(world), options, as_table=as_text_table)


def _list_ready(options: Common) -> None:
    from pactolus.cli.output import write_data
    from pactolus.cli.tables import as_text_table
    from pactolus.disruption.scenarios.library import ready_table

    write_data(ready_table(opened(options)), options, as_table=as_text_table)


@shock_app.command("run", cls=PlainCommand, help="What a scenario costs each importer.")
@with_common_options()
def run_command(
    faults: Faults,
    options: Common,
    scenario: Annotated[
        str, typer.Argument(metavar="FILE|NAME", help="A YAML file, or one that shock list --ready names.")
    ],
    table: Annotated[
        str,
        typer.Option(
            "--table", metavar="|".join(_TABLES), help="Losses of the year, or another side of the same run."
        ),
    ] = "losses",
    alternatives: Annotated[
        bool, typer.Option("--alternatives", help="Suppliers that are left instead, with their room.")
    ] = False,
    overlap: Annotated[
        bool, typer.Option("--overlap", help="What the importers would seek from the same suppliers instead.")
    ] = False,
    allow: Annotated[
        str | None, typer.Option("--allow", metavar="ISO3[,ISO3]", help="Let in BLR, IRN, MMR or RUS.")
    ] = None,
    on: OnOption = None,
    workspace: WorkspaceOption = None,
) -> None:
    """One row a mineral, stage and importer: tonnes lost with an 80 % interval, beside the baselines."""
    wanted = faults.of(lambda: _table_of(table, alternatives, overlap), "losses")
    if (allow or on) and wanted not in _OTHERS:
        faults.note(OptionError("--allow and --on: they belong to --alternatives or --overlap"))
    chosen = faults.of(lambda: _allowed(allow), _NOBODY)
    day = faults.of(lambda: day_of("--on", on), date.min)
    world = faults.of(lambda: opened(options), None)
    faults.refuse()
    assert world is not None
    from pactolus.cli.output import write_data
    from pactolus.cli.tables import as_text_table
    from pactolus.disruption.effects.stresses import stress
    from pactolus.disruption.scenarios.scenario import read_scenario
    from pactolus.disruption.scenarios.spec import scenario_of_spec

    file = Path(scenario)
    line = "~" in scenario and file.suffix.lower() not in (".yaml", ".yml")  # it may hold a dot: cut-0.8
    named = line or not file.suffix
    asked = scenario_of_spec(scenario, world) if named else read_scenario(file)
    found = stress(world, asked, seed=options.seed)
    for note in found.notes:
        say(note, quiet=options.quiet)
    if wanted not in _OTHERS:
        side = _side(wanted, world, asked, found, options.quiet)
        write_data(_masked(side) if options.format == "table" else side, options, as_table=as_text_table)
        return
    from pactolus.disruption.effects import alternatives as others

    measures = register_for(workspace)
    left = others.alternatives(world, asked, found.losses, measures, day, chosen=chosen)
    say(
        f"room: observed maximum of {others.YEARS} years less present exports, not spare capacity; importers "
        "outside the scenario seek it too",
        quiet=options.quiet,
    )
    if chosen:
        say(f"let in by choice: {', '.join(chosen)}; mind sanctions and controls", quiet=options.quiet)
    write_data(left.overlap if wanted == "overlap" else left.suppliers, options, as_table=as_text_table)


def _table_of(table: str, alternatives: bool, overlap: bool) -> str:
    """The one table that is asked for."""
    flags = [name for name, asked in zip(_OTHERS, (alternatives, overlap), strict=True) if asked]
    if len(flags) > 1 or (flags and table != "losses"):
        raise OptionError("--alternatives, --overlap, --table: one table at a time; leave the others away")
    if table not in _TABLES:
        raise UnknownTermError.of("table", table, _TABLES, where="--table")
    return flags[0] if flags else table


def _side(wanted: str, world: World, asked: Scenario, found: Stress, quiet: bool) -> pl.DataFrame:
    """One side of a run; its own notes go to stderr."""
    from pactolus.disruption.sides import side_of

    table, notes = side_of(wanted, world, asked, found)
    for note in notes:
        say(note, quiet=quiet)
    return table


def _masked(table: pl.DataFrame) -> pl.DataFrame:
    """Losses that cannot be told from normal variation are not read off a screen; files keep them."""
    import polars as pl

    hidden = [name for name in table.columns if name.startswith(("lost_", "at_stake"))]
    if "status" not in table.columns or not hidden:
        return table
    told = pl.col("status") != "not_distinguishable"
    return table.with_columns(pl.when(told).then(pl.col(name)).alias(name) for name in hidden)


def _allowed(text: str | None) -> tuple[str, ...]:
    """Countries of --allow."""
    from pactolus.disruption.effects.alternatives import BY_CHOICE

    names = tuple(name.strip().upper() for name in (text or "").split(",") if name.strip())
    for name in names:
        if name not in BY_CHOICE:
            raise OptionError(f"--allow: {name!r}; only {', '.join(BY_CHOICE)} can be let in by choice")
    return names


@shock_app.command("priors", cls=PlainCommand, help="How large and how long shocks of each kind were.")
@with_common_options()
def priors_command(faults: Faults, options: Common) -> None:
    """One row a kind and quantity: 80 % interval, middle, and how many past cases stand behind it."""
    world = faults.of(lambda: opened(options), None)
    faults.refuse()
    assert world is not None
    from pactolus.cli.output import write_data
    from pactolus.cli.tables import as_text_table
    from pactolus.disruption.history.events import events_of
    from pactolus.disruption.history.priors import priors

    write_data(priors(events_of(world)), options, as_table=as_text_table)


@shock_app.command("backtest", cls=PlainCommand, help="Error of every model on events of the past.")
@with_common_options()
def backtest_command(
    faults: Faults,
    options: Common,
    events: Annotated[
        str | None,
        typer.Option(
            "--events", metavar="FILE.csv", help="event, export_cut, world_share0; else the named ones."
        ),
    ] = None,
    importers: Annotated[
        str | None,
        typer.Option("--importers", metavar="FILE.csv", help="event, importer, from0_t, tot0_t, tot1_t ..."),
    ] = None,
    detail: Annotated[
        bool, typer.Option("--detail", help="Predictions by importer instead of errors by event.")
    ] = False,
    announced: Annotated[
        bool, typer.Option("--announced", help="As if only the kind of measure were known, not its size.")
    ] = False,
    sample: Annotated[
        str, typer.Option("--sample", metavar="named|detected", help="Named events, or those a rule finds.")
    ] = "named",
) -> None:
    """One row an event and model: wape, or with --detail one a importer: predicted tonnes."""
    if (events is None) != (importers is None):
        faults.note(OptionError("--events and --importers: give both files, or none for the named events"))
    if announced and (events is not None or detail):
        faults.note(OptionError("--announced: for errors on the named events only, whose kinds are known"))
    if sample not in _SAMPLES:
        faults.note(UnknownTermError.of("sample", sample, _SAMPLES, where="--sample"))
    if sample != "named" and (events is not None or announced):
        faults.note(OptionError("--sample: detected events have no kind and no files of their own"))
    world = None if events is not None else faults.of(lambda: opened(options), None)
    faults.refuse()
    from pactolus.cli.output import write_data
    from pactolus.cli.tables import as_text_table
    from pactolus.disruption.backtest import scoring as backtest
    from pactolus.disruption.backtest.announced import announced_scores
    from pactolus.disruption.backtest.detected import detected_events
    from pactolus.disruption.history.events import events_of

    found: Sequence[Event]
    if events is not None and importers is not None:
        found = backtest.read_events(Path(events), Path(importers))
    else:
        assert world is not None
        found = detected_events(world) if sample == "detected" else events_of(world)
    if detail:
        write_data(backtest.detail(found), options, as_table=as_text_table)
        return
    scores = announced_scores(found) if announced else backtest.scores(found)
    write_data(scores.table, options, as_table=as_text_table)
    drawn: Literal["event", "commodity"] = "commodity" if sample == "detected" else "event"
    _account(scores, seed=options.seed, quiet=options.quiet, by=drawn)


def _account(scores: Scores, *, seed: int, quiet: bool, by: Literal["event", "commodity"] = "event") -> None:
    """Means of large and small events, and whether the events separate our model from a baseline."""
    from pactolus.disruption.backtest.scoring import bootstrap
    from pactolus.disruption.engines.rules import LARGE, MODELS

    for large, words in ((True, f"size {LARGE} or more"), (False, f"size below {LARGE}")):
        means = [(name, scores.mean(name, large=large)) for name in MODELS]
        known = [f"{name} {mean:.3f}" for name, mean in means if mean is not None]
        if not known:
            continue
        say(f"{words}: mean wape {', '.join(known)}", quiet=quiet)
        for against in ("no_change", "uniform", "proportional"):
            gap = bootstrap(scores, "pactolus", against, seed=seed, large=large, by=by)
            if gap is None:
                continue
            mean, low, high = gap
            verdict = "better" if low > 0 else "worse" if high < 0 else "not separated"
            say(f"  pactolus against {against}: {mean:+.3f} [{low:+.3f}, {high:+.3f}] {verdict}", quiet=quiet)


shock_app.command("montecarlo", cls=PlainCommand, help="How much a year may lose, from many random years.")(
    montecarlo_command
)
