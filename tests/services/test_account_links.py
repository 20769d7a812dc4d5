"""Invitations and the directory: who gets in by a mail, and who is out at once."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from app.domain.account_token import AccountKeys
from app.domain.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError
from app.domain.permission import Role
from app.formats import directory_file
from app.models.credentials import AccountLink, Passkey
from app.models.engine import reading, writing
from app.models.identity import Identity
from app.models.outbox import Message
from app.models.person import Person, SignIn
from app.services import account_links, accounts, directory, mail, sessions
from app.services.letters import Keys
from app.services.passwords import PasswordRules
from tests.factories.entering import entered
from tests.factories.hiring import NOW, actor_of, make_person

if TYPE_CHECKING:
    from email.message import EmailMessage
    from pathlib import Path
    from uuid import UUID

    from tests.databases import Database

KEYS = AccountKeys.of("only for these tests")
PASSWORD = "nine copper kettles whistle"


def _sent(database: Database) -> list[EmailMessage]:
    sent: list[EmailMessage] = []
    keys = Keys.of("only for these tests")
    mail.deliver(database.engine, sent.append, sender="p@example.org", site="https://p.example", now=NOW, keys=keys)
    return sent


def _follow(database: Database, raw: bytes) -> directory.Outcome:
    lines, faults = directory_file.read(raw)
    assert faults == ()
    with writing(database.engine) as session:
        return directory.follow(session, lines, now=NOW)


def _person(database: Database, email: str) -> Person:
    with reading(database.engine) as session:
        found = session.scalars(select(Person).where(Person.email == email)).one()
        session.expunge_all()
        return found


def test_an_invitation_comes_by_mail_works_once_and_for_three_days(database: Database) -> None:
    with writing(database.engine) as session:
        admin = actor_of(make_person(session, "Ada Admin", [Role.ADMIN]))
        guest = make_person(session, "New Guest", email="guest@example.org").id
        first = account_links.invite(session, admin, guest, KEYS, now=NOW - timedelta(minutes=1))
        second = account_links.invite(session, admin, guest, KEYS, now=NOW)
    ended, living = _sent(database)

    assert "The link that belonged here has ended" in ended.get_content()
    assert living["To"] == "guest@example.org"
    assert living.get_content().rstrip().endswith(f"https://p.example/choose-password/{second}")
    with writing(database.engine) as session:
        assert account_links.look(session, first, now=NOW) is None
        assert account_links.look(session, second, now=NOW + timedelta(hours=71)) is not None
        assert account_links.look(session, second, now=NOW + timedelta(hours=72)) is None
        assert account_links.take(session, second, PASSWORD, now=NOW) == guest
    with writing(database.engine) as session:
        assert accounts.authenticate(session, "guest@example.org", PASSWORD) == guest
        with pytest.raises(NotFoundError):
            account_links.take(session, second, PASSWORD, now=NOW)
        with pytest.raises(ConflictError, match="has a password already"):
            account_links.invite(session, admin, guest, KEYS, now=NOW)


def test_only_an_administrator_invites_and_a_poor_password_uses_nothing_up(database: Database, tmp_path: Path) -> None:
    known = tmp_path / "breached.txt"
    digests = [f"{number:040X}:3" for number in range(0, 2**24, 2**18)]
    known.write_text("\n".join(sorted([*digests, "6B0D0F3C9B6E4B9E0F61E2C9B9B6D9A7C0A0F5B1:1"])) + "\n")
    with writing(database.engine) as session:
        clerk = actor_of(make_person(session, "Cleo Clerk", [Role.COORDINATOR]))
        guest = make_person(session, "New Guest").id
        with pytest.raises(NotAllowedError):
            account_links.invite(session, clerk, guest, KEYS, now=NOW)
        token = account_links.invite(session, None, guest, KEYS, now=NOW)
    for poor in ("short", "new guest new guest"):
        with pytest.raises(InvalidError), writing(database.engine) as session:
            account_links.take(session, token, poor, now=NOW)
    with writing(database.engine) as session:
        assert account_links.take(session, token, PASSWORD, now=NOW, rules=PasswordRules(known)) == guest


def test_no_administrator_gets_a_way_into_an_account_that_its_holder_opens_otherwise(database: Database) -> None:
    with writing(database.engine) as session:
        admin = actor_of(make_person(session, "Ada Admin", [Role.ADMIN]))
        partner, auditor = (make_person(session, name).id for name in ("Hana Partner", "Otto Auditor"))
        session.add(
            Identity(issuer="https://id.example", subject="hana", person_id=partner, linked_at=NOW, used_at=NOW)
        )
        session.add(Passkey(person_id=auditor, credential_id="otto", public_key="x", name="key", created_at=NOW))
        session.flush()
        for whose in (partner, auditor):
            with pytest.raises(ConflictError, match="opened by a passkey or by the company's own sign-in"):
                account_links.invite(session, admin, whose, KEYS, now=NOW)
        assert session.scalars(select(AccountLink)).all() == []
        assert account_links.invite(session, None, partner, KEYS, now=NOW), "whoever keeps the machine still can"


def test_a_mail_without_the_key_waits_and_is_never_sent_without_its_link(database: Database) -> None:
    with writing(database.engine) as session:
        account_links.invite(session, None, make_person(session, "New Guest").id, KEYS, now=NOW)
    sent: list[EmailMessage] = []

    done = mail.deliver(database.engine, sent.append, sender="p@example.org", site="https://p.example", now=NOW)

    assert (done, sent) == (mail.Round(0, 1), [])


def test_the_directory_adds_changes_and_closes_and_the_same_list_again_does_nothing(database: Database) -> None:
    with writing(database.engine) as session:
        make_person(session, "Bo Stays", email="bo@example.org")
    start = b"external_id,email,name,active\n7,ada@example.org,Ada Lind,yes\n8,bo@example.org,Bo Stays,yes\n"
    first, again = _follow(database, start), _follow(database, start)
    ada = _person(database, "ada@example.org")
    with writing(database.engine) as session:
        token = sessions.begin(session, ada.id, browser="test", **entered(NOW))
        invited = account_links.invite(session, None, ada.id, KEYS, now=NOW)

    moved = _follow(database, b'[{"externalId": "7", "userName": "ada.lind@example.org", "displayName": "Ada Lind"}]')
    assert _person(database, "ada.lind@example.org").id == ada.id
    assert sorted(letter["To"] for letter in _sent(database) if "address" in letter["Subject"]) == [
        "ada.lind@example.org", "ada@example.org",
    ]  # fmt: skip
    left = b'{"Resources": [{"externalId": "7", "userName": "ada.lind@example.org", "active": false}]}'
    closed = _follow(database, left)

    counts = [(len(one.added), len(one.changed), len(one.closed), one.same) for one in (first, again, moved, closed)]
    assert counts == [(1, 0, 0, 1), (0, 0, 0, 2), (0, 1, 0, 0), (0, 0, 1, 0)]
    with reading(database.engine) as session:
        assert session.scalars(select(SignIn)).all() == []
        assert account_links.look(session, invited, now=NOW) is None
        assert token
        assert [grant.role for grant in session.get_one(Person, ada.id).roles] == [Role.EMPLOYEE]


def test_a_line_that_cannot_be_followed_changes_nothing_and_the_last_administrator_stays(database: Database) -> None:
    with writing(database.engine) as session:
        admin: UUID = make_person(session, "Ada Admin", [Role.ADMIN], email="ada@example.org").id
        make_person(session, "Bo Other", email="bo@example.org")
    raw = b"email,name,active\nbo@example.org,Bo Renamed,yes\nada@example.org,Ada Admin,no\nnew@example.org,,yes\n"

    with pytest.raises(InvalidError) as refused:
        _follow(database, raw)

    assert "line 3: This is the last administrator" in str(refused.value)
    assert "line 4: Write the person's name" in str(refused.value)
    assert _person(database, "bo@example.org").name == "Bo Other"
    assert _person(database, "ada@example.org").id == admin


def test_faults_of_a_directory_file_are_told_by_line() -> None:
    raw = b"email,name,active\nnobody,No Body,yes\nada@example.org,Ada,perhaps\nada@example.org,Ada,yes\n"
    people, faults = directory_file.read(raw)

    assert people == ()
    assert [str(fault) for fault in faults] == [
        "line 2, column email: “nobody” is no e-mail address",
        "line 3, column active: “perhaps” is neither yes nor no",
        "line 4, column email: stands in line 3 already",
    ]
    assert directory_file.read(b"[1, 2]")[1][0].message.startswith("This is not JSON")
    assert directory_file.read(b"{broken")[1][0].message.startswith("This is not JSON")


def test_a_reset_asked_for_by_nobody_is_forgotten(database: Database) -> None:
    with writing(database.engine) as session:
        make_person(session, "Only Provider", email="sso@example.org")
        for email in ("nobody@example.org", "sso@example.org"):
            account_links.ask_for_reset(session, email, KEYS, now=NOW)
    with writing(database.engine) as session:
        assert account_links.write_resets(session, now=NOW + timedelta(minutes=11)) == 0
        assert session.scalars(select(AccountLink)).all() == []
        assert session.scalars(select(Message)).all() == []
