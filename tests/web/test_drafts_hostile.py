"""Drafts against hostile files and forms: over HTTP, as somebody who may publish."""

from __future__ import annotations

import io
import re
import time
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from sqlalchemy import func, select

from app.formats.blueprint_archive import MOST_UPLOAD
from app.formats.blueprint_findings import findings
from app.models.blueprint import BlueprintDraft
from app.models.engine import reading
from tests.factories.drafts import CARD_FILE, ROLE_FILE, Desk, make_desk, role_files
from tests.formats.test_blueprint_archive import REFUSED, SHAPES, zipped

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.databases import Database
    from tests.web.browser import Browser

XSS = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"


@pytest.fixture
def desk(database: Database) -> Desk:
    return make_desk(database.engine)


@pytest.fixture
def amara(signed_in: Callable[[UUID], Browser], desk: Desk) -> Browser:
    return signed_in(desk.amara.person_id)


def drafts_there(database: Database) -> int:
    with reading(database.engine) as session:
        return session.scalar(select(func.count()).select_from(BlueprintDraft)) or 0


def upload(
    browser: Browser, data: bytes, path: str = "/blueprints/drafts/upload", name: str = "role.zip"
) -> tuple[int, str]:
    # By hand: the test client would put a large body into a temporary file and leave it open.
    head = f'--x\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode()
    answer = browser.client.post(
        path, data=head + data + b"\r\n--x--\r\n", content_type="multipart/form-data; boundary=x",
        headers={"X-CSRFToken": browser.token},
    )  # fmt: skip
    return answer.status_code, answer.text


def seen_in(page: str) -> str:
    found = re.search(r'name="seen" value="(\w+)"', page)
    assert found
    return found.group(1)


@pytest.mark.parametrize("name", sorted(REFUSED))
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_surprising_parcel_makes_no_draft(database: Database, desk: Desk, amara: Browser, name: str) -> None:
    data, words = REFUSED[name]
    for path in ("/blueprints/drafts/upload", f"/blueprints/drafts/{desk.draft}/upload"):
        status, page = upload(amara, data, path)
        assert status == 422
        assert "Nothing was uploaded" in page
        assert words.split("/")[0] in page
    assert drafts_there(database) == 1


@pytest.mark.parametrize("shape", SHAPES)
def test_the_usual_shapes_become_drafts(database: Database, amara: Browser, shape: str) -> None:
    role, _case = SHAPES[shape]
    status, page = upload(amara, zipped((role, role_files()[ROLE_FILE])))
    assert (status, drafts_there(database)) == (303, 2), page
    loose = amara.post(
        "/blueprints/drafts/upload",
        {"folder": [(io.BytesIO(text.encode()), f"mine/{name}") for name, text in role_files().items()]},
        content_type="multipart/form-data",
    )
    assert (loose.status_code, drafts_there(database)) == (303, 3)


def test_what_was_left_out_is_said(amara: Browser) -> None:
    data = zipped(("role.yaml", role_files()[ROLE_FILE]), (f"notes {XSS[:30]}.md".replace("/", ""), "x"))
    status, page = upload(amara, data)
    assert status == 200
    assert "Left out" in page
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def test_no_file_at_all_is_said(amara: Browser) -> None:
    assert "Choose a zip file or a folder." in amara.post("/blueprints/drafts/upload", {}).text


def test_far_too_much_is_not_even_read(database: Database, amara: Browser) -> None:
    body = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.zip"\r\n\r\n' + b"0" * (
        MOST_UPLOAD + 300_000
    )
    answer = amara.client.post("/blueprints/drafts/upload", data=body, content_type="multipart/form-data; boundary=x")
    assert answer.status_code == 413
    assert "That is too large" in answer.text
    assert drafts_there(database) == 1


def test_other_addresses_keep_the_programs_own_limit(desk: Desk, amara: Browser) -> None:
    assert amara.post(f"/blueprints/drafts/{desk.draft}/section", {"v.title": "x" * 1_100_000}).status_code == 413


def test_a_text_of_5_mb_is_refused_and_one_of_2_mb_comes_back(database: Database, desk: Desk, amara: Browser) -> None:
    path = f"/blueprints/drafts/{desk.draft}/text"
    seen = seen_in(amara.get(f"{path}?file={CARD_FILE}").text)
    sent = {"file": CARD_FILE, "seen": seen, "do": "save"}
    assert amara.post(path, {**sent, "text": "x" * 5_000_000}).status_code == 413
    refused = amara.post(path, {**sent, "text": "typed " * 330_000})
    assert refused.status_code == 422
    assert "at most 1 MB" in refused.text
    assert refused.text.count("typed ") >= 330_000
    with reading(database.engine) as session:
        assert "typed" not in session.get_one(BlueprintDraft, desk.draft).files[CARD_FILE]


