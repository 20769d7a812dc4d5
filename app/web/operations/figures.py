"""What is counted in a process, and what is asked of the database when figures are collected.

Several processes answer requests. Where `PROMETHEUS_MULTIPROC_DIR` names a folder each counts into files there, and
whichever is asked adds them up. Labels are names of routes, methods and kinds of status: never a path or a person.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Histogram, multiprocess
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from app import __version__
from app.queries import vital_signs
from app.web.database import engine

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from prometheus_client import Metric

    from app.queries.vital_signs import VitalSigns

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
_BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_PROCESS = CollectorRegistry()

REQUESTS = Counter("plumbline_requests", "Requests answered.", ("endpoint", "method", "status"), registry=_PROCESS)
SECONDS = Histogram("plumbline_request_seconds", "Time to answer.", ("endpoint",), buckets=_BUCKETS, registry=_PROCESS)


def registry(now: datetime) -> CollectorRegistry:
    """Everything that can be collected at this moment."""
    collected = CollectorRegistry()
    if os.environ.get(FOLDER):
        multiprocess.MultiProcessCollector(collected)  # type: ignore[no-untyped-call]  # the library's own
    else:
        collected.register(_Process())
    collected.register(_Database(now))
    return collected


class _Process(Collector):
    """What this process alone has counted."""

    def collect(self) -> Iterator[Metric]:
        yield from _PROCESS.collect()


class _Database(Collector):
    """What the database says, asked anew each time; only that it is away where it does not answer."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def collect(self) -> Iterator[Metric]:
        about = GaugeMetricFamily("plumbline_build", "The program's version.", labels=("version",))
        about.add_metric([__version__], 1)
        yield about
        found = vital_signs.taken(engine())
        yield GaugeMetricFamily("plumbline_database_up", "Whether the database answers.", value=found is not None)
        if found is not None:
            yield from self._told(found)

    def _told(self, found: VitalSigns) -> Iterator[Metric]:
        oldest = (self._now - found.oldest).total_seconds() if found.oldest else 0
        for name, words, value in (
            ("outbox_waiting", "Notices that are not sent yet.", found.waiting),
            ("outbox_refused", "Notices that were tried in vain.", found.refused),
            ("outbox_oldest_seconds", "How long the oldest notice has waited.", max(0, oldest)),
            ("audit_events", "Links of the audit chain.", found.events),
            ("sessions", "Signed-in browsers, those that lapsed and were not cleared yet among them.", found.sessions),
        ):
            yield GaugeMetricFamily(f"plumbline_{name}", words, value=value)
        good = GaugeMetricFamily("plumbline_job_good_timestamp_seconds", "When a job last went well.", labels=("job",))
        failures = GaugeMetricFamily("plumbline_job_failures", "How often in a row a job failed.", labels=("job",))
        for job in found.jobs:
            failures.add_metric([job.name], job.failures)
            if job.good_at:
                good.add_metric([job.name], job.good_at.timestamp())
        yield from (good, failures)
