"""Settings: typed, checked, and refused when unsafe; the line that mends a refusal really mends it."""

from __future__ import annotations

import re
import stat
from pathlib import Path

import pytest

from app import settings
from app.settings import Environment, Settings, SettingsError
from tests.cli.processes import PRODUCTION

DEMO = {"PLUMBLINE_ENV": "demo"}


def read(**given: str) -> Settings:
    return Settings.from_environment({f"PLUMBLINE_{name}": value for name, value in given.items()})


def production(**given: str) -> dict[str, str]:
    return {**PRODUCTION, **{f"PLUMBLINE_{name}": value for name, value in given.items()}}


def test_nothing_given_means_production_on_this_machine_only() -> None:
    plain = read()
    assert (plain.env, plain.host, plain.port, plain.workers) == (Environment.PRODUCTION, "127.0.0.1", 8000, 2)
    assert plain.database_url == f"sqlite:///{plain.instance}/plumbline.db"
    assert not plain.debug


def test_a_complete_production_is_accepted() -> None:
    assert settings.refusals(Settings.from_environment(PRODUCTION)) == ()


@pytest.mark.parametrize("given", ["postgres://a:b@db/x", "postgresql://a:b@db/x", "postgresql+psycopg://a:b@db/x"])
def test_every_spelling_of_postgresql_means_one_driver(given: str) -> None:
    assert read(DATABASE_URL=given).database_url == "postgresql+psycopg://a:b@db/x"


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("ENV", "staging", "is neither demo nor production"),
        ("PORT", "65536", "is not a whole number from 0 to 65535"),
        ("PORT", "-1", "is not a whole number"),
        ("PORT", "٨٠", "is not a whole number"),
        ("WORKERS", "0", "is not a whole number from 1 to 64"),
        ("TRUSTED_PROXIES", "yes", "is not a whole number from 0 to 8"),
        ("DEBUG", "maybe", "is neither 0 nor 1"),
        ("DATABASE_URL", "mysql://root:hunter2@db/x", "is neither a sqlite:// nor a postgresql:// address"),
        ("DATABASE_URL", "plumbline.db", "is neither a sqlite:// nor a postgresql:// address"),
        ("RUBRICS_DIR", "/nowhere/at/all", "is not a folder"),
        ("REQUIRE_SECOND_FACTOR", "some", "is none of off, readers, all"),
        ("BREACHED_PASSWORDS", "/nowhere/at/all", "is not a file that can be read"),
        ("SMTP_URL", "http://user:hunter2@mail", "is not an smtp:// or smtps:// address"),
        ("MAIL_FROM", "nobody", "is not a mail address"),
        ("SECRET_KEY_FILE", "/nowhere/at/all", "cannot be read (FileNotFoundError)"),
    ],
)
def test_a_malformed_value_is_refused_with_name_reason_and_mending(name: str, value: str, said: str) -> None:
    with pytest.raises(SettingsError) as refused:
        read(**{name: value})
    message = str(refused.value)
    assert message.startswith(f"PLUMBLINE_{name}")
    assert said in message
    assert "set it with: " in message or "make it with: " in message
    assert "hunter2" not in message


def test_two_secrets_are_one_too_many(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="keep one of the two"):
        read(SECRET_KEY="x", SECRET_KEY_FILE=str(tmp_path))


UNSAFE = {
    "no secret": ({"PLUMBLINE_SECRET_KEY": ""}, "SECRET_KEY is missing"),
    "short secret": (production(SECRET_KEY="hunter2"), "SECRET_KEY holds fewer than 32 random bytes"),
    "dull secret": (production(SECRET_KEY="ab" * 40), "SECRET_KEY holds fewer than 32 random bytes"),
    "demo secret": (production(SECRET_KEY=settings.DEMO_SECRET_MARK + "x" * 50), "SECRET_KEY is the secret of a demo"),
    "debug": (production(DEBUG="1"), "DEBUG is on"),
    "flask debug": ({**PRODUCTION, "FLASK_DEBUG": "1"}, "DEBUG is on"),
    "testing": (production(TESTING="1"), "TESTING is on"),
    "no address": (production(PUBLIC_URL=""), "PUBLIC_URL is missing"),
    "plain http": (production(PUBLIC_URL="http://plumbline.example.org"), "PUBLIC_URL is not an https address"),
    "no host": (production(PUBLIC_URL="https:///x"), "PUBLIC_URL is not an https address"),
    "a path": (production(PUBLIC_URL="https://example.org/plumbline"), "PUBLIC_URL has a path"),
    "any host": (production(TRUSTED_HOSTS=""), "TRUSTED_HOSTS is empty"),
    "wildcard": (production(TRUSTED_HOSTS="*.example.org"), "TRUSTED_HOSTS holds a wildcard"),
    "dot wildcard": (production(TRUSTED_HOSTS="a.example.org,.example.org"), "TRUSTED_HOSTS holds a wildcard"),
    "no second factor": (production(REQUIRE_SECOND_FACTOR="off"), "REQUIRE_SECOND_FACTOR is off"),
    "default password": (
        production(DATABASE_URL="postgresql://plumbline:postgres@db.example.org/x"),
        "DATABASE_URL has a default or empty password",
    ),
    "no password": (production(DATABASE_URL="postgresql://plumbline@db.example.org/x"), "default or empty password"),
    "no certificate": (
        production(DATABASE_URL="postgresql://plumbline:qz7Vt0@db.example.org/x?sslmode=disable"),
        "DATABASE_URL switches certificate checks off",
    ),
    "demo with a mail server elsewhere": (
        {**DEMO, "PLUMBLINE_SMTP_URL": "smtps://a:hunter2@mail.example.org"},
        "leads to mail.example.org: a demo would send mail to people who do not exist",
    ),
    "demo on the network": ({**DEMO, "PLUMBLINE_HOST": "0.0.0.0"}, "opens demo accounts with known passwords"),  # noqa: S104 - the refused value
}


