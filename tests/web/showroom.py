"""The gallery: every macro with realistic data, drawn by Jinja alone and served under the program's own content policy."""

from __future__ import annotations

import json
import mimetypes
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from fractions import Fraction
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    DateField,
    DateTimeLocalField,
    EmailField,
    FileField,
    Form,
    HiddenField,
    IntegerField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, Length, NumberRange

from app.domain.figure import Axis, Dot, HeatCell, HeatRow, ProfilePoint, Tick
from app.web.fonts import inter_woff2
from app.web.headers import content_policy
from app.web.shell import NavItem, Notice, Shell

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ROOT = Path(__file__).parents[2]
STATIC = ROOT / "app" / "web" / "static"
NONCE = "gallery-nonce"
INSTANT = datetime(2026, 3, 12, 14, 0, tzinfo=UTC)

DIMENSIONS = (
    ("strategy", "ML Product Strategy", 15),
    ("fluency", "Technical Fluency (ML/Data/MLOps)", 15),
    ("metrics", "Metrics & Experimentation", 15),
    ("execution", "Execution & Delivery", 15),
    ("empathy", "Customer Empathy & UX for Uncertainty", 10),
    ("responsible", "Responsible AI & Governance", 10),
    ("leadership", "Stakeholder Leadership", 15),
    ("commercial", "Commercial Acumen", 5),
)
PEOPLE = ["Priya Nair", "Tomás Ferreira", "Ana Lindqvist", "Wei Zhang"]
RATINGS: tuple[tuple[int | None, ...], ...] = (
    (5, 2, None, 4),
    (4, 2, 3, 3),
    (3, 5, 4, None),
    (4, 4, 3, 5),
    (1, 2, 2, 3),
    (3, 3, None, None),
    (None, None, None, None),
    (5, 5, 4, 5),
)


@dataclass(frozen=True, slots=True)
class Level:
    """One point of the scale as the scorecard shows it."""

    value: int
    title: str
    anchor: str


POINTS = (
    Level(1, "Far below", "Talks of models before users; cannot say what a wrong answer costs."),
    Level(2, "Below", "Names a user and a metric, but the bet and its risk stay vague when asked twice."),
    Level(3, "Meets bar", "Ties a model's behaviour to a user's decision, and says which error costs more and why."),
    Level(4, "Above", "Does so under changed conditions, and shows one bet they stopped early, with the number that stopped it."),
    Level(5, "Far above", "Changed how a whole product line chooses its bets; others in the room use their frame afterwards."),
)
AXIS = Axis(tuple(Tick(level.value, level.title) for level in POINTS), meets=3)


class RequisitionForm(Form):
    """One field of every kind, some of them wrong on purpose."""

    version = HiddenField(default="3")
    title = StringField("Title", [DataRequired(), Length(max=120)], description="As candidates will read it.")
    email = EmailField("Hiring manager's e-mail", [DataRequired("Enter the hiring manager's e-mail.")])
    password = PasswordField("Password", [DataRequired()])
    openings = IntegerField("Openings", [DataRequired("Openings must be a whole number."), NumberRange(1, 99)])
    start = DateField("Wanted from", [DataRequired()])
    meets_at = DateTimeLocalField("Committee meets", format="%Y-%m-%d %H:%M")
    kind = SelectField("Blueprint", [DataRequired()], choices=[("a", "Senior ML PM 1.2.0"), ("b", "Group PM 0.9.0")])
    grouped = SelectField("Panel", choices={"Search": [("x", "Core panel")], "Risk": [("y", "Risk panel")]})
    reason = TextAreaField("Why this role, why now", description="Two or three sentences are enough.")
    must_have = SelectMultipleField("Must-have dimensions", choices=[(key, title) for key, title, _ in DIMENSIONS])
    rule = RadioField("Cards open", [DataRequired()], choices=[("own", "after one's own"), ("debrief", "at the debrief")])
    agreed = BooleanField("The committee has agreed to this blueprint", [DataRequired("Confirm that the committee agreed.")])
    document = FileField("Candidates", description="One line a candidate.")


def environment() -> Environment:
    """Return the templates' environment as the program has it, without Flask."""
    loader = ChoiceLoader([FileSystemLoader(ROOT / "templates"), FileSystemLoader(Path(__file__).parent / "gallery")])
    made = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, loader=loader)
    made.globals.update(url_for=lambda name: f"/{name}", asset=lambda path: f"/static/{path}", csp_nonce=lambda: NONCE, csrf_token=lambda: "token-1")
    made.filters["localtime"] = _local_time
    made.filters["localdate"] = _local_date
    return made


def _local_time(instant: datetime) -> str:
    return f"{instant:%d %B, %H:%M}".lstrip("0")


def _local_date(day: date) -> str:
    return f"{day:%d %B %Y}".lstrip("0")


def macro(template: str, name: str, *args: object, **kwargs: object) -> str:
    """Return what one macro draws."""
    return str(getattr(environment().get_template(template).module, name)(*args, **kwargs))


def wrong_form() -> RequisitionForm:
    """Return the form as someone sent it, validated and with its errors."""
    sent = MultiDict(
        [("version", "3"), ("title", "Senior <ML> PM"), ("openings", "two"), ("start", "2026-02-31"), ("kind", "b")]
        + [("meets_at", "2026-03-20 15:30"), ("grouped", "y"), ("must_have", "metrics"), ("rule", "own"), ("password", "secret")]
    )
    form = RequisitionForm(sent)
    form.validate()
    return form


def _heat_cells(row: tuple[int | None, ...]) -> tuple[HeatCell, ...]:
    cells = tuple(HeatCell("n/a" if value is None else str(value), value) for value in row)
    return (*cells, HeatCell("not in", None, waiting=True))


