"""What may go wrong next, scored on what went wrong before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pactolus.warning.annual.outlooks import Outlook, outlook
    from pactolus.warning.scoring.contingency import Contingency, contingency
    from pactolus.warning.scoring.ranking import average_precision, brier, precision_at, roc_auc

_HOME = {
    "Contingency": "pactolus.warning.scoring.contingency",
    "Outlook": "pactolus.warning.annual.outlooks",
    "average_precision": "pactolus.warning.scoring.ranking",
    "brier": "pactolus.warning.scoring.ranking",
    "contingency": "pactolus.warning.scoring.contingency",
    "outlook": "pactolus.warning.annual.outlooks",
    "precision_at": "pactolus.warning.scoring.ranking",
    "roc_auc": "pactolus.warning.scoring.ranking",
}

__all__ = [
    "Contingency",
    "Outlook",
    "average_precision",
    "brier",
    "contingency",
    "outlook",
    "precision_at",
    "roc_auc",
]


def __getattr__(name: str) -> Any:
    """Bring a function in when it is first asked for (PEP 562)."""
    from importlib import import_module

    if name not in _HOME:
        raise AttributeError(f"module 'pactolus.warning' has no attribute {name!r}")
    found = getattr(import_module(_HOME[name]), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted(__all__)
