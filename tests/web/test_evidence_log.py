"""The pages of the evidence log: adding, asking, answering, who sees what, and what leaves it; on both databases."""

from __future__ import annotations

import io
import json
import re
import zipfile
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from app.domain.growth.case import CaseState
from app.domain.growth.log import Visibility, Word
from app.domain.onboarding.goal import EvidenceKind
from app.models.engine import writing
from tests.factories import evidence as make
from tests.factories.hiring import NOW
from tests.statements import counted
from tests.web.evidence_scene import LogScene
from tests.web.goal_scene import words

if TYPE_CHECKING:
    from tests.databases import Database
    from tests.web.evidence_scene import Open

PDF = ("result.pdf", "application/pdf", b"%PDF-1.7 result")


@pytest.fixture
def scene(database: Database, signed_in: Open) -> LogScene:
    """An owner with an empty log."""
    return LogScene(database, signed_in)


def test_an_empty_log_says_how_to_begin_and_what_is_asked_for(scene: LogScene) -> None:
    said = words(scene.browser().get("/evidence"))

    assert "Nothing kept yet" in said
    assert "Impact nothing yet 12 months 0 none 0" in said
    assert "Competencies: 0 of 2 have evidence" in said


def test_a_title_is_enough(scene: LogScene) -> None:
    answer = scene.add(title="Ran the pricing test", body="", visibility="private")

    assert answer.location == "/evidence?done=evidence-kept"
    assert (scene.entry.title, scene.entry.body, scene.entry.visibility) == (
        "Ran the pricing test",
        "",
        Visibility.PRIVATE,
    )
    assert "Ran the pricing test" in words(scene.browser().get("/evidence"))


def test_an_entry_with_everything_asks_who_was_there(scene: LogScene) -> None:
    asked = scene.circle.people["asked"]
    scene.add(
        body="https://example.org/result", criteria=["criterion:impact"], competencies=["competency:strategy"],
        person_id=str(asked.id), visibility="case",
    )  # fmt: skip
    said = words(scene.look())

    assert scene.entry.kind is EvidenceKind.LINK
    assert "Leads to example.org, outside of Plumbline." in said
    assert "What it shows Strategy Impact" in said
    assert re.search(r"Who was there .*Asked .*Asked, no answer yet", said)
    assert "Say whether it was so: “Cut the waiting time”" in words(scene.browser("asked").get("/"))


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"title": ""}, "Write what you did, in a few words."),
        ({"about_on": "2999-01-01"}, "has not come yet. Add it once it has happened."),
        ({"about_on": "yesterday"}, "Write a day of the calendar as year, month and day"),
        ({"visibility": "everybody"}, "Choose from what is offered."),
        ({"competencies": ["competency:juggling"]}, "Choose from what is offered."),
        ({"competencies": ["juggling"]}, "Choose from what is offered."),
        ({"body": "javascript:alert(1)"}, ""),
        ({"body": "https://user:secret@example.org"}, "carries a password"),
    ],
)
def test_what_is_wrong_is_said_beside_the_form_and_nothing_typed_is_lost(
    scene: LogScene, fields: dict[str, str], said: str
) -> None:
    answer = scene.add(**fields)

    if not said:  # a script is no link, and is kept as the text that it is
        assert scene.entry.kind is EvidenceKind.TEXT
        assert '<a href="javascript:' not in scene.look().text
        return
    assert answer.status_code == 422
    assert said in words(answer)
    assert scene.entries == []
    assert "To four minutes." in answer.text or "body" in fields


def test_a_file_comes_in_and_goes_out_as_a_download(scene: LogScene) -> None:
    assert scene.attach(PDF).status_code == 303
    address = f"/evidence/{scene.entry.id}/file"
    sent = scene.browser("manager").get(address)

    assert sent.data == PDF[2]
    assert sent.headers["Content-Disposition"] == "attachment; filename=result.pdf"
    assert sent.headers["Content-Security-Policy"] == "sandbox; default-src 'none'; frame-ancestors 'none'"
    assert scene.browser("stranger").get(address).status_code == 404


def test_a_file_of_the_wrong_kind_or_size_comes_back_with_the_words(scene: LogScene) -> None:
    wrong = scene.attach(("a.exe", "application/octet-stream", b"MZ"))
    large = scene.attach(("a.pdf", "application/pdf", b"%PDF-" + b"0" * 11_000_000))

    assert (wrong.status_code, large.status_code) == (422, 422)
    assert "This kind of file is not accepted" in words(wrong)
    assert "This file has 11.0 MB" in words(large)
    assert 'value="Cut the waiting time"' in large.text
    assert scene.entries == []


