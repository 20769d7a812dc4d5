"""One candidate under evaluation, everybody who has to do with it, and one stranger of each role.

Ben has sealed words and a rating that nobody else may learn of yet; Ada still owes a scorecard.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select
from werkzeug.routing import UUIDConverter

from app.domain.card import DimensionRating, Recommendation
from app.domain.permission import Role
from app.models.candidate import Application
from app.models.engine import reading, writing
from app.services import files
from app.services.files import Upload
from tests.factories import hiring, panels, uploads
from tests.web.browser import Browser

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from flask import Flask
    from werkzeug.routing import Rule

    from tests.databases import Database

SECRET_WORDS = "heliotrope quagmire"
"""In Ben's sealed evidence, and nowhere else."""
SEALED = replace(
    panels.WHOLE,
    ratings=(DimensionRating("strategy", 1, f"Said {SECRET_WORDS} twice."), DimensionRating("empathy", None)),
    recommendation=Recommendation.STRONG_NO,
    summary=f"In short: {SECRET_WORDS}.",
)


@dataclass(frozen=True)
class Ground:
    """The panel, the candidate's document, and a stranger's id for each role; ``None`` holds no role at all."""

    program: Flask
    database: Database
    panel: panels.Panel
    candidate: UUID
    file: UUID
    content: bytes
    strangers: dict[Role | None, UUID]

    def browser(self, person_id: UUID) -> Browser:
        """A browser that the person is signed in with."""
        made = Browser(self.program)
        made.sign_in(person_id)
        return made

    def path(self, *parts: str) -> str:
        """An address below the application's page."""
        return "/".join(("/applications", str(self.panel.application), *parts))


def make_ground(program: Flask, database: Database, folder: Path) -> Ground:
    """Set the scene; documents lie in ``folder``."""
    panel = panels.make_panel(database)
    panels.seal(database, panel.ben, panel.ben_card, SEALED)
    document = files.cleaned(Upload("CV.pdf", "application/pdf", uploads.pdf()))
    with writing(database.engine) as session:
        candidate = session.get_one(Application, panel.application).candidate_id
        kept = files.attach(session, panel.coordinator, candidate, document, folder=folder / "files", now=hiring.NOW)
        strangers: dict[Role | None, UUID] = {
            role: hiring.make_person(session, f"Stranger {role}", [role]).id for role in Role
        }
        strangers[None] = hiring.make_person(session, "Stranger").id
    return Ground(program, database, panel, candidate, kept, document.data, strangers)


def address_of(program: Flask, rule: Rule, ids: Mapping[str, UUID]) -> str:
    """An address of a rule with these ids, ids of nothing for the others, and the first of the words that it takes."""
    values: dict[str, object] = {}
    for name in rule.arguments:
        converter = rule._converters[name]
        other = UUID(int=7) if isinstance(converter, UUIDConverter) else min(getattr(converter, "items", ("x",)))
        values[name] = ids.get(name, other)
    return program.url_map.bind("localhost").build(rule.endpoint, values)


def rows(database: Database, *columns: object) -> list[tuple[object, ...]]:
    """What a table holds, to be compared before and after an attack."""
    with reading(database.engine) as session:
        found = [tuple(row) for row in session.execute(select(*columns))]  # type: ignore[call-overload]  # any columns
    return sorted(found, key=repr)
