"""A YAML file read with the place of every value, so that a fault names its line and column."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from pactolus.catalogue.reading.findings import Findings
from pactolus.errors import MissingExtraError, near_misses

__all__ = ["Node", "did_you_mean", "read_yaml"]

_LARGEST: Final = 256 * 1024


def read_yaml(file: Path, findings: Findings) -> Node | None:
    """The uppermost level of a YAML file, or None with findings.

    Raises
    ------
    MissingExtraError
        If ruamel.yaml is not installed.
    """
    try:
        from ruamel.yaml import YAML
        from ruamel.yaml.comments import CommentedMap
        from ruamel.yaml.error import MarkedYAMLError, YAMLError
    except ImportError as error:
        raise MissingExtraError.of("data", "reading a mapping file") from error
    try:
        size = file.stat().st_size
        text = "" if size > _LARGEST else file.read_text(encoding="utf-8-sig")
    except OSError as error:
        findings.refuse(
            "layout", "the file", f"cannot be read ({error.strerror})", "check the path and its rights"
        )
        return None
    except UnicodeDecodeError:
        findings.refuse("encoding", "the file", "is not UTF-8", "save the mapping as UTF-8")
        return None
    if size > _LARGEST:
        findings.refuse("range", "the file", f"{size:,} bytes", f"a mapping has at most {_LARGEST:,}")
        return None
    reader = YAML(typ="rt", pure=True)
    try:
        content = reader.load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f"{mark.line + 1}:{mark.column + 1}: yaml" if mark else "1:1: yaml"
        findings.refuse("layout", place, str(error.problem or "no YAML"), "correct the line")
        return None
    except (YAMLError, ValueError, TypeError, AttributeError, RecursionError, KeyError) as error:
        first = (str(error).splitlines() or [type(error).__name__])[0]
        findings.refuse("layout", "1:1: yaml", f"is no YAML ({first[:120]})", "correct the file")
        return None
    if not isinstance(content, CommentedMap):
        findings.refuse(
            "layout", "1:1: yaml", "holds no 'name: value' lines", "write a mapping as in the guide"
        )
        return None
    return Node(content, "", findings)


class Node:
    """One level of the file: values by name, each with its place."""

    def __init__(self, data: Any, path: str, findings: Findings) -> None:
        self.data = data
        self.path = path
        self.findings = findings
        self.places: dict[str, str] = {}
        self._told: set[str] = set()

    def at(self, key: Any, *, of_value: bool = True) -> str:
        """``line:column: path`` of a value, or of its name."""
        path = f"{self.path}.{key}" if self.path else str(key)
        return f"{self.mark(key, of_value=of_value)}: {path}"

    def mark(self, key: Any, *, of_value: bool = True) -> str:
        """Line and column, counted from 1."""
        try:
            shown = of_value and self.data[key] is not None
            line, column = self.data.lc.value(key) if shown else self.data.lc.key(key)
        except (AttributeError, KeyError, TypeError):
            return "1:1"
        return f"{line + 1}:{column + 1}"

    def refuse(self, key: Any, found: str, mend: str, *, kind: str = "layout", of_value: bool = True) -> None:
        """Refuse a value, or (with `of_value` false) the name itself."""
        self.findings.refuse(kind, self.at(key, of_value=of_value), found, mend)

    def refuse_at(self, mark: str, path: str, found: str, mend: str, *, kind: str) -> None:
        """Refuse what has no value of its own: something missing, or several values together."""
        self.findings.refuse(kind, f"{mark}: {path}", found, mend)

    def only(self, known: Collection[str]) -> None:
        """Refuse names that are none of `known`."""
        for key in self.data:
            if str(key) not in known:
                self.refuse(key, f"is no name of this part{did_you_mean(str(key), known)}",
                            f"known are {', '.join(known)}", kind="column", of_value=False)  # fmt: skip

    def scalar(self, key: str) -> str | None:
        """A text, number or date as text; None where it is missing, refused where it is anything else."""
        if key not in self.data:
            return None
        return self.text(key, self.data[key])

    def text(self, key: Any, value: Any) -> str | None:
        """A value as text, refused where it is none or empty."""
        if isinstance(value, bool) or not isinstance(value, str | int | float | datetime.date):
            shown = "is empty" if value is None else f"{str(value)[:40]!r} is no text"
            self.refuse(key, shown, "write one word or text")
            return None
        text = str(value).strip()
        if not text:
            self.refuse(key, "is empty", "write one word or text, or leave the line out")
        return text

    def texts(self, key: str) -> tuple[str, ...]:
        """A text or a list of texts."""
        value = self.data.get(key)
        if value is None:
            return ()
        items = list(value) if isinstance(value, Sequence) and not isinstance(value, str) else [value]
        return tuple(text for item in items if (text := self.text(key, item)))

    def numbers(self, key: str, least: int, most: int) -> tuple[int, ...]:
        """A whole number or a list of them."""
        value = self.data.get(key)
        items = list(value) if isinstance(value, Sequence) and not isinstance(value, str) else [value]
        if value is None:
            return ()
        if not all(isinstance(n, int) and not isinstance(n, bool) and least <= n <= most for n in items):
            self.refuse(
                key,
                f"{str(value)[:40]!r}",
                f"write a whole number from {least} to {most}, or a list",
                kind="range",
            )
            return ()
        return tuple(int(n) for n in items)

    def level(self, key: str) -> Node | None:
        """The names and values below `key`."""
        if key not in self.data:
            return None
        value = self.data[key]
        if not hasattr(value, "lc") or not isinstance(value, Mapping):
            if key not in self._told:
                what = (
                    "is empty" if value is None else f"{str(value)[:40]!r} where lines of names should stand"
                )
                self.refuse(key, what, "write one 'name: value' a line")
            self._told.add(key)
            return None
        return Node(value, f"{self.path}.{key}" if self.path else key, self.findings)

    def pairs(self, key: str) -> dict[str, str]:
        """Names and texts below `key`; their places are kept in `places`."""
        below = self.level(key)
        if below is None:
            return {}
        found: dict[str, str] = {}
        for name, value in below.data.items():
            text = below.text(name, value)
            self.places[f"{below.path}.{name}"] = below.mark(name)
            if text:
                found[str(name)] = text
        return found


def did_you_mean(value: str, known: Collection[str]) -> str:
    """``; did you mean 'value'?`` or nothing."""
    near = near_misses(value, known)
    return f"; did you mean {' or '.join(map(repr, near))}?" if near else ""
