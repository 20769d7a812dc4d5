"""Print a document to a PDF file: of an application, a requisition, a role blueprint, a first year, or the ladder.

Of the ladder: an assessment, a promotion case, a calibration. The document is the one that the pages print, as the
named person may see it. A blueprint and its candidates' sheets are also found by role, and one that is not published
yet is printed from its folder, as a draft.
"""

from __future__ import annotations

import os
import re
import sys
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from app.cli import BadInputError, machine
from app.cli.looking import looking
from app.domain.errors import NotFoundError
from app.settings import Settings, load

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from sqlalchemy.orm import Session

    from app.domain.documents import BlueprintDocument, Document
    from app.domain.permission import ActorFacts
    from reports.rendering import Kind

FOUND_IN: dict[Kind, str] = {
    "scorecard": "a sealed scorecard's address: /scorecards/ID",
    "packet": "an application's address: /applications/ID",
    "comparison": "a requisition's address: /requisitions/ID",
    "decision": "a decision's address: /decisions/ID",
    "blueprint": "a blueprint's address: /blueprints/ID",
    "preparation": "a blueprint's address: /blueprints/ID",
    "onboarding-plan": "a first year's address: /onboarding/ID",
    "milestone-review": "a check-in's address, before its last word: /onboarding/milestones/ID/check-in",
    "first-year": "a first year's address: /onboarding/ID",
    "promotion-packet": "a promotion case's address: /promotions/ID",
    "self-assessment": "an assessment's address: /ladder/assessments/ID",
    "calibration-minutes": "a session's address: /calibrations/ID",
    "joint-assessment": "an assessment's address: /ladder/assessments/ID",
    "kit": "a kit's address: /interviews/ID/kit",
    "adverse-impact": "a report's address: /fairness/ID",
}
"""The kinds of document, and where on the pages the id of each is to be seen."""

_OF_LADDERS = ("self-assessment", "joint-assessment", "promotion-packet", "calibration-minutes")
_OF_ROLES = ("blueprint", "preparation")
_VERSION = re.compile(r"(?P<role>[a-z0-9-]+)(@(?P<number>[0-9]{1,9}))?")
_STANDARD_OUTPUT = "-"
_VERIFY = "verify"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `report`."""
    kinds = (*FOUND_IN, _VERIFY)
    parser.add_argument(
        "kind", metavar="KIND", choices=kinds, help=f"{', '.join(FOUND_IN)}; or {_VERIFY}, to ask kept analyses again"
    )
    parser.add_argument(
        "id", metavar="ID", nargs="?", help="the last part of the address; for a blueprint also ROLE or ROLE@NUMBER"
    )
    parser.add_argument("--demo", action="store_true", help="print one from the demo, without setting anything up")
    parser.add_argument("--from", dest="folder", metavar="ROLE|FOLDER", help="print a blueprint's files as a draft")
    parser.add_argument("--as", dest="reader", metavar="EMAIL", help="whose permissions hold; --demo has a reader")
    parser.add_argument("--paper", choices=("a4", "letter"), default="a4", help="a4 unless you say letter")
    parser.add_argument("-o", "--output", metavar="FILE.pdf", help="where to write; - for standard output")


def run(arguments: argparse.Namespace) -> int:
    """Write the document; return 1 with one line where this machine cannot make PDFs."""
    if arguments.kind == _VERIFY:
        from app.cli.verifying import verify

        return verify(arguments.id)
    if not arguments.output:
        message = "Say where to write: -o FILE.pdf, or -o - for standard output"
        raise BadInputError(message)
    document: Document | None = _draft(arguments) if arguments.folder else None
    wanted = None if document else _id(arguments)
    if not document and not arguments.demo and not arguments.reader:
        message = "Say as whom to print: --as EMAIL. A document holds what that person may see, as on the pages"
        raise BadInputError(message)
    lack = machine.missing_pango()
    if lack:
        sys.stderr.write(f"{lack}\n")
        return 1
    if document is None:
        with _session(arguments) as session:
            document = _document(session, arguments, wanted)
    return _print(arguments, document)


def _draft(arguments: argparse.Namespace) -> BlueprintDocument:
    """The book of a blueprint that lies in files; it needs no database and says nothing of anybody."""
    from app.cli.rubric.folders import folder_of, loaded
    from app.domain.blueprint import canonical_json, digest
    from app.domain.debrief import BlueprintStamp
    from app.domain.documents import BlueprintDocument

    if arguments.kind != "blueprint" or arguments.id is not None:
        message = "--from prints a blueprint's files: python3 -m app report blueprint --from ROLE|FOLDER -o FILE.pdf"
        raise BadInputError(message)
    held = loaded(folder_of(arguments.folder)).blueprint
    if held is None:
        message = f"{arguments.folder} has faults; see them with: python3 -m app rubric check {arguments.folder}"
        raise BadInputError(message)
    stamp = BlueprintStamp(held.role.id, held.role.title, 0, digest(canonical_json(held)))
    return BlueprintDocument("", stamp, held)


def _id(arguments: argparse.Namespace) -> UUID | str | None:
    if arguments.id is None:
        if arguments.demo:
            return None
        example = f"print the demo's with: python3 -m app report {arguments.kind} --demo -o FILE.pdf"
        message = f"Which {arguments.kind}? Its ID is the end of {FOUND_IN[arguments.kind]} (or {example})"
        raise BadInputError(message)
    text: str = arguments.id
    try:
        return UUID(text)
    except ValueError as error:
        if arguments.kind in _OF_ROLES and _VERSION.fullmatch(text):
            return text
        message = f"{arguments.id!r} is no ID; it is the end of {FOUND_IN[arguments.kind]}"
        raise BadInputError(message) from error


@contextmanager
def _session(arguments: argparse.Namespace) -> Iterator[Session]:
    """A reading session on the installation's database, or on a demo."""
    if arguments.demo:
        from app.cli.demo import lending
        from app.models import engine

        # Not `load`, which would make an instance folder.
        with lending.lent(Settings.from_environment(os.environ)) as made, engine.reading(made) as session:
            yield session
        return
    with looking(load().database_url) as session:
        yield session


