"""The engine under attack: what its children may use, how each way of failing ends, and that nothing stays behind.

Where a real page cannot bring a child into the wanted state, the engine runs with another press: a few lines that
stand in for WeasyPrint inside the same confined child.
"""

from __future__ import annotations

import contextlib
import http.server
import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest

from reports import errors
from reports.protocol import Limits

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.reports.conftest import Renderers

PAGE = "<!doctype html><html lang=en><title>Page</title><h1>Heading</h1><p>Words</p></html>"
WAY_IN = "import sys; sys.path.append(sys.argv[1]); "
SERVE = "from reports.engine import serve; serve(int(sys.argv[2]), sys.argv[3], sys.argv[4])"
STAND_IN = """
from reports import press
class Other:
    def pdf(self, html, paper, identifier):
        import ctypes, glob, json, os, resource, socket, tempfile, time
        {body}
press.prepare = lambda faces: Other()
press.versions = lambda: {{}}
press.warm = lambda ready: None
"""


@pytest.fixture
def stand_in(renderers: Renderers) -> Callable[..., bytes]:
    """Runs some Python in the place of WeasyPrint, under the given limits, and returns what it made."""

    def run(body: str, limits: Limits | None = None) -> bytes:
        return renderers(limits, program=_program(body)).pdf(PAGE, "a4")

    return run


@pytest.fixture
def web_server() -> Iterator[tuple[str, list[str]]]:
    """A web server of this machine, with the paths that it was asked for."""
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(204)
            self.end_headers()

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    server.server_close()


@pytest.mark.attack("PD-04")
@pytest.mark.attack("PD-08")
def test_a_child_has_no_environment_no_descriptors_and_an_empty_folder(stand_in: Callable[..., bytes]) -> None:
    seen = json.loads(
        stand_in(
            "return json.dumps({'environment': dict(os.environ), 'here': os.listdir('.'),"
            " 'open': sorted(os.listdir('/proc/self/fd')), 'arguments': open('/proc/self/cmdline').read(),"
            " 'links': [os.readlink(p) for p in glob.glob('/proc/self/fd/[0-2]')]}).encode()"
        )
    )

    assert seen["environment"] == {"SOURCE_DATE_EPOCH": "0"}
    assert seen["here"] == []
    assert set(seen["links"]) == {"/dev/null"}
    assert len(seen["open"]) == 5, "the three standard ones, the job, and the one that lists them"


@pytest.mark.fault("F16")
def test_a_child_is_held_to_its_limits(stand_in: Callable[..., bytes]) -> None:
    seen = json.loads(
        stand_in(
            "return json.dumps({n: resource.getrlimit(getattr(resource, 'RLIMIT_' + n)) "
            "for n in ('AS', 'CPU', 'FSIZE', 'NOFILE', 'CORE')}).encode()"
        )
    )

    assert seen == {
        "AS": [2**30, 2**30],
        "CPU": [20, 21],
        "FSIZE": [2**25, 2**25],
        "NOFILE": [64, 64],
        "CORE": [0, 0],
    }


@pytest.mark.attack("PD-04")
def test_a_child_has_no_network(
    stand_in: Callable[..., bytes], renderers: Renderers, web_server: tuple[str, list[str]]
) -> None:
    if not renderers().capabilities().network_closed:
        pytest.skip("user namespaces are off on this machine: enable kernel.unprivileged_userns_clone")
    port = web_server[0].rsplit(":", 1)[1]
    body = f"""
try:
    socket.create_connection(('127.0.0.1', {port}), timeout=5)
except OSError as error:
    return type(error).__name__.encode()
return b'reached'"""

    assert stand_in(body) in {b"OSError", b"ConnectionRefusedError"}
    assert web_server[1] == []


@pytest.mark.parametrize(
    ("body", "limits", "said"),
    [
        ("while True: pass", Limits(cpu=1), "more processor time"),
        ("time.sleep(60)", Limits(wall=0.3), "took too long"),
        ("return bytes(2**31)", None, "more memory"),
        ("ctypes.string_at(0)", None, "SIGSEGV"),
        ("os.kill(os.getpid(), 9)", None, "SIGKILL"),
        ("raise ValueError('secret name')", None, "could not be set"),
        ("open('large', 'wb').write(bytes(2**20))", Limits(file=2**19), "could not be set"),
        ("return bytes(2**20)", Limits(file=2**19), "larger than a document may be"),
        ("os._exit(9)", None, "ended with code 9"),
    ],
)
@pytest.mark.fault("F24")
def test_each_way_of_failing_is_one_error_with_its_reason(
    stand_in: Callable[..., bytes], body: str, limits: Limits | None, said: str
) -> None:
    with pytest.raises(errors.RenderingFailedError, match=said) as raised:
        stand_in(body, limits)

    assert "printable page" in str(raised.value)
    assert "secret name" not in str(raised.value)


