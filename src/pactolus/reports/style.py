"""Colours and type of every report: one place for HTML, PDF, XLSX and pictures.

Colours of members are neutral, the same everywhere, differ in lightness (so that a grey print tells
them apart) and do not occur on the scale of risk, which is one hue from light to dark.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

__all__ = [
    "FONT_PDF",
    "FONT_WEB",
    "GRID",
    "HATCH",
    "INK",
    "LAND",
    "MUTED",
    "NAVY",
    "PAPER",
    "RAMP",
    "SUPPLIERS",
    "member_colours",
    "mix",
    "ramp_colour",
    "readable_on",
]

INK: Final = "#16202e"
MUTED: Final = "#55606f"
GRID: Final = "#dde2e8"
HATCH: Final = "#8a95a3"
PAPER: Final = "#ffffff"
NAVY: Final = "#10243e"
LAND: Final = "#e6eaee"

#: Family of the web subsets, and of the unchanged font in the PDF.
FONT_WEB: Final = "Pactolus Sans"
FONT_PDF: Final = "Pretendard JP"

#: Scale of risk, light to dark in one direction of lightness; safe for the common colour blindnesses.
RAMP: Final = ("#fff4d9", "#fcdb97", "#f3b263", "#dd7d42", "#b04a31", "#6d2224")

#: Pale fills behind dark labels for suppliers; none is a member's colour.
SUPPLIERS: Final = ("#c6d7e6", "#e9d9b4", "#cfdfc6", "#dccfe2", "#e6cfc3", "#c5dedb", "#d9d6c3", "#cdd0e6")

_FIXED: Final = {"KOR": "#14807f", "JPN": "#3a3f7f", "USA": "#8a6a1f", "AUS": "#7a4b7d", "CAN": "#4f7038"}
_REST: Final = ("#5d6b7a", "#8b5a3c", "#2f6690", "#6b6b2a", "#93547a")


def member_colours(members: Sequence[str]) -> dict[str, str]:
    """Colour of each member: the same in every report, whatever the order or the language."""
    rest = iter(_REST * (len(members) // len(_REST) + 1))
    return {m: _FIXED[m] if m in _FIXED else next(rest) for m in sorted(members)}


def ramp_colour(value: float, low: float, high: float) -> str:
    """Colour of a value on the scale; values beyond an end take its colour."""
    span = high - low
    place = (value - low) / span if span > 0 else 0.0
    place = min(max(place, 0.0), 1.0) * (len(RAMP) - 1)
    left = min(int(place), len(RAMP) - 2)
    return mix(RAMP[left], RAMP[left + 1], place - left)


def mix(first: str, second: str, share: float) -> str:
    """Colour between two, `share` of the way to the second."""
    a, b = _rgb(first), _rgb(second)
    return "#" + "".join(f"{round(x + (y - x) * share):02x}" for x, y in zip(a, b, strict=True))


def readable_on(colour: str) -> str:
    """Ink or paper, whichever contrasts more with a background (WCAG relative luminance)."""
    luminance = _luminance(colour)
    on_ink = (luminance + 0.05) / (_luminance(INK) + 0.05)
    on_paper = 1.05 / (luminance + 0.05)
    return INK if on_ink >= on_paper else PAPER


def _luminance(colour: str) -> float:
    linear = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (v / 255 for v in _rgb(colour))
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
