"""Markdown, formulas, log lines, deep JSON, heavy forms, surprising YAML, and code that would run a text."""

from __future__ import annotations

import ast
import csv
import io
import json
import logging
import random
import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update

from app.domain.card import CardState
from app.domain.permission import Role
from app.formats.csv_cells import guarded, unguarded
from app.models.candidate import Candidate
from app.models.case_work import CaseAnswer, CaseAssignment, CaseQuestion
from app.models.engine import writing
from app.services import limits
from app.web import logs
from tests.attacks import filling
from tests.attacks.ground import rows
from tests.attacks.test_scripts import PAYLOADS
from tests.factories import grading, hiring, panels
from tests.factories.committee import make_committee, make_scored
from tests.factories.drafts import make_draft
from tests.formats.test_markdown import ATTACKS, harmless
from tests.house import source
from tests.web import multipart
from tests.web.browser import Browser

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask

    from tests.attacks.ground import Ground
    from tests.databases import Database

FORMULAS = (
    "=1+1", "+49 30", "-1", "@SUM(A1)", "\t=1", " =cmd|' /C calc'!A0", '"=1', "'=1", "\uff1d1", "\uff0b1", "|x", "%x",
    '=HYPERLINK("//evil.example")',
)  # fmt: skip
ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
ARMED = {"eval", "exec", "compile", "__import__"}
LOADERS = {("pickle", "loads"), ("pickle", "load"), ("marshal", "loads"), ("shelve", "open"), ("yaml", "load"),
           ("yaml", "unsafe_load"), ("pandas", "read_pickle"), ("joblib", "load"), ("dill", "loads")}  # fmt: skip


class Markdown(HTMLParser):
    """Every tag inside the frames in which somebody's Markdown is drawn."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self._depth = 0
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what begins inside."""
        if self._depth:
            self.found.append(self.get_starttag_text() or "")
            self._depth += tag == "div"
        elif tag == "div" and (dict(attrs).get("class") or "") in {"markdown flow", "answer flow"}:
            self._depth = 1

    def handle_endtag(self, tag: str) -> None:
        """Leave with the element."""
        self._depth -= bool(self._depth) and tag == "div"


@pytest.mark.attack("IN-02")
@pytest.mark.attack("IN-16")
@ON_SQLITE
def test_what_a_candidate_writes_in_markdown_can_do_nothing_on_the_page_of_a_grader(
    database: Database, program: Flask
) -> None:
    with writing(database.engine) as session:
        at = grading.stage_grading(session)
        session.execute(update(CaseAssignment).values(handed_in_at=None))
        answer = session.query(CaseAnswer).join(CaseQuestion).order_by(CaseQuestion.number).first()
        assert answer is not None
        answer.text = "\n\n".join((*ATTACKS, *PAYLOADS, "**fine** [site](https://a.example/)"))
        session.flush()
        session.execute(update(CaseAssignment).values(handed_in_at=hiring.NOW))
    grader = Browser(program)
    grader.sign_in(at.una.person_id)
    page = grader.get(f"/grading/{at.task}/submissions/{at.submissions[0]}")
    inside = Markdown(page.text).found
    assert "<strong>" in inside, "what people write is drawn"
    assert all(harmless(tag) for tag in inside)
    assert not [tag for tag in inside if tag.startswith(("<img", "<h1", "<h2", "<form", "<script"))]
    assert filling.handlers_of(page.text) == []


@pytest.mark.attack("IN-05")
@ON_SQLITE
def test_no_exported_cell_is_a_formula_and_the_import_gives_the_text_back(ground: Ground, database: Database) -> None:
    clerk = ground.browser(ground.panel.coordinator.person_id)
    with writing(database.engine) as session:
        need = hiring.make_requisition(session, "=1+1")
        for number, text in enumerate(FORMULAS):
            candidate = hiring.make_candidate(session, text, email=f"f{number}@example.org")
            candidate.headline = text
            hiring.make_application(session, need, candidate)
    for path in ("/candidates.csv", "/requisitions.csv"):
        table = list(csv.reader(io.StringIO(clerk.get(path).data.decode("utf-8-sig"))))
        assert len(table) > 2
        assert [cell for line in table for cell in line if re.match(r"[\s\"']*[=+@|%\uff1d\uff0b\uff20-]", cell)
                and not cell.startswith("'")] == []  # fmt: skip
    written = io.StringIO()
    sheet = csv.writer(written)
    sheet.writerow(["name", "email"])
    sheet.writerows([guarded(text), f"g{number}@example.org"] for number, text in enumerate(FORMULAS))
    sent = {"file": ("people.csv", "text/csv", written.getvalue().encode())}
    preview = clerk.get(multipart.send(clerk, "/candidates/import", {}, sent).location)
    kept = re.search(r'name="kept" value="([^"]+)"', preview.text)
    assert kept
    assert clerk.post("/candidates/import/preview", {"kept": kept[1]}).status_code == 303
    names = {str(name) for name, email in rows(database, Candidate.name, Candidate.email) if str(email).startswith("g")}
    assert names == {text.strip() for text in FORMULAS}