def test_a_document_may_have_limits_of_its_own(renderers: Renderers) -> None:
    renderer = renderers(Limits(wall=0.3), program=_program("time.sleep(1)\nreturn b'made'"))

    assert renderer.pdf(PAGE, "a4", Limits(wall=20)) == b"made"
    with pytest.raises(errors.RenderingFailedError, match="took too long"):
        renderer.pdf(PAGE, "a4")


@pytest.mark.fault("F24")
def test_after_a_failure_the_next_document_is_made_and_nothing_stays(renderers: Renderers) -> None:
    body = "if 'bomb' in html: time.sleep(60)\nopen('left', 'w').close()\nreturn b'made'"
    renderer = renderers(Limits(wall=0.5), program=_program(body))
    for _ in range(3):
        with pytest.raises(errors.RenderingFailedError):
            renderer.pdf("bomb", "a4")
        assert renderer.pdf("fine", "a4") == b"made"
    engine = renderer._engine
    assert engine is not None
    process = psutil.Process(engine._process.pid)

    assert _settles(lambda: process.children(recursive=True) == [])
    assert os.listdir(engine._folder) == []  # noqa: PTH208 - a list of names is what is compared
    renderer.stop()
    assert not process.is_running()
    assert not Path(engine._folder).exists()


@pytest.mark.fault("F24")
def test_an_engine_that_was_killed_is_replaced(renderers: Renderers, stand_in: Callable[..., bytes]) -> None:
    assert stand_in("return b'first'") == b"first"
    renderer = renderers._started[-1]
    first = renderer._engine
    assert first is not None
    os.kill(first._process.pid, signal.SIGKILL)

    assert renderer.pdf(PAGE, "a4") == b"first"
    assert renderer._engine is not first
    assert not Path(first._folder).exists()


@pytest.mark.fault("F24")
def test_a_missing_library_says_what_to_install(renderers: Renderers) -> None:
    hook = """
import importlib.abc
class Missing(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name == "weasyprint": raise OSError("cannot load library 'libpango-1.0-0'")
sys.meta_path.insert(0, Missing())
"""
    renderer = renderers(program=WAY_IN + "\n" + hook + SERVE)

    with pytest.raises(errors.RenderingUnavailableError, match="cannot load library") as raised:
        renderer.pdf(PAGE, "a4")

    assert "apt-get install -y libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0" in str(raised.value)
    assert "brew install pango" in renderer.capabilities().missing


@pytest.mark.fault("F24")
def test_an_engine_that_does_not_start_is_said_to(renderers: Renderers) -> None:
    with pytest.raises(errors.RenderingUnavailableError, match="did not start"):
        renderers(program="raise SystemExit(1)").pdf(PAGE, "a4")


@pytest.mark.attack("PD-07")
@pytest.mark.fault("F24")
def test_too_many_at_once_are_turned_away(renderers: Renderers) -> None:
    body = "time.sleep(2)\nreturn b'made'"
    renderer = renderers(running=1, waiting=1, program=_program(body))
    made: list[bytes] = []
    threads = [threading.Thread(target=lambda: made.append(renderer.pdf(PAGE, "a4"))) for _ in range(2)]
    for thread in threads:
        thread.start()
    assert _settles(lambda: renderer._places._value == 0)

    with pytest.raises(errors.RenderingBusyError, match="Try again"):
        renderer.pdf(PAGE, "a4")
    for thread in threads:
        thread.join()
    assert made == [b"made", b"made"]


@pytest.mark.fault("F24")
def test_a_forked_worker_starts_its_own_engine(renderers: Renderers, stand_in: Callable[..., bytes]) -> None:
    assert stand_in("return str(os.getpgid(0)).encode()")
    renderer = renderers._started[-1]
    mine = renderer.pdf(PAGE, "a4")
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        with contextlib.suppress(BaseException):
            os.write(writing, renderer.pdf(PAGE, "a4"))
            renderer.stop()
        os._exit(0)
    os.close(writing)
    os.waitpid(child, 0)
    theirs = os.read(reading, 100)
    os.close(reading)

    assert theirs
    assert theirs != mine
    assert renderer.pdf(PAGE, "a4") == mine


