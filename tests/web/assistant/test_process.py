"""The command itself: a session over standard input and output, watched for what it opens."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from mcp.client.client import Client
from mcp.client.stdio import StdioServerParameters, stdio_client

from pactolus.cli.main import run
from tests.web.loops import run_apart

from .conftest import text_of

SECRET = "SECRET-HOLDING-4711"
#: Leaves with 99 where a socket is used, a file is written, or a workspace is looked into.
WATCH = """
import os, sys
HOME = os.path.realpath(os.environ["PACTOLUS_WORKSPACE"])
NETWORK = {"connect", "bind", "listen", "getaddrinfo", "gethostbyname", "sendto", "sendmsg"}
def end(what):
    os.write(2, f"WATCH {what}".encode())
    os._exit(99)
def watch(event, arguments):
    room, _, act = event.partition(".")
    if room == "socket" and act in NETWORK:
        end(event)
    if event in ("subprocess.Popen", "os.system", "os.exec", "os.fork", "os.remove", "os.rename", "os.mkdir"):
        end(event)
    if event in ("open", "os.listdir", "os.scandir") and isinstance(arguments[0], (str, bytes, os.PathLike)):
        path = os.path.realpath(os.fsdecode(arguments[0]))
        if path.startswith(HOME):
            end(path)
        flags = arguments[2] if event == "open" else 0
        if flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT) and path != os.devnull:
            end(path)