BOMBS = {
    "aliases": "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n",
    "a merge key": "a: {b: 1}\nc:\n  <<: {b: 2}\n",
    "a tag": "a: !!python/object/apply:os.system [ls]\n",
    "depth": "a: " + "[" * 10_000 + "]" * 10_000,
    "width": "a:\n" + "- x\n" * 30_000,
    "a key twice": "schema: rubric/1\nschema: rubric/1\n",
    "numbers that are none": "a: .nan\nb: 1e999\n",
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_of_yaml_is_named_and_harmless(desk: Desk, amara: Browser, name: str) -> None:
    path = f"/blueprints/drafts/{desk.draft}"
    sent = {"file": CARD_FILE, "form": "text", "text": BOMBS[name]}
    checked = amara.post(f"{path}/check", sent)
    assert checked.status_code == 200
    assert "Line " in checked.text
    seen = seen_in(amara.get(f"{path}/text?file={CARD_FILE}").text)
    assert amara.post(f"{path}/text", {**sent, "seen": seen, "do": "save"}).status_code == 303
    for rest in ("", "/file", f"/text?file={CARD_FILE}", "/section", "/discard", "/files.zip"):
        assert amara.get(path + rest).status_code == 200, rest


def test_hostile_texts_are_only_texts_everywhere(desk: Desk, amara: Browser) -> None:
    path = f"/blueprints/drafts/{desk.draft}"
    files = {
        ROLE_FILE: role_files()[ROLE_FILE].replace("Data Engineer", f"'{XSS.replace(chr(39), '')}'"),
        CARD_FILE: role_files()[CARD_FILE].replace("Data modeling", f"'{XSS.replace(chr(39), '')}'"),
    }
    version = re.search(r'name="version" value="(\d+)"', amara.get(f"{path}/upload").text)
    assert version
    data = {"file": (io.BytesIO(zipped(*files.items())), "x.zip"), "version": version.group(1)}
    assert amara.post(f"{path}/upload", data, content_type="multipart/form-data").status_code == 303
    at = f"file={CARD_FILE}&at=dimensions.0"
    pages = [
        amara.get(path + rest).text
        for rest in (
            "",
            "/file",
            f"/file?file={CARD_FILE}",
            f"/section?{at}",
            "/weights",
            "/discard",
            f"/text?file={CARD_FILE}",
        )
    ]
    pages.append(amara.get("/blueprints/drafts").text)
    sent = {
        "file": CARD_FILE,
        "at": "dimensions.0",
        "seen": seen_in(pages[3]),
        "v.id": XSS,
        "v.title": XSS,
        "v.anchors.9.text": XSS,
    }
    pages.append(amara.post(f"{path}/check", sent).text)
    pages.append(amara.post(f"{path}/section", {**sent, "do": "check"}).text)
    for page in pages:
        assert "<script>alert" not in page
        assert "<img src=x" not in page
    assert sum("&lt;script&gt;alert(1)" in page for page in pages) >= 8


def test_a_form_of_another_site_does_nothing(database: Database, desk: Desk, amara: Browser) -> None:
    path = f"/blueprints/drafts/{desk.draft}"
    for rest in (
        "/publish",
        "/discard",
        "/undo",
        "/piece",
        "/section",
        "/text",
        "/weights",
        "/check",
        "/upload",
        "/file/add",
    ):
        assert amara.client.post(path + rest, data={"version": "1"}).status_code == 403
        foreign = {"Sec-Fetch-Site": "cross-site"}
        assert amara.post(path + rest, {"version": "1"}, headers=foreign).status_code == 403
    for rest in ("/new/version", "/new/role", "/upload"):
        assert amara.client.post(f"/blueprints/drafts{rest}", data={}).status_code == 403
    assert drafts_there(database) == 1


@pytest.mark.parametrize(
    "field",
    [
        "v.__class__",
        "v.title.0.0.0",
        "v",
        "v.",
        "v.entries.99999999999.text",
        "v." + "a." * 50 + "b",
        "w.nobody",
        "v.anchors.x.text",
    ],
)
def test_made_up_fields_are_left_alone(desk: Desk, amara: Browser, field: str) -> None:
    path = f"/blueprints/drafts/{desk.draft}"
    sent = {"file": CARD_FILE, "at": "dimensions.0", "seen": "x", field: "1"}
    assert amara.post(f"{path}/check", sent).status_code == 200
    assert amara.post(f"{path}/section", {**sent, "do": "add:anchors"}).status_code == 200


@pytest.mark.parametrize(
    "rest", ['{"items": 7}', "[]", "{", '{"id": {"a": 1}}', "[" * 5000, '{"items": [[[]]]}', "1e999"]
)
def test_what_a_form_carries_along_is_checked_like_a_file(desk: Desk, amara: Browser, rest: str) -> None:
    path = f"/blueprints/drafts/{desk.draft}"
    page = amara.get(f"{path}/section?file={ROLE_FILE}&at=tools.sections.0").text
    sent = {
        "file": ROLE_FILE, "at": "tools.sections.0", "seen": seen_in(page), "v.id": "stores", "v.title": "Stores",
        "v.entries.0.text": "x", "v.entries.0.rest": rest,
    }  # fmt: skip
    assert amara.post(f"{path}/check", sent).status_code == 200
    assert amara.post(f"{path}/section", {**sent, "do": "save"}).status_code == 303
    assert amara.get(path).status_code == 200


def test_the_slowest_draft_is_checked_in_bounded_time() -> None:
    """The most that a draft may hold, in the shape that costs most: as many values as fit, in as many files."""
    text = "schema: rubric/1\nkind: case-study\n" + "a: [" + "x," * 10_000 + "]\n"
    cases = [f"case-{n}" for n in range(38)]
    card = role_files()[CARD_FILE] + "case_studies: [" + ", ".join(cases) + "]\n"
    files = {**role_files(), CARD_FILE: card, **{f"case_studies/{name}.yaml": text for name in cases}}
    assert sum(map(len, files.values())) < 1_000_000
    began = time.process_time()
    found = findings(files, "data-engineer")
    assert found
    assert time.process_time() - began < 30
