"""New facts of an event: what was executed, whether it still lasts, what is left of stocks; from a YAML "
"file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pactolus.errors import MissingExtraError

if TYPE_CHECKING:
    from pactolus.response.following.schema import FactsForm
    from pactolus.workspace.records import Located

__all__ = ["Executed", "Facts", "ShipmentFact", "facts_from_record", "facts_record", "read_facts"]


@dataclass(frozen=True, kw_only=True)
class Executed:
    """What one member did in one month; `tonnes` of a project is the part of it that was begun.

    `where` is the place of the statement, for messages.
    """

    month: date
    member: str
    action: str
    mineral: str
    stage: str
    tonnes: float
    what: str | None = None
    to: str | None = None
    where: str = field(default="", compare=False)

    @property
    def key(self) -> tuple[Any, ...]:
        """What is the same action of the same month."""
        return (self.month, self.member, self.action, self.mineral, self.stage, self.what, self.to)


@dataclass(frozen=True, kw_only=True)
class ShipmentFact:
    """News of a shipment; what is None stays as it was."""

    reference: str
    member: str | None = None
    mineral: str | None = None
    stage: str | None = None
    origin: str | None = None
    tonnes: float | None = None
    due: date | None = None
    status: str | None = None
    where: str = field(default="", compare=False)


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What is new.

    Attributes
    ----------
    event : str
    on : date
        Months before that of this day have passed.
    executed : tuple of Executed
    rest : str or None
        What holds for planned actions of past months that are not named: ``as_planned`` or ``none``; None
        where
        the file does not say, and each must be named.
    ended : date or None
        First day of the first month without losses; None while it lasts.
    stocks : mapping of (member, mineral, stage) to float
        Part of the declared stock that was really there at the beginning.
    shipments : tuple of ShipmentFact
    note : str
    place : callable
        Keys -> place in the file, for messages.
    """

    event: str
    on: date
    executed: tuple[Executed, ...] = ()
    rest: str | None = None
    ended: date | None = None
    stocks: Mapping[tuple[str, str, str], float] = field(default_factory=dict)
    shipments: tuple[ShipmentFact, ...] = ()
    note: str = ""
    place: Callable[..., str] = field(
        default=lambda *keys: ".".join(map(str, keys)), compare=False, repr=False
    )


def read_facts(path: Path) -> Facts:
    """Facts from a YAML file.

    Parameters
    ----------
    path : Path

    Raises
    ------
    InputError
        Every fault at once, each with line and column.
    MissingExtraError
        If the extra ``workspace`` is not installed.
    """
    try:
        from pactolus.response.following.schema import FactsForm
    except ModuleNotFoundError as error:
        raise MissingExtraError.of("workspace", f"{path.name}: reading facts") from error
    from pactolus.workspace.records import Faults, Located, parsed_mapping

    faults = Faults.none()
    raw = parsed_mapping(path, path.name, None, faults)
    form = parsed_mapping(path, path.name, FactsForm, faults) if raw is not None else None
    faults.raise_any()
    assert form is not None
    return _facts(Located(form, path.name, 1, raw))


def _facts(one: Located[FactsForm]) -> Facts:
    form = one.record
    done = tuple(
        Executed(**row.model_dump(), where=one.place("executed", number))
        for number, row in enumerate(form.executed)
    )
    return Facts(
        event=form.event,
        on=form.on,
        executed=tuple(_first(row) for row in done),
        rest=form.rest,
        ended=None if form.ended is None else form.ended.replace(day=1),
        stocks={(row.member, row.mineral, row.stage): row.of_declared for row in form.stocks},
        shipments=tuple(
            ShipmentFact(**row.model_dump(), where=one.place("shipments", number))
            for number, row in enumerate(form.shipments)
        ),
        note=form.note or "",
        place=one.place,
    )


def _first(row: Executed) -> Executed:
    from dataclasses import replace

    return replace(row, month=row.month.replace(day=1))


def facts_record(facts: Facts) -> dict[str, Any]:
    """Facts as plain data, such as JSON holds."""
    executed = [
        {
            "month": row.month.isoformat(),
            "member": row.member,
            "action": row.action,
            "mineral": row.mineral,
            "stage": row.stage,
            "tonnes": row.tonnes,
            "what": row.what,
            "to": row.to,
        }
        for row in facts.executed
    ]
    return {
        "event": facts.event,
        "on": facts.on.isoformat(),
        "executed": executed,
        "rest": facts.rest,
        "ended": facts.ended.isoformat() if facts.ended else None,
        "stocks": [[*key, part] for key, part in facts.stocks.items()],
        "shipments": [_ship_record(one) for one in facts.shipments],
        "note": facts.note,
    }


def _ship_record(one: ShipmentFact) -> dict[str, Any]:
    record = {key: value for key, value in asdict(one).items() if value is not None and key != "where"}
    return record | ({"due": one.due.isoformat()} if one.due else {})


def facts_from_record(record: Mapping[str, Any], where: str = "") -> Facts:
    """Facts from plain data; `where` stands in messages."""
    executed = tuple(
        Executed(**row | {"month": date.fromisoformat(row["month"]), "where": f"{where}: executed[{number}]"})
        for number, row in enumerate(record["executed"], start=1)
    )
    return Facts(
        event=record["event"],
        on=date.fromisoformat(record["on"]),
        executed=executed,
        rest=record["rest"],
        ended=date.fromisoformat(record["ended"]) if record["ended"] else None,
        stocks={(m, mineral, stage): part for m, mineral, stage, part in record["stocks"]},
        shipments=tuple(
            ShipmentFact(
                **row | ({"due": date.fromisoformat(row["due"])} if "due" in row else {}),
                where=f"{where}: shipments[{number}]",
            )
            for number, row in enumerate(record.get("shipments", ()), start=1)
        ),
        note=record["note"],
        place=lambda *keys: ": ".join([where, ".".join(map(str, keys))]),
    )
