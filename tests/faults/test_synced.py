"""Each acknowledgement follows a sync: traced at the system calls of the running program, or of its PostgreSQL."""

from __future__ import annotations

import re
import shutil
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.faults import company

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.databases import Database
    from tests.faulting import Breaking
    from tests.faults.conftest import Cluster
    from tests.faults.serving import Warm

_CALLS = "trace=fdatasync,fsync,sync_file_range,write,writev,sendto,send,sendmsg,pwrite64"
_SYNC = re.compile(r"(?:fdatasync|fsync)\(.*= 0|<\.\.\. (?:fdatasync|fsync) resumed.*= 0")
_ANSWER = re.compile(r"HTTP/1\.1 303")


@pytest.mark.fault("F3", seconds=20)
def test_each_acknowledgement_follows_a_sync(
    durable: Database, warm: Warm, request: pytest.FixtureRequest, tmp_path: Path, breaking: Breaking
) -> None:
    people = company.hire(durable.engine, 3, breaking.times(4, 60))
    durable.engine.dispose()
    kind = durable.engine.dialect.name
    with warm.serving(durable.url, tmp_path) as server:
        for person in people:
            assert server.send(person, "GET", "/account")[0] == 200
        traced = [_family(server.pid)]
        if not durable.is_sqlite:
            cluster: Cluster = request.getfixturevalue("cluster")
            traced.append(_family(cluster.pid))
        with _traced([pid for family in traced for pid in family], tmp_path / "calls") as calls:
            acts = [(person, act) for turn in zip(*(p.acts for p in people), strict=False)
                    for person, act in zip(people, turn, strict=True)]  # fmt: skip
            assert [server.do(person, act) for person, act in acts] == [303] * len(acts)
    synced = _synced(calls.read_text(encoding="utf-8", errors="replace"))
    missing = len(acts) - sum(synced)
    breaking.count(len(acts), missing, f"acknowledgements traced on {kind}, each after a sync of its own")
    assert len(synced) == len(acts)
    assert missing == 0


def _synced(calls: str) -> list[bool]:
    """For each acknowledgement, whether anything was synced since the one before."""
    answers, since = list[bool](), False
    for line in calls.splitlines():
        if _SYNC.search(line):
            since = True
        elif _ANSWER.search(line):
            answers.append(since)
            since = False
    return answers


def _family(pid: int) -> list[int]:
    """A process and all that it started."""
    found = [pid]
    for one in found:
        for task in Path(f"/proc/{one}/task").iterdir():
            found += map(int, (task / "children").read_text(encoding="ascii").split())
    return found


@contextmanager
def _traced(pids: list[int], into: Path) -> Iterator[Path]:
    """The system calls of processes and of all their threads, in the order in which they happened."""
    if shutil.which("strace") is None:
        pytest.skip("strace is missing: apt-get install -y strace")
    command = ["strace", "-f", "-s", "40", "-e", _CALLS, "-o", str(into)]
    command += [word for pid in pids for word in ("-p", str(pid))]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as tracer:
        assert tracer.stderr is not None
        for _ in pids:
            line = tracer.stderr.readline()
            assert "attached" in line, f"strace may not look: {line}"
        time.sleep(0.2)
        yield into
        tracer.terminate()
        tracer.wait(30)