def test_a_form_sent_twice_counts_once(scene: LogScene) -> None:
    for _ in range(2):
        assert scene.add(intent="a" * 32).status_code == 303

    assert len(scene.entries) == 1


@pytest.mark.parametrize(
    ("visibility", "readers"),
    [("private", {"owner"}), ("manager", {"owner", "manager"}), ("case", {"owner", "manager"})],
)
def test_an_entry_opens_for_those_whom_its_owner_chose(scene: LogScene, visibility: str, readers: set[str]) -> None:
    scene.add(visibility=visibility)
    codes = {name: scene.look(name).status_code for name in scene.circle.people}

    assert {name for name, code in codes.items() if code == 200} == readers
    assert {code for name, code in codes.items() if name not in readers} == {404}


def test_a_case_opens_its_evidence_to_those_who_read_it(scene: LogScene) -> None:
    scene.add(visibility="case")
    with writing(scene.engine) as session:
        make.cite(session, scene.circle, scene.entry)
    readers = {name for name in scene.circle.people if scene.look(name).status_code == 200}

    assert readers == {"owner", "manager", "case manager", "member", "chair", "hr"}
    assert "A promotion case rests on this." in words(scene.look())
    assert scene.post("edit", version="1", title="Other", about_on="2026-11-20", visibility="case").status_code == 409
    assert scene.post("withdraw", version="1", reason="Wrong").status_code == 409


def test_a_manager_sees_what_is_shared_and_no_trace_of_the_rest(scene: LogScene) -> None:
    scene.add(title="Shared result", competencies=["competency:strategy"])
    scene.add(title="Private thought", visibility="private", competencies=["competency:empathy"])
    address = f"/evidence/people/{scene.circle.owner.id}"
    page = scene.browser("manager").get(address)

    assert "Evidence of Owner" in words(page)
    assert "Shared result" in page.text
    assert "Private thought" not in page.text
    assert "Competencies: 1 of 2 have evidence" in words(page)
    assert "Private thought" not in scene.browser("manager").get(f"{address}/export.csv").text
    for name in ("stranger", "hr", "admin", "asked", "owner", "other manager"):
        assert scene.browser(name).get(address).status_code == 404
        assert scene.browser(name).get(f"{address}/export.csv").status_code == 404


def test_an_empty_log_of_a_report_says_so(scene: LogScene) -> None:
    scene.add(visibility="private")

    assert "Nothing for you to read yet" in words(
        scene.browser("manager").get(f"/evidence/people/{scene.circle.owner.id}")
    )


def test_asked_answered_and_asked_again(scene: LogScene) -> None:
    scene.add(visibility="private")
    assert scene.post("ask", person_id=str(scene.circle.people["asked"].id)).status_code == 303
    asked = scene.browser("asked")
    page = asked.get(f"/evidence/{scene.entry.id}")
    assert "Were you there? Owner names you as somebody who was there." in words(page)
    assert "Ask somebody" not in words(page)

    assert "how it was, as you saw it" in words(scene.post("answer", "asked", word="no", words=""))
    assert scene.post("answer", "asked", word="partly", words="It was five.").status_code == 303
    assert asked.get("/").text.count("Say whether it was so") == 0
    assert "Partly as written" in words(scene.look())
    assert "It was five." in words(scene.look())

    changed = {"title": "Cut it", "body": "To five.", "about_on": "2026-11-20", "visibility": "private", "version": "1"}
    assert scene.post("edit", **changed).status_code == 303
    assert "before the entry was changed" in words(scene.look())
    assert "Say whether it was so: “Cut it”" in words(asked.get("/"))
    assert "please look again" in words(asked.get(f"/evidence/{scene.entry.id}"))


def test_only_those_who_were_asked_answer_and_only_the_owner_asks(scene: LogScene) -> None:
    scene.add()
    asked = str(scene.circle.people["asked"].id)

    assert scene.post("answer", "manager", word="yes").status_code == 403
    assert scene.post("answer", "stranger", word="yes").status_code == 404
    assert scene.post("ask", "manager", person_id=asked).status_code == 403
    assert scene.post("ask", "stranger", person_id=asked).status_code == 404
    for path in ("edit", "withdraw", "ask"):
        assert scene.browser("manager").get(f"/evidence/{scene.entry.id}/{path}").status_code == 403
        assert scene.browser("stranger").get(f"/evidence/{scene.entry.id}/{path}").status_code == 404


