"""Places for labels on a map: none covers another, a point, or the edge; arcs are avoided where possible."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pactolus.reports.figures.forms import Point

__all__ = ["Box", "Wanted", "place_labels"]

#: Directions tried, best first: right, left, above, below, and the four corners.
_DIRECTIONS: Final = ((1, 0), (-1, 0), (0, -1), (0, 1), (1, -1), (1, 1), (-1, -1), (-1, 1))
#: Gaps between point and label tried, in pixels.
_GAPS: Final = (6.0, 11.0, 18.0, 27.0)


@dataclass(frozen=True)
class Box:
    """A rectangle on the picture, in pixels, y downwards."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box) -> bool:
        """Whether the two share any area."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )

    def holds(self, point: Point) -> bool:
        """Whether a point lies inside."""
        return self.left <= point[0] <= self.right and self.top <= point[1] <= self.bottom


@dataclass(frozen=True)
class Wanted:
    """A label to place: its key, the point it names, and its size."""

    key: str
    point: Point
    width: float
    height: float


def place_labels(
    wanted: Sequence[Wanted],
    *,
    width: float,
    height: float,
    taken: Iterable[Box] = (),
    strokes: Sequence[Point] = (),
) -> dict[str, Box]:
    """Boxes of the labels that found a place, the more important first.

    Parameters
    ----------
    wanted : sequence of Wanted
        In order of importance; a label that finds no free place is left out.
    width, height : float
        Size of the picture. [px]
    taken : iterable of Box
        Places that are not free.
    strokes : sequence of point
        Points along the arcs; a place that covers fewer of them is preferred.

    Returns
    -------
    dict
        Key -> box; no two boxes meet, and none leaves the picture.
    """
    full = Box(0.0, 0.0, width, height)
    blocked = list(taken)
    points = np.array(strokes, dtype=np.float64).reshape(-1, 2)
    placed: dict[str, Box] = {}
    for label in wanted:
        free = [
            box
            for box in _candidates(label)
            if _inside(box, full) and not any(box.meets(other) for other in blocked)
        ]
        if not free:
            continue
        best = min(enumerate(free), key=lambda pair: (_crossings(pair[1], points) // 2, pair[0]))[1]
        placed[label.key] = best
        blocked.append(best)
    return placed


def _candidates(label: Wanted) -> Iterable[Box]:
    x, y = label.point
    w, h = label.width, label.height
    for gap in _GAPS:
        for dx, dy in _DIRECTIONS:
            left = x + gap if dx > 0 else x - gap - w if dx < 0 else x - w / 2
            top = (
                y + gap * (0.4 if dx else 1.0)
                if dy > 0
                else y - gap * (0.4 if dx else 1.0) - h
                if dy < 0
                else y - h / 2
            )
            yield Box(left, top, left + w, top + h)


def _inside(box: Box, full: Box) -> bool:
    return (
        box.left >= full.left
        and box.top >= full.top
        and box.right <= full.right
        and box.bottom <= full.bottom
    )


def _crossings(box: Box, points: NDArray[np.float64]) -> int:
    """How many of the points, shape (points, 2), the box covers."""
    x, y = points.T
    return int(((box.left <= x) & (x <= box.right) & (box.top <= y) & (y <= box.bottom)).sum())
