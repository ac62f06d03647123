"""What README and docs show is run as shown."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs.snippets import (
    QUIET,
    RUNNABLE,
    Snippet,
    SnippetError,
    check_sh,
    run_console,
    run_python,
    search_path,
    snippets,
)

ROOT = Path(__file__).resolve().parents[2]
PAGES = [
    p.relative_to(ROOT).as_posix()
    for p in (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *ROOT.glob("docs/**/*.md"))
]
TASKS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE))


def _has_any(page: str) -> bool:
    return any(s.language in RUNNABLE for s in snippets(ROOT / page, page))


@pytest.mark.parametrize("page", sorted(filter(_has_any, PAGES)))
def test_snippets_do_what_the_page_says(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", search_path())
    names: dict[str, object] = {"__name__": "snippet"}
    for snippet in snippets(ROOT / page, page):
        if snippet.language == "python":
            run_python(snippet, names)
        elif snippet.language == "console":
            run_console(snippet, tmp_path)
        elif snippet.language == "sh":
            check_sh(snippet, TASKS)


@pytest.mark.parametrize("page", sorted(PAGES))
def test_every_block_names_a_known_language(page: str) -> None:
    unknown = {s.where: s.language for s in snippets(ROOT / page, page) if s.language not in RUNNABLE | QUIET}
    assert unknown == {}


def test_a_wrong_output_is_found(tmp_path: Path) -> None:
    with pytest.raises(SnippetError, match="expected:\ngood-bye\nprinted:\nhello"):
        run_console(Snippet("page", 1, "console", "$ echo hello\ngood-bye\n"), tmp_path)
    with pytest.raises(SnippetError, match="exit code 3"):
        run_console(Snippet("page", 1, "console", "$ exit 3\n"), tmp_path)
    with pytest.raises(SnippetError, match="Expected:\n    2"):
        run_python(Snippet("page", 1, "python", ">>> 1 + 2\n2\n"), {})
    with pytest.raises(SnippetError, match="no such task: make breif"):
        check_sh(Snippet("page", 1, "sh", "make breif\n"), TASKS)


@pytest.mark.parametrize("shown", ["one\n...\nfour", "...\nfour", "one\ntw...\n...", "one\ntwo\nthree\nfour"])
def test_dots_stand_for_any_text(shown: str, tmp_path: Path) -> None:
    run_console(Snippet("page", 1, "console", f"$ printf 'one\\ntwo\\nthree\\nfour\\n'\n{shown}\n"), tmp_path)
