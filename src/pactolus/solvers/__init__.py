"""Linear and mixed-integer programmes, and measures of risk: the only room that names an optimiser.

One thread, a fixed seed and no output: the same programme gives the same answer twice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pactolus.solvers.integer import IntegerSolution, solve_integer
    from pactolus.solvers.linear import LinearModel, LinearSolution, solve_linear
    from pactolus.solvers.programs import LinearProgram, linear_program
    from pactolus.solvers.risk_measures import cvar, cvar_weights, value_at_risk

_HOME = {
    "IntegerSolution": "integer",
    "LinearModel": "linear",
    "LinearProgram": "programs",
    "LinearSolution": "linear",
    "cvar": "risk_measures",
    "cvar_weights": "risk_measures",
    "linear_program": "programs",
    "solve_integer": "integer",
    "solve_linear": "linear",
    "value_at_risk": "risk_measures",
}

__all__ = [
    "IntegerSolution",
    "LinearModel",
    "LinearProgram",
    "LinearSolution",
    "cvar",
    "cvar_weights",
    "linear_program",
    "solve_integer",
    "solve_linear",
    "value_at_risk",
]


def __getattr__(name: str) -> Any:
    """Bring a function in when it is first asked for (PEP 562)."""
    from importlib import import_module

    if name not in _HOME:
        raise AttributeError(f"module 'pactolus.solvers' has no attribute {name!r}")
    found = getattr(import_module(f"pactolus.solvers.{_HOME[name]}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted(__all__)
