"""The desk of drafts over HTTP: how they begin, which files they have, who may come near them."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from sqlalchemy import select

from app.domain.permission import Role
from app.formats.blueprint_archive import open_zip
from app.models.blueprint import BlueprintDraft
from app.models.engine import reading, writing
from app.services import drafts
from tests.factories.drafts import CARD_FILE, ROLE, ROLE_FILE, Desk, make_desk
from tests.factories.hiring import NOW, make_person
from tests.statements import counted

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.databases import Database
    from tests.web.browser import Browser


@pytest.fixture
def desk(database: Database) -> Desk:
    return make_desk(database.engine)


@pytest.fixture
def amara(signed_in: Callable[[UUID], Browser], desk: Desk) -> Browser:
    return signed_in(desk.amara.person_id)


def at(desk: Desk, rest: str = "") -> str:
    return f"/blueprints/drafts/{desk.draft}{rest}"


def test_a_draft_begins_in_each_of_the_ways(database: Database, desk: Desk, amara: Browser) -> None:
    assert amara.get("/blueprints/drafts/new").status_code == 200
    from_version = amara.post("/blueprints/drafts/new/version", {"version_id": str(desk.version)})
    blank = amara.post("/blueprints/drafts/new/role", {"title": "Data Analyst", "role": "data-analyst"})
    assert (from_version.status_code, blank.status_code) == (303, 303)
    unfit = amara.post("/blueprints/drafts/new/role", {"title": "Data <b>Analyst", "role": "../../x"})
    assert unfit.status_code == 422
    assert "Data &lt;b&gt;Analyst" in unfit.text
    unknown = amara.post("/blueprints/drafts/new/version", {"version_id": str(UUID(int=7))})
    assert unknown.status_code == 422
    with reading(database.engine) as session:
        assert sorted(session.scalars(select(BlueprintDraft.role))) == ["data-analyst", ROLE, ROLE]


def test_files_of_a_new_role_are_added_one_by_one(database: Database, desk: Desk, amara: Browser) -> None:
    with writing(database.engine) as session:
        blank = drafts.start_blank(session, desk.amara, "data-analyst", "Data Analyst", now=NOW)
    for part in ("scorecard", "competencies", "onboarding", "metrics", "ladder", "guide"):
        answer = amara.post(f"/blueprints/drafts/{blank}/file/add", {"part": part})
        assert answer.status_code == 303, part
        assert amara.get(answer.headers["Location"]).status_code == 200
    assert (
        amara.post(f"/blueprints/drafts/{blank}/file/add", {"part": "case", "case": "cost-modeling"}).status_code == 303
    )
    assert amara.post(f"/blueprints/drafts/{blank}/file/add", {"part": "case", "case": "../x"}).status_code == 422
    assert amara.post(f"/blueprints/drafts/{blank}/file/add", {"part": "role"}).status_code == 422
    assert amara.post(f"/blueprints/drafts/{blank}/file/add", {"part": "guide"}).status_code == 409
    page = amara.get(f"/blueprints/drafts/{blank}").text
    assert "Ready to be published" in page
    assert "publishing makes version 1 of this role" in page


def test_files_go_out_as_they_came_in(desk: Desk, amara: Browser) -> None:
    published = amara.get(f"/blueprints/{desk.version}/files.zip")
    assert published.mimetype == "application/zip"
    assert published.headers["Content-Disposition"] == "attachment; filename=data-engineer-version-1.zip"
    assert published.data == amara.get(f"/blueprints/{desk.version}/files.zip").data
    draft = amara.get(at(desk, "/files.zip"))
    assert dict(open_zip(draft.data).files) == dict(open_zip(published.data).files)
    with zipfile.ZipFile(io.BytesIO(draft.data)) as archive:
        assert archive.namelist() == sorted([ROLE_FILE, CARD_FILE])


@pytest.mark.parametrize("extra", [0, 2])
def test_the_list_and_a_draft_take_the_same_few_statements(
    database: Database, desk: Desk, amara: Browser, extra: int
) -> None:
    with writing(database.engine) as session:
        for _ in range(extra):
            drafts.start_from_version(session, desk.amara, desk.version, now=NOW)
    amara.get(at(desk))
    with counted(database.engine) as sent:
        assert amara.get("/blueprints/drafts").text.count(">Data Engineer</a>") == 1 + extra
    assert len([one for one in sent if one.startswith("SELECT")]) == 3
    with counted(database.engine) as sent:
        amara.get(at(desk))
    assert len([one for one in sent if one.startswith("SELECT")]) == 3


def test_addresses_that_name_nothing_are_not_found(desk: Desk, amara: Browser) -> None:
    for rest in (
        "/section?file=rubrics/data-engineer/else.yaml", "/file?file=../../etc/passwd", "/text?file=else",
        f"/section?file={CARD_FILE}&at=dimensions.9", f"/section?file={CARD_FILE}&at=nothing",
        f"/section?file={CARD_FILE}&at=dimensions.0.anchors", f"/section?file={CARD_FILE}&at=__class__.new",
        f"/section?file={CARD_FILE}&at=:schema", f"/section?file={CARD_FILE}&at=:id",
    ):  # fmt: skip
        assert amara.get(at(desk, rest)).status_code == 404, rest


def test_who_may_not_publish_meets_a_closed_door(
    database: Database, desk: Desk, signed_in: Callable[[UUID], Browser]
) -> None:
    with writing(database.engine) as session:
        ids = [make_person(session, role.value, [role]).id for role in Role if role is not Role.HR_PARTNER]
    ways = (
        ("get", "/blueprints/drafts"), ("get", "/blueprints/drafts/new"), ("post", "/blueprints/drafts/new/version"),
        ("post", "/blueprints/drafts/new/role"), ("post", "/blueprints/drafts/upload"), ("get", at(desk)),
        ("get", at(desk, "/files.zip")), ("get", at(desk, "/discard")), ("post", at(desk, "/discard")),
        ("get", at(desk, "/upload")), ("post", at(desk, "/upload")), ("post", at(desk, "/publish")),
        ("post", at(desk, "/undo")), ("get", at(desk, "/file")), ("post", at(desk, "/piece")),
        ("post", at(desk, "/file/add")), ("post", at(desk, "/file/remove")), ("get", at(desk, "/section")),
        ("post", at(desk, "/section")), ("get", at(desk, "/text")), ("post", at(desk, "/text")),
        ("get", at(desk, "/weights")), ("post", at(desk, "/weights")), ("post", at(desk, "/check")),
    )  # fmt: skip
    for person_id in ids:
        browser = signed_in(person_id)
        for method, path in ways:
            answer = browser.get(path) if method == "get" else browser.post(path)
            assert answer.status_code in {403, 404}, (person_id, method, path)
            assert "Keeps data flowing" not in answer.text
