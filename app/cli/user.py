"""Add a person who may sign in, or give somebody a first password: the way to the first administrator."""

from __future__ import annotations

import getpass
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from app.cli import BadInputError
from app.domain.permission import Role
from app.settings import load

if TYPE_CHECKING:
    import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `user`."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    add = actions.add_parser("add", help="add an account; the password is asked for, or read from standard input")
    add.add_argument("--email", required=True, help="the address the person signs in with")
    add.add_argument("--name", required=True, help="the name that others see")
    roles = ", ".join(Role)
    add.add_argument("--role", action="append", required=True, metavar="ROLE", help=f"one of {roles}; may be repeated")
    first = actions.add_parser("password", help="give a first password to an account that has none; asked for alike")
    first.add_argument("--email", required=True, help="the address the person signs in with")


def run(arguments: argparse.Namespace) -> int:
    """Do it and print the address."""
    return _add(arguments) if arguments.action == "add" else _give(arguments.email)


def _give(email: str) -> int:
    from app.cli.opening import opened
    from app.domain.errors import NotFoundError
    from app.models.engine import writing
    from app.services import accounts

    password = _password()
    engine = opened(load())
    try:
        with writing(engine) as session:
            accounts.give_password(session, email, password, now=datetime.now(UTC))
    except NotFoundError as error:
        message = f"Nobody has an account with the address {email}"
        raise BadInputError(message) from error
    finally:
        engine.dispose()
    sys.stdout.write(f"{email} may sign in\n")
    return 0


def _add(arguments: argparse.Namespace) -> int:
    from app.cli.opening import opened
    from app.models.engine import writing
    from app.services import accounts

    roles = _roles(arguments.role)
    settings = load()
    password = _password()
    engine = opened(settings)
    try:
        with writing(engine) as session:
            accounts.create_person(
                session,
                None,
                email=arguments.email,
                name=arguments.name,
                password=password,
                roles=roles,
                now=datetime.now(UTC),
            )
    finally:
        engine.dispose()
    sys.stdout.write(f"{arguments.email} may sign in as {', '.join(roles)}\n")
    return 0


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
