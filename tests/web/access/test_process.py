"""The server as a process: killed, its database crashed, asked in ways that are no HTTP; nothing is lost."""

from __future__ import annotations

import random
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest

from tests.web.access.browser import Browser
from tests.web.access.conftest import PEOPLE, server_yaml
from tests.web.access.malformed import malformed
from tests.web.access.provider import Provider
from tests.web.served import Served as Process
from tests.web.served import served
from tests.workspace.cluster import Cluster, cluster
from tests.workspace.readers import Served, empty_database, served_database

pytestmark = [pytest.mark.postgres, pytest.mark.slow]
HOLDING = {"mineral": "tungsten", "stage": "product", "low_t": 0, "high_t": 10}


@dataclass
class Place:
    """A database server of its own, and where the desk is to be."""

    cluster: Cluster
    database: Served
    file: Path
    port: int

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def desk(self):
        """``pactolus serve --server``, ended when the block is left."""
        return served("--server", str(self.file), "--port", str(self.port), "--workers", "1")


@pytest.fixture(scope="module")
def place(provider: Provider, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with cluster() as own, empty_database(own.url) as url, served_database(url) as database:
        folder = tmp_path_factory.mktemp("process")
        file = server_yaml(folder, database, provider.url, f"http://127.0.0.1:{port}")
        yield Place(own, database, file, port)


@pytest.fixture
def http() -> Iterator[httpx2.Client]:
    with httpx2.Client(trust_env=False, timeout=60, verify=False) as client:
        yield client


def kim(provider: Provider, client: httpx2.Client, place: Place) -> Browser:
    provider.says = PEOPLE["kim"]
    browser = Browser(client, place.base)
    assert browser.login().status_code == 303
    return browser


class Writer(threading.Thread):
    """Saves one version after the other, and notes which of them were said to be saved."""

    def __init__(self, browser: Browser) -> None:
        super().__init__(daemon=True)
        self.browser, self.saved, self.statuses = browser, dict[int, float](), set[int | str]()
        self.done = threading.Event()

    def run(self) -> None:
        number = 0
        while not self.done.is_set():
            number += 1
            try:
                answer = self.browser.put("/api/v1/confidential/holdings", {**HOLDING, "high_t": number})
            except httpx2.HTTPError as error:
                self.statuses.add(type(error).__name__)
                time.sleep(0.02)
                continue
            self.statuses.add(answer.status_code)
            if answer.status_code == 200:
                row = answer.json()["rows"][0]
                self.saved[row["version"]] = row["record"]["high_t"]
            else:
                time.sleep(0.02)

    def wait(self, number: int) -> None:
        """Until as many more are saved."""
        wanted, until = len(self.saved) + number, time.monotonic() + 60
        while len(self.saved) < wanted:
            assert time.monotonic() < until, (self.saved, self.statuses)
            time.sleep(0.01)


def kept(place: Place) -> dict[int, float]:
    return {
        one.version: one.body["high_t"]
        for one in place.database.kept.history("holding", "KOR/tungsten/product")
    }


def until(what: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not what():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_a_killed_server_loses_no_saved_record_and_no_login(
    place: Place, provider: Provider, http: httpx2.Client
):
    with place.desk() as found:
        browser = kim(provider, http, place)
        writer = Writer(browser)
        writer.start()
        writer.wait(10)
        found.process.send_signal(signal.SIGKILL)
        found.process.wait(30)
        writer.done.set()
        writer.join(60)
    assert writer.statuses - {200} <= {"ConnectError", "ReadError", "RemoteProtocolError"}
    after = kept(place)
    assert writer.saved.items() <= after.items()
    assert len(after) <= len(writer.saved) + 1  # at most the one whose answer was on its way
    assert place.database.kept.verify() == []
    with place.desk():
        assert browser.get("/api/v1/me").json()["id"] == "s-kim"
        held = browser.get("/api/v1/confidential/holdings").json()["rows"]
        assert held[0]["version"] == max(after)


@pytest.fixture(scope="module")
def desk(place: Place) -> Iterator[Process]:
    """One process for the tests that let it live; whatever they do, it meets no fault of its own."""
    with place.desk() as found:
        yield found
        code, said = found.stop()
        assert code == 0, said
        assert "Exception in ASGI application" not in said, said


@pytest.mark.usefixtures("desk")
def test_a_database_that_crashes_loses_no_saved_record_and_the_desk_recovers(
    place: Place, provider: Provider, http: httpx2.Client
):
    browser, ready = kim(provider, http, place), Browser(http, place.base)
    writer = Writer(browser)
    writer.start()
    writer.wait(10)
    place.cluster.stop("immediate")
    until(lambda: ready.get("/readyz").status_code == 503)
    assert ready.get("/healthz").status_code == 200
    answer = browser.get("/api/v1/confidential/holdings")
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "5"
    assert str(place.cluster.port) not in answer.text
    place.cluster.start()
    until(lambda: ready.get("/readyz").status_code == 200)
    writer.wait(10)
    writer.done.set()
    writer.join(60)
    assert writer.statuses == {200, 503}
    assert writer.saved.items() <= kept(place).items()
    assert place.database.kept.verify() == []


@pytest.mark.usefixtures("desk")
def test_malformed_requests_are_never_a_fault_of_ours(
    place: Place, provider: Provider, http: httpx2.Client, sweep: str
):
    number = 10_000 if sweep == "full" else 400
    browser = kim(provider, http, place)
    statuses, faults = send_all(place, browser, number)
    assert faults == []
    assert browser.get("/api/v1/confidential/holdings").status_code == 200
    assert sum(statuses.values()) == number
    assert len(statuses) >= 5, statuses  # they reached different doors
    assert statuses.get(0, 0) < number / 3, statuses
    assert place.database.kept.verify() == []


def send_all(place: Place, browser: Browser, number: int) -> tuple[dict[int, int], list[bytes]]:
    """Statuses of as many malformed requests (0 without an answer), and those that met a fault of ours."""
    chance, counts, faults = random.Random(20261101), dict[int, int](), list[bytes]()
    cookie = "; ".join(f"{k}={v}" for k, v in browser.cookies.items())
    for _ in range(number):
        content, ends = malformed(chance, f"127.0.0.1:{place.port}", cookie, browser.csrf)
        with socket.create_connection(("127.0.0.1", place.port), timeout=60) as line:
            try:
                line.sendall(content)
                if not ends:
                    line.shutdown(socket.SHUT_WR)
                said = line.recv(64)
            except (ConnectionError, BrokenPipeError):
                said = b""
        status = int(said[9:12]) if said.startswith(b"HTTP/1.1 ") else 0
        counts[status] = counts.get(status, 0) + 1
        if status >= 500:
            faults.append(content)
    return counts, faults
