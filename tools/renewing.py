"""What the tools share that write tables into a page of docs/: renewing, saying so, numbers and verdicts."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from tools.reference_pages import ROOT, filled

__all__ = ["interval", "main_of", "number", "renewed_by"]


def renewed_by(parts: Mapping[str, Callable[[Any], str]], results: Any, text: str) -> str:
    """A page with every part computed anew."""
    for name, content in parts.items():
        text = filled(text, name, content(results))
    return text


def main_of(about: str, tool: str, page: str, renew: Callable[[str], str]) -> int:
    """Renew a page, or only say whether it is out of date."""
    parser = argparse.ArgumentParser(description=about.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 if it is out of date")
    arguments = parser.parse_args()
    file: Path = ROOT / page
    before = file.read_text(encoding="utf-8")
    after = renew(before)
    if before == after:
        return 0
    if arguments.check:
        print(f"{page}: out of date; run 'python tools/{tool}'", file=sys.stderr)
        return 1
    file.write_text(after, encoding="utf-8")
    print(f"renewed {page}")
    return 0


def number(value: float | None, digits: int = 3) -> str:
    """A number, or a dash where there is none."""
    return "—" if value is None else f"{value:.{digits}f}"


def interval(gap: tuple[float, float, float] | None) -> str:
    """A gap with its 95 % interval."""
    return "too few" if gap is None else f"{gap[0]:+.3f} [{gap[1]:+.3f}, {gap[2]:+.3f}]"
