"""Events from files: every fault of the file, and of the holdings it names, at once, each with its place."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pactolus.errors import MissingExtraError, PactolusError
from pactolus.response.events.event import Event, event_from_record

if TYPE_CHECKING:
    from pactolus.response.events.schema import EventForm
    from pactolus.stockpile.members.holdings import HoldingRange
    from pactolus.workspace.labels import Levels
    from pactolus.workspace.records import Faults, Located

__all__ = ["read_event"]

_LANGUAGES = ("en", "ko", "ja")


def read_event(
    path: Path,
    levels: Levels | None = None,
    *,
    known_clocks: Collection[str] | None = None,
    beside: bool = True,
) -> Event:
    """An event from a YAML file.

    Parameters
    ----------
    path : Path
    levels : Levels, optional
        Classification levels of the deployment.
    known_clocks : collection of str, optional
        Ids of clocks beside those of the file; the shipped ones if omitted. A build, which gives them, has no
        library of holidays: calendars are then not asked.
    beside : bool
        Whether the event may name a file of holdings beside it; a text that somebody sends must not.

    Raises
    ------
    InputError
        Every fault at once, each with line and column.
    MissingExtraError
        If the extra ``workspace`` is not installed.
    """
    try:
        from pactolus.response.events.schema import EventForm
    except ModuleNotFoundError as error:
        raise MissingExtraError.of("workspace", f"{path.name}: reading an event") from error
    from pactolus.response.clocks.clock import shipped_clocks
    from pactolus.response.events.checks import check
    from pactolus.workspace.labels import Levels as AllLevels
    from pactolus.workspace.records import Faults

    known = levels or AllLevels()
    faults = Faults.none()
    one = _located(path, EventForm, faults)
    faults.raise_any()
    assert one is not None
    held = _holdings(one, path, known, faults) if beside else _none_beside(one, faults)
    names = set(shipped_clocks() if known_clocks is None else known_clocks)
    check(one, held, known, names, faults, calendars=known_clocks is None)
    faults.raise_any()
    return event_from_record(_record(one.record, held), known)


def _located(path: Path, model: type[EventForm], faults: Faults) -> Located[EventForm] | None:
    """The file as a form with the places of its parts; None where `faults` grew."""
    from pactolus.workspace.records import Located, parsed_mapping

    raw = parsed_mapping(path, path.name, None, faults)
    if raw is None:
        return None
    found = parsed_mapping(path, path.name, model, faults)
    return None if found is None else Located(found, path.name, 1, raw)


def _holdings(
    one: Located[EventForm], path: Path, levels: Levels, faults: Faults
) -> tuple[HoldingRange, ...]:
    """What the file of holdings declares, beside the event's own file."""
    from pactolus.stockpile.members.holdings import read_holdings

    name = one.record.holdings.file
    if name is None:
        return ()
    file = path.parent / name
    if not file.is_file():
        faults.add(
            one.place("holdings", "file"), f"no file {name!r} beside {path.name}; name one that is there"
        )
        return ()
    try:
        return read_holdings(file, levels)
    except PactolusError as error:
        faults.lines += str(error).splitlines()
        return ()


def _none_beside(one: Located[EventForm], faults: Faults) -> tuple[HoldingRange, ...]:
    name = one.record.holdings.file
    if name is not None:
        message = f"{name!r} is a file, and a text sent here has none beside it; use 'pactolus respond'"
        faults.add(one.place("holdings", "file"), f"{message} with the file, or take the key out")
    return ()


def _words(value: Any) -> Any:
    return dict.fromkeys(_LANGUAGES, value) if isinstance(value, str) else value


def _record(form: EventForm, held: tuple[HoldingRange, ...]) -> dict[str, Any]:
    """The form in the shape of `event_record`."""
    from dataclasses import asdict

    from pactolus.response.clocks.clock import clock_record

    plain = form.model_dump(mode="json", exclude_none=True)
    plain["id"] = plain.pop("event")
    plain["titles"] = _words(plain.pop("title"))
    plain["own_label"] = plain.pop("label", "open")
    length = form.duration
    assert length is not None
    plain["duration"] = {
        "months": length.months,
        "cases": sorted((case.model_dump() for case in length.scenarios), key=lambda case: case["months"]),
        "prior": length.prior,
        "without": length.without,
    }
    told = plain["article_12"]
    told["cause"] = _words(told["cause"])
    told["impact"] = {key: _words(value) for key, value in told["impact"].items()}
    for key in ("sectors", "measures_taken", "assistance_sought"):
        told[key] = [_words(value) for value in told[key]]
    plain["limits"] = _limits(form)
    plain["undeclared"] = plain.pop("holdings").get("undeclared", [])
    plain["holdings"] = [
        asdict(one) | {"label": str(one.label), "on": one.on.isoformat() if one.on else None} for one in held
    ]
    plain["clocks"] = [clock_record(one) for one in form.clocks]
    plain["calendar_days"] = [(one.calendar, one.day.isoformat(), one.working) for one in form.calendar_days]
    plain["facts"] = [one | {"says": _words(one["says"])} for one in plain["facts"]]
    plain["assumed"] = [_words(one) for one in plain["assumed"]]
    return plain


def _limits(form: EventForm) -> dict[str, Any]:
    limits = form.limits
    lags = limits.lags_months
    return {
        "money_musd_per_month": limits.money_musd_per_month,
        "lending_share": _by_member(limits.lending_share, form),
        "rerouting_share": _by_member(limits.rerouting_share, form),
        "lag_lending": lags.lending,
        "lag_rerouting": lags.rerouting,
        "lag_purchase": lags.purchase,
        "no_transfer": list(limits.no_transfer),
    }


def _by_member(share: float | dict[str, float] | None, form: EventForm) -> dict[str, float] | None:
    """One share stands for every member; members that pass nothing on have none to lend."""
    if share is None or isinstance(share, dict):
        return share
    return dict.fromkeys(form.members, share)
