"""No telemetry: no command looks up a name, connects, or listens."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PROBE = """
import os, socket, sys
FORBIDDEN = {"connect", "bind", "listen", "getaddrinfo", "gethostbyname", "sendto", "sendmsg"}
def watch(event, arguments):
    room, _, act = event.partition(".")
    if room == "socket" and act in FORBIDDEN:
        os.write(2, f"SOCKET {event} {arguments!r}".encode())
        os._exit(99)
sys.addaudithook(watch)
from pactolus.cli.main import run
code = run(sys.argv[1:])
held = "/proc/self/fd"
links = [(int(n), os.readlink(f"{held}/{n}")) for n in os.listdir(held) if os.path.exists(f"{held}/{n}")]
families = [socket.socket(fileno=os.dup(n)).family for n, to in links if to.startswith("socket:")]
sockets = [f for f in families if f != socket.AF_UNIX]  # an event loop wakes itself by such a pair
sys.exit(98 if sockets else code)
"""


def watched(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", PROBE, *words],
        capture_output=True,
        text=True,
        encoding="utf-8",
        stdin=subprocess.DEVNULL,
        check=False,
    )


def test_the_watch_sees_a_connection():
    probe = PROBE.replace("from pactolus.cli.main import run", "").replace(
        "code = run(sys.argv[1:])", "socket.socket().connect(('127.0.0.1', 9))"
    )
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=False)
    assert done.returncode == 99
    assert "SOCKET socket.connect" in done.stderr


def test_assess_opens_no_socket():
    done = watched("assess", "--importers", "KOR,JPN,WLD", "--minerals", "cobalt", "--methods", "all")
    assert done.returncode == 0, done.stderr


def test_data_opens_no_socket():
    done = watched("data", "list")
    assert done.returncode == 0, done.stderr


def test_brief_opens_no_socket(tmp_path: Path):
    short = ("--sections", "summary,shared,measures,stress", "--workers", "1")
    done = watched("brief", "KOR", "JPN", "--lang", "en", *short, "--out", str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert len(list(tmp_path.iterdir())) == 4