@pytest.mark.parametrize("case", UNSAFE)
def test_an_unsafe_setting_is_refused_and_its_own_line_mends_it(case: str) -> None:
    given, said = UNSAFE[case]
    given = {**PRODUCTION, **given} if case == "no secret" else given
    refused = settings.refusals(Settings.from_environment(given))
    assert len(refused) == 1
    assert said in refused[0]
    mended = {**given, **_mending(refused[0])}
    assert settings.refusals(Settings.from_environment(mended)) == ()


def _mending(line: str) -> dict[str, str]:
    """Do what the line says, as a shell would; its command for a new secret is answered with one."""
    told = line.partition("set it with: ")[2].partition(" (or")[0]
    told = told.replace(f'"$({settings.NEW_SECRET})"', "N7c-wJ3vTqk0Xy5hRb8LZsE1uPfGm9DoaYi2VtCnK4Q")
    return dict(re.findall(r"([A-Z_]+)=(\S+)", told))


@pytest.mark.parametrize("url", ["smtp://localhost", "smtp://127.0.0.2:1025", "smtps://[::1]:465"])
def test_a_demo_takes_a_mail_server_of_its_own_machine(url: str) -> None:
    assert settings.refusals(Settings.from_environment({**DEMO, "PLUMBLINE_SMTP_URL": url})) == ()


def test_starting_in_production_lists_every_refusal() -> None:
    with pytest.raises(SettingsError) as refused:
        settings.load({"PLUMBLINE_ENV": "production"})
    lines = str(refused.value).splitlines()
    assert [line.split()[0] for line in lines] == [
        "PLUMBLINE_SECRET_KEY",
        "PLUMBLINE_PUBLIC_URL",
        "PLUMBLINE_TRUSTED_HOSTS",
    ]


def test_a_demo_makes_its_secret_once_and_keeps_it_private(tmp_path: Path) -> None:
    given = {**DEMO, "PLUMBLINE_INSTANCE": str(tmp_path / "instance")}
    first, second = settings.load(given), settings.load(given)
    kept = settings.demo_secret_file(first.instance)
    assert first.secret_key == second.secret_key == kept.read_text(encoding="utf-8").strip()
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert stat.S_IMODE(first.instance.stat().st_mode) == 0o700


def test_two_demos_have_two_secrets(tmp_path: Path) -> None:
    secrets = {settings.load({**DEMO, "PLUMBLINE_INSTANCE": str(tmp_path / name)}).secret_key for name in "ab"}
    assert len(secrets) == 2


def test_a_secret_may_lie_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text(PRODUCTION["PLUMBLINE_SECRET_KEY"] + "\n", encoding="utf-8")
    assert read(SECRET_KEY_FILE=str(file)).secret_key == PRODUCTION["PLUMBLINE_SECRET_KEY"]


def test_an_instance_folder_that_cannot_be_made_is_one_clear_line() -> None:
    with pytest.raises(
        SettingsError, match=r"^PLUMBLINE_INSTANCE: /sys/plumbline cannot be written \(.+\); set it with: "
    ):
        settings.load({**DEMO, "PLUMBLINE_INSTANCE": "/sys/plumbline"})


def test_secrets_are_not_shown() -> None:
    shown = repr(read(SECRET_KEY="hunter2", DATABASE_URL="postgresql://a:hunter2@db/x", SMTP_URL="smtp://a:hunter2@m"))
    assert "hunter2" not in shown


def test_questions_to_candidates_are_the_installations_own() -> None:
    assert read().self_identification is None
    assert read(SELF_IDENTIFICATION="off").self_identification == ()
    assert read(SELF_IDENTIFICATION="Sex: Female, Male; Age: under 40, 40 or over").self_identification == (
        ("Sex", ("Female", "Male")), ("Age", ("under 40", "40 or over")),
    )  # fmt: skip


@pytest.mark.parametrize("text", ["Sex", "Sex: Female", "Sex: A, A", ": a, b", "A: b, c; A: b, c", "A: b,, c"])
def test_questions_that_nobody_could_answer_are_refused(text: str) -> None:
    with pytest.raises(SettingsError, match="PLUMBLINE_SELF_IDENTIFICATION='Sex: Female, Male'"):
        read(SELF_IDENTIFICATION=text)
