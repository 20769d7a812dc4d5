"""A small role as files, published and in drafts, for everything that edits blueprints."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.domain.permission import Role
from app.formats.blueprint_files import load_files
from app.models.blueprint import BlueprintDraft
from app.models.engine import writing
from app.services import blueprints, drafts
from tests.factories.hiring import NOW, actor_of, make_person

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts
    from app.models.person import Person

ROLE = "data-engineer"
ROLE_FILE = f"rubrics/{ROLE}/role.yaml"
CARD_FILE = f"rubrics/{ROLE}/scorecard.yaml"

_FRAME = 'schema: rubric/1\nkind: {kind}\nid: data-engineer\nversion: "1"\n'
_ROLE = (
    _FRAME.format(kind="role")
    + """title: Data Engineer
summary:
  - Keeps data flowing.
mission:
  core: Data that people can trust.
tools:
  sections:
    - {id: stores, title: Stores, entries: [PostgreSQL, Parquet]}
"""
)
_CARD = (
    _FRAME.format(kind="scorecard")
    + """# A comment that a form does not keep.
scale:
  points:
    - {value: 1, title: Below the bar}
    - {value: 2, title: Meets the bar}
  meets: 2
dimensions:
  - id: modeling
    title: Data modeling
    weight: 60
    anchors: {1: {text: Draws tables without asking what they are for.}, 2: {text: Asks first.}}
  - id: operations
    title: Operations
    weight: 40
    anchors: {1: {text: Waits for alarms.}, 2: {text: Tests the way back.}}
probes:
  - {id: a-schema, title: A schema, question: Which table would you change?, dimensions: [modeling]}
  - {id: a-night, title: A night, question: What broke last?, dimensions: [operations]}
"""
)


def role_files(*, title: str = "Data Engineer") -> dict[str, str]:
    """The files of a role without faults."""
    return {ROLE_FILE: _ROLE.replace("Data Engineer", title), CARD_FILE: _CARD}


def make_draft(session: Session, person: Person) -> BlueprintDraft:
    """A draft of the role that somebody began, whoever may or may not."""
    made = BlueprintDraft(
        role=ROLE, title="Data Engineer", files=role_files(), created_at=NOW, created_by_id=person.id, changed_at=NOW,
        changed_by_id=person.id,
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made


def publish_files(session: Session, files: dict[str, str]) -> UUID:
    """Publish files of the role, which must be without faults."""
    blueprint = load_files({name: text.encode() for name, text in files.items()}, ROLE).blueprint
    assert blueprint is not None
    return blueprints.publish(session, None, blueprint, now=NOW)


@dataclass(frozen=True)
class Desk:
    """Two HR people, version 1 of a role, and a draft that one of them started from it."""

    amara: ActorFacts
    bode: ActorFacts
    version: UUID
    draft: UUID


def make_desk(engine: Engine) -> Desk:
    """Set the scene and commit it."""
    with writing(engine) as session:
        amara = actor_of(make_person(session, "Amara Nwosu", [Role.HR_PARTNER]))
        bode = actor_of(make_person(session, "Bode Alli", [Role.HR_PARTNER]))
        version = publish_files(session, role_files())
        draft = drafts.start_from_version(session, amara, version, now=NOW)
    return Desk(amara, bode, version, draft)
