"""What machines ask: health in a word, figures only for who may have them, and a log that tells nothing personal."""

from __future__ import annotations

import json
import logging
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from app.domain.permission import Role
from app.models import slow
from app.models.engine import make_engine, writing
from app.services import rounds
from app.web import logs
from tests import programs
from tests.factories.hiring import NOW, make_person
from tests.statements import counted
from tests.web.browser import Browser

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask import Flask

    from app.settings import Settings
    from tests.databases import Database

TOKEN = "a-token-of-a-collector-that-nobody-guesses"
BEARER = f"Bearer {TOKEN}"


@pytest.fixture
def lines() -> Iterator[list[str]]:
    """The lines that the program's log gets meanwhile."""
    written: list[str] = []

    class Kept(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            written.append(self.format(record))

    handler, log = Kept(), logging.getLogger("plumbline")
    handler.setFormatter(logs.JsonLines())
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    yield written
    log.removeHandler(handler)
    log.setLevel(logging.NOTSET)


def test_alive_asks_no_database_and_ready_asks_it_once(database: Database, browser: Browser) -> None:
    with counted(database.engine) as statements:
        assert (browser.get("/healthz").status_code, browser.get("/healthz").text) == (200, "alive\n")
    assert len(statements) == 0
    with counted(database.engine) as statements:
        answer = browser.get("/readyz")
    assert (answer.status_code, answer.text, len(statements)) == (200, "ready\n", 1)
    with database.engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '0001'"))
    answer = browser.get("/readyz")
    assert (answer.status_code, answer.text) == (503, "not ready\n")


def test_without_a_database_the_program_lives_and_is_not_ready(settings: Settings, tmp_path: Path) -> None:
    away = replace(settings, database_url=f"sqlite:///{tmp_path / 'nowhere' / 'x.db'}", metrics_token=TOKEN)
    browser = Browser(programs.built(away))

    assert [browser.get(path).status_code for path in ("/healthz", "/readyz")] == [200, 503]
    assert "plumbline_database_up 0.0" in browser.get("/metrics", headers={"Authorization": BEARER}).text


def test_probes_may_name_the_machine_and_nobody_else_may(https_program: Flask) -> None:
    client = https_program.test_client()

    assert client.get("/healthz", base_url="https://10.0.0.7:8000").status_code == 200
    assert client.get("/sign-in", base_url="https://10.0.0.7:8000").status_code == 400


def test_figures_name_routes_and_jobs_and_nobody(settings: Settings, database: Database) -> None:
    browser = Browser(programs.built(replace(settings, metrics_token=TOKEN), database))
    with writing(database.engine) as session:
        person = make_person(session, "Ada Brook", [Role.ADMIN])
        rounds.end(session, "mail", now=NOW, trouble="the mail server refused")
    browser.sign_in(person.id)
    browser.get(f"/people/{person.id}")
    with counted(database.engine) as statements:
        text = browser.get("/metrics", headers={"Authorization": BEARER}).text

    assert len(statements) <= 6
    assert re.search(
        r'^plumbline_requests_total\{endpoint="[a-z_.]+",method="GET",status="[2-5]xx"\} \d', text, re.MULTILINE
    )
    assert re.search(r'^plumbline_request_seconds_bucket\{endpoint="[a-z_.]+",le="0.01"\} \d', text, re.MULTILINE)
    assert 'plumbline_job_failures{job="mail"} 1.0' in text
    assert re.search(r"^plumbline_sessions 1.0$", text, re.MULTILINE)
    assert not any(word in text for word in (str(person.id), "Ada", "brook", "/people"))


@pytest.mark.parametrize(
    ("token", "given", "status"),
    [(None, "", 404), (None, "Bearer ", 404), (TOKEN, "", 404), (TOKEN, "Bearer wrong", 404), (TOKEN, BEARER, 200)],
)
def test_figures_are_for_the_token_only(
    settings: Settings, token: str | None, given: str, status: int, tmp_path: Path
) -> None:
    lone = replace(settings, database_url=f"sqlite:///{tmp_path / 'none.db'}", metrics_token=token)

    assert programs.built(lone).test_client().get("/metrics", headers={"Authorization": given}).status_code == status


def test_the_reference_of_a_refusal_is_the_number_on_its_lines(browser: Browser, lines: list[str]) -> None:
    page = browser.get("/nothing-here").text
    shown = re.search(r"reference <code>(\w{8})</code>", page)

    assert shown
    told = [json.loads(line) for line in lines]
    assert {line["request"] for line in told} == {shown[1]}
    assert told[-1]["logger"] == "plumbline.request"
    assert (told[-1]["method"], told[-1]["status"], told[-1]["endpoint"]) == ("GET", 404, "")


def test_a_number_is_taken_from_a_trusted_proxy_only(settings: Settings, database: Database, lines: list[str]) -> None:
    plain, behind = programs.built(settings, database), programs.built(replace(settings, trusted_proxies=1), database)
    for program, given in ((plain, "abc-12345678"), (behind, "abc-12345678"), (behind, 'x" forged'), (behind, "short")):
        program.test_client().get("/healthz", headers={"X-Request-Id": given})

    numbers = [json.loads(line)["request"] for line in lines]
    assert numbers[1] == "abc-12345678"
    assert all(re.fullmatch(r"[0-9a-f]{8}", number) for number in (numbers[0], *numbers[2:]))


def test_a_trusted_proxy_says_who_asks_and_nobody_else_does(settings: Settings, database: Database) -> None:
    from flask import request

    seen = []
    for count in (0, 1):
        program = programs.built(replace(settings, trusted_proxies=count), database)
        program.before_request(lambda: seen.append((request.remote_addr, request.is_secure)))
        program.test_client().get(
            "/healthz", headers={"X-Forwarded-For": "6.6.6.6, 203.0.113.9", "X-Forwarded-Proto": "https"}
        )
    assert seen == [("127.0.0.1", False), ("203.0.113.9", True)]


def test_a_line_cannot_be_forged_and_tells_nothing_personal() -> None:
    record = logging.LogRecord(
        "plumbline.x", logging.WARNING, "", 0, "asked %s",
        ('ada.brook@example.org at /in?token=abc\n{"level":"forged"}\x1b[31m Bearer s3cr3t ' + "q" * 43,), None,
    )  # fmt: skip
    line = logs.JsonLines().format(record)

    assert "\n" not in line
    assert "\x1b" not in line
    assert line.isascii()
    event = json.loads(line)["event"]
    assert not any(word in event for word in ("ada", "abc", "s3cr3t", "qqq"))
    assert "[mail]" in event
    assert "[token]" in event


def test_an_exception_is_told_by_kind_and_place_and_not_by_its_words() -> None:
    with pytest.raises(ValueError, match="Ada Brook") as caught:
        int("Ada Brook, 3 of 4")
    known = (ValueError, caught.value, caught.tb)
    line = logs.JsonLines().format(logging.LogRecord("x", logging.ERROR, "", 0, "unforeseen", (), known))

    assert "Ada" not in line
    assert json.loads(line)["exception"] == "ValueError"
    assert json.loads(line)["places"].startswith("test_an_exception_is_told")


def test_slow_statements_are_told_without_their_values(database: Database, lines: list[str]) -> None:
    engine = make_engine(database.url)
    slow.watch(engine, slower_than=0)
    with engine.connect() as connection:
        connection.execute(sa.text("SELECT count(*) FROM person WHERE name = :name"), {"name": "Ada Brook"})
    engine.dispose()

    (line,) = [line for line in lines if "FROM person" in line]
    assert "Ada" not in line
    assert json.loads(line)["seconds"] >= 0


def test_what_the_database_refuses_is_told_without_its_values(database: Database) -> None:
    engine = make_engine(database.url)
    with pytest.raises(sa.exc.DBAPIError) as refused, engine.connect() as connection:
        connection.execute(sa.text("SELECT nothing FROM person WHERE name = :name"), {"name": "Ada Brook"})
    engine.dispose()

    assert "Ada Brook" not in str(refused.value)