sys.dont_write_bytecode = True
sys.addaudithook(watch)
from pactolus.cli.main import run
os.write(2, f"ENDED {run(['mcp'])}".encode())
"""
OWN_MEASURE = {
    "id": "OWN-2",
    "issuer": ["KOR"],
    "instrument": "export_licence",
    "title": {"en": SECRET, "ko": SECRET, "ja": SECRET},
    "covers": [{"minerals": ["gallium"], "stages": ["refined"]}],
    "targets": ["world"],
    "states": [{"state": "in_force", "from": "2020-02-01"}],
    "references": [
        {
            "title": "Notice 1",
            "publisher": "Ministry",
            "link": "https://example.org/1",
            "locator": "article 1",
            "language": "en",
            "read_on": "2025-01-01",
            "kind": "official",
        }
    ],
}
SESSION = [
    ("terms", {"names": ["코발트", SECRET]}),
    ("assess", {"importers": ["KOR", "JPN"], "minerals": ["cobalt"], "years": "2022-2023"}),
    ("scenarios", {}),
    ("scenario", {"id": "graphite-licence"}),
    ("policy_in_force", {"on": "2026-11-30", "issuers": ["KOR"]}),
    ("trace", {"id": "geopolrisk/cobalt/mixed/KOR/2023"}),
    ("trace", {"id": "OWN-2"}),
    ("scenario", {"id": "scenarios/own.yaml"}),
    ("assess", {"importers": "KOR", "minerals": "cobalt", "workspace": "."}),
]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with a measure of its own and holdings."""
    folder = tmp_path_factory.mktemp("desk")
    (folder / "workspace.yaml").write_text("name: desk\ncreated: 2026-01-01\n", encoding="utf-8")
    for room in ("policy", "holdings", "scenarios"):
        (folder / room).mkdir()
    (folder / "policy" / "own.yaml").write_text(json.dumps([OWN_MEASURE]), encoding="utf-8")
    (folder / "holdings" / "own.yaml").write_text(f"note: {SECRET}\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def session(desk: Path):
    """Answers of one watched process."""
    os.environ.setdefault("PYTHONPATH", "")
    parameters = StdioServerParameters(
        command=sys.executable,
        args=["-c", WATCH],
        env={**os.environ, "PACTOLUS_WORKSPACE": str(desk)},
        cwd=desk.parent,
    )

    async def calls():
        with (desk.parent / "stderr.txt").open("w", encoding="utf-8") as errors:
            async with Client(stdio_client(parameters, errlog=errors)) as client:
                listed = await client.list_tools()
                return listed.tools, [await client.call_tool(name, given) for name, given in SESSION]

    tools, answers = run_apart(calls)
    return tools, answers, (desk.parent / "stderr.txt").read_text(encoding="utf-8")


def test_a_client_lists_and_calls_every_tool(session):
    tools, answers, errors = session
    assert {one.name for one in tools} == {name for name, _ in SESSION}
    assert [answer.is_error for answer in answers] == [False] * 6 + [True] * 3
    assert "WATCH" not in errors


def test_the_process_gives_the_numbers_of_the_command(session, capfdbinary):
    found = session[1][1].structured_content["rows"]
    words = ["--importers", "KOR,JPN", "--minerals", "cobalt", "--years", "2022-2023"]
    assert run(["assess", *words, "--format", "json"]) == 0
    told = json.loads(capfdbinary.readouterr().out)
    assert [[row[k] for k in told[0]] for row in found] == [[*row.values()] for row in told]


def test_nothing_of_a_workspace_is_opened_or_named(session):
    _, answers, errors = session
    said = [answer.model_dump_json() for answer in answers[1:]]
    assert not any(SECRET in one for one in said)
    assert "is no id" in text_of(answers[6])
    assert "unknown ready scenario" in text_of(answers[7])
    assert "workspace: no such argument" in text_of(answers[8])
    assert errors == "ENDED 0"  # the client hung up; nothing else was said


def test_the_command_would_have_shown_what_the_workspace_holds(desk, capsys):
    """So the measure and its words are there to be seen."""
    words = ["policy", "in-force", "--on", "2026-11-30", "--issuer", "KOR", "--workspace", str(desk)]
    assert run([*words, "--format", "csv"]) == 0
    assert SECRET in capsys.readouterr().out


def test_the_watch_sees_a_look_into_the_workspace(desk):
    """The same process that reads the workspace is ended: the watch is no decoration."""
    look = 'run = lambda words: len(open(HOME + "/holdings/own.yaml").read())'
    probe = WATCH.replace("from pactolus.cli.main import run", look)
    done = subprocess.run(
        [sys.executable, "-c", probe],
        env={**os.environ, "PACTOLUS_WORKSPACE": str(desk)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 99
    assert "own.yaml" in done.stderr


def spoken(lines: list[str]) -> subprocess.Popen[str]:
    """The command, with some lines already sent."""
    process = subprocess.Popen(
        [sys.executable, "-m", "pactolus", "mcp"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    assert process.stdin is not None
    process.stdin.write("".join(line + "\n" for line in lines))
    process.stdin.flush()
    return process


HELLO = json.dumps(
    {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "initialize",
        "params": {
            "protocolVersion": "2025-06-18",
            "capabilities": {},
            "clientInfo": {"name": "test", "version": "1"},
        },
    }
)
MALFORMED = [
    "garbage",
    "[]",
    "null",
    "{",
    '{"jsonrpc":"2.0","id":2,"method":"tools/call"}',
    '{"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":5}}',
    '{"jsonrpc":"2.0","id":4,"method":"tools/call","params":{"name":"assess","arguments":[]}}',
    '{"jsonrpc":"2.0","id":5,"method":"tools/call","params":{"name":"assess","arguments":{"importers":{}}}}',
    '{"jsonrpc":"2.0","id":6,"method":"tools/call","params":{"name":"trace","arguments":{"id":"\\ud800"}}}',
    '{"jsonrpc":"2.0","id":7,"method":"tools/remove"}',
    '{"jsonrpc":"2.0","id":8,"method":"ping"}',
]


def test_malformed_lines_end_nothing_and_only_the_protocol_is_on_standard_output():
    ready = '{"jsonrpc":"2.0","method":"notifications/initialized"}'
    process = spoken([HELLO, ready, *MALFORMED])
    try:
        found = {}
        while 8 not in found or 5 not in found:
            answer = json.loads(process.stdout.readline())
            assert answer["jsonrpc"] == "2.0"
            found[answer["id"]] = answer
        assert found[8]["result"] == {}
        assert found[5]["result"]["isError"] is True
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=60) == 130
        assert process.stdout.read() == ""
        assert process.stderr.read() == "stopped; nothing was left half-written\n"
    finally:
        process.kill()
        for stream in (process.stdin, process.stdout, process.stderr):
            stream.close()
        process.wait()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--out", "x.json"], "--out: the protocol goes to standard output; leave it away"),
        (["--seed", "4"], "--seed: the ids of losses here stand for the seed 0; leave it away"),
        (["--world", "no-such-folder"], "no-such-folder: no such folder"),
    ],
)
def test_what_cannot_be_used_is_said_on_standard_error(words, message, capsys):
    assert run(["mcp", *words]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert message in err


def test_without_the_extra_the_command_names_it(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "mcp", None)
    monkeypatch.setitem(sys.modules, "mcp_types", None)
    monkeypatch.delitem(sys.modules, "pactolus.web.assistant.server", raising=False)
    assert run(["mcp"]) == 2
    assert (
        "pactolus mcp needs the optional part 'mcp': pip install 'pactolus[mcp]'" in capsys.readouterr().err
    )
