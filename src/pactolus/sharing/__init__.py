"""Pure mathematics of splitting a cost or a gain among those who made it together.

A game says what every coalition would pay or gain by itself; a rule turns it into one amount for each member.
Modules are not named like the rules in them, because a module that is read becomes an attribute of this one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pactolus.sharing.bankruptcy import (
        bankruptcy_game,
        constrained_equal_awards,
        constrained_equal_losses,
        talmud,
    )
    from pactolus.sharing.bargaining import nash, nash_split
    from pactolus.sharing.core import (
        CoreGap,
        LeastCore,
        core_gap,
        core_is_empty,
        least_core,
        pooling_loss,
    )
    from pactolus.sharing.explaining import Explanation, compare, explain
    from pactolus.sharing.games import CostGame, Game, ValueGame
    from pactolus.sharing.nucleoli import nucleolus, prenucleolus
    from pactolus.sharing.owen import owen_point, production_game, resource_prices
    from pactolus.sharing.separable import scrb
    from pactolus.sharing.shapley_value import shapley
    from pactolus.sharing.shares import consumption_share, proportional
    from pactolus.sharing.splits import Split

_HOME = {
    "CoreGap": "core",
    "CostGame": "games",
    "Explanation": "explaining",
    "Game": "games",
    "LeastCore": "core",
    "Split": "splits",
    "ValueGame": "games",
    "bankruptcy_game": "bankruptcy",
    "compare": "explaining",
    "constrained_equal_awards": "bankruptcy",
    "constrained_equal_losses": "bankruptcy",
    "consumption_share": "shares",
    "core_gap": "core",
    "core_is_empty": "core",
    "explain": "explaining",
    "least_core": "core",
    "nash": "bargaining",
    "nash_split": "bargaining",
    "nucleolus": "nucleoli",
    "owen_point": "owen",
    "pooling_loss": "core",
    "prenucleolus": "nucleoli",
    "production_game": "owen",
    "proportional": "shares",
    "resource_prices": "owen",
    "scrb": "separable",
    "shapley": "shapley_value",
    "talmud": "bankruptcy",
}

__all__ = [
    "CoreGap",
    "CostGame",
    "Explanation",
    "Game",
    "LeastCore",
    "Split",
    "ValueGame",
    "bankruptcy_game",
    "compare",
    "constrained_equal_awards",
    "constrained_equal_losses",
    "consumption_share",
    "core_gap",
    "core_is_empty",
    "explain",
    "least_core",
    "nash",
    "nash_split",
    "nucleolus",
    "owen_point",
    "pooling_loss",
    "prenucleolus",
    "production_game",
    "proportional",
    "resource_prices",
    "scrb",
    "shapley",
    "talmud",
]


def __getattr__(name: str) -> Any:
    """Bring a function in when it is first asked for (PEP 562)."""
    from importlib import import_module

    if name not in _HOME:
        raise AttributeError(f"module 'pactolus.sharing' has no attribute {name!r}")
    found = getattr(import_module(f"pactolus.sharing.{_HOME[name]}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted(__all__)