def test_a_question_is_taken_back(scene: LogScene) -> None:
    scene.add(visibility="private")
    asked = str(scene.circle.people["asked"].id)
    scene.post("ask", person_id=asked)
    assert scene.look("asked").status_code == 200

    assert scene.post(f"ask/{asked}/take-back").status_code == 303
    assert scene.look("asked").status_code == 404


def test_who_was_asked_already_is_not_offered_again(scene: LogScene) -> None:
    scene.add()
    address, asked = f"/evidence/{scene.entry.id}/ask", scene.circle.people["asked"]
    assert str(asked.id) in scene.browser().get(address).text
    scene.post("ask", person_id=str(asked.id))

    assert str(asked.id) not in scene.browser().get(address).text
    assert str(scene.circle.owner.id) not in scene.browser().get(address).text


def test_an_entry_is_withdrawn_with_a_reason_and_stays_for_its_owner(scene: LogScene) -> None:
    scene.add()
    assert scene.post("withdraw", version="1", reason=" ").status_code == 422
    assert scene.post("withdraw", version="1", reason="Counted twice").status_code == 303

    assert "Your reason: Counted twice" in words(scene.look())
    assert scene.look("manager").status_code == 404
    assert "Cut the waiting time" not in words(scene.browser().get("/evidence"))
    assert "Withdrawn: Counted twice" in words(scene.browser().get("/evidence?withdrawn=1"))


def test_a_change_in_another_tab_shows_both(scene: LogScene) -> None:
    scene.add()
    mine = {"about_on": "2026-11-20", "visibility": "manager", "version": "1"}
    scene.post("edit", title="Theirs", body="Kept", **mine)
    answer = scene.post("edit", title="Mine", body="Typed", **mine)

    assert answer.status_code == 409
    assert "What is kept now Theirs Kept" in words(answer)
    assert 'value="Mine"' in answer.text
    assert 'name="version" value="2"' in answer.text


def test_a_list_is_narrowed_by_its_address_and_so_is_its_file(scene: LogScene) -> None:
    scene.add(title="Result", competencies=["competency:strategy"])
    scene.add(title="=1+1")
    browser = scene.browser()

    shown = browser.get("/evidence?shows=competency:strategy")
    assert "Result" in words(shown)
    assert "=1+1" not in words(shown)
    assert "None fits" in words(browser.get("/evidence?q=nowhere"))
    assert words(browser.get("/evidence?shows=junk&said=junk&visibility=junk&from=junk&page=-3")).count("=1+1") == 1
    file = browser.get("/evidence/export.csv?shows=nothing").text.removeprefix("\ufeff").splitlines()
    assert file == [
        "date,title,link,text,competencies,criteria,visibility,file,said,withdrawn",
        "2026-11-20,'=1+1,,To four minutes.,,,manager,,,",
    ]


def test_a_long_list_has_pages(scene: LogScene) -> None:
    with writing(scene.engine) as session:
        for number in range(101):
            make.make_entry(session, scene.circle.owner, title=f"Number {number}")
    first, second = (scene.browser().get(f"/evidence?page={number}") for number in (1, 2))

    assert first.text.count('<span class="row-detail">') == 100
    assert second.text.count('<span class="row-detail">') == 1
    assert "/evidence?page=2" in first.text
    for looked, last in (("page=9", "page=2"), ("q=Number+7&page=9", "q=Number+7&page=1")):
        past = scene.browser().get(f"/evidence?{looked}")
        assert "No more entries The list ends before this page. To the last page" in words(past)
        assert f'href="/evidence?{last}"' in past.text.replace("&amp;", "&")
    assert "None fits" in words(scene.browser().get("/evidence?q=nothing&page=9"))


def _csv(*lines: str) -> bytes:
    return "\n".join(("date,title,link,text,competencies,visibility", *lines)).encode()


def _import(scene: LogScene, raw: bytes) -> object:
    from tests.web.multipart import send

    return send(scene.browser(), "/evidence/import", {"visibility": "private"}, {"file": ("log.csv", "text/csv", raw)})


def test_ten_thousand_rows_with_three_bad_ones_leave_nothing(scene: LogScene) -> None:
    rows = [f"2026-03-0{number % 9 + 1},Entry {number},,Words {number},strategy,manager" for number in range(10_000)]
    rows[41] = "2026-02-30,Entry,,,strategy,manager"
    rows[4999] = "2026-03-01,Entry,,,juggling,manager"
    rows[9998] = "2999-03-01,,,,strategy,manager"
    answer = _import(scene, _csv(*rows))

    assert answer.status_code == 422  # type: ignore[attr-defined]  # werkzeug's own
    said = words(answer)  # type: ignore[arg-type]  # werkzeug's own
    assert "line 43, column date: “2026-02-30” is not a day." in said
    assert "line 5001, column competencies: Your role has no competency “juggling”." in said
    assert "line 10000, column date: 1 March 2999 has not come yet." in said
    assert "line 10000, column title: Write a title." in said
    assert scene.entries == []