@pytest.mark.attack("IN-05")
def test_twenty_thousand_cells_come_back_as_they_were() -> None:
    draw = random.Random(7)
    letters = "=+-@|%'\" \t\r\n\uff1d\uff0b\uff0d\uff20ab1,;"
    for _ in range(20_000):
        text = "".join(draw.choices(letters, k=draw.randint(0, 9)))
        sent = guarded(text)
        assert unguarded(sent) == text
        assert not re.match(r"[\s\"]*[=+@\uff1d\uff0b\uff20-]", sent)


@pytest.mark.attack("IN-08")
@ON_SQLITE
def test_nobody_forges_a_line_of_the_log(ground: Ground, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger="plumbline")
    clerk = ground.browser(ground.panel.coordinator.person_id)
    forged = 'x\r\n{"level":"info","event":"authz.granted"}\x1b[2J\u2028'
    clerk.get("/candidates", query_string={"q": forged})
    clerk.get("/nothing/%0d%0a%7b%22event%22:%22forged%22%7d%1b[2J")
    for name in ("User-Agent", "X-Request-Id", "X-Forwarded-For", "Accept-Language"):
        clerk.get("/people", headers={name: "a%0d%0aforged \x1b[2J".replace("\x1b", "")})
    clerk.post("/candidates/new", {"name": forged, "email": "forged@example.org"})
    assert len(caplog.records) > 5
    lines = [logs.JsonLines().format(record) for record in caplog.records]
    for line in lines:
        assert line.isascii()
        assert line.isprintable()
        assert isinstance(json.loads(line), dict)
        assert "forged" not in line
        assert "authz.granted" not in line


@pytest.mark.attack("IN-09")
@pytest.mark.attack("IN-12")
def test_nothing_in_the_program_runs_or_unpacks_somebodys_text() -> None:
    found = [
        f"{path}:{call.lineno}"
        for path in source.python_files("app", "reports", "migrations")
        for call in ast.walk(source.tree(path))
        if isinstance(call, ast.Call) and _armed(call)
    ]
    assert found == []
    assert _armed(ast.parse("table.query(typed)").body[0].value) is False  # type: ignore[attr-defined]  # an expression
    for planted in ("eval(x)", "frame.eval(x)", "pickle.loads(x)", "numpy.load(x, allow_pickle=True)", "yaml.load(x)"):
        assert _armed(ast.parse(planted).body[0].value), planted  # type: ignore[attr-defined]  # as above


@pytest.mark.attack("IN-12")
@ON_SQLITE
def test_a_planted_pickle_is_never_loaded(ground: Ground, tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    pickle = f"cos\nsystem\n(S'touch {ran}'\ntR.".encode()
    clerk = ground.browser(ground.panel.coordinator.person_id)
    for folder in ("imports", "rendered", "cache", "files"):
        (tmp_path / folder).mkdir(exist_ok=True)
        (tmp_path / folder / "00000000-0000-4000-8000-000000000001").write_bytes(pickle)
    clerk.get("/candidates/import/preview?kept=00000000-0000-4000-8000-000000000001")
    clerk.client.post("/sign-in", data={"csrf_token": clerk.token, "carried": pickle.hex()})
    clerk.client.post("/account/zone", data=pickle, content_type="application/x-python-pickle")
    clerk.client.set_cookie("session", pickle.hex(), path="/")
    assert clerk.get("/").status_code == 200
    assert not ran.exists()


@pytest.mark.attack("IN-10")
@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a: !!python/object/apply:os.system [ls]\n", "the tag"),
        ("a: &a [x, x]\nb: [*a, *a]\n", "anchor"),
        ("a: {b: 1}\nc:\n  <<: {b: 2}\n", "merge key"),
        ("a: 1\na: 2\n", "already on line 1"),
        ("a: .nan\n", "is not a plain whole number"),
        ("a: 0777\n", "is not a plain whole number"),
        ("a: " + "[" * 10_000 + "]" * 10_000, "deep"),
        ("a:\n" + "- x\n" * 30_000, "values"),
        ("x" * 1_100_000, "over 1,000,000 bytes"),
    ],
    ids=["tag", "alias", "merge", "twice", "nan", "octal", "depth", "width", "length"],
)
@ON_SQLITE
def test_a_blueprint_with_surprises_is_refused_with_its_line(
    database: Database, program: Flask, text: str, says: str
) -> None:
    with writing(database.engine) as session:
        hr = hiring.make_person(session, "Hanna Vogel", [Role.HR_PARTNER])
        draft = make_draft(session, hr)
        file = min(draft.files)
        path, hr_id = f"/blueprints/drafts/{draft.id}", hr.id
    browser = Browser(program)
    browser.sign_in(hr_id)
    answer = browser.post(f"{path}/check", {"file": file, "form": "text", "text": text})
    assert answer.status_code in {200, 413, 422}
    said = " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())
    assert says in said or answer.status_code == 413
    assert answer.status_code == 413 or "Line" in said


