"""Drawing a candidate's page, and moving on after an act of theirs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import current_app, render_template

from app.domain.candidate_link import CandidateFacts
from app.queries.own_application import Contact, own_application
from app.web import notices
from app.web.guard import current_candidate

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.settings import Settings


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the candidate's home: a template that is included, with the values that it reads as ``part``."""

    template: str
    values: Mapping[str, object]


SectionOf = Callable[["Session", CandidateFacts], Section | None]
"""Makes a section for a candidate, or nothing where there is nothing to say; at most two queries each."""


def candidate_page(template: str, *, session: Session, status: int = 200, **context: object) -> tuple[str, int]:
    """Render a page of the candidate whose link opened this browser; the frame takes one query."""
    own = own_application(session, current_candidate())
    address = installed().candidate_contact
    contact = Contact("", address) if address else own.contact
    return render_template(template, own=own, contact=contact, notices=notices.current(), **context), status


def installed() -> Settings:
    """The settings of this installation."""
    settings: Settings = current_app.config["PLUMBLINE"]
    return settings
