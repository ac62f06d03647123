"""What a server is installed with: the page, the container file, the unit."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from pactolus.web.access.server_file import read_server_file

ROOT = Path(__file__).resolve().parents[3]


def test_the_server_file_of_the_page_is_right(tmp_path: Path):
    page = (ROOT / "docs/how-to/run-a-server.md").read_text(encoding="utf-8")
    text = re.search(r"```yaml\n(.*?)```", page, re.DOTALL)
    assert text
    file = tmp_path / "server.yaml"
    file.write_text(text[1], encoding="utf-8")
    assert read_server_file(file).members == ["KOR", "JPN"]


def test_the_container_is_not_root_and_installs_by_hash_alone():
    text = (ROOT / "deploy/Containerfile").read_text(encoding="utf-8")
    commands = [line for line in text.splitlines() if not line.startswith("#")]
    last = text[text.rindex("\nFROM ") :]
    assert re.search(r"^USER 10001:10001$", last, re.MULTILINE)
    assert last.index("USER ") < last.index("ENTRYPOINT ")
    installs = [line for line in commands if "pip install" in line]
    assert [("--require-hashes" in line) or ("--no-index --no-deps" in line) for line in installs] == [
        True,
        True,
    ]
    hosts = re.findall(r"https?://([^/:'\"]+)", "\n".join(commands))
    assert hosts == ["127.0.0.1"]
    assert not re.search(r"--(?:extra-)?index-url|--trusted-host", text)


def test_the_unit_grants_nothing(tmp_path: Path):
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("no systemd-analyze on this machine (apt-get install systemd)")
    text = (ROOT / "deploy/pactolus.service").read_text(encoding="utf-8")
    unit = tmp_path / "pactolus.service"
    unit.write_text(re.sub(r"ExecStart=\S+", "ExecStart=/bin/true", text), encoding="utf-8")
    done = subprocess.run([program, "verify", str(unit)], capture_output=True, text=True, check=False)
    assert "pactolus.service:" not in done.stderr, done.stderr
    done = subprocess.run(
        [program, "security", "--offline=yes", "--threshold=20", str(unit)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
