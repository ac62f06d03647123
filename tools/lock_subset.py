"""Print the part of requirements.lock that pactolus needs with some extras, and no more.

What needs what is read from the packages of this environment, which were installed from the same lock.

Usage: python tools/lock_subset.py [EXTRA ...]
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from importlib.metadata import requires
from pathlib import Path
from typing import Final

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

LOCK: Final = Path(__file__).resolve().parents[1] / "requirements.lock"


def closure(name: str, extras: Iterable[str]) -> set[str]:
    """Names of all packages that `name` with `extras` needs here, itself left out."""
    found: set[str] = set()
    waiting = [(name, frozenset(extras))]
    seen = set(waiting)
    while waiting:
        package, wanted = waiting.pop()
        for need in (Requirement(text) for text in requires(package) or ()):
            if need.marker and not any(need.marker.evaluate({"extra": extra}) for extra in wanted | {""}):
                continue
            step = (canonicalize_name(need.name), frozenset(need.extras))
            found.add(step[0])
            if step not in seen:
                seen.add(step)
                waiting.append(step)
    return found - {canonicalize_name(name)}


def subset(lock: str, names: set[str]) -> str:
    """Entries of the lock, with their hashes, for `names`."""
    entries = re.findall(r"^[a-z0-9].*?(?=^[a-z0-9]|\Z)", lock, flags=re.MULTILINE | re.DOTALL)
    return "".join(entry for entry in entries if canonicalize_name(re.split(r"==|\[", entry)[0]) in names)


if __name__ == "__main__":
    sys.stdout.write(subset(LOCK.read_text(encoding="utf-8"), closure("pactolus", sys.argv[1:])))
