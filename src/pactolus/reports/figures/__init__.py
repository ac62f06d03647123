"""Pictures of a report: the plain form of their data (`forms`), and the ECharts option made of it."""

from __future__ import annotations

from pactolus.reports.figures.common import Drawing
from pactolus.reports.figures.draw import draw, option
from pactolus.reports.figures.land import land_of

__all__ = ["Drawing", "draw", "land_of", "option"]
