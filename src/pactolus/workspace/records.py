"""Records that people edit: YAML in, checked models out, every fault with its file, line and column.

The only place that parses YAML of records. A fault reads ``file:line:column: path: message``; all faults of
all files of one question are raised at once.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from pactolus.errors import InputError, MissingExtraError, PactolusError, near_misses
from pactolus.runs.files import write_bytes

if TYPE_CHECKING:
    from pydantic import BaseModel, ValidationError

__all__ = [
    "Faults",
    "Located",
    "Model",
    "compile_or_say",
    "form_faults",
    "parsed_mapping",
    "read_records",
    "write_compiled",
]

Model = TypeVar("Model", bound="BaseModel")


@dataclass(frozen=True)
class Located(Generic[Model]):
    """A record and where it was read."""

    record: Model
    file: str
    line: int
    data: Any
    """As parsed, with the place of every key and value."""

    @property
    def source(self) -> str:
        """``china.yaml:12``."""
        return f"{self.file}:{self.line}"

    def place(self, *path: int | str) -> str:
        """``file:line:column: path`` of a part of the record, for a fault that no model finds."""
        line, column = _position(self.data, path)
        return f"{self.file}:{line}:{column}: {_dotted(path)}"


@dataclass
class Faults:
    """Faults gathered from several files; raised once."""

    lines: list[str]

    @classmethod
    def none(cls) -> Faults:
        """No fault yet."""
        return cls([])

    def add(self, place: str, message: str) -> None:
        """One more fault, at ``file:line:column: path``."""
        self.lines.append(f"{place}: {message}" if place else message)

    def known(self, place: str, name: str, known: Collection[str], kind: str) -> None:
        """A fault if a name is not in the vocabulary, with near misses."""
        if name not in known:
            near = near_misses(name, known)
            hint = f"; did you mean {' or '.join(repr(n) for n in near)}?" if near else ""
            self.add(place, f"unknown {kind} {name!r}{hint}")

    def raise_any(self) -> None:
        """Raise all of them.

        Raises
        ------
        InputError
            If there is one.
        """
        if self.lines:
            raise InputError.gathered(self.lines)


def read_records(
    files: Iterable[Path], model: type[Model], *, named: Mapping[Path, str] | None = None
) -> list[Located[Model]]:
    """Records of YAML files, each file a list of mappings of one form.

    Parameters
    ----------
    files : iterable of Path
        Read in the order given.
    model : type
        Pydantic model of a record; unknown keys are refused with near misses.
    named : mapping of Path to str, optional
        How a file is called in messages; its path if omitted.

    Returns
    -------
    list of Located

    Raises
    ------
    InputError
        If a file cannot be read, is not YAML, or a record is not of the form: all faults at once.
    MissingExtraError
        If the extra ``workspace`` is not installed.
    """
    faults = Faults.none()
    found = [
        one for file in files for one in _of_file(file, str((named or {}).get(file, file)), model, faults)
    ]
    faults.raise_any()
    return found


def parsed_mapping(file: Path, name: str, model: type[Model] | None, faults: Faults) -> Any:
    """One mapping of a YAML file, checked against a model if one is given; None where `faults` grew."""
    data = _parsed(file, name, faults)
    if data is None:
        return None
    if not isinstance(data, dict):
        faults.add(f"{name}:1:1", f"the file is a mapping of keys to values (found {_kind(data)})")
        return None
    return data if model is None else _checked(data, name, model, faults)


def _of_file(file: Path, name: str, model: type[Model], faults: Faults) -> Iterator[Located[Model]]:
    data = _parsed(file, name, faults)
    if data is None:
        return
    if not isinstance(data, list):
        faults.add(
            f"{name}:1:1", f"a file of records is a list; begin each record with '- ' (found {_kind(data)})"
        )
        return
    for number, one in enumerate(data):
        line, _ = _position(data, (number,))
        if not isinstance(one, dict):
            faults.add(f"{name}:{line}:1", f"a record is a mapping of keys to values (found {_kind(one)})")
            continue
        checked = _checked(one, name, model, faults)
        if checked is not None:
            yield Located(checked, name, line, one)


def _parsed(file: Path, name: str, faults: Faults) -> Any:
    try:
        from ruamel.yaml import YAML
        from ruamel.yaml.error import MarkedYAMLError, YAMLError
    except ImportError as error:
        raise MissingExtraError.of("workspace", f"reading {name}") from error
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except OSError as error:
        faults.add(name, f"{error.strerror or error}; give a file that can be read")
        return None
    except UnicodeDecodeError as error:
        faults.add(name, f"not UTF-8 (byte {error.start}); save the file as UTF-8")
        return None
    try:
        data = YAML(typ="rt", pure=True).load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark
        place = f"{name}:{mark.line + 1}:{mark.column + 1}" if mark else name
        faults.add(place, _yaml_fault(error))
        return None
    except YAMLError as error:
        faults.add(name, str(error).splitlines()[0])
        return None
    except ValueError as error:  # a day such as 2025-02-31, which YAML takes for one
        faults.add(_no_day(name, text), f"{error}; write a day of the calendar")
        return None
    return [] if data is None else data


def _no_day(name: str, text: str) -> str:
    """Where the first day that is none of the calendar stands."""
    for number, line in enumerate(text.splitlines(), start=1):
        for found in re.finditer(r"\d{4}-\d\d?-\d\d?", line):
            try:
                date(*map(int, found[0].split("-")))
            except ValueError:
                return f"{name}:{number}:{found.start() + 1}: {found[0]}"
    return name


def _yaml_fault(error: Any) -> str:
    problem = (error.problem or "not YAML").splitlines()[0]
    if problem.startswith("found duplicate key"):
        key = problem.removeprefix("found duplicate key").split(" with value")[0].strip().strip('"')
        return f"the key {key} stands twice in one mapping; keep one"
    return f"not YAML: {problem}"


def _checked(one: Any, name: str, model: type[Model], faults: Faults) -> Model | None:
    from pydantic import ValidationError

    try:
        return model.model_validate(one)
    except ValidationError as error:
        for path, message in form_faults(error, model):
            line, column = _position(one, path)
            faults.add(f"{name}:{line}:{column}: {_dotted(path)}", message)
        return None


def form_faults(
    error: ValidationError, model: type[BaseModel]
) -> Iterator[tuple[tuple[int | str, ...], str]]:
    """Faults that a model found, each with the path of the part and what to say of it.

    Parameters
    ----------
    error : ValidationError
        Of Pydantic.
    model : type
        The model that was asked.
    """
    for fault in error.errors(include_url=False):
        path = tuple(part for part in fault["loc"] if part != "function-before")
        yield path, _message(fault, model, path)


def _message(fault: Any, model: type[BaseModel], path: Sequence[int | str]) -> str:
    kind, value = fault["type"], fault.get("input")
    if kind == "missing":
        return "is missing; add it"
    if kind == "extra_forbidden":
        near = near_misses(str(path[-1]), _keys_at(model, path[:-1]))
        return f"no such key{f'; did you mean {near[0]!r}?' if near else '; take it out'}"
    if kind in ("literal_error", "enum"):
        expected = str(fault.get("ctx", {}).get("expected", "")).replace("'", "")
        near = near_misses(str(value), [e.strip() for e in expected.replace(" or ", ",").split(",")])
        return f"found {value!r}; write {expected}" + (f" (did you mean {near[0]!r}?)" if near else "")
    text = str(fault["msg"]).removeprefix("Value error, ")
    if kind == "value_error":
        return text
    return f"found {value!r}; {text[:1].lower()}{text[1:]}" if not isinstance(value, dict | list) else text


def _keys_at(model: type[BaseModel], path: Sequence[int | str]) -> list[str]:
    """Keys that the model allows at a place."""
    from typing import get_args

    from pydantic import BaseModel as Base

    here: Any = model
    for part in path:
        if isinstance(part, int):
            continue
        fields = {(f.alias or n): f for n, f in here.model_fields.items()}
        if part not in fields:
            return []
        kinds: list[Any] = [fields[part].annotation]
        while kinds and not (isinstance(kinds[0], type) and issubclass(kinds[0], Base)):
            kinds = [*get_args(kinds[0]), *kinds[1:]]
        if not kinds:
            return []
        here = kinds[0]
    return [f.alias or n for n, f in here.model_fields.items()]


def _position(data: Any, path: Sequence[int | str]) -> tuple[int, int]:
    """Line and column, from 1, of the part of `data` at `path`, or of the last part that is there."""
    here, line, column = data, data.lc.line + 1, data.lc.col + 1
    for part in path:
        try:
            at = here.lc.key(part) if isinstance(part, str) else here.lc.item(part)
        except (AttributeError, KeyError, TypeError, IndexError):
            break
        line, column = at[0] + 1, at[1] + 1
        try:
            here = here[part]
        except (KeyError, IndexError, TypeError):
            break
    return line, column


def _dotted(path: Sequence[int | str]) -> str:
    text = ""
    for part in path:
        text += f"[{part + 1}]" if isinstance(part, int) else (f".{part}" if text else part)
    return text or "record"


def _kind(value: Any) -> str:
    for kind, name in ((dict, "a mapping"), (list, "a list"), (str, "a text")):
        if isinstance(value, kind):
            return name
    return type(value).__name__


def write_compiled(into: Path, contents: Mapping[str, Any]) -> list[Path]:
    """Write compiled records as JSON, one file a name; files that would not change are left alone.

    Returns
    -------
    list of Path
        All of them, changed or not.
    """
    written = []
    for name, content in contents.items():
        file = into / f"{name}.json"
        text = (json.dumps(content, ensure_ascii=False, separators=(",", ":")) + "\n").encode()
        if not file.is_file() or file.read_bytes() != text:
            write_bytes(file, text)
        written.append(file)
    return written


def compile_or_say(compile_shipped: Callable[[Path, Path], object], room: Path) -> int:
    """Compile the records of a room for a build: 0, or the exit code of the faults, which go to stderr."""
    try:
        compile_shipped(room / "data", room / "compiled")
    except PactolusError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    return 0
