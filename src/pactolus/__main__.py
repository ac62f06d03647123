"""``python -m pactolus``: the same as the command ``pactolus``."""

from __future__ import annotations

import sys

from pactolus.cli.main import run

if __name__ == "__main__":
    sys.exit(run())
