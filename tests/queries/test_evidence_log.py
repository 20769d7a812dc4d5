"""Who reads which entry of an evidence log, and what a list holds, on both databases."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from app.domain.growth.log import Showing, Shown, Visibility, Word
from app.domain.onboarding.goal import EvidenceKind
from app.domain.permission import Permission, allow
from app.models.engine import reading, writing
from app.models.evidence import LogEntry
from app.models.evidence_facts import entries_visible_to, entry_facts
from app.queries.evidence_log import EntryFilter, entries_of, entry_line
from tests.factories import evidence as make
from tests.factories.hiring import NOW, actor_of, make_person
from tests.statements import counted

if TYPE_CHECKING:
    from tests.databases import Database

STRATEGY = Showing(Shown.COMPETENCY, "strategy")
IMPACT = Showing(Shown.CRITERION, "impact")
CASE_READERS = {"case manager", "member", "chair", "hr"}


@pytest.mark.parametrize(
    ("visibility", "withdrawn", "readers"),
    [
        (Visibility.PRIVATE, False, {"owner", "asked"}),
        (Visibility.MANAGER, False, {"owner", "manager", "asked"}),
        (Visibility.CASE, False, {"owner", "manager", "asked"} | CASE_READERS),
        (Visibility.CASE, True, {"owner"}),
    ],
)
def test_who_reads_an_entry_that_a_case_cites(
    database: Database, visibility: Visibility, *, withdrawn: bool, readers: set[str]
) -> None:
    with writing(database.engine) as session:
        circle = make.make_circle(session)
        entry = make.make_entry(session, circle.owner, visibility=visibility, withdrawn_at=NOW if withdrawn else None)
        make.make_asked(session, entry, circle.people["asked"])
        make.cite(session, circle, entry)
        actors = {name: actor_of(person) for name, person in circle.people.items()}
        by_map: set[str] = set()
        by_list: set[str] = set()
        for name, actor in actors.items():
            facts = entry_facts(session, actor, entry.id)
            assert facts
            by_map.update({name} if allow(actor, Permission.EVIDENCE_SEE, facts).granted else ())
            listed = select(LogEntry.id).where(entries_visible_to(actor))
            by_list.update({name} if entry.id in session.scalars(listed).all() else ())

    assert by_map == readers
    assert by_list == readers


def test_a_case_opens_no_other_entry_and_not_those_of_somebody_else(database: Database) -> None:
    with writing(database.engine) as session:
        circle = make.make_circle(session)
        cited = make.make_entry(session, circle.owner, visibility=Visibility.CASE)
        make.make_entry(session, circle.owner, visibility=Visibility.CASE)
        make.cite(session, circle, cited)
        member = actor_of(circle.people["member"])

        assert [line.entry_id for line in entries_of(session, member, circle.owner.id)] == [cited.id]
        assert entries_of(session, actor_of(circle.people["stranger"]), circle.owner.id) == ()


def test_a_list_is_newest_day_first_in_one_query_with_what_was_said(database: Database) -> None:
    with writing(database.engine) as session:
        circle = make.make_circle(session)
        owner, asked, member = (circle.people[name] for name in ("owner", "asked", "member"))
        older = make.make_entry(session, owner, IMPACT, STRATEGY, title="Older", about_on=date(2026, 3, 1))
        make.make_entry(session, owner, title="Newer")
        make.make_asked(session, older, asked, Word.PARTLY, words="The second half.")
        make.make_asked(session, older, member)
    with reading(database.engine) as session, counted(database.engine) as sent:
        lines = entries_of(session, actor_of(owner), owner.id)

    assert len(sent) == 1
    assert [line.title for line in lines] == ["Newer", "Older"]
    assert lines[1].shows == (STRATEGY, IMPACT)
    assert [(said.name, said.word, said.words) for said in lines[1].corroborations] == [
        ("Asked", Word.PARTLY, "The second half."),
        ("Member", None, ""),
    ]
    assert lines[1].confirmed_by == ("Asked",)


def test_whoever_was_only_asked_sees_what_they_said_themselves(database: Database) -> None:
    with writing(database.engine) as session:
        circle = make.make_circle(session)
        entry = make.make_entry(session, circle.owner)
        make.make_asked(session, entry, circle.people["asked"])
        make.make_asked(session, entry, circle.people["member"], Word.NO, words="Not what I saw.")
        seen = {
            name: [said.name for said in line.corroborations]
            for name in ("owner", "manager", "asked")
            if (line := entry_line(session, actor_of(circle.people[name]), entry.id))
        }

    assert seen == {"owner": ["Asked", "Member"], "manager": ["Asked", "Member"], "asked": ["Asked"]}


def test_what_was_said_before_a_change_speaks_for_nothing(database: Database) -> None:
    with writing(database.engine) as session:
        circle = make.make_circle(session)
        entry = make.make_entry(session, circle.owner, changed_at=NOW + timedelta(hours=1))
        make.make_asked(session, entry, circle.people["asked"], Word.YES)
        line = entry_line(session, actor_of(circle.owner), entry.id)
        confirmed = entries_of(session, actor_of(circle.owner), circle.owner.id, EntryFilter(said="confirmed"))
        waiting = entries_of(session, actor_of(circle.owner), circle.owner.id, EntryFilter(said="waiting"))

    assert line
    assert line.corroborations[0].outdated
    assert line.confirmed_by == ()
    assert (len(confirmed), len(waiting)) == (0, 1)


@pytest.mark.parametrize(
    ("wanted", "titles"),
    [
        (EntryFilter(), {"Search", "Link 100%", "Old"}),
        (EntryFilter(words="100% link"), {"Link 100%"}),
        (EntryFilter(words="1000"), set()),
        (EntryFilter(kind=EvidenceKind.LINK), {"Link 100%"}),
        (EntryFilter(showing=STRATEGY), {"Search"}),
        (EntryFilter(showing=Showing(Shown.CRITERION, "strategy")), set()),
        (EntryFilter(shows_nothing=True), {"Link 100%", "Old"}),
        (EntryFilter(visibility=Visibility.PRIVATE), {"Old"}),
        (EntryFilter(said="confirmed"), {"Search"}),
        (EntryFilter(said="unasked"), {"Link 100%", "Old"}),
        (EntryFilter(last=date(2026, 1, 1)), {"Old"}),
        (EntryFilter(first=date(2026, 1, 1)), {"Search", "Link 100%"}),
        (EntryFilter(withdrawn=True), {"Search", "Link 100%", "Old", "Gone"}),
    ],
)
def test_a_list_is_narrowed(database: Database, wanted: EntryFilter, titles: set[str]) -> None:
    with writing(database.engine) as session:
        owner, asked = make_person(session, "Ola Owner"), make_person(session, "Ana Asked")
        entry = make.make_entry(session, owner, STRATEGY, title="Search")
        make.make_asked(session, entry, asked, Word.YES)
        make.make_entry(session, owner, title="Link 100%", kind=EvidenceKind.LINK, body="https://example.org")
        make.make_entry(session, owner, title="Old", about_on=date(2025, 6, 1), visibility=Visibility.PRIVATE)
        make.make_entry(session, owner, title="Gone", withdrawn_at=NOW, withdrawn_reason="Twice")
        lines = entries_of(session, actor_of(owner), owner.id, wanted)

    assert {line.title for line in lines} == titles


def test_a_page_of_a_list_and_some_of_it(database: Database) -> None:
    with writing(database.engine) as session:
        owner = make_person(session, "Ola Owner")
        entries = [make.make_entry(session, owner, about_on=make.TODAY - timedelta(days=day)) for day in range(5)]
        actor = actor_of(owner)
        page = entries_of(session, actor, owner.id, most=2, offset=2)
        some = entries_of(session, actor, owner.id, among=[entries[4].id, entries[0].id])

    assert [line.entry_id for line in page] == [entries[2].id, entries[3].id]
    assert [line.entry_id for line in some] == [entries[0].id, entries[4].id]
