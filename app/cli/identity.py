"""Identity providers from a shell: whether they answer, a way in while they do not, and connecting by hand."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from app.cli import BadInputError
from app.settings import load

if TYPE_CHECKING:
    import argparse

    from app.settings import Settings

_ADDRESS = "the address of the account here"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `identity`."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    actions.add_parser("check", help="ask every provider for what a sign-in needs, and say what is wrong")
    let_in = actions.add_parser("let-in", help="print a link that signs somebody in once, within ten minutes")
    let_in.add_argument("--email", required=True, help=_ADDRESS)
    connect = actions.add_parser("connect", help="connect an account here to one at a provider, by its subject")
    connect.add_argument("--email", required=True, help=_ADDRESS)
    connect.add_argument("--provider", required=True, metavar="KEY", help="the provider's key in the identity file")
    connect.add_argument("--subject", required=True, help="what the provider calls the person: its sub claim")


def run(arguments: argparse.Namespace) -> int:
    """Do it and say what was done."""
    settings = load()
    if arguments.action == "check":
        return _check(settings)
    if arguments.action == "let-in":
        return _let_in(settings, arguments.email)
    return _connect(settings, arguments.email, arguments.provider, arguments.subject)


def _check(settings: Settings) -> int:
    from app.domain.outbound import allowed
    from app.services import oidc

    hosts, worst = [allowed(entry) for entry in settings.outbound_allow], 0
    for provider in settings.providers:
        client, now = oidc.client_of(provider, hosts), datetime.now(UTC)
        try:
            keys = client.probe(now)
            nowhere = provider.sign_out_there and client.way_out("", "", now) is None
        except oidc.ProviderDownError as error:
            sys.stdout.write(f"{provider.key}: {error}\n")
            worst = 1
        else:
            sys.stdout.write(f"{provider.key}: answers, {keys} key{'' if keys == 1 else 's'} for signatures\n")
            if nowhere:
                sys.stdout.write(f"{provider.key}: has no page for signing out; take sign_out_there out\n")
            worst = worst if keys and not nowhere else 1
    if not settings.providers:
        sys.stdout.write("no provider is set up; see docs/single-sign-on.md\n")
    return worst


def _let_in(settings: Settings, email: str) -> int:
    from app.cli.opening import opened
    from app.domain.errors import NotFoundError
    from app.models.engine import writing
    from app.services import ways_in

    engine = opened(settings)
    try:
        with writing(engine) as session:
            token = ways_in.make(session, email, now=datetime.now(UTC))
    except NotFoundError as error:
        message = f"Nobody has an open account with the address {email}"
        raise BadInputError(message) from error
    finally:
        engine.dispose()
    place = (settings.public_url or f"http://{settings.host}:{settings.port}").rstrip("/")
    sys.stdout.write(f"{place}/sign-in/once/{token}\nIt works once, for ten minutes. Give it to nobody else.\n")
    return 0


def _connect(settings: Settings, email: str, key: str, subject: str) -> int:
    from app.cli.opening import opened
    from app.domain.errors import ConflictError, NotFoundError
    from app.models.engine import writing
    from app.services import identities

    issuers = {provider.key: provider.issuer for provider in settings.providers}
    if key not in issuers:
        message = f"There is no provider {key}; the identity file has: {', '.join(issuers) or 'none'}"
        raise BadInputError(message)
    engine = opened(settings)
    try:
        with writing(engine) as session:
            identities.connect_by_hand(session, email, issuers[key], subject, now=datetime.now(UTC))
    except NotFoundError as error:
        message = f"Nobody has an account with the address {email}"
        raise BadInputError(message) from error
    except ConflictError as error:
        raise BadInputError(str(error)) from error
    finally:
        engine.dispose()
    sys.stdout.write(f"{email} may sign in with {key}\n")
    return 0
