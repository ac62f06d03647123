"""What a table of holding together has to be read with."""

from __future__ import annotations

from typing import Final

__all__ = ["POOL_NOTES", "SPLIT_NOTES"]

#: Every table of a pool.
POOL_NOTES: Final = (
    "gains are shares of a year's cost of what they are compared with; no one of them is the gain of pooling",
    "a pool has no lag and is an upper bound; loans are one rule, played on random paths; the best that can "
    "be agreed lies between",
    "release timing and swap prices reveal stocks: what is made from declared holdings carries their label",
)
#: Every split.
SPLIT_NOTES: Final = (
    "amounts are USD a year at the middle; gains span the settings; a positive compensation is received",
    "the pool that is shared has no lag and is an upper bound of what can be gained",
)
