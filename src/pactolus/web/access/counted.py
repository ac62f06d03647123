"""What a server counts, for Prometheus: no name, no address, no question."""

from __future__ import annotations

from collections import Counter as Count
from collections.abc import Iterable, Iterator
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from pactolus.web.jobs.board import Board

__all__ = ["MEDIA", "Counted"]

MEDIA: Final = "text/plain; version=0.0.4; charset=utf-8"
_SECONDS: Final = (0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class Counted:
    """Counters of one application, in a registry of their own."""

    def __init__(self, board: Board) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "pactolus_requests", "Requests answered.", ("method", "route", "status"), registry=self.registry
        )
        self.seconds = Histogram(
            "pactolus_request_seconds",
            "Time from a request to the end of its answer.",
            ("route",),
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.refused = Counter(
            "pactolus_refused", "Requests refused before they were read.", ("why",), registry=self.registry
        )
        self.logins = Counter("pactolus_logins", "Logins that ended.", ("end",), registry=self.registry)
        self.registry.register(_Jobs(board))

    def text(self) -> bytes:
        """As Prometheus reads it."""
        return generate_latest(self.registry)


class _Jobs(Collector):
    def __init__(self, board: Board) -> None:
        self.board = board

    def describe(self) -> Iterable[GaugeMetricFamily]:
        """Its name, so that registering it does not count."""
        return [GaugeMetricFamily("pactolus_jobs", "Long runs that are kept.")]

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """How many long runs are in each state."""
        family = GaugeMetricFamily("pactolus_jobs", "Long runs that are kept.", labels=("state",))
        for state, number in sorted(Count(job.state for job in self.board.all()).items()):
            family.add_metric((state,), number)
        yield family
