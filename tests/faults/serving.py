"""The program as a process of its own, and browsers that send it forms and write down what they were told."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from threading import Event, Lock
from typing import IO, TYPE_CHECKING
from urllib.parse import urlencode

import psutil

from tests.cli.processes import ROOT, environment, started
from tests.web.conftest import SECRET

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.faults.company import Act, Ledger, Somebody

_ADDRESS = re.compile(r"http://([0-9.:]+)/")
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
PATIENCE = 30


class Server:
    """A running program: its address, and the group of processes to be killed."""

    def __init__(self, pid: int, address: str) -> None:
        """Know where it is; it may still be about to listen."""
        self.pid, self.address = pid, address

    def wait(self) -> None:
        """Come back once it listens."""
        host, _, port = self.address.partition(":")
        end = time.monotonic() + PATIENCE
        while True:
            try:
                socket.create_connection((host, int(port)), timeout=1).close()
            except OSError:
                assert time.monotonic() < end, "it does not listen; errors.log beside the database says why"
                time.sleep(0.01)
            else:
                return

    def kill(self) -> None:
        """End it and everything it started, at once, without a chance to finish anything."""
        with suppress(psutil.NoSuchProcess, ProcessLookupError):
            family = self.family()
            os.killpg(self.pid, signal.SIGKILL)
            # Whoever adopted them may take their time over the certificate; dead they are.
            while any(map(_lives, family)):
                time.sleep(0.005)

    def family(self) -> list[psutil.Process]:
        """The server and everything that it started."""
        first = psutil.Process(self.pid)
        return [first, *first.children(recursive=True)]

    def send(self, person: Somebody, method: str, path: str, fields: dict[str, str] | None = None) -> tuple[int, str]:
        """The status and the text of one request; OSError or HTTPException where no complete answer came."""
        connection = HTTPConnection(self.address, timeout=PATIENCE)
        headers = {"Cookie": person.cookie, "Content-Type": "application/x-www-form-urlencoded"}
        try:
            connection.request(method, path, urlencode(fields or {}), headers)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def do(self, person: Somebody, act: Act) -> int:
        """Send one form as somebody; the status of the answer."""
        if not person.form_token:
            _, page = self.send(person, "GET", "/account")
            token = _TOKEN.search(page)
            assert token, page[:400]
            person.form_token = token[1]
        return self.send(person, "POST", act.path, {"csrf_token": person.form_token, **act.fields})[0]


@contextmanager
def serving(url: str, folder: Path, log: IO[str] | None = None, **more: str) -> Iterator[Server]:
    """Start the program over a database by its own command; its log goes beside the database unless it is given."""
    with (
        (folder / "errors.log").open("a", encoding="utf-8") as errors,
        started("serve", "--port", "0", settings=_settings(url, folder, more), errors=log or errors) as process,
    ):
        assert process.stdout is not None
        line = process.stdout.readline()
        found = _ADDRESS.search(line)
        assert found, f"{line}; errors.log beside the database says why"
        yield Server(process.pid, found[1])


class Warm:
    """Starts the program within a fraction of a second, as :mod:`tests.faults.warm` has its libraries loaded."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        """Ask that process."""
        self._process = process

    @contextmanager
    def serving(self, url: str, folder: Path, **more: str) -> Iterator[Server]:
        """Start the program over a database, with one worker unless more are asked for."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        settings = {"PLUMBLINE_WORKERS": "1", **_settings(url, folder, more)}
        self._process.stdin.write(json.dumps(settings) + "\n")
        self._process.stdin.flush()
        pid, _, address = self._process.stdout.readline().partition(" ")
        found = _ADDRESS.search(address)
        assert found, f"{address}; errors.log beside the database says why"
        server = Server(int(pid), found[1])
        try:
            server.wait()
            yield server
        finally:
            server.kill()


@contextmanager
def warmed() -> Iterator[Warm]:
    """A process that has everything loaded, for as many starts as are asked for, one after the other."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.faults.warm"],
        cwd=ROOT,
        env=environment({}),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield Warm(process)
        assert process.stdin is not None
        process.stdin.close()


def _lives(process: psutil.Process) -> bool:
    try:
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def _settings(url: str, folder: Path, more: dict[str, str]) -> dict[str, str]:
    return {
        "PLUMBLINE_ENV": "demo",
        "PLUMBLINE_DATABASE_URL": url,
        "PLUMBLINE_INSTANCE": str(folder),
        "PLUMBLINE_SECRET_KEY": SECRET,
        **more,
    }


class Load:
    """Somebody's browser sends forms until no answer comes, or until it is told to stop."""

    def __init__(self, server: Server, ledger: Ledger, *, enough: int) -> None:
        """Note in ``ledger``; ``reached`` is set after ``enough`` answers of this load."""
        self.server, self.ledger, self.enough = server, ledger, enough
        self.reached, self.stop = Event(), Event()
        self.refused: list[tuple[Act, int]] = []
        self._lock, self._answers = Lock(), 0

    def run(self, person: Somebody) -> None:
        """Send what this person has not been told to be done yet."""
        for act in person.acts:
            if act in self.ledger.acknowledged:
                continue
            if self.stop.is_set() or not self._send(person, act):
                return

    def _send(self, person: Somebody, act: Act) -> bool:
        try:
            status = self.server.do(person, act)
        except (OSError, HTTPException):
            with self._lock:
                self.ledger.unknown.add(act)
            return False
        with self._lock:
            if status == 303:
                self.ledger.acknowledged.add(act)
                self.ledger.unknown.discard(act)
            else:
                self.refused.append((act, status))
                self.ledger.unknown.add(act)
            self._answers += 1
            if self._answers >= self.enough:
                self.reached.set()
        return True
