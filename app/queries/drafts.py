"""Drafts of blueprints as their pages show them: what is wrong, and what publishing would change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import aliased

from app.domain.access import require
from app.domain.change import Change, changes
from app.domain.errors import DraftGoneError
from app.domain.permission import Permission
from app.formats import blueprint_findings as formats
from app.models.blueprint import BlueprintDraft, BlueprintVersion
from app.models.person import Person
from app.queries import blueprints

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.domain.blueprint import Blueprint
    from app.domain.permission import ActorFacts
    from app.formats.blueprint_findings import Finding


@dataclass(frozen=True, slots=True)
class Listed:
    """A draft in the list; `base` is the number of the version it started from, None for a new role."""

    draft_id: UUID
    title: str
    role: str
    base: int | None
    changed_at: datetime
    changed_by: str


@dataclass(frozen=True, slots=True)
class Version:
    """A published version that a draft is held against."""

    version_id: UUID
    number: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft with its files; `last_change` says in words what can be undone, nothing when there is nothing."""

    draft_id: UUID
    role: str
    title: str
    files: Mapping[str, str]
    last_change: str
    version: int
    changed_at: datetime
    changed_by: str
    base: Version | None
    newest: Version | None

    @property
    def is_behind(self) -> bool:
        """Whether a newer version was published since the draft began."""
        return self.newest is not None and (self.base is None or self.base.number < self.newest.number)


@dataclass(frozen=True, slots=True)
class Review:
    """What stands between a draft and its publication.

    `changes` are those against the role's newest version; None while faults keep the draft from being read, or when
    the role has no version yet. `is_same` tells that nothing at all is different.
    """

    findings: tuple[Finding, ...]
    changes: tuple[Change, ...] | None
    is_same: bool

    @property
    def faults(self) -> tuple[Finding, ...]:
        """What keeps the draft from being published."""
        return tuple(finding for finding in self.findings if finding.is_fault)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """What is worth a second look."""
        return tuple(finding for finding in self.findings if not finding.is_fault)


def listing(session: Session, actor: ActorFacts) -> tuple[Listed, ...]:
    """Every draft, the last changed first, in one query."""
    require(actor, Permission.BLUEPRINT_PUBLISH)
    draft = BlueprintDraft
    rows = session.execute(
        select(draft.id, draft.title, draft.role, BlueprintVersion.number, draft.changed_at, Person.name)
        .outerjoin(BlueprintVersion, draft.base_id == BlueprintVersion.id)
        .join(Person, draft.changed_by_id == Person.id)
        .order_by(draft.changed_at.desc(), draft.id)
    )
    return tuple(Listed(*row) for row in rows)


def load(session: Session, actor: ActorFacts, draft_id: UUID) -> Draft:
    """One draft with the versions that it is held against, in one query."""
    require(actor, Permission.BLUEPRINT_PUBLISH)
    draft, base, newest = BlueprintDraft, aliased(BlueprintVersion), aliased(BlueprintVersion)
    row = session.execute(
        select(draft, Person.name)
        .add_columns(base.id, base.number, base.sha256, newest.id, newest.number, newest.sha256)
        .join(Person, draft.changed_by_id == Person.id)
        .outerjoin(base, draft.base_id == base.id)
        .outerjoin(newest, draft.role == newest.role)
        .where(draft.id == draft_id)
        .order_by(newest.number.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        raise DraftGoneError
    kept, name = row[0], row[1]
    return Draft(
        draft_id=kept.id, role=kept.role, title=kept.title, files=dict(kept.files),
        last_change=str(kept.undo["words"]) if kept.undo else "", version=kept.version, changed_at=kept.changed_at,
        changed_by=name, base=Version(*row[2:5]) if row[2] else None, newest=Version(*row[5:8]) if row[5] else None,
    )  # fmt: skip


def review(session: Session, draft: Draft) -> Review:
    """What is wrong with a draft and what it changes; one query, none when its newest version was read before."""
    found = formats.findings(draft.files, draft.role)
    blueprint = formats.check(draft.files, draft.role).blueprint
    if blueprint is None or draft.newest is None:
        return Review(found, None, is_same=False)
    against: Blueprint = blueprints.of_digest(session, draft.newest.sha256)
    changed = changes(against, blueprint)
    return Review(found, changed, is_same=not changed)


def startable(session: Session, actor: ActorFacts) -> tuple[tuple[UUID, str], ...]:
    """The newest version of each role, by title, in words: what a draft can start from."""
    require(actor, Permission.BLUEPRINT_PUBLISH)
    newest = {version.stamp.role: version for version in reversed(blueprints.versions(session))}
    ordered = sorted(newest.values(), key=lambda version: version.stamp.title)
    return tuple((version.version_id, f"{version.stamp.title}, version {version.stamp.number}") for version in ordered)
