"""Work on one object that is not done twice while the object is at hand: three formats read one view."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Concatenate, Generic, ParamSpec, TypeVar

__all__ = ["Same", "once"]

Thing = TypeVar("Thing")
Rest = ParamSpec("Rest")
Result = TypeVar("Result")


class Same(Generic[Thing]):
    """An object that equals itself alone; kept alive, so that its place in memory is not given away."""

    __slots__ = ("thing",)

    def __init__(self, thing: Thing) -> None:
        self.thing = thing

    def __hash__(self) -> int:
        return id(self.thing)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and other.thing is self.thing


def once(
    *, keep: int
) -> Callable[[Callable[Concatenate[Thing, Rest], Result]], Callable[Concatenate[Thing, Rest], Result]]:
    """Remember the last `keep` results of a function whose first argument is an object that does not change.

    That object is told apart by identity: documents hold tables and mappings that have no hash, and comparing
    two of them would cost more than is saved. What is returned is shared, and must not be changed.

    Parameters
    ----------
    keep : int
        Results that are kept, with the objects they are of.

    Examples
    --------
    >>> @once(keep=2)
    ... def worked(parts, lang):
    ...     return [lang, *parts]
    >>> parts = ["a"]
    >>> worked(parts, "ko") is worked(parts, "ko"), worked(parts, "ko") is worked(list(parts), "ko")
    (True, False)
    """

    def decorated(
        work: Callable[Concatenate[Thing, Rest], Result],
    ) -> Callable[Concatenate[Thing, Rest], Result]:
        @functools.lru_cache(maxsize=keep)
        def kept(same: Same[Thing], /, *rest: Rest.args, **named: Rest.kwargs) -> Result:
            return work(same.thing, *rest, **named)

        @functools.wraps(work)
        def asked(thing: Thing, /, *rest: Rest.args, **named: Rest.kwargs) -> Result:
            return kept(Same(thing), *rest, **named)  # type: ignore[arg-type]  # hashed there

        return asked

    return decorated