def _facts() -> dict[str, Any]:
    rated = [[value for value in row if value is not None] for row in RATINGS]
    means = [Fraction(sum(row), len(row)) if row else None for row in rated]
    return {
        "dimensions": DIMENSIONS,
        "people": PEOPLE,
        "ratings": RATINGS,
        "points": POINTS,
        "axis": AXIS,
        "values": [4, 1, "", "none", "", "", "", ""],
        "notes": ["She named the bet they stopped, and the number that stopped it.", "", "", "", "", "", "", ""],
        "means": ["–" if mean is None else f"{float(mean):.1f}" for mean in means],
        "spans": [str(max(row) - min(row)) if row else "–" for row in rated],
        "rows": (
            Dot("Adaeze Lindqvist", "4.1", Fraction(41, 10), Fraction(36, 10), Fraction(45, 10), (4, 4, 5)),
            Dot("Mira Okafor", "3.4", Fraction(34, 10), Fraction(26, 10), Fraction(41, 10), (3, 4, 2)),
            Dot("Jonas Weidmann-Castellanos de la Vega", "2.8", Fraction(28, 10), 2, Fraction(35, 10)),
            Dot("Sanjay Rao", "3.0", 3),
            Dot("Li Na", "too little evidence"),
        ),
        "points_of": [
            ProfilePoint(title, "not assessed" if mean is None else f"{float(mean):.1f}", mean)
            for (_, title, _), mean in zip(DIMENSIONS, means, strict=True)
        ],
        "heat_rows": [HeatRow(title, _heat_cells(row)) for (_, title, _), row in zip(DIMENSIONS, RATINGS, strict=True)],
        "candidates": [
            ("Adaeze Lindqvist", "Committee", "5 of 5", "1.0", "done", "Vote open"),
            ("Mira Okafor", "Debrief", "4 of 5", "0.9", "open", "Debrief open"),
            ("Jonas Weidmann", "Interviews", "2 of 5", "0.6", "due", "Cards due today"),
            ("Li Na", "Interviews", "0 of 5", "0.0", "warn", "One rater only"),
        ],
        "instant": INSTANT,
    }


def shell() -> Shell:
    """Return a full frame: navigation, inbox, search, person, one notice."""
    return Shell(
        home_url="/home",
        nav=(NavItem("Inbox", "/home", current=True), *(NavItem(word, "#") for word in ("Hiring", "Committee", "Blueprint", "Audit"))),
        inbox_url="/home",
        inbox_count=3,
        search_url="/search",
        person_name="Priya Nair",
        person_detail="Interviewer, committee member",
        account_url="#",
        sign_out_url="/sign-out",
        notices=(Notice("good", "The scorecard for Adaeze Lindqvist is sealed.", "Open the debrief", "#"),),
        blueprint_version="senior-ml-pm 1.2.0 · 5d41402a",
        product_version="0.1.0",
    )


PAGES = ("home", "form", "scorecard", "debrief", "signin", "error")


def page(name: str) -> str:
    """Return one page of the gallery as HTML."""
    facts = {**_facts(), "shell": shell(), "form": wrong_form()}
    if name == "error":
        return environment().get_template("errors/error.html").render(status=409, reference="7f3a-19c2", back_url="/form")
    if name == "signin":
        facts["form"] = RequisitionForm()
    return environment().get_template(f"{name}.html").render(facts)


@dataclass(slots=True)
class Showroom:
    """A running gallery. `saves` are the drafts it was sent; `answers` what it says to the next ones (then 200)."""

    address: str = ""
    saves: list[dict[str, str]] = field(default_factory=list)
    submits: list[dict[str, str]] = field(default_factory=list)
    answers: list[tuple[int, Mapping[str, object]]] = field(default_factory=list)
    tokens: list[int] = field(default_factory=list)


def _handler(room: Showroom) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.split("?")[0].strip("/") or "home"
            if path == "token":
                status = room.tokens.pop(0) if room.tokens else 200
                self._send(json.dumps({"csrf_token": "token-2"}).encode(), "application/json", status)
            elif path == "static/fonts/inter.woff2":
                self._send(inter_woff2(), "font/woff2")
            elif path.startswith("static/"):
                file = STATIC / path.removeprefix("static/")
                media_type = "text/javascript" if file.suffix == ".js" else mimetypes.guess_type(file.name)[0] or "text/plain"
                self._send(file.read_bytes(), media_type)
            elif path in PAGES:
                self._send(page(path).encode(), "text/html; charset=utf-8")
            else:
                self._send(b"nothing here", "text/plain", 404)

        def do_POST(self) -> None:
            sent = dict(parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode(), keep_blank_values=True))
            if self.path == "/submit":
                room.submits.append(sent)
                self._send(page("home").encode(), "text/html; charset=utf-8")
                return
            status, reply = room.answers.pop(0) if room.answers else (200, {})
            room.saves.append(sent)
            body = {"version": len(room.saves) + 1, "saved_at": "2026-03-12T14:32:00Z", **reply}
            self._send(json.dumps(body).encode(), "application/json", status)

        def _send(self, body: bytes, media_type: str, status: int = HTTPStatus.OK) -> None:
            self.send_response(status)
            self.send_header("Content-Type", media_type)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Content-Security-Policy", content_policy(NONCE))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing: a test's output is its own."""

    return Handler


@contextmanager
def open_showroom() -> Iterator[Showroom]:
    """Serve the gallery on a free port of the loopback interface."""
    room = Showroom()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(room))
    room.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield room
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
