"""Run a command as a process of its own and read what it cost: CPU seconds, wall seconds, peak memory.

On Linux the peak of a process is counted from the size of the process that started it. So each command is
started by a bare interpreter (some 10 MB), whose only work that is.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

MB = 1_000_000
_RSS_UNIT = 1 if sys.platform == "darwin" else 1024
_START = """
import json, os, sys, time
out, err, *command = sys.argv[1:]
flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
actions = [(os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0)]
actions += [(os.POSIX_SPAWN_OPEN, n, file, flags, 0o666) for n, file in ((1, out), (2, err))]
start = time.perf_counter()
pid = os.posix_spawnp(command[0], command, os.environ, file_actions=actions)
_, status, used = os.wait4(pid, 0)
wall = time.perf_counter() - start
code = os.waitstatus_to_exitcode(status)
print(json.dumps([code, used.ru_utime + used.ru_stime, wall, used.ru_maxrss]))
"""


class TaskFailedError(RuntimeError):
    """A measured command ended with an exit code other than zero."""


@dataclass(frozen=True, kw_only=True)
class Cost:
    """What whole processes cost: medians over `runs` runs, and the extremes of the CPU seconds."""

    cpu_s: float
    wall_s: float
    peak_mb: float
    cpu_s_min: float
    cpu_s_max: float
    runs: int

    def as_record(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return asdict(self)


def once(command: Sequence[str], *, env: Mapping[str, str], cwd: Path) -> tuple[float, float, float, str]:
    """CPU seconds (user, system, children), wall seconds, peak MB and standard output of one run."""
    printed, complained = cwd / ".stdout", cwd / ".stderr"
    bare = [sys.executable, "-I", "-S", "-c", _START, str(printed), str(complained)]
    started = subprocess.run(
        [*bare, *command],
        env=dict(env),
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        check=True,
    )
    code, cpu, wall, peak = json.loads(started.stdout)
    if code:
        tail = complained.read_text(encoding="utf-8", errors="replace")[-2000:]
        raise TaskFailedError(f"{' '.join(command)}: exit code {code}\n{tail}")
    return cpu, wall, peak * _RSS_UNIT / MB, printed.read_text(encoding="utf-8")


def cost(command: Sequence[str], *, runs: int, env: Mapping[str, str], cwd: Path) -> tuple[Cost, str]:
    """Medians over `runs` runs of `command`, and what the last run printed."""
    rows = [once(command, env=env, cwd=cwd) for _ in range(runs)]
    cpu = [row[0] for row in rows]
    measured = Cost(
        cpu_s=statistics.median(cpu),
        wall_s=statistics.median(row[1] for row in rows),
        peak_mb=statistics.median(row[2] for row in rows),
        cpu_s_min=min(cpu),
        cpu_s_max=max(cpu),
        runs=runs,
    )
    return measured, rows[-1][3]
