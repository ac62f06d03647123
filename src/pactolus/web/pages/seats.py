"""Who may sit where in an exercise: the one place that says which role a reader may see through."""

from __future__ import annotations

from typing import Final

__all__ = ["FACILITATOR", "NOBODY", "READER", "may_see"]

#: Where the layer of a server puts the reader of a request.
READER: Final = "pactolus.reader"
#: On a desk with names, before anybody said who reads: sees no seat.
NOBODY: Final = object()

#: The seat that sees what is hidden: every role, news to come, the seed.
FACILITATOR: Final = ""


def may_see(reader: object | None, role: str) -> bool:
    """Whether a reader may see what a role of an exercise sees.

    Parameters
    ----------
    reader : object or None
        Who asks; None on a desk without names, whose one reader plays every part.
    role : str
        Id of a role, or `FACILITATOR`.

    Returns
    -------
    bool
        A reader with a name is given a seat before it sees anything.
    """
    return reader is None
