"""The gallery: pages made of every macro, drawn by Jinja alone and served under the program's own content policy."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined

from app.web.fonts import inter_woff2
from app.web.headers import content_policy
from tests.web import gallery_facts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date, datetime

ROOT = Path(__file__).parents[2]
STATIC = ROOT / "app" / "web" / "static"
NONCE = "gallery-nonce"
PAGES = ("home", "form", "scorecard", "debrief", "signin", "error")
_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


def environment() -> Environment:
    """Return the templates' environment as the program has it, without Flask."""
    loader = ChoiceLoader([FileSystemLoader(ROOT / "templates"), FileSystemLoader(Path(__file__).parent / "gallery")])
    made = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, loader=loader)
    made.globals["asset"] = lambda path: f"/static/{path}"
    made.globals["url_for"] = lambda name: f"/{name}"
    made.globals["csp_nonce"] = lambda: NONCE
    made.globals["csrf_token"] = lambda: "token-1"
    made.globals["looking_until"] = lambda: ""
    made.filters["localtime"] = _local_time
    made.filters["localdate"] = _local_date
    return made


def _local_time(instant: datetime) -> str:
    return f"{instant:%d %B, %H:%M}".lstrip("0")


def _local_date(day: date) -> str:
    return f"{day:%d %B %Y}".lstrip("0")


def draw(source: str, **values: object) -> str:
    """Return what a piece of template source draws."""
    return environment().from_string(source).render(values)


def page(name: str) -> str:
    """Return one page of the gallery as HTML."""
    facts = gallery_facts.facts()
    if name == "error":
        error = environment().get_template("errors/error.html")
        return error.render(status=409, reference="7f3a-19c2", back_url="/form")
    if name == "signin":
        facts["form"] = gallery_facts.RequisitionForm()
    return environment().get_template(f"{name}.html").render(facts)


@dataclass(slots=True)
class Showroom:
    """A running gallery. `saves` are the drafts it was sent; `answers` what it says to the next ones (then 200)."""

    address: str = ""
    saves: list[dict[str, str]] = field(default_factory=list)
    submits: list[dict[str, str]] = field(default_factory=list)
    answers: list[tuple[int, Mapping[str, object]]] = field(default_factory=list)
    signed_out: bool = False
    held: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        """Hold nothing back until a test clears the event."""
        self.held.set()


class _Handler(BaseHTTPRequestHandler):
    room: Showroom

    def do_GET(self) -> None:
        path = self.path.split("?")[0].strip("/") or "home"
        if path == "token":
            self._send(json.dumps({"csrf_token": "token-2"}), "application/json", 401 if self.room.signed_out else 200)
        elif path == "static/fonts/inter.woff2":
            self._send(inter_woff2(), "font/woff2")
        elif path.startswith("static/"):
            file = STATIC / path.removeprefix("static/")
            self._send(file.read_bytes(), _TYPES[file.suffix])
        elif path in PAGES:
            self._send(page(path), "text/html; charset=utf-8")
        else:
            self._send("nothing here", "text/plain", 404)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        sent = dict(parse_qsl(body, keep_blank_values=True))
        if self.path == "/submit":
            self.room.submits.append(sent)
            self._send(page("home"), "text/html; charset=utf-8")
            return
        self.room.saves.append(sent)
        self.room.held.wait(10)
        status, reply = self.room.answers.pop(0) if self.room.answers else (200, {})
        saved = {"version": len(self.room.saves) + 1, "saved_at": "2026-03-12T14:32:00Z", **reply}
        self._send(json.dumps(saved), "application/json", status)

    def _send(self, body: bytes | str, media_type: str, status: int = 200) -> None:
        sent = body.encode() if isinstance(body, str) else body
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(sent)))
        self.send_header("Content-Security-Policy", content_policy(NONCE))
        self.end_headers()
        self.wfile.write(sent)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the name is the base class's
        """Say nothing: a test's output is its own."""


@contextmanager
def open_showroom() -> Iterator[Showroom]:
    """Serve the gallery on a free port of the loopback interface."""
    room = Showroom()
    handler = type("Handler", (_Handler,), {"room": room})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    room.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield room
    finally:
        room.held.set()
        server.shutdown()
        server.server_close()
        thread.join()
