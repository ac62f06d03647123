"""The columns and rows of one place in the programme of a plan; the formulas stand in `programme`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pactolus.response.plan.blocks import ORDERS, Block, split_of
from pactolus.response.plan.columns import Builder, Column, Row
from pactolus.response.plan.tree import Tree

if TYPE_CHECKING:
    from pactolus.response.plan.situation import Situation

__all__ = ["Parts"]

_INF = float("inf")
_MILLION = 1e6
#: Part of handling that breaks ties: lots that fewer members may have before others, early before late, the
#: first group of suppliers before the next.
_LATER = 1e-3


class Parts:
    """The columns and rows of one block."""

    def __init__(self, situation: Situation, tree: Tree, block: Block, builder: Builder) -> None:
        import numpy as np

        self.one, self.tree, self.block, self.add = situation, tree, block, builder
        self.assumed = situation.assumed
        self.k, self.users = block.place, block.users
        self.use = {i: float(situation.use_t[self.k, i]) / block.unit_t for i in self.users}
        loss = situation.loss_t[self.k] / block.unit_t  # (I, T, S)
        self.lost = [
            {i: 0.0 if node.rest else float(loss[i, node.month, node.scenarios[0]]) for i in self.users}
            for node in tree.nodes
        ]
        months = np.arange(1, situation.months + 1)
        last = (months[None, :, None] * (loss > 0)).max(axis=1) - 1  # (I, S)
        self.until = [
            {i: int(last[i, list(node.scenarios)].max()) for i in self.users} for node in tree.nodes
        ]
        self.stock: dict[
            tuple[int, int, int], list[tuple[int, float]]
        ] = {}  # flows into x of (i, class, node)
        self.balance: dict[tuple[int, int], list[tuple[int, float]]] = {}
        self.sent: dict[
            tuple[str, int, int, int, int], int
        ] = {}  # kind, node, from, to or member, item -> column
        self.debts: dict[tuple[int, int], set[int]] = {}  # pairs with loans, and the nodes of them

    def build(self) -> None:
        for number, node in enumerate(self.tree.nodes):
            if node.rest:
                continue
            for i in self.users:
                self._orders(number, i)
                for j in self.users:
                    if i != j:
                        self._lend(number, i, j)
                        self._swap(number, i, j)
                    if i < j:
                        self._exchange(number, i, j)
        for project, _ in enumerate(self.one.projects):
            self._project(project)
        for number, node in enumerate(self.tree.nodes):
            if node.rest:
                self._returns(number)
            else:
                for i in self.users:
                    self._balance(number, i)
            for i in self.users:
                self._stocks(number, i)
        self._lending()
        self._rooms()

    # ------------------------------------------------------------------------------------------ orders and
    # loans

    def _handled(self, node: int, rank: int = 0) -> float:
        """Handling of a tonne, with what breaks ties."""
        return self.assumed.handling * (1 + _LATER * (self.tree.nodes[node].month + 10 * rank))

    def _needs(self, node: int, member: int, lag: int) -> bool:
        """Whether what arrives after a lag may still be needed."""
        return self.until[node][member] >= self.tree.nodes[node].month + lag

    def _orders(self, node: int, i: int) -> None:
        assumed, p = self.assumed, self.block.price
        name = self.one.members[i]
        for g, group in enumerate(self.block.groups):
            source = group.sources[0]
            if name not in source.open_to:
                continue
            low, mid = source.premium[0], source.premium[1]
            modes = {"order": (source.lag, mid)}
            if len([one for one in self.users if self.one.members[one] in source.open_to]) > 1:
                modes["joint"] = (max(source.lag, assumed.lag_purchase), low)
            quick = source.lag - assumed.expedite_months
            if source.lag > quick >= 0:
                modes["expedite"] = (quick, mid + assumed.expedite_fee)
            for kind, (lag, premium) in modes.items():
                if self._needs(node, i, lag):
                    cost = p * (1 + premium + self._handled(node, g))
                    column = self.add.column(Column(kind, self.k, i, node, g), (i, cost))
                    self.sent[kind, node, i, i, g] = column
                    self._arrive(column, node, i, lag)

    def _arrive(self, column: int, node: int, member: int, lag: int) -> None:
        """Note the nodes in which a delivery is added to what was bought."""
        item = self.block.bought(member)
        for later in self._later(node, lag):
            self.stock.setdefault((member, item, later), []).append((column, 1.0))

    def _later(self, node: int, lag: int) -> list[int]:
        """Nodes in which something sent arrives: a lag later, or in the rest where no loss is left."""
        found, open_nodes = [], [node]
        due = self.tree.nodes[node].month + lag
        while open_nodes:
            one = open_nodes.pop()
            own = self.tree.nodes[one]
            if own.rest or own.month == due:
                found.append(one)
            else:
                open_nodes += self._children[one]
        return sorted(found)

    @property
    def _children(self) -> list[list[int]]:
        if not hasattr(self, "_below"):
            self._below = self.tree.children()
        return self._below

    def _lend(self, node: int, i: int, j: int) -> None:
        assumed = self.assumed
        if not self._needs(node, j, assumed.lag_lending):
            return
        for c, lots in enumerate(self.block.classes[i]):
            if not lots[0].used_by(self.one.members[j]):
                continue
            cost = self.block.price * (assumed.transport + self._handled(node))
            column = self.add.column(Column("lend", self.k, i, node, c, j), (j, cost))
            self.sent["lend", node, i, j, c] = column
            self.stock.setdefault((i, c, node), []).append((column, -1.0))
            self._arrive(column, node, j, assumed.lag_lending)
            self.debts.setdefault((i, j), set()).add(node)

    def _exchange(self, node: int, i: int, j: int) -> None:
        """Lots of a form that their owner cannot use, for lots that it can: content for content."""
        lag = self.assumed.lag_lending
        if not (self._needs(node, i, lag) or self._needs(node, j, lag)):
            return
        wrong = {(a, b): self._fit(a, b, usable=False) for a, b in ((i, j), (j, i))}
        even: list[tuple[int, float]] = []
        for a, b in ((i, j), (j, i)):
            right = self._fit(a, b, usable=True) if wrong[b, a] else []
            for c in sorted([*wrong[a, b], *right]):
                payer = a if c in wrong[a, b] else b
                cost = self.block.price * (self.assumed.transport + self._handled(node))
                column = self.add.column(Column("exchange", self.k, a, node, c, b), (payer, cost))
                self.stock.setdefault((a, c, node), []).append((column, -1.0))
                self._arrive(column, node, b, lag)
                even.append((column, 1.0 if a == i else -1.0))
        if even:
            self.add.row(Row("even", self.k, i, node, j), even, 0.0, 0.0)

    def _fit(self, i: int, j: int, *, usable: bool) -> list[int]:
        """Classes of a member that the other can use, and that it can use itself or not."""
        mine, other = self.one.members[i], self.one.members[j]
        return [
            c
            for c, lots in enumerate(self.block.classes[i])
            if lots[0].used_by(other) and lots[0].used_by(mine) == usable
        ]

    def _swap(self, node: int, i: int, j: int) -> None:
        most = self.assumed.swap_share * float(self.one.inflow_free[self.k, i])
        most *= self.use[i] - self.lost[node][i]
        if self.lost[node][j] <= 0 or most <= 0:
            return
        cost = self.block.price * (self.assumed.swap_cost + self._handled(node))
        column = self.add.column(Column("swap", self.k, i, node, 0, j), (j, cost), upper=most)
        self.sent["swap", node, i, j, 0] = column
        self.balance.setdefault((i, node), []).append((column, -1.0))
        self.balance.setdefault((j, node), []).append((column, 1.0))
        self.debts.setdefault((i, j), set()).add(node)

    def _project(self, number: int) -> None:
        project = self.one.projects[number]
        if project.place != self.k:
            return
        served = [i for i in self.users if project.serves(self.one.members[i])]
        use = sum(self.use[i] for i in served)
        begun: dict[int, int] = {}
        for n, node in enumerate(self.tree.nodes):
            if node.rest:
                continue
            if any(self._needs(n, i, project.delay) for i in served):
                paid = [(i, project.cost_musd * self.use[i] / use) for i in served]
                begun[n] = self.add.column(Column("project", self.k, -1, n, number), *paid, upper=1.0)
            running = [
                (begun[m], -project.of_month(age) / self.block.unit_t)
                for m in self.tree.above(n)
                if m in begun and (age := node.month - self.tree.nodes[m].month - project.delay) >= 0
            ]
            taken = []
            for i in served:
                if running and self._needs(n, i, 0):
                    cost = self.block.price * (1 + project.premium + self.assumed.handling)
                    column = self.add.column(Column("deliver", self.k, i, n, number), (i, cost))
                    taken.append((column, 1.0))
                    self._arrive(column, n, i, 0)
            if taken:
                self.add.row(
                    Row("project", self.k, -1, n, number),
                    [*taken, *running],
                    -_INF,
                    0.0,
                )
        for n in self._last(set(begun)):
            terms = [(begun[m], 1.0) for m in self.tree.above(n) if m in begun]
            self.add.row(Row("once", self.k, -1, n, number), terms, -_INF, 1.0)

    # --------------------------------------------------------------------------------------- balances and
    # stocks

    def _balance(self, node: int, i: int) -> None:
        """Release, shortage by segment, and the row of what is needed."""
        lost, swapped = self.lost[node][i], self.balance.get((i, node), [])
        if lost <= 0 and not swapped:
            return
        p = self.block.price
        terms = list(swapped)
        for c in range(self.block.bought(i) + 1):
            if self._usable(i, c, node):
                month = self.tree.nodes[node].month
                later = 10 * c + month + 0.1 * c * (self.tree.months - month)
                cost = p * self.assumed.handling * (1 + _LATER * later)
                column = self.add.column(Column("release", self.k, i, node, c), (i, cost))
                self.stock.setdefault((i, c, node), []).append((column, -1.0))
                terms.append((column, 1.0))
        for s, segment in enumerate(self.block.segments):
            width = segment.share * self.use[i]
            column = self.add.column(Column("short", self.k, i, node, s), (i, p * segment.value), upper=width)
            terms.append((column, 1.0))
        self.add.row(Row("balance", self.k, i, node), terms, lost, _INF)

    def _usable(self, i: int, c: int, node: int) -> bool:
        """Whether there can be anything of a class, and its owner can use it."""
        if c < self.block.bought(i):
            return self.block.classes[i][c][0].used_by(self.one.members[i])
        return self._any_bought(i, node)

    def _any_bought(self, i: int, node: int) -> bool:
        item = self.block.bought(i)
        return any((i, item, one) in self.stock for one in self.tree.above(node))

    def _stocks(self, node: int, i: int) -> None:
        """What is left of every class at the end of a node."""
        own = self.tree.nodes[node]
        for c in range(self.block.bought(i) + 1):
            declared = c < self.block.bought(i)
            if not declared and not self._any_bought(i, node):
                continue
            worth = [(i, -self.block.price)] if own.rest else []
            column = self.add.column(Column("stock", self.k, i, node, c), *worth)
            terms = [(column, -1.0), *self.stock.get((i, c, node), [])]
            before = self.sent.get(("stock", own.parent, i, i, c))
            if before is not None:
                terms.append((before, 1.0))
            self.sent["stock", node, i, i, c] = column
            there = declared and own.parent < 0
            start = -self.block.held(i, c, 1) / self.block.unit_t if there else 0.0
            self.add.row(Row("start" if there else "stock", self.k, i, node, c), terms, start, start)

    def _returns(self, node: int) -> None:
        """What a borrower gives back once nothing is lost any more, and what it still owes at the horizon."""
        assumed, p = self.assumed, self.block.price
        own = self.tree.nodes[node]
        left = max(0, self.tree.months - assumed.lag_lending - own.month)
        for j in self.users:
            back = []
            for i in self.users:
                lent = self._lent(node, i, j)
                if not lent:
                    continue
                column = self.add.column(
                    Column("return", self.k, i, node, 0, j),
                    (j, p * (1 + assumed.transport + assumed.handling)),
                )
                owed = self.add.column(
                    Column("owed", self.k, i, node, 0, j), (j, p * (1 + assumed.late)), (i, -p)
                )
                terms = [(column, 1.0), (owed, 1.0), *((one, -1.0) for one in lent)]
                self.add.row(Row("debt", self.k, i, node, j), terms, 0.0, 0.0)
                self.stock.setdefault((i, self.block.bought(i), node), []).append((column, 1.0))
                back.append((column, 1.0))
            if back:
                most = assumed.return_share * self.use[j] * left
                self.add.row(Row("back", self.k, j, node), back, -_INF, most)

    def _lent(self, node: int, i: int, j: int) -> list[int]:
        nodes = self.debts.get((i, j), set())
        found = []
        for one in self.tree.above(node):
            if one in nodes:
                keys = [("lend", one, i, j, c) for c in range(len(self.block.classes[i]))]
                found += [self.sent[key] for key in (*keys, ("swap", one, i, j, 0)) if key in self.sent]
        return found

    # ------------------------------------------------------------------------------------------------- limits

    def _last(self, nodes: set[int]) -> list[int]:
        """Nodes of a set that have none of it below them."""
        inner = {one for node in nodes for one in self.tree.above(self.tree.nodes[node].parent)}
        return sorted(nodes - inner)

    def _lending(self) -> None:
        for i in self.users:
            held = sum(self.block.held(i, c, 1) for c in range(self.block.bought(i)))
            places = {node for (lender, _), nodes in self.debts.items() if lender == i for node in nodes}
            classes = range(self.block.bought(i))
            lends = {
                node
                for node in places
                if any(("lend", node, i, j, c) in self.sent for j in self.users for c in classes)
            }
            for node in self._last(lends):
                terms = [
                    (self.sent[key], 1.0)
                    for one in self.tree.above(node)
                    for j in self.users
                    for c in classes
                    if (key := ("lend", one, i, j, c)) in self.sent
                ]
                most = self.assumed.lends(self.one.members[i]) * held
                self.add.row(Row("lending", self.k, i, node), terms, -_INF, most / self.block.unit_t)

    def _rooms(self) -> None:
        """Room of suppliers, each member's part of it, and what a member can take in a month."""
        for node, _ in enumerate(self.tree.nodes):
            for g, group in enumerate(self.block.groups):
                room = group.room_t / self.block.unit_t
                own = {
                    i: [self.sent[key] for kind in ORDERS if (key := (kind, node, i, i, g)) in self.sent]
                    for i in self.users
                }
                every = [(one, 1.0) for terms in own.values() for one in terms]
                if every:
                    self.add.row(Row("room", self.k, -1, node, g), every, -_INF, room)
                for i, terms in own.items():
                    if terms:
                        most = room * self._reach(i, g)
                        self.add.row(
                            Row("own_room", self.k, i, node, g), [(one, 1.0) for one in terms], -_INF, most
                        )
            for i in self.users:
                orders = [
                    (self.sent[key], 1.0)
                    for g, _ in enumerate(self.block.groups)
                    for kind in ORDERS
                    if (key := (kind, node, i, i, g)) in self.sent
                ]
                if orders:
                    self.add.row(
                        Row("use", self.k, i, node), orders, -_INF, self.assumed.rerouting_use * self.use[i]
                    )
            for i in self.users:
                out = [
                    (self.sent[key], 1.0) for j in self.users if (key := ("swap", node, i, j, 0)) in self.sent
                ]
                if len(out) > 1:
                    most = self.add.upper[out[0][0]]
                    self.add.row(Row("swap", self.k, i, node), out, -_INF, most)

    def _reach(self, i: int, g: int) -> float:
        """Part of a room that a member can take when all act together: its own, and what others leave."""
        parts = split_of(self.one, self.block, g)
        left = self.assumed.left_to_others
        names = self.one.members
        return min(1.0, parts[i] + sum(part * left.get(names[j], 1.0) for j, part in parts.items() if j != i))
