"""`python3 -m app identity`: whether providers answer, a link for emergencies, and connecting by hand."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from app.cli import main
from app.models.engine import make_engine, reading, writing
from app.models.identity import Identity, WayIn
from app.services import accounts
from app.services.sessions import hashed
from tests.factories.hiring import NOW
from tests.hostile_provider import Hostile, hostile_provider

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine


@pytest.fixture
def hostile() -> Iterator[Hostile]:
    with hostile_provider() as running:
        yield running


@pytest.fixture
def engine(tmp_path: Path, hostile: Hostile, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """A demo that trusts the provider, with Ada's account."""
    file = tmp_path / "identity.toml"
    file.write_text(
        f'[providers.company]\nname = "Company account"\nissuer = "{hostile.issuer}"\nclient_id = "plumbline"\n'
    )
    for name, value in (("ENV", "demo"), ("INSTANCE", str(tmp_path / "here")), ("IDENTITY_FILE", str(file))):
        monkeypatch.setenv(f"PLUMBLINE_{name}", value)
    assert main(["migrate"]) == 0
    made = make_engine(f"sqlite:///{tmp_path / 'here' / 'plumbline.db'}")
    with writing(made) as session:
        accounts.create_person(
            session, None, email="ada@example.org", name="Ada Brook", password=None, roles=(), now=NOW
        )
    yield made
    made.dispose()


@pytest.mark.usefixtures("engine")
def test_a_provider_is_asked_for_what_a_sign_in_needs(hostile: Hostile, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["identity", "check"]) == 0
    assert capsys.readouterr().out.endswith("company: answers, 1 key for signatures\n")
    file = Path(os.environ["PLUMBLINE_IDENTITY_FILE"])
    plain = file.read_text()
    file.write_text(f"{plain}sign_out_there = true\n")
    assert main(["identity", "check"]) == 1
    assert "company: has no page for signing out; take sign_out_there out" in capsys.readouterr().out
    hostile.metadata = {"end_session_endpoint": f"{hostile.issuer}/end"}
    assert main(["identity", "check"]) == 0
    file.write_text(plain)
    hostile.metadata = {"authorization_endpoint": "http://sso.example.org/authorize"}
    assert main(["identity", "check"]) == 1
    assert "sends people to sso.example.org: add it to its origins if that is right" in capsys.readouterr().out
    hostile.answers = {"/.well-known/openid-configuration": (503, b"")}
    assert main(["identity", "check"]) == 1
    assert "company: 127.0.0.1 refused with status 503" in capsys.readouterr().out


def test_a_link_for_emergencies_is_printed_once(engine: Engine, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["identity", "let-in", "--email", "Ada@example.org"]) == 0
    address = capsys.readouterr().out.splitlines()[-2]
    assert address.startswith("http://127.0.0.1:8000/sign-in/once/")
    with reading(engine) as session:
        assert list(session.scalars(select(WayIn.token_hash))) == [hashed(address.rpartition("/")[2])]
    assert main(["identity", "let-in", "--email", "eve@example.org"]) == 2
    assert "Nobody has an open account with the address eve@example.org" in capsys.readouterr().err


def test_an_account_is_connected_by_hand_once(
    engine: Engine, hostile: Hostile, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["identity", "connect", "--email", "ada@example.org", "--provider", "company", "--subject", "ada-1"]
    assert main(words) == 0
    with reading(engine) as session:
        assert [tuple(row) for row in session.execute(select(Identity.issuer, Identity.subject))] == [
            (hostile.issuer, "ada-1")
        ]
    capsys.readouterr()
    for changed, said in (
        (words, "One of the two is connected already."),
        ([*words[:3], "eve@example.org", *words[4:]], "Nobody has an account with the address eve@example.org"),
        ([*words[:5], "other", *words[6:]], "There is no provider other; the identity file has: company"),
    ):
        assert main(changed) == 2
        assert said in capsys.readouterr().err
