"""Why a cell has no number: a closed list, the same in every table, chart and brief."""

from __future__ import annotations

from typing import Final

from pactolus.errors import UnknownTermError
from pactolus.terms.languages import in_language
from pactolus.terms.loading import compiled

__all__ = ["STATUSES", "status_meaning", "status_name"]

STATUSES: Final = (
    "ok",
    "no_code",
    "no_trade_data",
    "no_production_data",
    "no_governance_data",
    "no_quantity",
    "no_use_data",
    "no_balance",
    "grade_c",
    "no_recycling_data",
    "short_history",
    "no_input_output",
    "not_applicable",
    "withheld",
    "not_distinguishable",
)


def status_name(status: str, lang: str) -> str:
    """Name of a status in a language, as it stands in a cell."""
    return _text(status, "names", lang)


def status_meaning(status: str, lang: str) -> str:
    """What a status says, in one line."""
    return _text(status, "what", lang)


def _text(status: str, kind: str, lang: str) -> str:
    record = compiled("statuses").get(status)
    if record is None:
        raise UnknownTermError.of("status", status, STATUSES)
    return in_language(record[kind], lang)
