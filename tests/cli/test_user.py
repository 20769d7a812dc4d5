"""Adding the first administrator from a shell."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select

from app.cli import first_admin
from app.domain.permission import Role
from app.models import migrate
from app.models.engine import make_engine, reading, writing
from app.models.person import Person
from app.services import account_links, accounts
from app.settings import Settings
from tests.cli.processes import PRODUCTION, run

PASSWORD = "seven green lanterns on the quay"


def _settings(folder: Path) -> dict[str, str]:
    return {**PRODUCTION, "PLUMBLINE_INSTANCE": str(folder / "instance")}


def _add(folder: Path, *words: str, password: str = PASSWORD) -> tuple[int, str, str]:
    done = run("user", "add", *words, settings=_settings(folder), given=password + "\n")
    return done.returncode, done.stdout, done.stderr


def test_the_person_may_sign_in_with_the_roles_given(tmp_path: Path) -> None:
    words = ["--email", "Ada@Example.org", "--name", "Ada Lovelace", "--role", "admin", "--role", "interviewer"]
    assert _add(tmp_path, *words) == (0, "Ada@Example.org may sign in as admin, interviewer\n", "")
    engine = make_engine(f"sqlite:///{tmp_path / 'instance' / 'plumbline.db'}")
    with reading(engine) as session:
        found = accounts.authenticate(session, "ada@example.org", PASSWORD)
        person = session.get(Person, found)
        assert person is not None
        assert (person.name, {grant.role for grant in person.roles}) == ("Ada Lovelace", {Role.ADMIN, Role.INTERVIEWER})
    engine.dispose()


def test_every_fault_is_told_and_nobody_is_added(tmp_path: Path) -> None:
    code, shown, said = _add(tmp_path, "--email", "ada", "--name", "Ada", "--role", "admin", password="short")
    assert (code, shown) == (2, "")
    assert "Write an e-mail address" in said
    assert "Use at least 15 characters" in said
    assert said.count("\n") == 1


def test_the_same_address_twice_is_refused(tmp_path: Path) -> None:
    words = ["--email", "ada@example.org", "--name", "Ada", "--role", "admin"]
    assert _add(tmp_path, *words)[0] == 0
    assert _add(tmp_path, *words) == (2, "", "Somebody already has an account with this address.\n")


def test_an_unknown_role_is_answered_with_the_known_ones(tmp_path: Path) -> None:
    code, _shown, said = _add(tmp_path, "--email", "ada@example.org", "--name", "Ada", "--role", "boss")
    assert code == 2
    assert said.startswith("There is no role 'boss'; the roles are: admin, coordinator, ")
    assert not (tmp_path / "instance").exists()


def _give(folder: Path, email: str, password: str = PASSWORD) -> tuple[int, str, str]:
    done = run("user", "password", "--email", email, settings=_settings(folder), given=password + "\n")
    return done.returncode, done.stdout, done.stderr


def test_somebody_without_a_password_gets_a_first_one_and_no_second(tmp_path: Path) -> None:
    assert _add(tmp_path, "--email", "ada@example.org", "--name", "Ada", "--role", "admin")[0] == 0
    engine = make_engine(f"sqlite:///{tmp_path / 'instance' / 'plumbline.db'}")
    with writing(engine) as session:
        session.scalars(select(Person)).one().password_hash = None

    assert _give(tmp_path, "ada@example.org", "short")[0] == 2
    assert _give(tmp_path, "ada@example.org") == (0, "ada@example.org may sign in\n", "")
    assert _give(tmp_path, "ada@example.org")[0] == 2
    assert _give(tmp_path, "bea@example.org") == (2, "", "Nobody has an account with the address bea@example.org\n")
    with reading(engine) as session:
        assert accounts.authenticate(session, "ada@example.org", PASSWORD) is not None
    engine.dispose()


def _do(folder: Path, *words: str) -> tuple[int, str, str]:
    done = run("user", *words, settings=_settings(folder))
    return done.returncode, done.stdout, done.stderr


def test_people_come_and_go_with_the_companys_directory(tmp_path: Path) -> None:
    listed = tmp_path / "people.csv"
    listed.write_text("external_id,email,name\n7,ada@example.org,Ada Lind\n")

    assert _do(tmp_path, "import", str(listed), "--invite") == (
        0, "1 added, 0 changed, 0 opened again, 0 closed and signed out, 0 as they were\n", "",
    )  # fmt: skip
    code, said, _faults = _do(tmp_path, "invite", "--email", "ada@example.org")
    assert (code, said.split("By hand: ")[1].startswith("https://plumbline.example.org/choose-password/")) == (0, True)
    assert _do(tmp_path, "deactivate", "--email", "Ada@example.org")[1].endswith("signed out everywhere\n")
    assert _do(tmp_path, "invite", "--email", "ada@example.org")[0] == 2
    assert _do(tmp_path, "deactivate", "--email", "eve@example.org") == (
        2, "", "Nobody has an account with the address eve@example.org\n",
    )  # fmt: skip
    assert "none.csv cannot be read" in _do(tmp_path, "import", str(tmp_path / "none.csv"))[2]


def test_whoever_starts_an_empty_installation_can_make_the_first_administrator(tmp_path: Path) -> None:
    settings = Settings(instance=tmp_path, database_url=f"sqlite:///{tmp_path / 'p.db'}", secret_key=PASSWORD)
    migrate.upgrade(settings.database_url)
    engine = make_engine(settings.database_url)
    first, second = first_admin.invitation(engine, settings), first_admin.invitation(engine, settings)

    now = datetime.now(UTC)
    with writing(engine) as session:
        assert account_links.look(session, first[-1].strip(), now=now) is None, "a new start ends the token before"
        account_links.take_setup(
            session, second[-1].strip(), email="ada@example.org", name="Ada", password=PASSWORD, now=now
        )

    assert first_admin.invitation(engine, settings) == ()
    engine.dispose()