def _document(session: Session, arguments: argparse.Namespace, wanted: UUID | str | None) -> Document:
    from app.cli.demo import lending

    actor, zone = _reader(session, arguments.reader or lending.reader_of(arguments.kind))
    try:
        found = lending.example(session, actor, arguments.kind) if wanted is None else wanted
        document_id = _version(session, found) if isinstance(found, str) else found
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


def _version(session: Session, name: str) -> UUID:
    """The version that ROLE, the newest, or ROLE@NUMBER names."""
    from app.queries import books

    role, _, number = name.partition("@")
    return books.version_of(session, role, int(number) if number else None)


def _gather(session: Session, actor: ActorFacts, kind: Kind, document_id: UUID, zone: str) -> Document:
    from app.queries import impact, plan_papers

    if kind == "adverse-impact":
        return impact.document(session, actor, document_id, zone=zone)
    if kind == "onboarding-plan":
        return plan_papers.plan(session, actor, document_id, zone=zone)
    if kind == "milestone-review":
        return plan_papers.review(session, actor, document_id, zone=zone)
    if kind == "first-year":
        return plan_papers.year(session, actor, document_id, zone=zone)
    if kind in _OF_LADDERS:
        return _gather_ladder(session, actor, kind, document_id, zone)
    return _gather_hiring(session, actor, kind, document_id, zone)


def _gather_ladder(session: Session, actor: ActorFacts, kind: Kind, document_id: UUID, zone: str) -> Document:
    from app.queries import assessment_papers, calibration_papers, case_papers

    if kind == "calibration-minutes":
        return calibration_papers.minutes(session, actor, document_id, zone=zone)
    if kind == "self-assessment":
        return assessment_papers.own(session, actor, document_id, zone=zone)
    if kind == "joint-assessment":
        return assessment_papers.joint(session, actor, document_id, zone=zone)
    return case_papers.packet(session, actor, document_id, zone=zone)


def _gather_hiring(session: Session, actor: ActorFacts, kind: Kind, document_id: UUID, zone: str) -> Document:
    from app.queries import books, comparisons, debriefs, decisions, kit_papers, scorecards

    if kind == "kit":
        return kit_papers.kit(session, actor, document_id, zone=zone)
    if kind == "scorecard":
        return scorecards.document(session, actor, document_id, zone=zone)
    if kind == "packet":
        return debriefs.packet(session, actor, document_id, zone=zone)
    if kind in _OF_ROLES:
        make = books.book if kind == "blueprint" else books.preparation
        return make(session, actor, document_id, zone=zone)
    if kind == "comparison":
        sort = comparisons.DEFAULT_SORT
        return comparisons.document(session, actor, document_id, sort, now=datetime.now(UTC), zone=zone)
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
