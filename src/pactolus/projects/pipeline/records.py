"""Projects in and out of plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from typing import Any, get_args, get_type_hints

from pactolus.projects.pipeline import parts
from pactolus.projects.pipeline.parts import Project, Source

__all__ = ["as_plain", "project_of"]


def project_of(data: Mapping[str, Any]) -> Project:
    """A project of plain values that were checked before."""
    built: Project = _built(Project, data)
    return built


def _built(kind: Any, data: Any) -> Any:
    hints = _hints(kind)
    given = {}
    for one in fields(kind):
        if one.name in data:
            given[one.name] = _value(hints[one.name], data[one.name])
    return kind(**given)


@cache
def _hints(kind: type) -> Mapping[str, Any]:
    return get_type_hints(kind, vars(parts))


def _value(hint: Any, value: Any) -> Any:
    if hint == Mapping[str, Source]:
        return {key: _built(Source, one) for key, one in value.items()}
    inner = next((one for one in (hint, *get_args(hint)) if is_dataclass(one)), None)
    if isinstance(value, str) and hint == tuple[str, ...]:
        return (value,)
    if isinstance(value, list | tuple):
        return tuple(value if inner is None else (_built(inner, one) for one in value))
    if inner is not None:
        return _built(inner, value)
    return float(value) if float in (hint, *get_args(hint)) and value is not None else value


def as_plain(record: Any) -> Any:
    """Plain values of a project or a part of it, in the order of the form; what is not said is left out.

    A list of one source or link is that text alone, whole numbers are integers: as people write it.
    """
    if is_dataclass(record) and not isinstance(record, type):
        return {
            one.name: _plain(one.name, getattr(record, one.name))
            for one in fields(record)
            if one.name != "origin" and _said(one, getattr(record, one.name))
        }
    return record


def _said(one: Any, value: Any) -> bool:
    if one.default is MISSING and one.default_factory is MISSING:
        return True
    return value is not None and value != () and value != one.default


def _plain(name: str, value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: as_plain(one) for key, one in value.items()}
    if isinstance(value, tuple):
        if name in ("source", "link", "country") and len(value) == 1:
            return value[0]
        return [as_plain(one) for one in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return as_plain(value)
