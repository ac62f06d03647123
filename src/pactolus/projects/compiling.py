"""Shipped records of the room, from edited YAML to the form that programs read; called by hatch_build.py."""

from __future__ import annotations

import sys
from pathlib import Path

from pactolus.projects.pipeline.compiling import compile_shipped as compile_projects
from pactolus.projects.selection.powers import compile_powers
from pactolus.workspace.records import compile_or_say

__all__ = ["compile_shipped"]


def compile_shipped(data: Path, into: Path) -> list[Path]:
    """Projects, and what agencies may do."""
    return [*compile_projects(data, into), *compile_powers(data, into)]


if __name__ == "__main__":
    sys.exit(compile_or_say(compile_shipped, Path(__file__).parent))
