"""What the desk bears on this machine, over loopback: readers, scenario runs, nonsense, memory.

Usage: python -m benchmarks.desk [--quick] [--page]

Needs ``wrk`` (Debian: apt-get install wrk) and Chromium. One desk in a process of its own answers all of
it; the clients share its processors, so the figures are an upper bound. Readers are 200 connections that
ask without a pause; a person pauses.
"""

from __future__ import annotations

import argparse
import http.client
import random
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import quote, urlsplit

from benchmarks.run import PAGE, ROOT, note
from tools.reference_pages import filled, table

READERS: Final = 200
RUNS: Final = 20
NONSENSE: Final = 10_000
LANGS: Final = ("ko", "ja", "en")
#: What the issue of the desk asks for.
GOALS: Final = {
    "paint": "1.5 s",
    "warm": "150 ms",
    "slider": "200 ms",
    "readers": "300 ms",
    "runs": "no error",
    "nonsense": "0",
    "memory": "600 MB",
}
SCENARIO: Final = "/en/scenario/result?fragment=1&cut={cut}"


@dataclass(frozen=True)
class Desk:
    """A running desk."""

    process: subprocess.Popen[str]
    url: str

    @property
    def port(self) -> int:
        """Its port."""
        return int(urlsplit(self.url).port or 0)

    def memory(self) -> dict[str, float]:
        """Resident memory now and at its highest. [MB]"""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        found = dict(re.findall(r"(VmHWM|VmRSS):\s+(\d+) kB", status))
        return {"peak": int(found["VmHWM"]) / 1024, "now": int(found["VmRSS"]) / 1024}

    def get(self, path: str) -> tuple[int, float]:
        """Status and milliseconds of one request."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=300)
        begin = time.perf_counter()
        line.request("GET", path, headers={"Accept-Encoding": "gzip"})
        answer = line.getresponse()
        answer.read()
        took = (time.perf_counter() - begin) * 1000
        line.close()
        return answer.status, took


@contextmanager
def served() -> Iterator[Desk]:
    """A desk on a free port."""
    command = [sys.executable, "-m", "pactolus", "serve", "--port", "0"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=ROOT)
    assert process.stderr is not None
    found = re.search(r"http://[^/]+", process.stderr.readline())
    assert found
    try:
        yield Desk(process, found[0])
    finally:
        process.terminate()
        process.communicate(timeout=30)


def pages() -> list[str]:
    """Every page in every language, as it opens."""
    from pactolus.web.pages.book import PAGES

    return [f"/{lang}/{name}" for name in PAGES for lang in LANGS]


def warmed(desk: Desk, paths: Sequence[str]) -> None:
    """Ask for everything once, parts that come later too."""
    for path in paths:
        line = http.client.HTTPConnection("127.0.0.1", desk.port, timeout=600)
        line.request("GET", path)
        text = line.getresponse().read().decode()
        for later in re.findall(r'hx-get="(/[^"]+fragment=1[^"]*)" hx-trigger="load"', text):
            line.request("GET", later.replace("&amp;", "&"))
            line.getresponse().read()
        line.request("GET", path)
        line.getresponse().read()
        line.close()


def readers(desk: Desk, paths: Sequence[str], seconds: int) -> dict[str, float]:
    """200 connections that ask for pages in turn: p50 and p95 in milliseconds, requests a second, errors."""
    script = "local paths = {{{}}}\n".format(", ".join(f'"{path}"' for path in paths)) + _LUA
    with tempfile.NamedTemporaryFile("w", suffix=".lua", encoding="ascii") as file:
        file.write(script)
        file.flush()
        command = [
            "wrk",
            "-t2",
            f"-c{READERS}",
            f"-d{seconds}s",
            "--timeout",
            "30s",
            "-s",
            file.name,
            desk.url,
        ]
        said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    found = re.search(r"RESULT (\S+) (\S+) (\S+) (\d+) (\d+)", said)
    assert found, said
    p50, p95, rate, bad, lost = map(float, found.groups())
    return {"p50": p50, "p95": p95, "rate": rate, "errors": bad + lost}


_LUA: Final = """
local turn = 0
function request()
  turn = turn + 1
  return wrk.format("GET", paths[turn % #paths + 1], {["Accept-Encoding"] = "gzip"})
end
function done(summary, latency, requests)
  local e = summary.errors
  io.write(string.format("RESULT %.1f %.1f %.1f %d %d\\n", latency:percentile(50) / 1000,
    latency:percentile(95) / 1000, summary.requests / (summary.duration / 1e6), e.status,
    e.connect + e.read + e.write + e.timeout))
end
"""


def together(work: Callable[[int], tuple[int, float]], count: int) -> list[tuple[int, float]]:
    """The same work by `count` clients at once."""
    gate = threading.Barrier(count)

    def one(number: int) -> tuple[int, float]:
        gate.wait()
        return work(number)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


def browsing(desk: Desk) -> dict[str, float]:
    """First paint of a page that is kept, and a slider to its drawn result, in Chromium. [ms]"""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        paints: list[float] = []
        slides: list[float] = []
        for lang in LANGS:
            page = browser.new_page(viewport={"width": 1480, "height": 900})
            page.goto(f"{desk.url}/{lang}/overview")
            page.wait_for_selector("body[data-settled]")
            paints.append(
                page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
            )
            page.close()
        page = browser.new_page(viewport={"width": 1480, "height": 900})
        page.goto(f"{desk.url}/en/scenario")
        page.wait_for_selector("body[data-settled]", timeout=120_000)
        slides += [float(page.evaluate(_SLIDE)) for _ in range(7)]
        browser.close()
    return {"paint": max(paints), "slider": statistics.median(slides), "slider_max": max(slides)}


#: Move the first slider by a step, and wait until the new result is drawn: the page notes how long that took.
_SLIDE: Final = """() => new Promise((done) => {
  const slider = document.querySelector('.slide input[type=range]');
  delete document.body.dataset.took;
  const watch = new MutationObserver(() => {
    const said = document.body.dataset;
    if (said.took && said.settled) { watch.disconnect(); done(said.took); }
  });
  watch.observe(document.body, {attributes: true});
  slider.stepUp();
  slider.dispatchEvent(new Event('input', {bubbles: true}));
})"""


def nonsense(desk: Desk, count: int, seed: int = 20261201) -> dict[int, int]:
    """Malformed requests (paths, queries, methods, headers, bodies, no HTTP at all): counts by status."""
    chance = random.Random(seed)
    counts: dict[int, int] = {}
    for number in range(count):
        raw = _malformed(chance, number)
        with socket.create_connection(("127.0.0.1", desk.port), timeout=30) as line:
            line.settimeout(30)
            try:
                line.sendall(raw)
                head = line.recv(64)
            except OSError:
                head = b""
        found = re.match(rb"HTTP/1\.1 (\d{3})", head)
        status = int(found[1]) if found else 0
        counts[status] = counts.get(status, 0) + 1
    return counts


def _malformed(chance: random.Random, number: int) -> bytes:
    from pactolus.web.pages.book import PAGES

    junk = "".join(chr(chance.randrange(33, 0x2FF)) for _ in range(chance.randrange(1, 40)))
    junk = quote(junk) if number % 5 else junk.encode("utf-8").decode("latin-1")
    page = chance.choice([*PAGES, "overwiew", "", junk.replace("/", "")])
    places = [
        f"/{chance.choice(LANGS)}/{page}?{junk}={junk}",
        f"/{chance.choice(LANGS)}/{page}/{junk}/trace/{junk}",
        f"/{chance.choice(LANGS)}/{page}?members={junk}&year={junk}&on={junk}",
        f"/{chance.choice(LANGS)}/{page}/map/chart/{junk}.json?width={junk}",
        f"/api/v1/assess?importers={junk}&years={junk}&limit=-1",
        f"/api/v1/{junk}",
        f"/assets/../{junk}",
        f"/%00%ff{junk}",
    ]
    method = chance.choice(["GET", "GET", "GET", "POST", "PUT", "DELETE", "BREW", "get"])
    path = re.sub(r"[\s#]", "", chance.choice(places))
    body = bytes(chance.randrange(256) for _ in range(chance.randrange(0, 60))) if method != "GET" else b""
    heads = [
        "Host: 127.0.0.1",
        f"Content-Length: {len(body)}",
        chance.choice(
            ["Content-Type: application/json", "Content-Type: text/plain", f"X: {junk}", "Accept: */*"]
        ),
    ]
    if number % 50 == 0:
        return bytes(chance.randrange(256) for _ in range(200)) + b"\r\n\r\n"
    if number % 17 == 0:
        heads[0] = "Host: elsewhere.example"
    return (
        f"{method} {path} HTTP/1.1\r\n{chr(13) + chr(10)}".encode("latin-1")[:-2]
        + ("\r\n".join(heads) + "\r\nConnection: close\r\n\r\n").encode("latin-1", "replace")
        + body
    )


def measured(*, quick: bool) -> list[list[str]]:
    """Rows of the table: what, measured, goal."""
    rows: list[list[str]] = []
    with served() as desk:
        paths = pages()
        note("every page once")
        warmed(desk, paths)
        note("pages that are kept")
        times = [desk.get(path)[1] for path in paths for _ in range(3)]
        rows.append(
            ["a kept page, slowest of all pages and languages", f"{max(times):.0f} ms", GOALS["warm"]]
        )
        note("Chromium")
        seen = browsing(desk)
        rows.append(
            ["first paint in Chromium, slowest of three languages", f"{seen['paint']:.0f} ms", GOALS["paint"]]
        )
        slider = f"{seen['slider']:.0f} ms (slowest {seen['slider_max']:.0f} ms)"
        rows.append(["slider to drawn result, median of 7", slider, GOALS["slider"]])
        note(f"{READERS} readers")
        read = readers(desk, paths, 5 if quick else 20)
        rows.append(
            [
                f"{READERS} readers without a pause, p95",
                f"{read['p95']:.0f} ms at {read['rate']:.0f}/s",
                GOALS["readers"],
            ]
        )
        rows.append(["errors among them", f"{read['errors']:.0f}", "0"])
        note(f"{RUNS} scenario runs at once")
        found = together(lambda n: desk.get(SCENARIO.format(cut=31 + n)), RUNS)
        bad = sum(status != 200 for status, _ in found)
        slowest = max(took for _, took in found)
        rows.append(
            [f"{RUNS} scenario runs at once", f"{bad} errors, slowest {slowest / 1000:.1f} s", GOALS["runs"]]
        )
        note("malformed requests")
        count = 500 if quick else NONSENSE
        counts = nonsense(desk, count)
        worst = sum(n for status, n in counts.items() if status >= 500)
        said = ", ".join(f"{status or 'closed'}: {n:,}" for status, n in sorted(counts.items()))
        rows.append([f"5xx among {count:,} malformed requests", f"{worst} ({said})", GOALS["nonsense"]])
        status, _ = desk.get("/api/v1/health")
        assert status == 200, "the desk answers after all of it"
        memory = desk.memory()
        rows.append(
            [
                "memory of the process, peak",
                f"{memory['peak']:.0f} MB (now {memory['now']:.0f})",
                GOALS["memory"],
            ]
        )
    return rows


def main() -> int:
    """Measure, print, and fill the page if asked."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="a small form")
    parser.add_argument("--page", action="store_true", help="write the table into the page of benchmarks")
    given = parser.parse_args()
    if shutil.which("wrk") is None:
        print("benchmarks.desk: no wrk on this machine; apt-get install wrk", file=sys.stderr)
        return 2
    rows = measured(quick=given.quick)
    text = table(["what", "measured", "goal"], rows)
    print(text)
    if given.page:
        PAGE.write_text(filled(PAGE.read_text(encoding="utf-8"), "desk", text), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
