"""What may be shown to whom: no firm's demand, price or bid to another, and nothing from which it follows.

A figure over firms is printed for three firms at least. Figures form a tree (all, role, role and country),
and one that is not printed could follow from the others as a difference. So a level is printed only where
what it leaves over, the sum of its parts that are not printed, holds three firms at least too, or nothing:
every number that can be derived is then a sum of groups of three firms or more.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from pactolus.errors import OptionError, UnknownTermError

__all__ = ["LEAST_FIRMS", "View", "printable", "view_of"]

Key = TypeVar("Key", bound=Hashable)
LEAST_FIRMS: Final = 3


@dataclass(frozen=True, kw_only=True)
class View(Generic[Key]):
    """Who looks.

    Attributes
    ----------
    kind : str
        ``aggregates`` (anybody cleared for the label), ``firm`` or ``secretariat``.
    who : str
        The firm; or who may see the answer, in the user's words.
    """

    kind: str = "aggregates"
    who: str = ""

    def sees(self, firm: str) -> bool:
        """Whether figures of one firm may be shown."""
        return self.kind == "secretariat" or (self.kind == "firm" and firm == self.who)

    @property
    def audience(self) -> str:
        """For whom the answer is, in words."""
        if self.kind == "secretariat":
            return self.who
        return f"{self.who} alone" if self.kind == "firm" else "figures over three firms or more"


def view_of(as_firm: str | None, secretariat: str | None, firms: Collection[str]) -> View[str]:
    """The view that is asked for.

    Raises
    ------
    OptionError
        If both are asked for, or nobody is named who may see the answer.
    UnknownTermError
        If there is no such firm.
    """
    if as_firm is not None and secretariat is not None:
        raise OptionError("--as and --secretariat: use one of them")
    if secretariat is not None:
        if len(secretariat.strip()) < 3:
            raise OptionError(f"--secretariat: {secretariat!r}; say who may see the answer, in words")
        return View(kind="secretariat", who=secretariat.strip())
    if as_firm is not None:
        if as_firm not in firms:  # near misses would name other firms
            raise UnknownTermError(
                f"--as: no firm {as_firm!r} in the file of firms; write it as it stands there"
            )
        return View(kind="firm", who=as_firm)
    return View()


def printable(leaves: Mapping[tuple[str, str], Collection[str]]) -> set[tuple[str, str]]:
    """Which figures of a tree may be printed: ("all", "all"), (role, "all") and (role, country).

    Parameters
    ----------
    leaves : mapping of (role, country) to firms
        Who contributes.

    Returns
    -------
    set of (str, str)
        Everything else is withheld.

    Examples
    --------
    Two Japanese firms: neither they nor the four Korean ones, whose sum would tell, but all six.

    >>> four, two = {"A", "B", "C", "D"}, {"E", "F"}
    >>> sorted(printable({("offtake", "KOR"): four, ("offtake", "JPN"): two}))
    [('all', 'all'), ('offtake', 'all')]
    """
    roles: dict[str, dict[str, set[str]]] = {}
    for (role, country), firms in leaves.items():
        roles.setdefault(role, {})[country] = set(firms)
    whole = {role: set().union(*parts.values()) for role, parts in roles.items()}
    shown = _level(whole)
    found = {("all", "all")} if len(set().union(*whole.values())) >= LEAST_FIRMS else set()
    if not found:
        return found
    for role in shown:
        found.add((role, "all"))
        found |= {(role, country) for country in _level(roles[role])}
    return found


def _level(parts: Mapping[str, set[str]]) -> set[str]:
    """Parts that may be printed beside their sum: what is left over is nothing, or three firms or more.

    An empty part is printed: that nobody takes part is no firm's figure only if all are known to be free to;
    so it is withheld with the others where anything is withheld.
    """
    shown = {name for name, firms in parts.items() if len(firms) >= LEAST_FIRMS}
    while True:
        left = set().union(*(firms for name, firms in parts.items() if name not in shown))
        if not left or len(left) >= LEAST_FIRMS or not shown:
            return shown
        shown.discard(min(shown, key=lambda name: (len(parts[name]), name)))
