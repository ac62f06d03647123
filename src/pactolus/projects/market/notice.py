"""What is printed with every answer about a market in which firms compete."""

from __future__ import annotations

from typing import Final

__all__ = ["FEWEST_FIRMS", "NOTICE_CHARGES", "NOTICE_FLOOR"]

#: An aggregate of fewer firms would show a firm its rival's figure (docs/decisions/0011).
FEWEST_FIRMS: Final = 3
_CLEARANCE: Final = (
    "Have it cleared under the competition law of each member before it is used "
    "(Korea: Monopoly Regulation and Fair Trade Act; Japan: Antimonopoly Act)."
)
#: Printed with every row about treatment charges.
NOTICE_CHARGES: Final = (
    "For governments only: an aggregate of the industry, no firm's cost, charge or bid, and no agreement "
    f"on charges between smelters. {_CLEARANCE}"
)
#: Printed with every row about a price floor.
NOTICE_FLOOR: Final = (
    "For governments only: public support of a price, no firm's demand or bid, and no agreement on prices "
    f"between firms; rules on subsidies apply besides. {_CLEARANCE}"
)