@pytest.mark.usefixtures("pango")
@pytest.mark.fault("F24")
def test_the_engine_ends_with_a_program_that_is_killed() -> None:
    code = (
        "from reports.renderer import Renderer; r = Renderer(); r.capabilities();"
        "print(r._engine._process.pid, r._engine._folder, flush=True); import time; time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        pid, folder = program.stdout.readline().split()
        assert psutil.pid_exists(int(pid))
        program.kill()

    assert _settles(lambda: not _runs(int(pid)))
    assert _settles(lambda: not Path(folder).exists())


@pytest.mark.attack("PD-01")
@pytest.mark.usefixtures("pango")
def test_hostile_markup_reaches_no_file_and_no_network(renderers: Renderers, web_server: tuple[str, list[str]]) -> None:
    address, asked = web_server
    secret = Path(__file__).resolve().as_uri()
    markup = "".join(
        f'<link rel=stylesheet href="{to}"><link rel=attachment href="{to}"><a rel=attachment href="{to}">a</a>'
        f'<img src="{to}"><object data="{to}"></object><embed src="{to}"><iframe src="{to}"></iframe>'
        f'<style>@import "{to}"; @font-face {{ font-family: x; src: url("{to}") }}</style>'
        f'<p style="background: url({to})"></p>'
        f'<svg xmlns="http://www.w3.org/2000/svg"><image href="{to}" width="9" height="9"/><use href="{to}#a"/></svg>'
        for to in (secret, f"{address}/x", "file:///etc/passwd", "plumbline:font/../../etc/passwd", "data:text/css,x")
    )
    page = (
        f'<!doctype html><html lang=en><head><base href="{address}/"><title>x</title></head><body><p>fine{markup}</p>'
    )

    pdf = renderers().pdf(page, "a4")

    assert pdf.startswith(b"%PDF-1.7")
    assert b"/EmbeddedFile" not in pdf
    assert b"/Filespec" not in pdf
    assert asked == []


@pytest.mark.usefixtures("pango")
def test_the_fetcher_itself_is_closed(web_server: tuple[str, list[str]]) -> None:
    # In this very process, which has a network: only the fetcher stands between the page and the server.
    from reports import press

    address, asked = web_server
    fetcher = press.closed_fetcher({"plumbline:font/x.ttf": b"face"})

    for refused in (f"{address}/x", "file:///etc/passwd", "plumbline:font/y.ttf", "data:,x", "ftp://127.0.0.1/"):
        with pytest.raises(ValueError, match="may not fetch"):
            fetcher.fetch(refused)
        with pytest.raises(ValueError, match="may not open"):
            fetcher.open(refused)
    assert fetcher.fetch("plumbline:font/x.ttf").read() == b"face"
    assert asked == []


@pytest.mark.attack("PD-03")
@pytest.mark.usefixtures("pango")
@pytest.mark.fault("F16")
def test_pages_that_never_end_are_stopped(renderers: Renderers) -> None:
    nested = "<div style='display:table'>" * 3000
    rows = "<table>" + "<tr><td>x<td>y</tr>" * 100_000 + "</table>"
    for bomb in (nested, rows, "<p style='font-size:1e9px'>x</p>"):
        with contextlib.suppress(errors.RenderingFailedError):
            assert (
                renderers(Limits(wall=3, cpu=2)).pdf(f"<html lang=en><title>x</title>{bomb}", "a4").startswith(b"%PDF")
            )

    assert renderers().pdf(PAGE, "a4").startswith(b"%PDF-1.7")


def test_capabilities_name_versions_and_network(renderers: Renderers, pango: None) -> None:
    del pango
    known = renderers().capabilities()

    assert known.missing == ""
    assert known.weasyprint.split(".")[0] >= "70"
    assert known.pango.count(".") == 2
    assert isinstance(known.network_closed, bool)


def _program(body: str) -> str:
    """What an engine runs that does ``body`` in the place of WeasyPrint."""
    return WAY_IN + "\n" + STAND_IN.format(body=body.replace("\n", "\n        ")) + SERVE


def _settles(done: Callable[[], bool]) -> bool:
    """Whether something comes true in the end; the bound is far above what it ever takes."""
    for _ in range(600):
        if done():
            return True
        time.sleep(0.05)
    return False


def _runs(pid: int) -> bool:
    with contextlib.suppress(psutil.NoSuchProcess):
        return str(psutil.Process(pid).status()) != "zombie"
    return False
