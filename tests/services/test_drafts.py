"""Drafts: begun, changed by several people, taken back, published whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

from app.domain.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError
from app.domain.permission import ActorFacts, Role
from app.formats import blueprint_edit
from app.formats.blueprint_pieces import Where, specs_at
from app.formats.blueprint_tree import at, read_tree, seen
from app.models.audit import AuditEvent, AuditPayload
from app.models.blueprint import BlueprintDraft, BlueprintVersion
from app.models.engine import reading, writing
from app.services import drafts
from tests.factories.drafts import CARD_FILE, ROLE, ROLE_FILE, Desk, make_desk, publish_files, role_files
from tests.factories.hiring import NOW, actor_of, make_person

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tests.databases import Database

MODELING, OPERATIONS = Where(("dimensions", 0)), Where(("dimensions", 1))


@pytest.fixture
def desk(database: Database) -> Desk:
    return make_desk(database.engine)


def files_of(database: Database, draft: UUID) -> dict[str, str]:
    with reading(database.engine) as session:
        kept = session.get(BlueprintDraft, draft)
        assert kept is not None
        return dict(kept.files)


def version_of(database: Database, draft: UUID) -> int:
    with reading(database.engine) as session:
        return session.scalar(select(BlueprintDraft.version).where(BlueprintDraft.id == draft)) or 0


def change(database: Database, desk: Desk, who: ActorFacts, where: Where, **values: object) -> None:
    """Change a piece as somebody who has just opened it."""
    top = read_tree(files_of(database, desk.draft)[CARD_FILE])
    put(
        database,
        desk,
        who,
        where,
        {**blueprint_edit.piece_of(top, where), **values},
        seen(blueprint_edit.piece_of(top, where)),
    )


def put(database: Database, desk: Desk, who: ActorFacts, where: Where, values: dict[str, object], was: str) -> None:  # noqa: PLR0917  a call reads as who does what
    order = tuple(spec.key for spec in specs_at("scorecard", where))
    with writing(database.engine) as session:
        edit = blueprint_edit.put(where, values, order, was)
        drafts.edit(session, who, desk.draft, CARD_FILE, edit, words="Changed it", now=NOW)


def weights(database: Database, desk: Desk) -> list[object]:
    top = read_tree(files_of(database, desk.draft)[CARD_FILE])
    return [at(top, ("dimensions", place, "weight")) for place in (0, 1)]


def versions(database: Database) -> list[tuple[int, str, UUID | None]]:
    with reading(database.engine) as session:
        rows = session.execute(
            select(BlueprintVersion).where(BlueprintVersion.role == ROLE).order_by(BlueprintVersion.number)
        )
        return [(row[0].number, row[0].note, row[0].published_by_id) for row in rows]


def test_a_draft_begins_with_the_files_of_a_version(database: Database, desk: Desk) -> None:
    files = files_of(database, desk.draft)
    assert set(files) == {ROLE_FILE, CARD_FILE}
    assert "Keeps data flowing." in files[ROLE_FILE]
    with reading(database.engine) as session:
        kept = session.get_one(BlueprintDraft, desk.draft)
        assert (kept.role, kept.title, kept.base_id, kept.undo) == (ROLE, "Data Engineer", desk.version, None)


def test_an_upload_is_compared_with_the_newest_version(database: Database, desk: Desk) -> None:
    with writing(database.engine) as session:
        newer = publish_files(session, role_files(title="Data Engineer II"))
        started = drafts.start_from_files(session, desk.amara, ROLE, role_files(), now=NOW)
        assert session.get_one(BlueprintDraft, started).base_id == newer
        fresh = drafts.start_from_files(
            session, desk.amara, "other-role", {"rubrics/other-role/role.yaml": "?"}, now=NOW
        )
        assert session.get_one(BlueprintDraft, fresh).base_id is None
        assert session.get_one(BlueprintDraft, fresh).title == "other-role"


def test_a_new_role_begins_without_faults(database: Database, desk: Desk) -> None:
    with writing(database.engine) as session:
        started = drafts.start_blank(session, desk.amara, "data-analyst", "Data Analyst", now=NOW)
    with writing(database.engine) as session:
        done = drafts.publish(session, desk.amara, started, version=1, newest_id=None, note="", now=NOW)
    assert (done.number, done.title) == (1, "Data Analyst")


@pytest.mark.parametrize(
    ("role", "title", "field"),
    [
        ("../../x", "X", "role"),
        ("Data", "X", "role"),
        ("", "X", "role"),
        (ROLE, "X", "role"),
        ("x", " ", "title"),
        ("x", "X" * 201, "title"),
    ],
)
def test_a_new_role_needs_a_short_name_and_a_title(
    database: Database, desk: Desk, role: str, title: str, field: str
) -> None:
    with pytest.raises(InvalidError) as caught, writing(database.engine) as session:
        drafts.start_blank(session, desk.amara, role, title, now=NOW)
    assert [fault.field for fault in caught.value.faults] == [field]


def test_two_people_edit_different_pieces_and_both_stay(database: Database, desk: Desk) -> None:
    top = read_tree(files_of(database, desk.draft)[CARD_FILE])
    modeling, operations = blueprint_edit.piece_of(top, MODELING), blueprint_edit.piece_of(top, OPERATIONS)
    put(database, desk, desk.amara, MODELING, {**modeling, "weight": 55}, seen(modeling))
    put(database, desk, desk.bode, OPERATIONS, {**operations, "weight": 45}, seen(operations))
    assert weights(database, desk) == [55, 45]


def test_two_people_who_edit_the_same_piece_are_told(database: Database, desk: Desk) -> None:
    top = read_tree(files_of(database, desk.draft)[CARD_FILE])
    modeling = blueprint_edit.piece_of(top, MODELING)
    put(database, desk, desk.amara, MODELING, {**modeling, "weight": 55}, seen(modeling))
    with pytest.raises(ConflictError):
        put(database, desk, desk.bode, MODELING, {**modeling, "weight": 70}, seen(modeling))
    assert weights(database, desk) == [55, 40]


def test_a_piece_that_somebody_moved_is_found_where_it_is(database: Database, desk: Desk) -> None:
    top = read_tree(files_of(database, desk.draft)[CARD_FILE])
    modeling = blueprint_edit.piece_of(top, MODELING)
    with writing(database.engine) as session:
        drafts.edit(
            session,
            desk.bode,
            desk.draft,
            CARD_FILE,
            blueprint_edit.move(MODELING, seen(modeling), 1),
            words="Moved",
            now=NOW,
        )
    put(database, desk, desk.amara, MODELING, {**modeling, "weight": 55}, seen(modeling))
    assert weights(database, desk) == [40, 55]


def test_a_removed_piece_is_not_brought_back_unseen(database: Database, desk: Desk) -> None:
    top = read_tree(files_of(database, desk.draft)[CARD_FILE])
    modeling = blueprint_edit.piece_of(top, MODELING)
    with writing(database.engine) as session:
        drafts.edit(
            session,
            desk.bode,
            desk.draft,
            CARD_FILE,
            blueprint_edit.remove(MODELING, seen(modeling)),
            words="Removed",
            now=NOW,
        )
    with pytest.raises(ConflictError):
        put(database, desk, desk.amara, MODELING, {**modeling, "weight": 55}, seen(modeling))


def test_a_whole_text_replaces_only_the_text_that_was_seen(database: Database, desk: Desk) -> None:
    before = files_of(database, desk.draft)[CARD_FILE]
    with writing(database.engine) as session:
        edit = blueprint_edit.replace(before + "# mine\n", seen(before))
        drafts.edit(session, desk.amara, desk.draft, CARD_FILE, edit, words="Changed", now=NOW)
    edit = blueprint_edit.replace(before + "# yours\n", seen(before))
    with pytest.raises(ConflictError), writing(database.engine) as session:
        drafts.edit(session, desk.bode, desk.draft, CARD_FILE, edit, words="Changed", now=NOW)
    assert files_of(database, desk.draft)[CARD_FILE].endswith("# mine\n")


def test_the_last_change_can_be_taken_back_and_brought_again(database: Database, desk: Desk) -> None:
    before = files_of(database, desk.draft)
    change(database, desk, desk.amara, MODELING, weight=50)
    after = files_of(database, desk.draft)
    for wanted in (before, after, before):
        with writing(database.engine) as session:
            drafts.undo(session, desk.bode, desk.draft, version=version_of(database, desk.draft), now=NOW)
        assert files_of(database, desk.draft) == wanted


def test_a_removed_file_comes_back(database: Database, desk: Desk) -> None:
    before = files_of(database, desk.draft)
    with writing(database.engine) as session:
        drafts.remove_file(session, desk.amara, desk.draft, CARD_FILE, version=1, now=NOW)
    assert set(files_of(database, desk.draft)) == {ROLE_FILE}
    with writing(database.engine) as session:
        drafts.undo(session, desk.amara, desk.draft, version=2, now=NOW)
    assert files_of(database, desk.draft) == before


def test_the_file_of_the_role_stays(database: Database, desk: Desk) -> None:
    with pytest.raises(NotFoundError), writing(database.engine) as session:
        drafts.remove_file(session, desk.amara, desk.draft, ROLE_FILE, version=1, now=NOW)


def test_replacing_all_files_keeps_to_the_role(database: Database, desk: Desk) -> None:
    with pytest.raises(InvalidError, match="data-engineer"), writing(database.engine) as session:
        drafts.replace_files(
            session, desk.amara, desk.draft, "else", {"rubrics/else/role.yaml": "x"}, version=1, now=NOW
        )
    with pytest.raises(ConflictError), writing(database.engine) as session:
        drafts.replace_files(session, desk.amara, desk.draft, ROLE, role_files(), version=9, now=NOW)
    with writing(database.engine) as session:
        drafts.replace_files(
            session, desk.amara, desk.draft, ROLE, {ROLE_FILE: role_files()[ROLE_FILE]}, version=1, now=NOW
        )
    assert set(files_of(database, desk.draft)) == {ROLE_FILE}


def test_a_draft_of_5_mb_is_refused(database: Database, desk: Desk) -> None:
    huge = {f"case_studies/c{n}.yaml": "x" * 900_000 for n in range(6)}
    with pytest.raises(InvalidError, match=r"5\.4 MB"), writing(database.engine) as session:
        drafts.start_from_files(session, desk.amara, ROLE, {**role_files(), **huge}, now=NOW)
    before = files_of(database, desk.draft)[CARD_FILE]
    edit = blueprint_edit.replace("x" * 5_000_000, seen(before))
    with pytest.raises(InvalidError, match="1 MB"), writing(database.engine) as session:
        drafts.edit(session, desk.amara, desk.draft, CARD_FILE, edit, words="Changed", now=NOW)
    many = {f"case_studies/c{n}.yaml": "x" for n in range(41)}
    with pytest.raises(InvalidError, match="at most 40"), writing(database.engine) as session:
        drafts.start_from_files(session, desk.amara, ROLE, many, now=NOW)


def test_publishing_makes_the_next_version_with_its_note_and_ends_the_draft(database: Database, desk: Desk) -> None:
    change(database, desk, desk.amara, MODELING, weight=50)
    change(database, desk, desk.amara, OPERATIONS, weight=50)
    with writing(database.engine) as session:
        done = drafts.publish(
            session, desk.bode, desk.draft, version=3, newest_id=desk.version, note="Operations matter more.", now=NOW
        )
    assert done.number == 2
    assert versions(database) == [(1, "", None), (2, "Operations matter more.", desk.bode.person_id)]
    with reading(database.engine) as session:
        assert session.scalar(select(func.count()).select_from(BlueprintDraft)) == 0


def test_a_draft_with_faults_is_not_published_at_all(database: Database, desk: Desk) -> None:
    change(database, desk, desk.amara, MODELING, weight=50)
    with pytest.raises(InvalidError, match="faults"), writing(database.engine) as session:
        drafts.publish(session, desk.amara, desk.draft, version=2, newest_id=desk.version, note="", now=NOW)
    assert len(versions(database)) == 1
    assert weights(database, desk) == [50, 40]


def test_a_note_over_its_limit_publishes_nothing(database: Database, desk: Desk) -> None:
    change(database, desk, desk.amara, MODELING, title="Modeling")
    with pytest.raises(InvalidError) as refused, writing(database.engine) as session:
        drafts.publish(session, desk.amara, desk.draft, version=2, newest_id=desk.version, note="x" * 1001, now=NOW)
    assert [fault.field for fault in refused.value.faults] == ["note"]
    assert len(versions(database)) == 1
    assert files_of(database, desk.draft)


def test_the_same_content_is_not_published_again(database: Database, desk: Desk) -> None:
    with pytest.raises(InvalidError, match="version 1"), writing(database.engine) as session:
        drafts.publish(session, desk.amara, desk.draft, version=1, newest_id=desk.version, note="", now=NOW)
    assert files_of(database, desk.draft)


def test_only_what_was_looked_at_is_published(database: Database, desk: Desk) -> None:
    change(database, desk, desk.amara, MODELING, title="Modeling")
    with pytest.raises(ConflictError, match="draft"), writing(database.engine) as session:
        drafts.publish(session, desk.bode, desk.draft, version=1, newest_id=desk.version, note="", now=NOW)
    with writing(database.engine) as session:
        newer = publish_files(session, role_files(title="Data Engineer II"))
    with pytest.raises(ConflictError, match="newer version"), writing(database.engine) as session:
        drafts.publish(session, desk.bode, desk.draft, version=2, newest_id=desk.version, note="", now=NOW)
    assert [number for number, _note, _by in versions(database)] == [1, 2]
    with writing(database.engine) as session:
        done = drafts.publish(session, desk.bode, desk.draft, version=2, newest_id=newer, note="", now=NOW)
    assert done.number == 3


def test_of_two_who_publish_at_once_one_is_told(database: Database, desk: Desk) -> None:
    change(database, desk, desk.amara, MODELING, title="Modeling")

    def publish(who: ActorFacts) -> str:
        try:
            with writing(database.engine) as session:
                drafts.publish(session, who, desk.draft, version=2, newest_id=desk.version, note="", now=NOW)
        except (ConflictError, NotFoundError) as error:
            return type(error).__name__
        return "published"

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(publish, (desk.amara, desk.bode)))
    assert answers == ["DraftGoneError", "published"]
    assert [number for number, _note, _by in versions(database)] == [1, 2]


def test_of_two_drafts_published_at_once_one_is_told(database: Database, desk: Desk) -> None:
    with writing(database.engine) as session:
        other = drafts.start_from_files(session, desk.bode, ROLE, role_files(title="Data Engineer II"), now=NOW)
    change(database, desk, desk.amara, MODELING, title="Modeling")
    both = ((desk.amara, desk.draft, 2), (desk.bode, other, 1))

    def publish(one: tuple[ActorFacts, UUID, int]) -> str:
        who, draft, version = one
        try:
            with writing(database.engine) as session:
                drafts.publish(session, who, draft, version=version, newest_id=desk.version, note="", now=NOW)
        except ConflictError:
            return "told"
        return "published"

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(publish, both))
    assert answers == ["published", "told"]
    assert [number for number, _note, _by in versions(database)] == [1, 2]


def test_discarding_deletes_the_draft_that_was_seen(database: Database, desk: Desk) -> None:
    change(database, desk, desk.amara, MODELING, weight=50)
    with pytest.raises(ConflictError), writing(database.engine) as session:
        drafts.discard(session, desk.bode, desk.draft, version=1, now=NOW)
    with writing(database.engine) as session:
        drafts.discard(session, desk.bode, desk.draft, version=2, now=NOW)
    with pytest.raises(NotFoundError), writing(database.engine) as session:
        drafts.discard(session, desk.bode, desk.draft, version=2, now=NOW)
    assert len(versions(database)) == 1


ACTS: dict[str, Callable[[Session, ActorFacts, Desk], object]] = {
    "start from a version": lambda s, who, desk: drafts.start_from_version(s, who, desk.version, now=NOW),
    "start from files": lambda s, who, _desk: drafts.start_from_files(s, who, ROLE, role_files(), now=NOW),
    "start a role": lambda s, who, _desk: drafts.start_blank(s, who, "x", "X", now=NOW),
    "replace": lambda s, who, desk: drafts.replace_files(s, who, desk.draft, ROLE, role_files(), version=1, now=NOW),
    "edit": lambda s, who, desk: drafts.edit(
        s, who, desk.draft, CARD_FILE, lambda text: text + "#", words="x", now=NOW
    ),
    "add a file": lambda s, who, desk: drafts.add_file(s, who, desk.draft, "case_studies/x.yaml", "x", now=NOW),
    "remove a file": lambda s, who, desk: drafts.remove_file(s, who, desk.draft, CARD_FILE, version=1, now=NOW),
    "undo": lambda s, who, desk: drafts.undo(s, who, desk.draft, version=1, now=NOW),
    "discard": lambda s, who, desk: drafts.discard(s, who, desk.draft, version=1, now=NOW),
    "publish": lambda s, who, desk: drafts.publish(
        s, who, desk.draft, version=1, newest_id=desk.version, note="", now=NOW
    ),
}


@pytest.mark.parametrize("act", ACTS)
def test_only_who_may_publish_touches_drafts(database: Database, desk: Desk, act: str) -> None:
    with writing(database.engine) as session:
        others = [actor_of(make_person(session, role.value, [role])) for role in Role if role is not Role.HR_PARTNER]
    before = files_of(database, desk.draft)
    for who in others:
        with pytest.raises(NotAllowedError), writing(database.engine) as session:
            ACTS[act](session, who, desk)
    assert files_of(database, desk.draft) == before
    assert version_of(database, desk.draft) == 1


def test_a_draft_that_is_gone_is_not_found(database: Database, desk: Desk) -> None:
    nowhere = Desk(desk.amara, desk.bode, uuid4(), uuid4())
    for act in ("start from a version", "replace", "edit", "add a file", "remove a file", "undo", "discard", "publish"):
        with pytest.raises(NotFoundError), writing(database.engine) as session:
            ACTS[act](session, desk.amara, nowhere)


def test_the_chain_keeps_names_and_digests_but_no_text(database: Database, desk: Desk) -> None:
    change(database, desk, desk.amara, MODELING, title="Heliotrope modeling")
    with reading(database.engine) as session:
        rows = session.execute(
            select(AuditEvent.action, AuditPayload.body)
            .join(AuditPayload, AuditPayload.seq == AuditEvent.seq)
            .where(AuditEvent.action.startswith("draft."))
            .order_by(AuditEvent.seq)
        ).all()
    assert [action for action, _body in rows] == ["draft.start", "draft.change"]
    bodies = [json.loads(body or "{}") for _action, body in rows]
    assert [set(body["files"]) for body in bodies] == [{ROLE_FILE, CARD_FILE}, {CARD_FILE}]
    assert all(len(digest) == 64 for body in bodies for digest in body["files"].values())
    assert not any(word in (body or "") for _action, body in rows for word in ("Heliotrope", "Keeps data"))
