"""The joint plan of any event, solved once for each question and kept, with the sections of its paper."""

from __future__ import annotations

import hashlib
import json
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Final

from pactolus.catalogue.origins import Claim, Term
from pactolus.reports.document import Block, Column, Section, Table
from pactolus.reports.paper.basis import Paper
from pactolus.reports.sections.words import phrase_term

if TYPE_CHECKING:
    from pactolus.catalogue.world import World
    from pactolus.policy.register import Register
    from pactolus.response.clocks.clock import Clock
    from pactolus.response.events.event import Event
    from pactolus.workspace.labels import Levels
    from pactolus.workspace.store import Version

__all__ = ["Asked", "Plans", "log_section"]

#: Plans that are kept.
MOST: Final = 8


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A question whose answer is one plan.

    Attributes
    ----------
    event : Event
    as_of : date
        First day of the plan.
    no_transfer : tuple of str
        Members that choose to pass nothing on.
    register : Register
    clocks : sequence of Clock
        Of a workspace, beside the shipped ones.
    levels : Levels or None
    stamp : str
        Stands for the register and the clocks: another one asks anew.
    """

    event: Event
    as_of: date
    no_transfer: tuple[str, ...]
    register: Register
    clocks: Sequence[Clock] = ()
    levels: Levels | None = None
    stamp: str = ""

    @property
    def key(self) -> str:
        """What the plan is kept under."""
        from pactolus.response.events.event import event_record

        said = [
            event_record(self.event),
            self.as_of.isoformat(),
            list(self.no_transfer),
            self.stamp,
        ]
        return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()


@dataclass
class Plans:
    """The last plans; safe to ask from several threads, equal questions wait for one answer."""

    _kept: OrderedDict[tuple[str, str], Paper] = field(default_factory=OrderedDict)
    _gate: threading.Lock = field(default_factory=threading.Lock)

    def paper(self, world: World, asked: Asked) -> Paper:
        """The plan as the paper of the event is written from.

        Raises
        ------
        NoAnswerError
            If the world holds no trade or price of what is cut, or no duration is left on the day.
        """
        key = (world.vintage, asked.key)
        with self._gate:
            if key not in self._kept:
                self._kept[key] = _planned(world, asked)
            self._kept.move_to_end(key)
            while len(self._kept) > MOST:
                self._kept.popitem(last=False)
            return self._kept[key]


def _planned(world: World, asked: Asked) -> Paper:
    from pactolus.disruption.effects.stresses import stress
    from pactolus.response.events.dues import event_dues
    from pactolus.response.events.event import as_scenario
    from pactolus.response.plan.real import respond

    losses = stress(world, as_scenario(asked.event, months=12.0))
    plan = respond(
        world,
        asked.event,
        asked.register,
        as_of=asked.as_of,
        no_transfer=asked.no_transfer,
        levels=asked.levels,
        losses=losses,
    )
    dues = event_dues(asked.event, asked.as_of, more=asked.clocks)
    return Paper(
        world=world, event=asked.event, plan=plan, stress=losses, dues=tuple(dues), as_of=asked.as_of
    )


def log_section(found: Sequence[Version], digests: dict[str, str]) -> Section:
    """The decision log: entries in their order, each with the digest that the audit chain holds.

    Parameters
    ----------
    found : sequence of Version
        Of `pactolus.response.following.log.entries`.
    digests : dict
        Id of the record -> digest.
    """
    if not found:
        blocks: tuple[Block, ...] = (Claim(key="desk_response.log.none"),)
        return Section(id="response-log", title="desk_response.log.title", blocks=blocks)
    rows = tuple(
        (
            Term("text", (str(one.body["number"]),)),
            Term("text", (one.written_at[:16].replace("T", " "),)),
            Term("text", (one.author,)),
            phrase_term(f"desk_response.log.{one.body['what']}"),
            Term("text", (_said(one),)) if _said(one) else None,
            Term("text", (digests.get(one.id, "")[:16],)),
        )
        for one in found
    )
    keys = ("number", "written", "author", "kind", "said", "digest")
    table = Table(
        id="response-log-rows",
        title="desk_response.log.title",
        columns=tuple(Column(key=key, label=f"desk_response.col.{key}") for key in keys),
        rows=rows,
        notes=(Claim(key="desk_response.log.note"),),
    )
    return Section(id="response-log", title="desk_response.log.title", blocks=(table,))


def _said(one: Version) -> str:
    body = one.body
    parts = [str(body["text"])] if body.get("text") else []
    if body.get("owner"):
        parts.append(str(body["owner"]))
    if body.get("due"):
        parts.append(str(body["due"]))
    if body["what"] != "decision":
        costs = zip(body.get("members", ()), body.get("cost_musd", ()), strict=False)
        parts += [f"{member} {cost:,.2f} million USD" for member, cost in costs]
    return "; ".join(parts)
