"""Published versions on paper, on both databases: what the documents are made from, and how versions are found."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from app.domain.errors import NotAllowedError, NotFoundError
from app.domain.permission import Role
from app.models.engine import reading, writing
from app.queries import books
from app.services import blueprints
from tests.factories import books as papers
from tests.factories import hiring as make

if TYPE_CHECKING:
    from app.domain.permission import ActorFacts
    from tests.databases import Database

TODAY = datetime(2026, 3, 2, 9, tzinfo=UTC)


def _published(database: Database) -> ActorFacts:
    """Two versions of the shipped role, of which the first has a guide, and the person who published them."""
    with writing(database.engine) as session:
        actor = make.actor_of(make.make_person(session, "Hanna Vogel", roles=[Role.HR_PARTNER]))
        held = papers.shipped()
        blueprints.publish(session, actor, held, now=TODAY, note="First.")
        blueprints.publish(session, actor, replace(held, guide=None), now=TODAY.replace(day=3), note="Second.")
        return actor


def test_a_book_is_made_from_the_version_as_it_was_published(database: Database) -> None:
    actor = _published(database)
    with reading(database.engine) as session:
        version = books.version_of(session, "senior-ml-pm", 1)
        book = books.book(session, actor, version, zone="Europe/Berlin")

    assert book.blueprint == papers.shipped()
    assert (book.stamp.number, book.note, book.published_at, book.zone) == (1, "First.", TODAY, "Europe/Berlin")
    assert book.stamp.sha256 == papers.stamp(papers.shipped()).sha256


def test_sheets_are_given_the_guide_and_nothing_of_scoring(database: Database) -> None:
    actor = _published(database)
    with reading(database.engine) as session:
        sheets = books.preparation(session, actor, books.version_of(session, "senior-ml-pm", 1), zone="UTC")
        newest = books.version_of(session, "senior-ml-pm")

        assert sheets.guide == papers.shipped().guide
        assert not hasattr(sheets, "blueprint")
        with pytest.raises(NotFoundError):
            books.preparation(session, actor, newest, zone="UTC")


def test_a_role_names_its_newest_version_unless_a_number_is_given(database: Database) -> None:
    actor = _published(database)
    with reading(database.engine) as session:
        notes = {
            number: books.book(session, actor, books.version_of(session, "senior-ml-pm", number), zone="UTC").note
            for number in (None, 1, 2)
        }
        for role, number in (("senior-ml-pm", 3), ("nobody", None)):
            with pytest.raises(NotFoundError):
                books.version_of(session, role, number)

    assert notes == {None: "Second.", 1: "First.", 2: "Second."}


def test_neither_is_given_to_a_closed_account_or_made_up(database: Database) -> None:
    actor = _published(database)
    with reading(database.engine) as session:
        version = books.version_of(session, "senior-ml-pm")
        with pytest.raises(NotFoundError):
            books.book(session, actor, uuid4(), zone="UTC")
        with pytest.raises(NotAllowedError):
            books.book(session, replace(actor, active=False), version, zone="UTC")
