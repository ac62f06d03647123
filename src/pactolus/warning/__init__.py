"""What may go wrong next, scored on what went wrong before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pactolus.warning.annual.outlooks import Outlook, outlook
    from pactolus.warning.scoring.contingency import Contingency, contingency
    from pactolus.warning.scoring.ranking import average_precision, brier, precision_at, roc_auc
    from pactolus.warning.signals.kinds import signal_kinds
    from pactolus.warning.signals.reading import read_series, score_series
    from pactolus.warning.signals.scored import Scored, score
    from pactolus.warning.signals.series import MonthlySeries, monthly_series
    from pactolus.warning.signals.sources import monthly_signals
    from pactolus.warning.study.events import shock_events
    from pactolus.warning.study.studies import Study, event_study
    from pactolus.warning.study.worked import worked
    from pactolus.warning.watching.changes import list_changes
    from pactolus.warning.watching.levels import levels_table
    from pactolus.warning.watching.lists import Watchlist, watchlist
    from pactolus.warning.watching.notify import notify

_HOME = {
    "Contingency": "pactolus.warning.scoring.contingency",
    "MonthlySeries": "pactolus.warning.signals.series",
    "Outlook": "pactolus.warning.annual.outlooks",
    "Scored": "pactolus.warning.signals.scored",
    "Study": "pactolus.warning.study.studies",
    "Watchlist": "pactolus.warning.watching.lists",
    "average_precision": "pactolus.warning.scoring.ranking",
    "brier": "pactolus.warning.scoring.ranking",
    "contingency": "pactolus.warning.scoring.contingency",
    "event_study": "pactolus.warning.study.studies",
    "levels_table": "pactolus.warning.watching.levels",
    "list_changes": "pactolus.warning.watching.changes",
    "monthly_series": "pactolus.warning.signals.series",
    "monthly_signals": "pactolus.warning.signals.sources",
    "notify": "pactolus.warning.watching.notify",
    "outlook": "pactolus.warning.annual.outlooks",
    "precision_at": "pactolus.warning.scoring.ranking",
    "read_series": "pactolus.warning.signals.reading",
    "roc_auc": "pactolus.warning.scoring.ranking",
    "score": "pactolus.warning.signals.scored",
    "score_series": "pactolus.warning.signals.reading",
    "shock_events": "pactolus.warning.study.events",
    "signal_kinds": "pactolus.warning.signals.kinds",
    "watchlist": "pactolus.warning.watching.lists",
    "worked": "pactolus.warning.study.worked",
}

__all__ = [
    "Contingency",
    "MonthlySeries",
    "Outlook",
    "Scored",
    "Study",
    "Watchlist",
    "average_precision",
    "brier",
    "contingency",
    "event_study",
    "levels_table",
    "list_changes",
    "monthly_series",
    "monthly_signals",
    "notify",
    "outlook",
    "precision_at",
    "read_series",
    "roc_auc",
    "score",
    "score_series",
    "shock_events",
    "signal_kinds",
    "watchlist",
    "worked",
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
