"""The options of every command, declared once: a command that takes them is given their values."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from pactolus.cli.options import (
    Faults,
    FormatOption,
    OutOption,
    QuietOption,
    SeedOption,
    VerboseOption,
    WorldOption,
    common,
)

__all__ = ["with_common_options"]

#: Name -> type and default, in the order of the help.
_OPTIONS: Final[dict[str, tuple[Any, Any]]] = {
    "world": (WorldOption, None),
    "seed": (SeedOption, "0"),
    "format_name": (FormatOption, None),
    "out": (OutOption, None),
    "quiet": (QuietOption, False),
    "verbose": (VerboseOption, False),
}


def with_common_options(
    *, world: bool = True, folder: bool | None = False
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Add ``--world``, ``--seed``, ``--format``, ``--out``, ``--quiet`` and ``--verbose`` to a command.

    The command's first two parameters are given to it: the `Faults` of these options, to which it adds its
    own, and their values as `Common`. The parameters after them are its own arguments and options.

    Parameters
    ----------
    world : bool
        False for a command that names its worlds otherwise.
    folder : bool or None
        As in `pactolus.cli.options.common`.
    """
    offered = {name: option for name, option in _OPTIONS.items() if world or name != "world"}

    def add(command: Callable[..., None]) -> Callable[..., None]:
        own = list(inspect.signature(command, eval_str=True).parameters.values())[2:]
        shared = [
            inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=kind)
            for name, (kind, default) in offered.items()
        ]

        @wraps(command)
        def run(**given: Any) -> None:
            faults = Faults()
            values = {name: given.pop(name, default) for name, (_, default) in _OPTIONS.items()}
            command(faults, common(faults, **values, folder=folder), **given)

        run.__signature__ = inspect.Signature([*own, *shared])  # type: ignore[attr-defined]
        return run

    return add
