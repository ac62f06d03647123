"""Compile the vocabulary and the wording into JSON that loads fast.

People edit CSV (`src/pactolus/terms/data/`) and YAML (`src/pactolus/wording/<language>/`). Before a wheel, an
sdist or an editable install is built, and on `python hatch_build.py`, this file checks them and writes

- `src/pactolus/terms/compiled/<vocabulary>.json`: records, each with `source` ("minerals.csv:12"), and the
index of
  names by which they are found;
- `src/pactolus/wording/compiled/<language>.json`: `{"room.key": [text, "en/brief.yaml:12"]}`;
- `src/pactolus/<room>/compiled/*.json` of the rooms that ship records (`RECORD_ROOMS`).

The bytes depend on the edited files alone. A fault reads `file:line:column: message`; all faults of all files
are printed at once, and nothing is written then.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parent
LANGUAGES: Final = ("en", "ko", "ja")


def load_module(path: Path) -> ModuleType:
    """A module of the package by its file, so that a build needs no installed package."""
    name = f"_hatch_build_{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path}: cannot be loaded")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses look their module up by name
    spec.loader.exec_module(module)
    return module


_COMPILING: Final = load_module(ROOT / "src/pactolus/terms/compiling.py")
_CONTENT: Final = load_module(ROOT / "src/pactolus/terms/compiling_content.py")
_HS: Final = load_module(ROOT / "src/pactolus/terms/compiling_hs.py")
CompileError: Final[Any] = _COMPILING.CompileError


# ---------------------------------------------------------------------------------------------------- wording


def compile_wording(folder: Path) -> dict[str, dict[str, list[str]]]:
    """Sentences of each language by key, from `<language>/<room>.yaml` below `folder`.

    Raises
    ------
    CompileError
        If a file is not YAML, a value is no text, or the languages do not hold the same keys.
    """
    faults: list[str] = []
    found: dict[str, dict[str, list[str]]] = {}
    for language in LANGUAGES:
        texts: dict[str, list[str]] = {}
        for file in sorted((folder / language).glob("*.yaml")):
            _read_wording(file, f"{language}/{file.name}", texts, faults)
        found[language] = dict(sorted(texts.items()))
    if not faults:
        faults = list(_unequal_keys(found))
    if faults:
        raise CompileError(faults)
    return found


def _read_wording(file: Path, where: str, texts: dict[str, list[str]], faults: list[str]) -> None:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError

    try:
        tree = YAML(typ="rt").load(file.read_text(encoding="utf-8"))
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f"{where}:{mark.line + 1}:{mark.column + 1}" if mark else f"{where}:1:1"
        faults.append(f"{place}: {(error.problem or error.context or 'not YAML').strip()}")
        return
    if tree is None:
        return
    if not isinstance(tree, Mapping):
        faults.append(f"{where}:1:1: expected keys with texts, found {type(tree).__name__}")
        return
    _walk(tree, file.stem, where, texts, faults)


def _walk(tree: Any, prefix: str, where: str, texts: dict[str, list[str]], faults: list[str]) -> None:
    for key, value in tree.items():
        line, column = (number + 1 for number in tree.lc.key(key))
        path = f"{prefix}.{key}"
        if isinstance(value, Mapping):
            _walk(value, path, where, texts, faults)
        elif not isinstance(value, str) or not value.strip():
            faults.append(
                f"{where}:{line}:{column}: {path}: expected a text, found {value!r}; put it in quotes"
            )
        else:
            texts[path] = [str(value), f"{where}:{line}"]


def _unequal_keys(found: Mapping[str, Mapping[str, list[str]]]) -> Iterator[str]:
    every = sorted({key for texts in found.values() for key in texts})
    for key in every:
        missing = [language for language in LANGUAGES if key not in found[language]]
        if missing:
            source = next(found[language][key][1] for language in LANGUAGES if key in found[language])
            yield f"{source}:1: {key} is missing in {', '.join(missing)}"


# ----------------------------------------------------------------------------------------------- whole build


def compile_all(root: Path = ROOT) -> list[Path]:
    """Compile everything below `root`; files that would not change are left alone.

    Returns
    -------
    list of Path
        The compiled files, changed or not.
    """
    terms, wording = root / "src/pactolus/terms", root / "src/pactolus/wording"
    contents: dict[Path, bytes] = {}
    faults: list[str] = []
    fold = load_module(terms / "folding.py").fold
    with _gathering(faults):
        more = (*_HS.VOCABULARIES, *_CONTENT.VOCABULARIES)
        for name, content in _COMPILING.compile_terms(terms / "data", fold, more).items():
            contents[terms / "compiled" / f"{name}.json"] = as_json(content)
    with _gathering(faults):
        for language, texts in compile_wording(wording).items():
            contents[wording / "compiled" / f"{language}.json"] = as_json(texts)
    if faults:
        raise CompileError(faults)
    for path, content in contents.items():
        write_if_changed(path, content)
    for folder in (terms / "compiled", wording / "compiled"):
        for stray in set(folder.glob("*.json")) - set(contents):
            stray.unlink()
    return sorted([*contents, *compile_records(root)])


#: Rooms whose shipped records are compiled by the room itself, once the vocabulary is there.
RECORD_ROOMS: Final = ("policy", "dialogue", "disruption", "projects", "response")


def compile_records(root: Path) -> list[Path]:
    """Compile the records of the rooms that ship some, each in a fresh process that imports the package.

    Raises
    ------
    CompileError
        With the faults of all rooms.
    """
    faults: list[str] = []
    written: list[Path] = []
    for room in RECORD_ROOMS:
        folder = root / "src/pactolus" / room
        if not (folder / "compiling.py").is_file():
            continue
        done = subprocess.run(
            [sys.executable, "-m", f"pactolus.{room}.compiling"],
            env={**os.environ, "PYTHONPATH": str(root / "src"), "PYTHONUTF8": "1"},
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        faults += done.stderr.splitlines() if done.returncode else []
        written += sorted((folder / "compiled").glob("*.json"))
    if faults:
        raise CompileError(faults)
    return written


@contextlib.contextmanager
def _gathering(faults: list[str]) -> Iterator[None]:
    try:
        yield
    except CompileError as error:
        faults += error.faults


def as_json(content: Any) -> bytes:
    """Compact JSON in UTF-8, equal for equal content."""
    return (json.dumps(content, ensure_ascii=False, separators=(",", ":")) + "\n").encode("utf-8")


def write_if_changed(path: Path, content: bytes) -> None:
    """Replace a file whole, unless it holds these bytes already."""
    if path.is_file() and path.read_bytes() == content:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    Path(name).chmod(0o644)
    Path(name).replace(path)


def fingerprint(root: Path = ROOT) -> str:
    """SHA-256 over the names and bytes of the edited files, of their compiler and of its results."""
    terms, wording = root / "src/pactolus/terms", root / "src/pactolus/wording"
    rooms = [root / "src/pactolus" / room for room in RECORD_ROOMS]
    code = [terms / "folding.py", *terms.glob("compiling*.py"), root / "hatch_build.py"]
    code += [file for room in rooms for file in room.rglob("*.py")]
    edited = [*(terms / "data").glob("*.csv"), *wording.glob("*/*.yaml")]
    edited += [file for room in rooms for file in (room / "data").rglob("*.*")]
    compiled = [file for room in (terms, wording, *rooms) for file in (room / "compiled").glob("*.json")]
    total = hashlib.sha256()
    for file in sorted([*code, *edited, *compiled]):
        total.update(
            f"{file.relative_to(root).as_posix()}\0".encode() + hashlib.sha256(file.read_bytes()).digest()
        )
    return total.hexdigest()


def main(arguments: Sequence[str] | None = None, root: Path = ROOT) -> int:
    """`python hatch_build.py`: compile, or say what is wrong."""
    parser = argparse.ArgumentParser(
        prog="hatch_build.py", description="Compile vocabulary and wording to JSON."
    )
    parser.add_argument("--force", action="store_true", help="compile even if nothing was edited since")
    force = parser.parse_args(arguments).force
    stamp = root / "src/pactolus/terms/compiled/.stamp"
    if not force and stamp.is_file() and stamp.read_text(encoding="utf-8") == fingerprint(root):
        return 0
    try:
        written = compile_all(root)
    except CompileError as error:
        sys.stderr.write(f"{error}\n{len(error.faults)} fault(s); nothing was written\n")
        return 2
    write_if_changed(stamp, fingerprint(root).encode())
    sys.stdout.write(f"compiled {len(written)} files of vocabulary, wording and records\n")
    return 0


with contextlib.suppress(ImportError):  # absent when only the command line is used
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface

    class CustomBuildHook(BuildHookInterface[Any]):
        """Called by hatchling before a wheel, an sdist or an editable install is built."""

        def initialize(self, version: str, build_data: dict[str, Any]) -> None:
            """Compile, and let the results into the archive although git ignores them."""
            try:
                written = compile_all(Path(self.root))
            except CompileError as error:
                raise SystemExit(f"{error}\n{len(error.faults)} fault(s); nothing was written") from error
            build_data["artifacts"] += [path.relative_to(self.root).as_posix() for path in written]


if __name__ == "__main__":
    sys.exit(main())
