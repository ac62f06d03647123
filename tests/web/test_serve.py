"""``pactolus serve`` as a process, asked by `pactolus.client`; no outside host."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from collections.abc import Iterator

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from pactolus.catalogue.world import open_world
from pactolus.cli.main import run
from pactolus.client import Client
from pactolus.errors import NoAnswerError, OptionError, PactolusError, UnknownTermError
from pactolus.indicators.assess import assess
from tests.web.served import Served, served

#: Refuses every socket but loopback ones.
PROBE = """
import os, sys
def watch(event, arguments):
    room, _, act = event.partition(".")
    if room != "socket" or act not in {"connect", "bind", "getaddrinfo", "gethostbyname", "sendto"}:
        return
    place = arguments[0] if act.startswith("get") else arguments[1]
    host = place[0] if isinstance(place, tuple) else place
    if host not in ("127.0.0.1", "localhost", b"127.0.0.1"):
        os.write(2, f"SOCKET {event} {arguments!r}".encode())
        os._exit(99)
sys.addaudithook(watch)
from pactolus.cli.main import run
if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
"""


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One process for this module, watched for sockets."""
    program = tmp_path_factory.mktemp("program") / "probe.py"
    program.write_text(PROBE, encoding="utf-8")
    with served("--workers", "1", program=(str(program),)) as found:
        yield found
        code, said = found.stop()
        assert code == 0, said
        assert said == "stopped\n"


@pytest.fixture
def client(desk: Served) -> Client:
    return Client(desk.url)


def test_assess_through_the_desk_is_assess(client: Client):
    words = {"importers": "KOR,JPN", "minerals": "cobalt,gallium", "years": "2022-2023"}
    found = client.assess(**words, methods=["geopolrisk", "hhi"])
    assert_frame_equal(found, assess(open_world(), **words, methods="geopolrisk,hhi"), check_exact=True)


def test_every_question_gives_a_frame(client: Client):
    day = {"on": "2026-11-01"}
    assert client.tables().filter(pl.col("table") == "trade").height == 1
    assert client.table("eol_rir").schema == open_world().table("eol_rir").schema
    assert client.table("grades", ["mineral=cobalt"])["mineral"].unique().to_list() == ["cobalt"]
    assert client.measures(**day).height >= client.in_force(**day).height > 0
    assert client.compare(**day, members=["KOR", "JPN"]).height > 0
    assert client.meetings(lang="ko")["date"].dtype == pl.Date
    assert client.commitments(**day).height > 0
    gallium = {"on": "2026-11-01", "mineral": "gallium"}
    moved = client.policy_changes("2025-01-01", until="2026-06-01", mineral="gallium")
    assert moved.height > 0
    trade = client.covered_trade(["CHN-2023-23"], importers=["KOR", "JPN"], year=2023)
    assert set(trade["importer"]) == {"KOR", "JPN"}
    assert client.transferable("gallium", "JPN", origin="CHN", on="2026-11-01").height == 1
    assert client.timeline(**gallium)["from"].dtype == pl.Date
    spans = {"since": "2025-01-15", "until": "2026-11-01", "kinds": ["measure", "commitment"]}
    assert set(client.dialogue_changes(**spans)["kind"]) <= {"measure", "commitment"}
    assert client.projects(hosts="ARG", minerals="lithium")["host"].unique().to_list() == ["ARG"]
    assert client.capabilities().height > 0
    assert client.watchlist(members="KOR", minerals="cobalt", as_of="2026-11-01").height > 0
    assert client.clocks(client.events()["event"][0], as_of="2026-11-01", lang="ja").height > 0
    assert client.exercises().height > 0
    assert set(client.priors()["kind"]) > {"ban", "licence"}
    assert client.past_events().filter(exporter="IDN").height > 0
    row = client.assess(importers="KOR", minerals="cobalt", detail=True).row(0, named=True)
    assert client.trace(row["id"])["value"] == row["value"]
    assert client.about()["vintage"] == open_world().vintage


def test_a_table_of_several_pages_comes_whole(client: Client):
    flows = client.table("flows", ["year=2023"])
    assert flows.height == open_world().scan_derived("flows").filter(year=2023).collect().height > 10_000


def test_errors_are_those_of_the_library(client: Client):
    with pytest.raises(UnknownTermError) as here:
        assess(open_world(), importers="KOR", minerals="cobolt")
    with pytest.raises(UnknownTermError) as there:
        client.assess(importers="KOR", minerals="cobolt")
    assert str(there.value) == str(here.value)
    with pytest.raises(NoAnswerError, match="no value in"):
        client.assess(importers="PRK", minerals="gallium")
    with pytest.raises(OptionError, match="mineral: not known here; did you mean 'minerals'"):
        client.assess(mineral="cobalt")


def test_a_run_is_followed_to_its_rows_and_one_is_cancelled(client: Client):
    shock = {"kind": "ban", "exporter": "IDN", "minerals": ["nickel"], "cut": 1, "start": "2027-01-01"}
    scenario = {"scenario": "trial", "title": "A trial", "shocks": [shock]}
    steps: list[tuple[str, int, int]] = []
    started = client.run("shock", scenario=scenario)
    rows = started.wait(lambda *step: steps.append(step))
    assert rows.table.height == started.record["rows"] > 0
    assert steps[-1] == ("done", 2, 2)
    assert rows.origins
    other = client.run("outlook")
    other.cancel()
    assert other.state == "cancelled"
    with pytest.raises(NoAnswerError, match="cancelled, there are no rows"):
        other.wait()


def test_nobody_there_is_one_message():
    with socket.socket() as place:
        place.bind(("127.0.0.1", 0))
        port = place.getsockname()[1]
    with pytest.raises(OptionError, match=rf"127.0.0.1:{port}.*is 'pactolus serve' running there\?"):
        Client(f"http://127.0.0.1:{port}").tables()


def test_a_server_that_is_no_desk_is_said(client: Client):
    with pytest.raises(PactolusError, match="nothing is here"):
        client.rows("nothing")


def test_a_port_in_use_is_named_with_the_mend(capsys: pytest.CaptureFixture[str]):
    with socket.socket() as place:
        place.bind(("127.0.0.1", 0))
        place.listen()
        port = place.getsockname()[1]
        assert run(["serve", "--port", str(port)]) == 2
    said = capsys.readouterr().err
    assert said == (
        f"error: --port: {port} of 127.0.0.1 is in use; stop the program that uses it, or choose another "
        "with --port (0 takes a free one)\n"
    )


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--host", "0.0.0.0"], "there is no login; leave it away, or add --allow-others"),
        (["--port", "70000"], "--port: 70000 is not between 0 and 65535"),
        (["--workers", "0"], "--workers: 0 is not between 1 and 1000"),
        (["--host", "192.0.2.1", "--allow-others", "--port", "0"], "--host: 192.0.2.1 cannot be listened on"),
    ],
)
def test_what_cannot_be_served_is_refused(words: list[str], message: str, capsys: pytest.CaptureFixture[str]):
    assert run(["serve", *words]) == 2
    assert message in capsys.readouterr().err


def test_a_lacking_extra_is_named(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    assert run(["serve", "--port", "0"]) == 2
    assert "pip install 'pactolus[web]'" in capsys.readouterr().err


def test_sigterm_ends_it_as_ctrl_c_does():
    with served("--workers", "1") as found:
        assert Client(found.url).about()["links"]
        assert found.stop(signal.SIGTERM) == (0, "stopped\n")


def test_the_client_needs_no_web_library():
    web = {"fastapi", "httpx", "pydantic", "starlette"}
    code = f"import sys, pactolus.client.asking; print(sorted({web} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
