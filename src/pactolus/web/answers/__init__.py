"""A checked question, the same function as the command line calls, and its rows.

The API and the assistant read `ANSWERS`; they dress what it returns and compute nothing.
"""

from __future__ import annotations

from pactolus.web.answers.answer import Answer, Asked
from pactolus.web.answers.table import ANSWERS

__all__ = ["ANSWERS", "Answer", "Asked"]
