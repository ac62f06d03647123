"""What a played exercise is held against: the best plan, everybody alone, doing nothing, and hindsight.

The best plan knows what the table knows. It is solved at the beginning and again in each month whose news
change something, with what is past held fixed; the case that comes true only leads it along its nodes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pactolus.response.exercise.path import Path
from pactolus.response.exercise.state import walk
from pactolus.solvers.linear import LinearModel

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pactolus.response.exercise.board import Setting
    from pactolus.response.plan.columns import Column

    Floats = NDArray[np.float64]

__all__ = ["Yardsticks", "best_path", "hindsight_path", "yardsticks_of"]

#: Decisions; what is left and missing follows from them.
_DECIDED = ("order", "joint", "expedite", "lend", "swap", "release")


@dataclass(frozen=True, eq=False)
class Yardsticks:
    """Paths of the same case.

    Attributes
    ----------
    best : Path
        Of the plan that knows what the table knows.
    alone : Path
        Of everybody's own plan.
    idle : Path
        Of doing nothing.
    hindsight : Path
        Of a plan that knows the case and all news: nothing that can be done costs less.
    """

    best: Path
    alone: Path
    idle: Path
    hindsight: Path

    def named(self, name: str) -> Path:
        """One of them."""
        paths = {"best": self.best, "alone": self.alone, "idle": self.idle, "hindsight": self.hindsight}
        return paths[name]


def yardsticks_of(setting: Setting, case: int) -> Yardsticks:
    """All of them for a case."""
    idle, _, _ = walk(setting, case, ())
    return Yardsticks(
        best=best_path(setting, case),
        alone=best_path(setting, case, together=False),
        idle=idle,
        hindsight=hindsight_path(setting, case),
    )


def best_path(setting: Setting, case: int, *, together: bool = True) -> Path:
    """The path of the plan that knows what the table knows."""
    import numpy as np

    way = setting.way(case)
    tree = setting.tree
    past: dict[Column, float] = {}
    stages = setting.stages(tree.nodes[way[-1]].month)
    values: dict[Column, float] = {}
    for at, month in enumerate(stages):
        board = setting.board(month)
        model = LinearModel(
            board.linear(together=together, fixed=past), where=f"best plan of month {month + 1}"
        )
        x = model.solve().x
        until = stages[at + 1] if at + 1 < len(stages) else setting.situation.months + 1
        for number in np.flatnonzero(board.on_way(way)):
            column = board.programme.builder.columns[number]
            if month <= tree.nodes[column.node].month < until:
                values[column] = max(0.0, float(x[number]))
                if column.kind in _DECIDED:
                    past[column] = values[column]
    return _path(setting, way, values)


def hindsight_path(setting: Setting, case: int) -> Path:
    """The path of a plan that knows the case and all news from the beginning."""
    import numpy as np

    board, way = setting.last, setting.way(case)
    certain = np.zeros(len(setting.situation.lengths))
    certain[case] = 1.0
    x = LinearModel(board.linear(probability=certain), where="hindsight").solve().x
    columns = board.programme.builder.columns
    kept = np.flatnonzero(board.on_way(way))
    return _path(setting, way, {columns[number]: max(0.0, float(x[number])) for number in kept})


def _path(setting: Setting, way: tuple[int, ...], values: dict[Column, float]) -> Path:
    import numpy as np

    board = setting.last
    x = np.zeros(board.programme.program.columns)
    for column, value in values.items():
        number = board.programme.column_at.get(column)
        if number is not None:
            x[number] = value
    return Path(board, way, x)
