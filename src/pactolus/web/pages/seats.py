"""Who may sit where in an exercise: the one place that says which role a reader may see through."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pactolus.web.access.reader import Reader

__all__ = ["FACILITATOR", "may_see"]

#: The seat that sees what is hidden: every role, news to come, the seed.
FACILITATOR: Final = ""


def may_see(reader: Reader | None, role: str) -> bool:
    """Whether a reader may see what a role of an exercise sees.

    Parameters
    ----------
    reader : Reader or None
        Who asks; None on a desk without names, whose one reader plays every part.
    role : str
        Id of a role, or `FACILITATOR`.

    Returns
    -------
    bool
        A reader with a name leads an exercise as ``secretariat``; seats of roles are not given out yet.
    """
    return reader is None or reader.may("secretariat")
