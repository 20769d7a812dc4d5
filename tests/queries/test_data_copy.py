"""The copy of somebody's data: what the person takes away themselves, and what HR may give out for a leaver."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from app.domain.growth.log import Visibility
from app.domain.onboarding.goal import EvidenceKind
from app.domain.privacy.copy_matters import MATTERS, Layout, Part
from app.domain.privacy.erasing import SubjectKind
from app.formats.data_archive import as_json
from app.models import Base
from app.models.check_in import TalkNote
from app.models.engine import reading, writing
from app.models.evidence import LogEntry
from app.models.person import Person
from app.models.requisition import Requisition
from app.queries.data_copy import TOLD_TOO, data_copy, shown_columns
from tests.factories import canaries
from tests.factories.hiring import NOW, actor_of
from tests.factories.plans import make_plan

if TYPE_CHECKING:
    from pathlib import Path

    from app.domain.permission import ActorFacts
    from app.queries.data_copy import Copied
    from tests.databases import Database


def _texts(copied: Copied) -> str:
    return as_json(copied.copy)


PARTS = {kind: [part for _, parts in matters for part in parts] for kind, matters in MATTERS.items()}


def test_all_that_is_given_out_has_its_place_on_paper(database: Database, tmp_path: Path) -> None:
    made = canaries.mark(database, tmp_path)
    with reading(database.engine) as session:
        title = session.get_one(Requisition, made.requisition).title
        one = data_copy(session, made.hana, SubjectKind.CANDIDATE, made.candidate, zone="UTC", now=NOW)
        other = data_copy(session, made.hana, SubjectKind.PERSON, made.hana.person_id, zone="UTC", now=NOW)
    for copied in (one, other):
        assert {part.table for part in PARTS[copied.copy.kind]} == {each.table for each in copied.copy.sections}
    assert one.copy.zone == "UTC"
    printed = " ".join(str(part) for matter in one.copy.matters for part in matter.parts)
    assert title in printed, "which opening somebody applied to is said by its title"
    assert [word for word in made.words if word in as_json(one.copy) and word not in printed] == []


@pytest.mark.parametrize("part", [part for parts in PARTS.values() for part in parts], ids=lambda part: part.table)
def test_every_column_is_either_printed_or_said_to_be_technical(part: Part) -> None:
    model = next(one.class_ for one in Base.registry.mappers if one.class_.__tablename__ == part.table)
    told = {one.name for one in TOLD_TOO.get(model, ())} | set(shown_columns(model))
    assert {*part.fields, *filter(None, [part.title])} | part.unprinted == told
    assert not set(part.fields) & part.unprinted
    assert part.title == "" or part.layout is Layout.ENTRIES


def test_hr_gives_out_nothing_that_a_leaver_wrote_for_themselves(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make_plan(session)
        session.add_all([
            TalkNote(plan_id=cast.plan.id, author_id=cast.hire.id, text="Confided zephyr.", talked_on=NOW.date(),
                     shared=False, written_at=NOW),
            LogEntry(person_id=cast.hire.id, kind=EvidenceKind.FILE, title="Own quartz", about_on=NOW.date(),
                     added_at=NOW, size=9, visibility=next(iter(Visibility))),
        ])  # fmt: skip
        hire, hr = actor_of(cast.hire), actor_of(cast.hr)

    def copied(actor: ActorFacts) -> Copied:
        with reading(database.engine) as session:
            return data_copy(session, actor, SubjectKind.PERSON, hire.person_id, zone="UTC", now=NOW)

    own = copied(hire)
    with writing(database.engine) as session:
        session.get_one(Person, hire.person_id).active = False
    given = copied(hr)
    assert "zephyr" in _texts(own)
    assert "quartz" in _texts(own)
    assert len(own.documents) == 1
    assert "zephyr" not in _texts(given)
    assert "quartz" not in _texts(given)
    assert given.documents == ()
    assert any("evidence log" in line for line in given.copy.left_out)
    assert cast.hire.name in _texts(given)
