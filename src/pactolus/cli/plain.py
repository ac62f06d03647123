"""Typer commands whose parameters are taken as they are written.

Typer turns text into values through Pydantic, whose import costs about 0.08 CPU-seconds: a fifth of a first
number. Here every parameter is text or a flag, checked by `pactolus.cli.options` with all faults at once, so
that nothing is left to turn.
"""

from __future__ import annotations

from typing import Any

from typer.core import TyperCommand, TyperGroup

__all__ = ["PlainCommand", "PlainGroup"]


class _AsWritten:
    """Stands in for Typer's conversion of one parameter."""

    @staticmethod
    def coerce(value: Any, **_: Any) -> Any:
        """The same value."""
        return value


def _as_written(parameters: list[Any]) -> list[Any]:
    for parameter in parameters:
        # Typer's own place for it; where a later Typer looks elsewhere, it converts as usual.
        parameter._runtime_param = _AsWritten()
        if getattr(parameter, "is_bool_flag", False) and parameter.metavar is None:
            parameter.metavar = ""  # a flag takes no value: nothing to show beside it
    return parameters


class PlainCommand(TyperCommand):
    """A command that converts nothing: its parameters are text, lists of text, or flags."""

    def get_params(self, ctx: Any) -> list[Any]:
        """Parameters of the command and its help option."""
        return _as_written(super().get_params(ctx))


class PlainGroup(TyperGroup):
    """A group of commands that converts nothing."""

    def get_params(self, ctx: Any) -> list[Any]:
        """Parameters of the group and its help option."""
        return _as_written(super().get_params(ctx))
