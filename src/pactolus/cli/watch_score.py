"""``pactolus watch score``: the monthly signals of a user's own series."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from pactolus.cli.feedback import say
from pactolus.cli.options import Common, Faults, chosen, iso_date
from pactolus.cli.shared import with_common_options
from pactolus.errors import NoAnswerError, OptionError

if TYPE_CHECKING:
    import polars as pl

    from pactolus.warning.signals.scored import Scored

__all__ = ["score_command"]


@with_common_options()
def score_command(
    faults: Faults,
    options: Common,
    file: Annotated[
        str,
        typer.Argument(
            metavar="SERIES.csv", help="Columns period, partner, hs6, value_usd, quantity_kg; a month a row."
        ),
    ],
    signals: Annotated[
        str | None,
        typer.Option("--signals", metavar="LIST", help="volume_anomaly,export_surge ...; all for every one."),
    ] = None,
    threshold: Annotated[
        list[str] | None,
        typer.Option(
            "--threshold", metavar="SIGNAL=NUMBER", help="In the place of ours; may be given several times."
        ),
    ] = None,
    by_code: Annotated[
        bool, typer.Option("--by-code", help="Keep the codes of a partner apart, in a column hs6.")
    ] = False,
    detail: Annotated[
        bool, typer.Option("--detail", help="Baseline, threshold, history and data status; codes apart.")
    ] = False,
    alerts: Annotated[bool, typer.Option("--alerts", help="Only what fires.")] = False,
    as_of: Annotated[
        str | None,
        typer.Option("--as-of", metavar="DATE", help="Nothing after it is known; today if omitted."),
    ] = None,
) -> None:
    """One row a month, partner and signal: period, partner, signal, value, alert."""
    from pactolus.runs.manifest import as_of_today
    from pactolus.warning.signals.scored import DEFAULT_SIGNALS, SERIES_SIGNALS

    usual: tuple[str, ...] = DEFAULT_SIGNALS
    asked = faults.of(lambda: _signals(signals, usual, SERIES_SIGNALS), usual)
    own: dict[str, float] = {}
    bounds = faults.of(lambda: _thresholds(threshold or []), own)
    faults.of(lambda: _usable(bounds), None)
    day = faults.of(lambda: as_of_today() if as_of is None else iso_date("--as-of", as_of), date.min)
    faults.refuse()
    from pactolus.cli.output import write_data
    from pactolus.cli.tables import as_text_table
    from pactolus.warning.signals.reading import read_series
    from pactolus.warning.signals.scored import score
    from pactolus.warning.signals.series import added_up

    series = read_series(file, as_of=day)
    found = score(
        series if by_code or detail else added_up(series), signals=asked, thresholds=bounds, breaks="last"
    )
    for note in (*found.notes, *_said(found)):
        say(note, quiet=options.quiet)
    if found.signals["value"].drop_nulls().is_empty():
        counts = found.detail["status"].value_counts(sort=True).sort("count", "status", descending=True)
        raise NoAnswerError(
            f"{file}: no signal has a value: "
            + ", ".join(f"{number} rows {status}" for status, number in counts.iter_rows())
        )
    frame = _columns(found, by_code=by_code, detail=detail)
    write_data(frame.filter(alert="yes") if alerts else frame, options, as_table=as_text_table)


def _signals(text: str | None, default: tuple[str, ...], known: tuple[str, ...]) -> tuple[str, ...]:
    if text is None:
        return default
    return known if text.strip() == "all" else chosen("--signals", "signal", text, known)


def _thresholds(texts: list[str]) -> dict[str, float]:
    """``volume_anomaly=-2`` and so on as numbers by signal."""
    found = {}
    for text in texts:
        name, _, number = text.partition("=")
        try:
            found[name.strip()] = float(number)
        except ValueError:
            raise OptionError(f"--threshold: {text!r}; write volume_anomaly=-2") from None
    return found


def _usable(bounds: dict[str, float]) -> None:
    """Refuse thresholds of unknown signals, and those that can never be met."""
    from pactolus.warning.signals.kinds import thresholds_of

    thresholds_of(bounds)


def _said(found: Scored) -> list[str]:
    """How many rows are in doubt, and how many months have no value, by status."""
    import polars as pl

    data = found.detail.filter(pl.col("signal") == "data")["status"].value_counts().sort("status")
    empty = found.signals.filter(pl.col("alert").is_null())["status"].value_counts().sort("status")
    notes = []
    for what, counts in (("data status", data), ("signals without a value", empty)):
        if counts.height:
            said = ", ".join(f"{number} {status}" for status, number in counts.iter_rows())
            notes.append(f"{what}: {said} (--detail shows them)")
    return notes


def _columns(found: Scored, *, by_code: bool, detail: bool) -> pl.DataFrame:
    """The columns asked for; reporter and flow where there are several."""
    import polars as pl

    from pactolus.warning.signals.scored import ALERT_COLUMNS

    frame = found.detail if detail else found.signals
    if detail:
        return frame.with_columns(pl.col(pl.String).replace("", None))
    several = [name for name in ("reporter", "flow") if frame[name].n_unique() > 1]
    first, partner, *rest = ALERT_COLUMNS
    return frame.select(first, *several, partner, *(["hs6"] if by_code else []), *rest)
