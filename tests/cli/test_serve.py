"""Serving: the port is tried first, the address is printed, Ctrl-C ends it without a sound."""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import subprocess
from contextlib import closing
from pathlib import Path

import psutil

from tests.cli.processes import PRODUCTION, run, started

ANSWERS_AT = re.compile(r"Plumbline answers at http://127\.0\.0\.1:(\d+)/")


def _port(process: subprocess.Popen[str]) -> int:
    assert process.stdout is not None
    found = ANSWERS_AT.match(process.stdout.readline())
    assert found
    return int(found[1])


def _get(port: int, path: str) -> tuple[int, str | None]:
    """The status and the Server header of an answer."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
        connection.request("GET", path, headers={"Host": "plumbline.example.org"})
        answer = connection.getresponse()
        answer.read()
        return answer.status, answer.getheader("Server")


def test_it_answers_at_the_printed_address_and_stops_at_ctrl_c(tmp_path: Path) -> None:
    settings = {**PRODUCTION, "PLUMBLINE_INSTANCE": str(tmp_path / "instance"), "PLUMBLINE_WORKERS": "1"}
    with started("serve", "--port", "0", settings=settings) as process:
        status, server = _get(_port(process), "/")
        assert status in {200, 302, 303}
        assert server == "Plumbline"
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=30)
    assert process.returncode == 0
    assert output == ""
    assert errors == ""


def test_ctrl_c_in_a_terminal_reaches_every_process_and_still_ends_it(tmp_path: Path) -> None:
    settings = {**PRODUCTION, "PLUMBLINE_INSTANCE": str(tmp_path / "instance"), "PLUMBLINE_WORKERS": "2"}
    with started("serve", "--port", "0", settings=settings) as process:
        _get(_port(process), "/")
        os.killpg(process.pid, signal.SIGINT)
        output, errors = process.communicate(timeout=30)
    assert (process.returncode, output, errors) == (0, "", "")


def test_workers_end_with_a_killed_server(tmp_path: Path) -> None:
    settings = {**PRODUCTION, "PLUMBLINE_INSTANCE": str(tmp_path / "instance"), "PLUMBLINE_WORKERS": "2"}
    with started("serve", "--port", "0", settings=settings) as process:
        port = _port(process)
        children = psutil.Process(process.pid).children()
        assert len(children) >= 2
        process.kill()
        _gone, alive = psutil.wait_procs(children, timeout=30)
    assert alive == []
    socket.create_server(("127.0.0.1", port)).close()


def test_a_busy_port_is_named_with_a_free_one(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = run("serve", "--port", str(port), settings={"PLUMBLINE_INSTANCE": str(tmp_path)})
    assert done.returncode == 2
    said = re.fullmatch(
        rf"Port {port} on 127\.0\.0\.1 is in use\. Start with: python3 -m app serve --port (\d+)\n", done.stderr
    )
    assert said
    socket.create_server(("127.0.0.1", int(said[1]))).close()


def test_an_address_that_is_not_ours_is_named(tmp_path: Path) -> None:
    settings = {**PRODUCTION, "PLUMBLINE_INSTANCE": str(tmp_path)}
    done = run("serve", "--host", "192.0.2.1", "--port", "0", settings=settings)
    assert done.returncode == 2
    assert done.stderr.startswith("192.0.2.1 cannot be listened on (")
    assert done.stderr.count("\n") == 1


def test_an_unsafe_production_does_not_start(tmp_path: Path) -> None:
    settings = {"PLUMBLINE_ENV": "production", "PLUMBLINE_INSTANCE": str(tmp_path / "instance")}
    done = run("serve", "--port", "0", settings=settings)
    assert done.returncode == 2
    assert done.stderr.splitlines()[0].startswith("PLUMBLINE_SECRET_KEY is missing")
    assert not (tmp_path / "instance").exists()


def test_a_demo_for_the_network_does_not_start(tmp_path: Path) -> None:
    done = run("serve", "--host", "0.0.0.0", settings={"PLUMBLINE_INSTANCE": str(tmp_path)})  # noqa: S104 - refused
    assert done.returncode == 2
    assert done.stderr.startswith("PLUMBLINE_HOST=0.0.0.0 opens demo accounts with known passwords to the network")