def test_what_leaves_as_a_file_comes_in_again_once(scene: LogScene) -> None:
    scene.add(title="A result", competencies=["competency:strategy"], criteria=["criterion:impact"])
    scene.add(title="=cmd", body="https://example.org/a", visibility="case")
    raw = scene.browser().get("/evidence/export.csv").data
    again = _import(scene, raw)
    assert again.status_code == 303  # type: ignore[attr-defined]  # werkzeug's own
    assert len(scene.entries) == 2

    taken = scene.circle.people["stranger"]
    with writing(scene.engine) as session:
        make.make_role(session, taken, role="other")
    from tests.web.multipart import send

    send(scene.signed_in(taken.id), "/evidence/import", {"visibility": "private"}, {"file": ("a.csv", "text/csv", raw)})
    mine = {(one.title, one.body, one.kind, one.visibility) for one in scene.entries if one.person_id == taken.id}
    assert mine == {
        ("A result", "To four minutes.", EvidenceKind.TEXT, Visibility.MANAGER),
        ("=cmd", "https://example.org/a", EvidenceKind.LINK, Visibility.CASE),
    }


def test_everything_of_ones_own_leaves_in_one_archive(scene: LogScene) -> None:
    scene.attach(PDF)
    scene.add(title="A result")
    with writing(scene.engine) as session:
        make.make_asked(session, scene.entry, scene.circle.people["asked"], Word.YES, words="So it was.")
    scene.add(title="Gone")
    scene.post("withdraw", version="1", reason="Counted twice")
    sent = scene.browser().get("/evidence/everything.zip")
    archive = zipfile.ZipFile(io.BytesIO(sent.data))
    told = json.loads(archive.read("evidence.json"))
    by_title = {one["title"]: one for one in told["entries"]}

    assert by_title["A result"]["said"][0]["words"] == "So it was."
    assert by_title["Gone"]["withdrawn_reason"] == "Counted twice"
    assert archive.read(by_title["Cut the waiting time"]["content"]) == PDF[2]
    assert told["files_that_could_not_be_read"] == []
    assert b"A result" in archive.read("evidence.csv")
    assert b"Cut the waiting time" not in zipfile.ZipFile(
        io.BytesIO(scene.browser("manager").get("/evidence/everything.zip").data)
    ).read("evidence.csv")


def test_pages_take_at_most_six_statements(scene: LogScene) -> None:
    with writing(scene.engine) as session:
        for number in range(30):
            entry = make.make_entry(session, scene.circle.owner, make.STRATEGY, title=f"Number {number}")
            make.make_asked(session, entry, scene.circle.people["asked"], Word.YES)
    owner, manager, asked = (scene.browser(name) for name in ("owner", "manager", "asked"))
    person, one = scene.circle.owner.id, scene.entry.id
    sent = {}
    for browser, path in (
        (owner, "/evidence"), (owner, "/evidence/new"), (owner, f"/evidence/{one}"), (owner, f"/evidence/{one}/ask"),
        (owner, f"/evidence/{one}/edit"), (owner, f"/evidence/{one}/withdraw"), (owner, "/evidence/offered"),
        (owner, "/evidence/import"), (manager, f"/evidence/people/{person}"), (asked, f"/evidence/{one}"),
    ):  # fmt: skip
        assert browser.get(path).status_code == 200
        with counted(scene.engine) as statements:
            browser.get(path)
        sent[path] = len([one for one in statements if not one.startswith(("BEGIN", "PRAGMA"))])

    assert max(sent.values()) <= 6, sent


def test_an_unknown_entry_is_not_found(scene: LogScene) -> None:
    for path in ("", "/edit", "/withdraw", "/ask", "/file"):
        assert scene.browser().get(f"/evidence/{uuid4()}{path}").status_code == 404


def test_a_case_in_preparation_holds_no_entry_fast(scene: LogScene) -> None:
    scene.add(visibility="case")
    with writing(scene.engine) as session:
        make.cite(session, scene.circle, scene.entry, state=CaseState.DRAFT)

    assert scene.post("withdraw", version="1", reason="Wrong").status_code == 303
    assert scene.entry.withdrawn_at is not None
    assert scene.entry.withdrawn_at >= NOW.replace(year=2000)
