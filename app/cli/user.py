"""Accounts from a shell: the first administrator, invitations, leavers, and the company's directory."""

from __future__ import annotations

import getpass
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from app.cli import BadInputError
from app.domain.permission import Role
from app.settings import load

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable
    from uuid import UUID

    from sqlalchemy.orm import Session

    from app.domain.account_token import AccountKeys
    from app.services.directory import Outcome
    from app.services.passwords import PasswordRules
    from app.settings import Settings

_ADDRESS = "the address the person signs in with"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `user`."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    add = actions.add_parser("add", help="add an account; the password is asked for, or read from standard input")
    add.add_argument("--email", required=True, help=_ADDRESS)
    add.add_argument("--name", required=True, help="the name that others see")
    roles = ", ".join(Role)
    add.add_argument("--role", action="append", required=True, metavar="ROLE", help=f"one of {roles}; may be repeated")
    for action, does in (
        ("password", "give a first password to an account that has none; asked for alike"),
        ("invite", "send and print a link by which somebody chooses their first password"),
        ("deactivate", "close an account and end its sessions at once"),
        ("reactivate", "open a closed account again"),
        ("reset-factor", "take a lost second step away; another is set up at the next sign-in"),
    ):
        actions.add_parser(action, help=does).add_argument("--email", required=True, help=_ADDRESS)
    follow = actions.add_parser("import", help="bring accounts to what the company's directory says")
    follow.add_argument("file", help="CSV with email, external_id, name, zone, active; or SCIM users as JSON")
    follow.add_argument("--invite", action="store_true", help="send everybody who is new an invitation")


def run(arguments: argparse.Namespace) -> int:
    """Do it and say what was done."""
    if arguments.action == "add":
        return _add(arguments)
    if arguments.action == "import":
        return _import(arguments)
    return _one(arguments.action, arguments.email)


def _one(action: str, email: str) -> int:
    from app.services import account_links, accounts, second_factor

    settings, now = load(), datetime.now(UTC)
    password = _password() if action == "password" else ""

    def act(session: Session) -> str:
        if action == "password":
            accounts.give_password(session, email, password, now=now, rules=_rules(settings))
            return f"{email} may sign in"
        person_id = _whose(session, email)
        if action == "invite":
            token = account_links.invite(session, None, person_id, _keys(settings), now=now)
            return f"An invitation waits to be sent to {email}. By hand: {_site(settings)}/choose-password/{token}"
        if action == "reset-factor":
            second_factor.reset(session, None, person_id, now=now)
            return f"{email} sets up a new second step at the next sign-in"
        accounts.set_active(session, None, person_id, active=action == "reactivate", now=now)
        return f"{email} is {'open again' if action == 'reactivate' else 'closed, and signed out everywhere'}"

    sys.stdout.write(f"{_within(settings, act, email)}\n")
    return 0


def _import(arguments: argparse.Namespace) -> int:
    from app.formats import directory_file
    from app.services import account_links, directory

    settings, now = load(), datetime.now(UTC)
    lines, faults = directory_file.read(_content(arguments.file))
    if faults:
        raise BadInputError("; ".join(map(str, faults)))

    def act(session: Session) -> str:
        outcome = directory.follow(session, lines, now=now)
        for person_id in outcome.added if arguments.invite else ():
            account_links.invite(session, None, person_id, _keys(settings), now=now)
        return _told(outcome)

    sys.stdout.write(f"{_within(settings, act)}\n")
    return 0


def _add(arguments: argparse.Namespace) -> int:
    from app.services import accounts

    roles = _roles(arguments.role)
    settings = load()
    password = _password()

    def act(session: Session) -> str:
        accounts.create_person(
            session, None, email=arguments.email, name=arguments.name, password=password, roles=roles,
            now=datetime.now(UTC), rules=_rules(settings),
        )  # fmt: skip
        return f"{arguments.email} may sign in as {', '.join(roles)}"

    sys.stdout.write(f"{_within(settings, act)}\n")
    return 0


def _within(settings: Settings, act: Callable[[Session], str], email: str = "") -> str:
    """Act in one transaction on the installation's database, and return what to say."""
    from app.cli.opening import opened
    from app.domain.errors import NotFoundError
    from app.models.engine import writing

    engine = opened(settings)
    try:
        with writing(engine) as session:
            return act(session)
    except NotFoundError as error:
        message = f"Nobody has an account with the address {email}"
        raise BadInputError(message) from error
    finally:
        engine.dispose()


def _whose(session: Session, email: str) -> UUID:
    from app.domain.errors import NotFoundError
    from app.queries import people

    account = people.account(session, email)
    if account is None:
        raise NotFoundError
    return account.person_id


def _told(outcome: Outcome) -> str:
    counts = (
        (len(outcome.added), "added"),
        (len(outcome.changed), "changed"),
        (len(outcome.opened), "opened again"),
        (len(outcome.closed), "closed and signed out"),
        (outcome.same, "as they were"),
    )
    return ", ".join(f"{number} {what}" for number, what in counts)


def _content(file: str) -> bytes:
    try:
        return Path(file).read_bytes()
    except OSError as error:
        message = f"{file} cannot be read ({error.strerror})"
        raise BadInputError(message) from error


def _keys(settings: Settings) -> AccountKeys:
    from app.domain.account_token import AccountKeys

    return AccountKeys.of(settings.secret_key)


def _rules(settings: Settings) -> PasswordRules:
    from app.services.passwords import PasswordRules

    return PasswordRules(settings.breached_passwords)


def _site(settings: Settings) -> str:
    return (settings.public_url or f"http://{settings.host}:{settings.port}").rstrip("/")


def _roles(names: list[str]) -> list[Role]:
    unknown = [name for name in names if name not in set(Role)]
    if unknown:
        message = f"There is no role {unknown[0]!r}; the roles are: {', '.join(Role)}"
        raise BadInputError(message)
    return [Role(name) for name in names]


def _password() -> str:
    """Return the password: typed twice on a terminal, the first line of standard input otherwise."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    first = getpass.getpass("Password (at least 15 characters): ")
    if getpass.getpass("The same again: ") != first:
        message = "The two passwords differ; nothing was added"
        raise BadInputError(message)
    return first
