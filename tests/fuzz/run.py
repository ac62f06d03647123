"""Fuzzes one target after the other: ``make fuzz``, or ``python tests/fuzz/run.py --seconds 60 wmd``.

What was found interesting is kept below ``--corpus``, where the next run starts; a crash is a file there.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from targets import TARGETS, seed


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code 1 if any target crashed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("targets", nargs="*", help=f"some of {', '.join(TARGETS)}; all if omitted")
    parser.add_argument("--seconds", type=int, default=60, help="for each target")
    parser.add_argument("--corpus", type=Path, default=Path(tempfile.gettempdir()) / "pactolus-fuzz")
    asked = parser.parse_args(arguments)
    unknown = sorted(set(asked.targets) - set(TARGETS))
    if unknown:
        parser.error(f"no target {', '.join(unknown)}; there are {', '.join(TARGETS)}")
    crashed = [name for name in asked.targets or TARGETS if _crashed(name, asked.corpus, asked.seconds)]
    sys.stdout.write(f"crashed: {', '.join(crashed) or 'none'}\n")
    return int(bool(crashed))


def _crashed(name: str, corpus: Path, seconds: int) -> bool:
    folder = corpus / name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "seed").write_bytes(seed(name))
    harness = str(Path(__file__).with_name("harness.py"))
    limits = [f"-max_total_time={seconds}", "-timeout=60", "-rss_limit_mb=3000"]
    artefacts = f"-artifact_prefix={corpus / name}-"
    done = subprocess.run(
        [sys.executable, harness, name, *limits, artefacts, str(folder)],
        capture_output=True,
        text=True,
        errors="replace",
    )
    if done.returncode:
        sys.stdout.write(done.stderr[-4000:] + "\n")
    sys.stdout.write(f"{name}: {'crashed' if done.returncode else 'nothing found'}\n")
    sys.stdout.flush()
    return bool(done.returncode)


if __name__ == "__main__":
    raise SystemExit(main())
