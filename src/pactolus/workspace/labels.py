"""Classification labels: whose, how strict, and what a result inherits.

A label says for each member how strict its part is; nothing for a member means open. Levels are a member's
own and part of a deployment (``labels.yaml``); a result takes, member by member, the strictest level of any
input.
The product is not accredited for state secrets.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from pactolus.errors import InputError, UnknownTermError

__all__ = ["DEFAULT_LEVELS", "OPEN", "Label", "Levels"]

#: Levels above open, from the least strict, where a deployment names none.
DEFAULT_LEVELS: Final = ("shared", "restricted", "confidential")


@dataclass(frozen=True)
class Label:
    """How strict each member's part is.

    Attributes
    ----------
    parts : tuple of (str, str)
        Member and level, by member; empty for open data.
    """

    parts: tuple[tuple[str, str], ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether anybody may see it."""
        return not self.parts

    def __str__(self) -> str:
        return "+".join(f"{member}:{level}" for member, level in self.parts) or "open"


OPEN: Final = Label()


@dataclass(frozen=True)
class Levels:
    """The levels of each member, from the least strict.

    Attributes
    ----------
    of : mapping of str to tuple of str
        Member -> its levels above open; a member that is not named has `DEFAULT_LEVELS`.
    """

    of: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))

    def for_member(self, member: str) -> tuple[str, ...]:
        """Levels of a member above open."""
        return self.of.get(member, DEFAULT_LEVELS)

    def read(self, text: str) -> Label:
        """A label from its text.

        Parameters
        ----------
        text : str
            ``open``, ``KOR:restricted`` or ``JPN:shared+KOR:restricted``.

        Raises
        ------
        InputError
            If it is not of the form, or names a member twice.
        UnknownTermError
            If a member has no such level.

        Examples
        --------
        >>> str(Levels().read("KOR:restricted+JPN:shared"))
        'JPN:shared+KOR:restricted'
        """
        if text.strip() in ("", "open"):
            return OPEN
        parts: dict[str, str] = {}
        for part in text.split("+"):
            member, _, level = (piece.strip() for piece in part.partition(":"))
            if not member or not level:
                raise InputError(f"label {text!r}: write open, or member:level such as KOR:restricted")
            if member in parts:
                raise InputError(f"label {text!r}: {member} stands twice; give one level a member")
            if level not in self.for_member(member):
                raise UnknownTermError.of(f"level of {member}", level, self.for_member(member), where="label")
            parts[member] = level
        return Label(tuple(sorted(parts.items())))

    def strictest(self, labels: Iterable[Label]) -> Label:
        """What a result inherits: for each member the strictest level of any input.

        Examples
        --------
        >>> levels = Levels()
        >>> str(levels.strictest([levels.read("KOR:shared"), levels.read("KOR:restricted"), OPEN]))
        'KOR:restricted'
        """
        top: dict[str, str] = {}
        for label in labels:
            for member, level in label.parts:
                ladder = self.for_member(member)
                if level not in ladder:
                    raise UnknownTermError.of(f"level of {member}", level, ladder, where="label")
                if member not in top or ladder.index(level) > ladder.index(top[member]):
                    top[member] = level
        return Label(tuple(sorted(top.items())))

    def require_open(self, label: Label, where: str) -> None:
        """Refuse what is not open.

        Raises
        ------
        InputError
            Naming the output and the label.
        """
        if not label.is_open:
            raise InputError(
                f"{where}: an input is labelled {label}; this output holds open data only. Leave that "
                "input out, or have each member named release the figure"
            )
