"""Every error the product raises, drawn as one tree.

::

    PactolusError                  exit 1
    ├── InputError                 exit 2   the user can mend it
    │   ├── UnknownTermError       a mineral, country, method, year ... that is not in the vocabulary
    │   ├── OptionError            an option or argument that cannot be used
    │   ├── DataError              a table or array that breaks its own rules
    │   ├── WorldError             a world folder that is missing, half, newer or tampered with
    │   ├── OutputError            a place that cannot be written
    │   └── MissingExtraError      an optional part of the package is not installed
    ├── NoAnswerError              exit 3   the question is fine, there is no answer
    └── WorkerError                exit 1   a process that worked for us was ended from outside

A message says where, what was found, and what to do. All faults of one input are gathered and raised once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from types import MappingProxyType

__all__ = [
    "DataError",
    "InputError",
    "MissingExtraError",
    "NoAnswerError",
    "OptionError",
    "OutputError",
    "PactolusError",
    "UnknownTermError",
    "WorkerError",
    "WorldError",
    "near_misses",
]


class PactolusError(Exception):
    """Root of the tree."""

    exit_code = 1


class InputError(PactolusError):
    """Something the user gave cannot be used; the message carries the place, the value and the mend."""

    exit_code = 2

    @classmethod
    def gathered(cls, faults: Sequence[str]) -> InputError:
        """One error for all faults of one input, a line each."""
        return cls("\n".join(faults))


class UnknownTermError(InputError):
    """A name that is not in the vocabulary."""

    @classmethod
    def of(cls, kind: str, value: str, known: Iterable[str], *, where: str = "") -> UnknownTermError:
        """Name the value, and the nearest known names."""
        near = near_misses(value, known)
        place = f"{where}: " if where else ""
        hint = f"; did you mean {' or '.join(repr(n) for n in near)}?" if near else ""
        return cls(f"{place}unknown {kind} {value!r}{hint}")


class OptionError(InputError):
    """An option or argument that cannot be used as given."""


class DataError(InputError):
    """A table or array that breaks the rules it declares."""


class WorldError(InputError):
    """A world folder that cannot be opened as a whole."""


class OutputError(InputError):
    """A place that cannot be written; nothing was left half-written."""


class MissingExtraError(InputError):
    """An optional part of the package is needed and not installed."""

    @classmethod
    def of(cls, extra: str, what: str) -> MissingExtraError:
        """Name the extra and the command that brings it."""
        return cls(f"{what} needs the optional part {extra!r}: pip install 'pactolus[{extra}]'")


class WorkerError(PactolusError):
    """A process that worked for us was ended from outside, perhaps for want of memory."""


class NoAnswerError(PactolusError):
    """The question is well put, but there is no answer (no data, infeasible)."""

    exit_code = 3
    #: Status of each member, where that is known.
    absent: Mapping[str, str] = MappingProxyType({})

    def why(self, members: Iterable[str]) -> dict[str, str]:
        """Why each member has no answer: without trade if nothing else is known."""
        return {member: self.absent.get(member, "no_trade_data") for member in members}


def near_misses(value: str, known: Iterable[str], most: int = 3) -> list[str]:
    """The known names closest to `value`, best first, ignoring case; swapped letters are the closest slip."""
    by_fold: dict[str, str] = {}
    for name in known:
        by_fold.setdefault(name.casefold(), name)
    wanted = value.casefold()
    swapped = [name for name in by_fold if sorted(name) == sorted(wanted)]
    alike = get_close_matches(wanted, list(by_fold), n=most, cutoff=0.6)
    return [by_fold[name] for name in dict.fromkeys([*swapped, *alike])][:most]