@pytest.mark.attack("IN-14")
@ON_SQLITE
def test_deep_json_many_fields_and_hungry_patterns_are_answered(ground: Ground, database: Database) -> None:
    ada, card = ground.browser(ground.panel.ada.person_id), ground.panel.ada_card
    path = f"/scorecards/{card}/draft"
    headers = {"X-CSRFToken": ada.token, "Accept": "application/json"}
    bodies = ("[" * 100_000 + "]" * 100_000, '{"a": NaN}', '{"a": Infinity}', '{"a": 1e999}', '{"a":' * 9_000)
    for body in bodies:
        answer = ada.client.post(path, data=body, content_type="application/json", headers=headers)
        assert answer.status_code in {400, 409, 413, 415, 422}, body[:20]
    for fields in ("&".join(f"a{n}=1" for n in range(40_000)), "a=1&" * 120_000, "evidence-strategy=" + "a" * 600_000):
        answer = ada.client.post(path, data=fields, content_type="application/x-www-form-urlencoded", headers=headers)
        assert answer.status_code in {400, 403, 409, 413, 422}
    hungry = ("a" * 5_000 + "!", "=" * 5_000, "1" * 5_000 + "x", "@" * 2_000 + ".", " " * 20_000 + "x", "((" * 4_000)
    for text in hungry:
        for field in ("name", "email", "phone", "headline"):
            sent = {"name": "A", "email": "a@example.org", "headline": "", "phone": "", "source": "", field: text}
            assert ada.post("/candidates/new", sent).status_code in {403, 404, 422}
        assert ada.get("/search", query_string={"q": text}).status_code in {200, 429}
        assert ada.get("/scorecards/form-token", headers={"Accept": text[:3_000]}).status_code in {200, 400, 406}
    assert panels.card_row(database, card).state is CardState.OWED
    assert ada.get("/").status_code == 200
    assert limits.SEARCH.tries == 60


@pytest.mark.attack("IN-15")
@ON_SQLITE
def test_a_script_in_a_name_stays_a_name_in_charts_axes_and_tables(database: Database, program: Flask) -> None:
    hostile = "</text></svg></title><script>alert(7)</script>"
    with writing(database.engine) as session:
        committee = make_committee(session, interviewers=3)
        for number in range(3):
            cards: list[dict[str, int | None]] = [dict.fromkeys(hiring.DIMENSIONS, 2 + number)] * 3
            make_scored(session, committee, f"{hostile} {number}", cards)
        committee.interviewers[0].name = hostile
        need, clerk_id = committee.requisition.id, committee.coordinator.id
    clerk = Browser(program)
    clerk.sign_in(clerk_id)
    where = f"/requisitions/{need}/comparison"
    for path in (where, f"{where}/certainty", f"{where}/weights", f"{where}.pdf?as=page"):
        page = clerk.get(path)
        assert page.status_code == 200, path
        assert "<script>alert" not in page.text
        assert "&lt;script&gt;alert(7)" in page.text, path
        assert filling.handlers_of(page.text) == []


@pytest.mark.attack("IN-15")
def test_templates_are_escaped_whatever_they_are_called(program: Flask) -> None:
    for name in ("dot.svg.j2", "mail.txt", "x.html", "noname"):
        template = program.jinja_env.from_string("{{ said }}")
        template.name = name
        assert template.render(said="<script>") == "&lt;script&gt;"
    assert program.jinja_env.autoescape is True


def _armed(call: ast.expr) -> bool:
    """Whether a call would run or unpack what it is given."""
    if not isinstance(call, ast.Call):
        return False
    if isinstance(call.func, ast.Name):
        return call.func.id in ARMED
    if not isinstance(call.func, ast.Attribute):
        return False
    owner = call.func.value.id if isinstance(call.func.value, ast.Name) else ""
    pickles = any(word.arg == "allow_pickle" for word in call.keywords)
    return pickles or (owner, call.func.attr) in LOADERS or (call.func.attr == "eval" and owner != "ast")
