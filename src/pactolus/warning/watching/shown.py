"""Rows of a watchlist for a reader: from a level on, and with their sentences in another language."""

from __future__ import annotations

import polars as pl

from pactolus.warning.watching.levels import LEVELS
from pactolus.warning.watching.lists import Watchlist
from pactolus.warning.watching.words import sentence

__all__ = ["at_least", "in_language"]


def at_least(frame: pl.DataFrame, least: str | None) -> pl.DataFrame:
    """Rows of a level and above, all if None; what is gone counts with the level it had."""
    wanted = LEVELS if least is None else LEVELS[: LEVELS.index(least) + 1]
    level = pl.col("level")
    if "level_before" in frame.columns:
        level = pl.when(level == "").then("level_before").otherwise(level)
    return frame.filter(level.is_in(list(wanted)))


def in_language(frame: pl.DataFrame, found: Watchlist, lang: str) -> pl.DataFrame:
    """The same rows of the list with the sentence in another language."""
    if lang == "en":
        return frame
    texts = [sentence(row, lang, found.titles) for row in frame.iter_rows(named=True)]
    return frame.with_columns(text=pl.Series(texts, dtype=pl.String))
