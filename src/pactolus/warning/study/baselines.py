"""Rules that a signal is held against, and the rule that combines them, as signals of a board."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Final

import numpy as np

from pactolus.warning.signals.windows import Floats
from pactolus.warning.study.boards import Board

__all__ = ["ALWAYS_OFF", "BASELINES", "COMBINED", "NOTICE", "PERSISTENCE", "with_baselines"]

NOTICE: Final = "notice"
#: Not counted twice.
_NOTICES: Final = (NOTICE, "notice_ahead")
PERSISTENCE: Final = "persistence"
ALWAYS_OFF: Final = "always_off"
COMBINED: Final = "combined"
#: What every signal is compared with. The notice is a signal as well.
BASELINES: Final = (NOTICE, PERSISTENCE, ALWAYS_OFF)
_YEAR: Final = 12
#: A notice counts like so many other signals: one of it is enough for an alert of the combined rule.
_ENOUGH: Final = 2.0


def with_baselines(board: Board) -> Board:
    """A board with persistence, always off and the combined rule beside its signals.

    Persistence gives the anomaly of the same month of the year before. The combined rule counts the signals
    that fire in a month, a notice twice, and gives an alert at two; a signal without a value does not count.

    Parameters
    ----------
    board : Board
        Has the signal ``notice``.

    Returns
    -------
    Board
    """
    score, alert, known = dict(board.score), dict(board.alert), dict(board.known)
    others = [np.nan_to_num(cells) for name, cells in board.alert.items() if name not in _NOTICES]
    count = _ENOUGH * np.nan_to_num(board.alert[NOTICE]) + sum(others, np.zeros_like(board.alert[NOTICE]))
    names = [name for name in board.alert if name not in _NOTICES]
    days = [np.where(board.alert[name] == 1, board.known[name], np.nan) for name in names]
    score[COMBINED], alert[COMBINED] = count, (count >= _ENOUGH).astype(np.float64)
    told = board.alert[NOTICE] == 1
    known[COMBINED] = np.where(told, board.known[NOTICE], _second(days, told.shape))
    if board.anomaly in board.score:
        for cells in (score, alert):
            cells[PERSISTENCE] = _a_year_ago(cells[board.anomaly])
        known[PERSISTENCE] = np.where(np.isnan(alert[PERSISTENCE]), np.nan, _first_days(board))
    zero = np.zeros_like(board.score[NOTICE])
    score[ALWAYS_OFF], alert[ALWAYS_OFF], known[ALWAYS_OFF] = zero, zero, np.full_like(zero, np.nan)
    return replace(board, score=score, alert=alert, known=known)


def _a_year_ago(cells: Floats) -> Floats:
    found = np.full_like(cells, np.nan)
    found[:, _YEAR:] = cells[:, :-_YEAR]
    return found


def _second(days: Sequence[Floats], shape: tuple[int, ...]) -> Floats:
    """The second day of those on which signals that fire could be known; NaN where fewer than two fire."""
    if len(days) < _ENOUGH:
        return np.full(shape, np.nan)
    found: Floats = np.sort(np.stack(days), axis=0)[1]  # NaN goes to the end
    return found


def _first_days(board: Board) -> Floats:
    months = range(board.first, board.first + board.months)
    days = np.array([float(date(n // 12, n % 12 + 1, 1).toordinal()) for n in months])
    return np.broadcast_to(days, (board.series.height, board.months)).copy()
