"""A scenario in one line, as addresses and the rows of numbers carry it.

    graphite-licence                                    a ready scenario
    graphite-licence~cut-0.8~months-6~spare-0.1         the same with another size and length, and what the
                                                        other suppliers can add
    licence~from-CHN~of-tungsten_nickel~at-ore~to-JPN~cut-0.5_1~months-3_6~start-2027-01-01
    {"scenario": ..., "shocks": [...]}                  any other: the keys of a file, as JSON

A value of several parts is joined by ``_``; two or three numbers are a range as in a file.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from pactolus.disruption.scenarios.library import ready
from pactolus.disruption.scenarios.scenario import KINDS, Scenario, Shock, Spread, scenario_of
from pactolus.errors import InputError, near_misses

if TYPE_CHECKING:
    from pactolus.catalogue.world import World

__all__ = ["Changes", "changed", "content_of", "json_spec", "line_of", "scenario_of_spec", "yaml_of"]

#: Kinds that a line can write; a route needs shares of several ways, so a file.
_WRITTEN: Final = (*KINDS, "surge")
#: Key of a line -> key of a shock.
_KEYS: Final[Mapping[str, str]] = {
    "from": "exporter",
    "of": "minerals",
    "at": "stages",
    "to": "targets",
    "start": "start",
    "sure": "confidence",
}
_CHANGES: Final = ("cut", "months", "rise", "spare")
#: First day of a shock that a line does not say: the first of the year after the last trade would do as well.
_START: Final = "2027-01-01"


@dataclass(frozen=True, kw_only=True)
class Changes:
    """What a line changes of a scenario: a size, a length, a rise of demand, what others can add."""

    cut: Spread | None = None
    months: Spread | None = None
    rise: Spread | None = None
    spare: Spread | None = None


def scenario_of_spec(text: str, world: World) -> Scenario:
    """The scenario of a line.

    Raises
    ------
    InputError
        Every fault at once, with the part of the line it stands in.
    UnknownTermError
        If it begins with no ready scenario and no kind of shock.
    NoAnswerError
        If the world does not hold the past event.

    Examples
    --------
    >>> from pactolus import open_world
    >>> scenario_of_spec("ban~from-IDN~of-nickel~at-ore~cut-1~months-12", open_world()).shocks[0].cut
    (1.0, 1.0)
    """
    if text.startswith("{"):
        try:
            content = json.loads(text)
        except ValueError as error:
            raise InputError(f"scenario: is no JSON ({error}); write a name, a line or a file") from error
        return scenario_of(content)
    first, *parts = text.split("~")
    if first in _WRITTEN:
        return _written(first, _pairs(parts, (*_KEYS, *_CHANGES), text))
    said = _pairs(parts, _CHANGES, text)
    return changed(ready(first, world), Changes(**{key: _spread(key, value) for key, value in said.items()}))


def line_of(first: str, said: Mapping[str, str]) -> str:
    """A line of its parts, those that are empty left out.

    Examples
    --------
    >>> line_of("graphite-licence", {"cut": "0.5_1", "months": ""})
    'graphite-licence~cut-0.5_1'
    """
    return "~".join([first, *(f"{key}-{value}" for key, value in said.items() if value)])


def changed(scenario: Scenario, changes: Changes) -> Scenario:
    """A scenario with another size, length or spare capacity; its id says what was changed.

    A size belongs to shocks that cut, a rise to those of demand.

    Raises
    ------
    InputError
        If a value cannot be, in the words of the form of a file.
    """
    said = {name: value for name, value in asdict(changes).items() if value is not None}
    if not said:
        return scenario
    shocks = tuple(_changed(one, changes) for one in scenario.shocks)
    name = "-".join([scenario.scenario, *(f"{key}-{_shown(value)}" for key, value in said.items())])
    spare = scenario.spare if changes.spare is None else changes.spare
    found = replace(scenario, scenario=name, shocks=shocks, spare=spare)
    scenario_of(content_of(found))  # checked as a file is
    return found


def content_of(scenario: Scenario) -> dict[str, Any]:
    """The keys of its file, plain values."""
    kept = _plain(asdict(scenario))
    titles = kept.pop("titles")
    same = len(set(titles.values())) == 1
    head = {"scenario": kept.pop("scenario"), "title": titles["en"] if same else titles}
    shocks = kept.pop("shocks")
    if not kept.get("fictitious"):
        kept.pop("fictitious", None)
    return {**head, **kept, "shocks": shocks}


def json_spec(scenario: Scenario) -> str:
    """Its line where no other can be written."""
    return json.dumps(content_of(scenario), ensure_ascii=False, separators=(",", ":"))


def yaml_of(scenario: Scenario) -> str:
    """Its file, as `read_scenario` takes it."""
    content = content_of(scenario)
    lines = []
    for key, value in content.items():
        if key == "shocks":
            continue
        if isinstance(value, dict):
            lines += [f"{key}:", *(f"  {inner}: {_flow(one)}" for inner, one in value.items())]
        else:
            lines.append(f"{key}: {_flow(value)}")
    lines.append("shocks:")
    for shock in content["shocks"]:
        for number, (key, value) in enumerate(shock.items()):
            lines.append(f"  {'- ' if not number else '  '}{key}: {_flow(value)}")
    return "\n".join(lines) + "\n"


def _flow(value: Any) -> str:
    """A value on one line: plain words as they are, else as JSON, which YAML reads."""
    if isinstance(value, list):
        return f"[{', '.join(_flow(one) for one in value)}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key}: {_flow(one)}' for key, one in value.items())}}}"
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, str) and _is_day(value):
        return value
    if isinstance(value, str) and value.isascii() and value.replace("-", "").isalpha() and value != "NO":
        return value
    return json.dumps(value, ensure_ascii=False)


def _is_day(text: str) -> bool:
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False


def _plain(value: Any) -> Any:
    """Days as text, empty values left out, both ends of a range that is one number as that number."""
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items() if one not in (None, (), [])}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value


def _changed(shock: Shock, changes: Changes) -> Shock:
    found = shock
    if changes.months is not None:
        found = replace(found, months=changes.months, end=None)
    if changes.cut is not None and shock.kind != "surge":
        found = replace(found, cut=changes.cut)
    if changes.rise is not None and shock.kind == "surge":
        found = replace(found, rise=changes.rise)
    return found


def _written(kind: str, said: Mapping[str, str]) -> Scenario:
    """A shock written in a line, checked as a file is."""
    shock: dict[str, Any] = {"kind": kind, "start": said.get("start", _START)}
    for key, own in _KEYS.items():
        if key in said and key != "start":
            several = own in ("minerals", "stages", "targets")
            shock[own] = said[key].split("_") if several else said[key]
    if "targets" in shock and kind in ("sanction", "surge"):
        shock["by"] = shock.pop("targets")
    for key in ("cut", "months", "rise"):
        if key in said:
            shock[key] = list(_spread(key, said[key]))
    minerals = "-".join(shock.get("minerals", ())) or "nothing"
    name = "-".join((kind, str(shock.get("exporter", "")), minerals)).lower().replace("--", "-")
    content: dict[str, Any] = {"scenario": name, "title": name, "shocks": [shock]}
    if "spare" in said:
        content["spare"] = list(_spread("spare", said["spare"]))
    return scenario_of(content)


def _pairs(parts: Sequence[str], known: Sequence[str], text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    faults = []
    for part in parts:
        key, _, value = part.partition("-")
        if key not in known:
            near = near_misses(key, known)
            hint = f"; did you mean {near[0]!r}?" if near else f"; there are {', '.join(known)}"
            faults.append(f"scenario {text!r}: no part {key!r}{hint}")
        elif not value or key in found:
            what = "has no value" if not value else "stands twice"
            faults.append(f"scenario {text!r}: {key!r} {what}; write {key}-VALUE once")
        else:
            found[key] = value
    if faults:
        raise InputError.gathered(faults)
    return found


def _spread(key: str, text: str) -> Spread:
    try:
        numbers = tuple(float(one) for one in text.split("_"))
    except ValueError:
        raise InputError(f"{key}: {text!r} is no number; write 0.8, or 0.5_1 for a range") from None
    if len(numbers) > 3 or list(numbers) != sorted(numbers):
        raise InputError(f"{key}: {text!r}; write one number, or two or three from low to high")
    return numbers * 2 if len(numbers) == 1 else numbers


def _shown(value: Spread) -> str:
    return "-".join(f"{one:g}" for one in dict.fromkeys(value))
