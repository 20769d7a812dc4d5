"""What people can be trained for, by the names of the newest blueprints, and one person's training."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from app.domain.access import require
from app.domain.errors import NotFoundError
from app.domain.hiring import InterviewKind
from app.domain.permission import Permission
from app.queries import blueprints, interviewers

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts
    from app.queries.interviewers import InterviewerLine, Week


@dataclass(frozen=True, slots=True)
class Topics:
    """The titles of (role, topic) pairs, role by role; kinds of interview have an empty role."""

    roles: Mapping[str, str]
    titles: Mapping[tuple[str, str], str]

    def words(self, role: str, topic: str) -> str:
        """A topic on a page; one that no newest blueprint has any more is called by its id."""
        return self.titles.get((role, topic), topic)

    def of_role(self, role: str) -> tuple[tuple[str, str], ...]:
        """The topics of a role with their titles, in the blueprint's order."""
        return tuple((topic, title) for (whose, topic), title in self.titles.items() if whose == role)


@dataclass(frozen=True, slots=True)
class InterviewersPage:
    """Everybody who holds interviews, and what their training is called."""

    lines: tuple[InterviewerLine, ...]
    topics: Topics

    def of_person(self, person_id: UUID) -> InterviewerLine:
        """One of them; :class:`NotFoundError` when nobody of that id holds interviews."""
        for line in self.lines:
            if line.person_id == person_id:
                return line
        raise NotFoundError


def page(session: Session, actor: ActorFacts, week: Week) -> InterviewersPage:
    """The list, in two queries, one more the first time a blueprint is read."""
    require(actor, Permission.INTERVIEWERS_SEE)
    return InterviewersPage(interviewers.listed(session, actor, week), topics(session))


def topics(session: Session) -> Topics:
    """What there is to be trained for: kinds of interview, and the dimensions of each role's newest version."""
    titles = {("", kind.value): kind.words for kind in InterviewKind}
    roles: dict[str, str] = {"": "Kinds of interview"}
    for version in sorted(blueprints.versions(session), key=lambda one: -one.stamp.number):
        role = version.stamp.role
        if role in roles:
            continue
        roles[role] = version.stamp.title
        dimensions = blueprints.of_digest(session, version.stamp.sha256).scorecard.dimensions
        titles.update({(role, dimension.id): dimension.title for dimension in dimensions})
    return Topics(roles, titles)
