"""A served program as those see it who watch it: probes, figures of all its processes together, and its log."""

from __future__ import annotations

import http.client
import json
import re
import signal
import stat
from contextlib import closing
from typing import TYPE_CHECKING

from tests.cli.processes import PRODUCTION, started

if TYPE_CHECKING:
    from pathlib import Path

TOKEN = "N7c-wJ3vTqk0Xy5hRb8LZsE1uPfGm9DoaYi2VtCnK4Q"


def _asked(port: int, path: str, **headers: str) -> tuple[int, str]:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()


def test_figures_are_of_all_processes_and_the_log_is_lines_of_json(tmp_path: Path) -> None:
    settings = {
        **PRODUCTION, "PLUMBLINE_INSTANCE": str(tmp_path / "instance"), "PLUMBLINE_WORKERS": "2",
        "PLUMBLINE_METRICS_TOKEN": TOKEN, "PLUMBLINE_LOG": "info", "PLUMBLINE_TRUSTED_PROXIES": "1",
    }  # fmt: skip
    with started("serve", "--port", "0", settings=settings) as process:
        assert process.stdout is not None
        port = int(re.findall(r":(\d+)/", process.stdout.readline())[0])
        # Each is a connection of its own, so that both processes get some.
        assert {_asked(port, "/healthz") for _ in range(20)} == {(200, "alive\n")}
        assert _asked(port, "/readyz", **{"X-Request-Id": "from-the-proxy-1"}) == (200, "ready\n")
        assert _asked(port, "/metrics")[0] == 404
        status, figures = _asked(port, "/metrics", Authorization=f"Bearer {TOKEN}")
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "instance").rglob("*")}
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=30)

    assert status == 200
    assert 'plumbline_requests_total{endpoint="operations.alive",method="GET",status="2xx"} 20.0' in figures
    assert "plumbline_database_up 1.0" in figures
    assert {name: mode for name, mode in modes.items() if mode & 0o077} == {}
    lines = [json.loads(line) for line in errors.splitlines()]
    assert [line["request"] for line in lines if line.get("endpoint") == "operations.ready"] == ["from-the-proxy-1"]
    assert {line["logger"] for line in lines} <= {"plumbline.request", "plumbline.web", "plumbline.security"}
    assert not any("127.0.0.1" in line or "Mozilla" in line for line in errors.splitlines())
