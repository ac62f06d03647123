"""What nobody at the table knows, and what is known when.

The case that comes true is fixed in the exercise or drawn by the seed, from the digest of the exercise's id
and the seed, so that a draw is the same on every machine.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pactolus.response.exercise.exercise import Change, Exercise
    from pactolus.response.plan.situation import Situation

    Floats = NDArray[np.float64]

__all__ = ["changes_by_month", "known_situation", "true_case"]


def true_case(exercise: Exercise, probability: Iterable[float], seed: int) -> int:
    """Number of the case that comes true.

    Parameters
    ----------
    exercise : Exercise
    probability : iterable of float
        Of the cases, as thought at the beginning.
    seed : int

    Examples
    --------
    >>> from pactolus.response.exercise.exercise import ready_exercise
    >>> one = ready_exercise("gallium-germanium-licence")
    >>> true_case(one, [0.3, 0.5, 0.2], 1) == true_case(one, [0.3, 0.5, 0.2], 1)
    True
    """
    chances = list(probability)
    if exercise.case is not None:
        return exercise.case
    digest = hashlib.sha256(f"{exercise.id}|{seed}|length".encode()).digest()
    drawn = int.from_bytes(digest[:8], "big") / 2**64
    total = 0.0
    for number, chance in enumerate(chances):
        total += chance
        if drawn < total:
            return number
    return max(number for number, chance in enumerate(chances) if chance > 0)


def changes_by_month(exercise: Exercise) -> dict[int, tuple[Change, ...]]:
    """Month (from 0) -> what its injects change; months without a change are left out."""
    found: dict[int, tuple[Change, ...]] = {}
    for one in exercise.injects:
        if one.changes:
            found[one.month - 1] = found.get(one.month - 1, ()) + one.changes
    return dict(sorted(found.items()))


def known_situation(situation: Situation, changes: dict[int, tuple[Change, ...]], month: int) -> Situation:
    """The situation as it is known in a month: losses and chances after all injects so far.

    Parameters
    ----------
    situation : Situation
        Of the beginning.
    changes : dict
        By month.
    month : int
        From 0; injects of this month are known.
    """
    import numpy as np

    loss = situation.loss_t.copy()
    probability = situation.probability
    use = np.nan_to_num(situation.use_t)[:, :, None, None]
    for at, ones in changes.items():
        for one in ones if at <= month else ():
            if one.change == "loss":
                who = slice(None) if one.member is None else [situation.members.index(one.member)]
                loss[:, who, at:] = loss[:, who, at:] * one.factor
            elif one.change == "chances":
                probability = np.array(one.chances, dtype=float)
    return replace(situation, loss_t=np.minimum(loss, use), probability=probability)
