"""Figures derived from rows of members: the strictest label of their inputs, saved, kept per reader."""

from __future__ import annotations

import json
import secrets
import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from pactolus import __version__
from pactolus.errors import NoAnswerError
from pactolus.web.access.reader import Reader
from pactolus.web.access.server import Server
from pactolus.web.answers.answer import Answer
from pactolus.web.answers.cover import days_rows
from pactolus.web.answers.desk import Desk
from pactolus.web.answers.records import day_of
from pactolus.workspace.acting import Acting, ActingStore
from pactolus.workspace.labels import Levels
from pactolus.workspace.store import Version

if TYPE_CHECKING:
    from pactolus.stockpile.members.holdings import HoldingRange

__all__ = ["Derived", "holdings_of"]

_MOST: Final = 1_000


def holdings_of(bodies: Iterable[Mapping[str, Any]], levels: Levels) -> list[HoldingRange]:
    """Saved holdings as the engines read them."""
    from pactolus.stockpile.members.holdings import holding_of

    return [holding_of(body, levels) for body in bodies]


class Derived:
    """Derived figures of one application.

    What is kept in memory is the id of a saved figure, under the reader who asked: reading it is decided by
    the database every time, and noted every time.
    """

    def __init__(self, desk: Desk, server: Server) -> None:
        self.desk, self.server = desk, server
        self._kept: OrderedDict[str, str] = OrderedDict()
        self._lock = threading.Lock()

    def own_days(self, reader: Reader, minerals: str | None, on: str | None) -> Version:
        """Days of cover of the reader's own member.

        Raises
        ------
        NoAnswerError
            If it declares nothing of these minerals.
        """
        store = self.server.store(reader)
        day = day_of(on).isoformat()
        held = _chosen(store.read_all("holding"), minerals)
        question = {"kind": "days", "members": [reader.member], "minerals": minerals, "on": day}
        key = json.dumps([reader.id, self.desk.world.vintage, question, _inputs(held)])
        with self._lock:
            name = self._kept.get(key)
        if name is None:
            name = self._save(store, question, held, joint=False, author=reader.id)
            with self._lock:
                self._kept[key] = name
                if len(self._kept) > _MOST:
                    self._kept.popitem(last=False)
        return store.read("derived", name)

    def joint_days(
        self, reader: Reader, members: Sequence[str], minerals: str | None, on: str | None
    ) -> Version:
        """Days of cover of several members together; saved, and readable by nobody until they release it.

        Returns
        -------
        Version
            Its body is for the records only.

        Raises
        ------
        NoAnswerError
            If a member declares nothing of these minerals.
        """
        acting = Acting(f"joint figure for {reader.id}", tuple(members))
        store = ActingStore(self.server.engine, acting)
        held = _chosen(store.read_all("holding"), minerals)
        silent = set(members) - {one.body["member"] for one in held}
        if silent:
            raise NoAnswerError(
                f"{', '.join(sorted(silent))}: nothing declared for these minerals; "
                "a joint figure needs a range of every member"
            )
        question = {
            "kind": "joint days",
            "members": sorted(members),
            "minerals": minerals,
            "on": day_of(on).isoformat(),
        }
        name = self._save(store, question, held, joint=True, author=acting.reader)
        return store.get("derived", name)

    def _save(
        self,
        store: ActingStore,
        question: dict[str, Any],
        held: Sequence[Version],
        *,
        joint: bool,
        author: str,
    ) -> str:
        levels = self.server.levels
        ranges = holdings_of(({**one.body, "label": one.label} for one in held), levels)
        answer = days_rows(self.desk.world, ranges, question["on"], joint=joint)
        label = levels.strictest(levels.read(one.label) for one in held)
        name = secrets.token_hex(12)
        body = _body(answer, question, held, self.desk.world.vintage)
        store.put("derived", name, body, author=author, label=str(label), expected=0)
        return name


def _body(answer: Answer, question: dict[str, Any], held: Sequence[Version], vintage: str) -> dict[str, Any]:
    return {
        "question": question,
        "inputs": _inputs(held),
        "vintage": vintage,
        "version": __version__,
        "notes": list(answer.notes),
        "rows": answer.frame.to_dicts(),
    }


def _chosen(held: Sequence[Version], minerals: str | None) -> list[Version]:
    from pactolus.terms.minerals import resolve_minerals

    wanted = None if minerals is None else set(resolve_minerals(minerals))
    return [one for one in held if wanted is None or one.body["mineral"] in wanted]


def _inputs(held: Sequence[Version]) -> list[dict[str, Any]]:
    return [{"kind": one.kind, "id": one.id, "version": one.version} for one in held]
