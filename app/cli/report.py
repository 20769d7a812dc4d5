"""Print a document to a PDF file: a scorecard, a candidate's packet, a comparison, or a decision record.

The document is the one that the pages print, as the named person may see it.
"""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from app.cli import BadInputError, machine
from app.domain.errors import NotFoundError
from app.settings import Settings, load

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from sqlalchemy.orm import Session

    from app.domain.documents import Document
    from app.domain.permission import ActorFacts
    from reports.rendering import Kind

FOUND_IN: dict[Kind, str] = {
    "scorecard": "a sealed scorecard's address: /scorecards/ID",
    "packet": "an application's address: /applications/ID",
    "comparison": "a requisition's address: /requisitions/ID",
    "decision": "a decision's address: /decisions/ID",
}
"""The kinds of document, and where on the pages the id of each is to be seen."""

_STANDARD_OUTPUT = "-"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `report`."""
    parser.add_argument("kind", metavar="KIND", choices=FOUND_IN, help="scorecard, packet, comparison or decision")
    parser.add_argument("id", metavar="ID", nargs="?", help="the last part of the address of what is to be printed")
    parser.add_argument("--demo", action="store_true", help="print one from the demo, without setting anything up")
    parser.add_argument("--as", dest="reader", metavar="EMAIL", help="whose permissions hold; --demo has a reader")
    parser.add_argument("--paper", choices=("a4", "letter"), default="a4", help="a4 unless you say letter")
    parser.add_argument(
        "-o", "--output", metavar="FILE.pdf", required=True, help="where to write; - for standard output"
    )


def run(arguments: argparse.Namespace) -> int:
    """Write the document; return 1 with one line where this machine cannot make PDFs."""
    wanted = _id(arguments)
    if not arguments.demo and not arguments.reader:
        message = "Say as whom to print: --as EMAIL. A document holds what that person may see, as on the pages"
        raise BadInputError(message)
    lack = machine.missing_pango()
    if lack:
        sys.stderr.write(f"{lack}\n")
        return 1
    with _session(arguments) as session:
        document = _document(session, arguments, wanted)
    return _print(arguments, document)


def _id(arguments: argparse.Namespace) -> UUID | None:
    if arguments.id is None:
        if arguments.demo:
            return None
        example = f"print the demo's with: python3 -m app report {arguments.kind} --demo -o FILE.pdf"
        message = f"Which {arguments.kind}? Its ID is the end of {FOUND_IN[arguments.kind]} (or {example})"
        raise BadInputError(message)
    try:
        return UUID(arguments.id)
    except ValueError as error:
        message = f"{arguments.id!r} is no ID; it is the end of {FOUND_IN[arguments.kind]}"
        raise BadInputError(message) from error


@contextmanager
def _session(arguments: argparse.Namespace) -> Iterator[Session]:
    """A reading session on the installation's database, or on a demo."""
    from app.models import engine, migrate

    if arguments.demo:
        from app.cli.demo import lending

        # Not `load`, which would make an instance folder.
        with lending.lent(Settings.from_environment(os.environ)) as made, engine.reading(made) as session:
            yield session
        return
    url = load().database_url
    if migrate.current(url) != migrate.head():
        message = "The database has another schema than this program; bring it up with: python3 -m app migrate"
        raise BadInputError(message)
    made = engine.make_engine(url)
    try:
        with engine.reading(made) as session:
            yield session
    finally:
        made.dispose()


def _document(session: Session, arguments: argparse.Namespace, wanted: UUID | None) -> Document:
    from app.cli.demo import lending

    actor, zone = _reader(session, arguments.reader or lending.READER)
    try:
        document_id = lending.example(session, actor, arguments.kind) if wanted is None else wanted
        return _gather(session, actor, arguments.kind, document_id, zone)
    except NotFoundError as error:
        message = f"There is no {arguments.kind} of that ID, or {actor.email} may not know of it"
        raise BadInputError(message) from error


def _reader(session: Session, email: str) -> tuple[ActorFacts, str]:
    from app.models.facts import actor_facts
    from app.queries import people

    account = people.account(session, email)
    actor = actor_facts(session, account.person_id) if account else None
    if account is None or actor is None or not actor.active:
        message = f"Nobody has an open account with the address {email}"
        raise BadInputError(message)
    return actor, account.zone


def _gather(session: Session, actor: ActorFacts, kind: Kind, document_id: UUID, zone: str) -> Document:
    from app.queries import comparisons, debriefs, decisions, scorecards

    if kind == "scorecard":
        return scorecards.document(session, actor, document_id, zone=zone)
    if kind == "packet":
        return debriefs.packet(session, actor, document_id, zone=zone)
    if kind == "comparison":
        sort = comparisons.DEFAULT_SORT
        return comparisons.document(session, actor, document_id, sort, descending=True, zone=zone)
    return decisions.document(session, actor, document_id, zone=zone)


def _print(arguments: argparse.Namespace, document: Document) -> int:
    from reports import rendering

    try:
        body = rendering.render_pdf(arguments.kind, document, paper=arguments.paper)
    except rendering.RenderingError as error:
        sys.stderr.write(" ".join(str(error).split()) + "\n")
        return 1
    finally:
        rendering.stop()
    if arguments.output == _STANDARD_OUTPUT:
        sys.stdout.buffer.write(body)
        return 0
    try:
        Path(arguments.output).write_bytes(body)
    except OSError as error:
        message = f"{arguments.output} cannot be written: {error.strerror}"
        raise BadInputError(message) from error
    sys.stdout.write(f"{arguments.output} written, {len(body) // 1000} kB\n")
    return 0
