"""A page elsewhere gives its own name the address of this machine, and asks for what a demo shows."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from app.domain.permission import Role
from app.models.engine import writing
from app.settings import Environment, Settings
from app.web.hosts import host_name
from app.web.sessions import cookie_name
from tests import programs
from tests.factories.hiring import make_person
from tests.web.browser import Browser

if TYPE_CHECKING:
    from flask import Flask

    from tests.databases import Database

OURS = ("127.0.0.1", "localhost", "LocalHost", "[::1]", "[0:0::0:1]", "localhost.")
THEIRS = ("rebound.example", "localhost.rebound.example", "127.0.0.1.nip.example", "[::2]", "10.0.0.1", "127.0.0.2", "")


@pytest.mark.attack("AU-18")
def test_a_demo_answers_by_the_names_of_its_own_machine_alone(program: Flask, database: Database) -> None:
    with writing(database.engine) as session:
        person = make_person(session, "Ada Brook", [Role.ADMIN])
    browser = Browser(program)
    browser.sign_in(person.id)
    cookie = f"{cookie_name(program)}={browser.client.get_cookie(cookie_name(program)).value}"  # type: ignore[union-attr]  # it was set

    for name in THEIRS:
        answers = [_asked(program, path, name, cookie) for path in ("/people", "/sign-in", "/static/none.css", "/none")]
        assert [status for status, _text in answers] == [400, 400, 400, 400], name
        assert all("Ada Brook" not in text and "PLUMBLINE_TRUSTED_HOSTS" in text for _status, text in answers)
    for name in OURS:
        assert _asked(program, "/people", name, cookie)[0] == 200, name
        assert _asked(program, "/people", f"{name}:8000", cookie)[0] == 200, name


@pytest.mark.attack("AU-18")
def test_a_foreign_name_is_told_where_the_program_is_and_which_setting_names_it(program: Flask) -> None:
    answer = program.test_client().get("/sign-in", base_url="http://rebound.example:8000")

    assert answer.status_code == 400
    assert "Plumbline does not answer by this name" in answer.text
    assert 'href="http://127.0.0.1:8000/"' in answer.text
    assert "rebound.example" not in answer.text
    assert "set-cookie" not in answer.headers


def test_a_demo_answers_by_a_name_that_the_settings_add_and_where_it_listens(
    settings: Settings, database: Database
) -> None:
    wider = replace(settings, host="127.0.0.9", trusted_hosts=("Demo.Example.ORG", "[fe80::7]:8443", "bücher.example"))
    program = programs.built(wider, database)
    for name in ("demo.example.org", "127.0.0.9", "[fe80:0::7]", "xn--bcher-kva.example", "localhost"):
        assert _asked(program, "/sign-in", name)[0] == 200, name
    assert _asked(program, "/sign-in", "example.org")[0] == 400


def test_an_installation_answers_by_what_it_names_alone_and_probes_by_anything(
    settings: Settings, database: Database
) -> None:
    for hosts, status in ((("plumbline.example.org",), 200), ((), 400)):
        real = replace(settings, env=Environment.PRODUCTION, trusted_hosts=hosts)
        program = programs.built(real, database)
        assert _asked(program, "/sign-in", "plumbline.example.org")[0] == status
        assert _asked(program, "/sign-in", "localhost")[0] == 400
        assert _asked(program, "/healthz", "10.0.0.7")[0] == 200  # a probe names the machine


@pytest.mark.parametrize("broken", ["[::1", "[x]", ":8000", "a..b", "x" * 70, "[::1]x["])
def test_what_is_no_host_has_no_name(broken: str) -> None:
    assert host_name(broken) == ""


def _asked(program: Flask, path: str, host: str, cookie: str = "") -> tuple[int, str]:
    client = program.test_client(use_cookies=False)
    answer = client.get(path, headers={"Cookie": cookie, "Host": host}, environ_overrides={"HTTP_HOST": host})
    return answer.status_code, answer.text
