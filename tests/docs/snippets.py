"""Fenced blocks of a Markdown page, and how each kind is run.

``python``   a script, or a session with ``>>>`` whose output is compared; a page's blocks share their names.
``console``  lines after ``$`` are run by bash; lines below a command are its expected output (standard output
             and error together), where ``...`` stands for any text within a line, and alone on a line for
             any lines. Without expected output only the exit code counts.
``sh``       commands for a clone, not run; each ``make`` task in them must exist.
"""

from __future__ import annotations

import doctest
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

RUNNABLE: Final = frozenset({"python", "console", "sh"})
QUIET: Final = frozenset({"", "text", "yaml", "json", "csv", "toml", "bibtex"})
SECONDS: Final = 180

_FENCE = re.compile(r"^(?P<indent> *)(?P<ticks>`{3,})(?P<language>[\w-]*)[^`]*$")


class SnippetError(AssertionError):
    """A snippet does not do what its page says."""


@dataclass(frozen=True)
class Snippet:
    """One fenced block."""

    page: str
    line: int
    language: str
    text: str

    @property
    def where(self) -> str:
        """Page and line of the block's first line."""
        return f"{self.page}:{self.line}"


def snippets(file: Path, page: str) -> Iterator[Snippet]:
    """All fenced blocks of a page, in order."""
    lines = file.read_text(encoding="utf-8").splitlines()
    i = 0
    while i < len(lines):
        fence = _FENCE.match(lines[i])
        i += 1
        if fence is None:
            continue
        indent, ticks, first = len(fence["indent"]), fence["ticks"], i
        while i < len(lines) and lines[i].strip() != ticks:
            i += 1
        if i == len(lines):
            raise SnippetError(f"{page}:{first}: the block is never closed")
        text = "".join(line[indent:] + "\n" for line in lines[first:i])
        i += 1
        yield Snippet(page, first + 1, fence["language"], text)


def run_python(snippet: Snippet, names: dict[str, Any]) -> None:
    """Run a script or a ``>>>`` session; names go on to the next block of the page."""
    if not snippet.text.lstrip().startswith(">>>"):
        exec(compile("\n" * (snippet.line - 1) + snippet.text, snippet.page, "exec"), names)
        return
    test = doctest.DocTestParser().get_doctest(
        snippet.text, names, snippet.where, snippet.page, snippet.line - 1
    )
    report: list[str] = []
    flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    doctest.DocTestRunner(optionflags=flags).run(test, out=report.append, clear_globs=False)
    names.update(test.globs)
    if report:
        raise SnippetError("".join(report))


def run_console(snippet: Snippet, folder: Path) -> None:
    """Run each command of a console block and compare what it prints."""
    for line, command, expected in _commands(snippet):
        done = subprocess.run(
            ["bash", "-eu", "-o", "pipefail", "-c", command],
            cwd=folder,
            env=_environment(folder),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=SECONDS,
            check=False,
        )
        printed = done.stdout.decode("utf-8")
        place = f"{snippet.page}:{line}: $ {command}"
        if done.returncode:
            raise SnippetError(f"{place}\nexit code {done.returncode}\n{printed}")
        if expected and not _pattern(expected).fullmatch(_tidy(printed)):
            raise SnippetError(f"{place}\nexpected:\n{expected}\nprinted:\n{printed}")


def check_sh(snippet: Snippet, tasks: set[str]) -> None:
    """Every ``make`` task named in a block exists."""
    for words in (line.split() for line in snippet.text.splitlines()):
        named = {w for w in words[1:] if re.fullmatch(r"[a-z-]+", w)} if words[:1] == ["make"] else set()
        if named - tasks:
            raise SnippetError(f"{snippet.where}: no such task: make {' '.join(sorted(named - tasks))}")


def _commands(snippet: Snippet) -> Iterator[tuple[int, str, str]]:
    line, command, expected = 0, "", []
    for number, text in enumerate(snippet.text.splitlines(), start=snippet.line):
        if text.startswith("$ "):
            if command:
                yield line, command, "\n".join(expected)
            line, command, expected = number, text[2:], []
        elif command.endswith("\\") and not expected:
            command = f"{command[:-1].rstrip()} {text.strip().removeprefix('> ')}"
        elif command:
            expected.append(text)
        else:
            raise SnippetError(f"{snippet.page}:{number}: a console block begins with a line '$ command'")
    if command:
        yield line, command, "\n".join(expected)


def search_path() -> str:
    """Where programs are looked for: beside this Python first, so that ``pactolus`` is the one under test."""
    return os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])


def _environment(folder: Path) -> dict[str, str]:
    home = folder / ".home"
    home.mkdir(exist_ok=True)
    return {
        "PATH": search_path(),
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "COLUMNS": "110",
        "NO_COLOR": "1",
        "TERM": "dumb",
    }


def _tidy(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip("\n").splitlines())


def _pattern(expected: str) -> re.Pattern[str]:
    parts = []
    for line in _tidy(expected).splitlines():
        if line.strip() == "...":
            parts.append(r"(?:[^\n]*\n?)*?")
        else:
            parts.append(r"[^\n]*?".join(re.escape(piece) for piece in line.split("...")) + r"(?:\n|$)")
    return re.compile("".join(parts))
