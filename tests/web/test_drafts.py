"""Drafts over HTTP: begun, edited piece by piece, checked while typing, compared, published."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from sqlalchemy import select

from app.models.blueprint import BlueprintDraft, BlueprintVersion
from app.models.engine import reading, writing
from tests.factories.drafts import CARD_FILE, ROLE, ROLE_FILE, Desk, make_desk, publish_files, role_files
from tests.factories.hiring import make_requisition

if TYPE_CHECKING:
    from collections.abc import Callable

    from werkzeug.test import TestResponse

    from tests.databases import Database
    from tests.web.browser import Browser

_FIELD = re.compile(r'<(?:input|textarea|select)[^>]*\bname="([^"]+)"[^>]*>(?:\n?([^<]*)</textarea>)?')
_VALUE = re.compile(r'\bvalue="([^"]*)"')


@pytest.fixture
def desk(database: Database) -> Desk:
    return make_desk(database.engine)


@pytest.fixture
def amara(signed_in: Callable[[UUID], Browser], desk: Desk) -> Browser:
    return signed_in(desk.amara.person_id)


@pytest.fixture
def bode(signed_in: Callable[[UUID], Browser], desk: Desk) -> Browser:
    return signed_in(desk.bode.person_id)


def at(desk: Desk, rest: str = "") -> str:
    return f"/blueprints/drafts/{desk.draft}{rest}"


def section(desk: Desk, where: str, file: str = CARD_FILE) -> str:
    return at(desk, f"/section?file={file}&at={where}")


def fields(page: TestResponse) -> dict[str, list[str]]:
    """What a browser would send of the page's editor, unless somebody types."""
    assert page.status_code == 200, page.status_code
    form = page.text[page.text.index('<form class="editor') :]
    form = form[: form.index("</form>")]
    sent: dict[str, list[str]] = {}
    for tag in re.finditer(r"<input[^>]*>|<textarea[^>]*>[^<]*</textarea>|<select.*?</select>", form, re.DOTALL):
        text = tag.group()
        name = re.search(r'\bname="([^"]+)"', text)
        if name is None or name.group(1) == "csrf_token" or ('type="checkbox"' in text and " checked" not in text):
            continue
        if text.startswith("<textarea"):
            value = text[text.index(">") + 1 : text.rindex("<")].removeprefix("\n")
        elif text.startswith("<select"):
            chosen = re.search(r'value="([^"]*)" selected', text)
            value = chosen.group(1) if chosen else ""
        else:
            found = _VALUE.search(text)
            value = found.group(1) if found else "on"
        sent.setdefault(html.unescape(name.group(1)), []).append(html.unescape(value))
    return sent


def save(browser: Browser, desk: Desk, sent: dict[str, list[str]], **typed: str) -> TestResponse:
    return browser.post(at(desk, "/section"), {**sent, "do": "save", **_named(typed)})


def _named(typed: dict[str, str]) -> dict[str, str]:
    return {name if name == "do" else f"v.{name.replace('__', '.')}": value for name, value in typed.items()}


def kept(database: Database, desk: Desk, name: str = CARD_FILE) -> str:
    with reading(database.engine) as session:
        return session.get_one(BlueprintDraft, desk.draft).files[name]


def versions(database: Database) -> list[tuple[int, str]]:
    with reading(database.engine) as session:
        version = BlueprintVersion
        rows = session.execute(
            select(version.number, version.note).where(version.role == ROLE).order_by(version.number)
        )
        return [(row.number, row.note) for row in rows]


def publish(browser: Browser, desk: Desk, **typed: str) -> TestResponse:
    page = browser.get(at(desk)).text
    seen = {
        name: re.search(rf'name="{name}" value="([^"]*)"', page[page.index('id="publish-title"') :])
        for name in ("version", "newest")
    }
    return browser.post(
        at(desk, "/publish"), {**{name: found.group(1) if found else "" for name, found in seen.items()}, **typed}
    )


def test_a_weight_is_changed_mended_compared_and_published(database: Database, desk: Desk, amara: Browser) -> None:
    with writing(database.engine) as session:
        version = session.get_one(BlueprintVersion, desk.version)
        need = make_requisition(session, version=version).id
    answer = save(amara, desk, fields(amara.get(section(desk, "dimensions.0"))), weight="50")
    assert answer.status_code == 303
    page = amara.get(at(desk)).text
    assert "1 fault keeps this from being published" in page
    assert "The weights sum to 90, not 100" in page
    assert f"/blueprints/drafts/{desk.draft}/weights" in page
    refused = amara.post(at(desk, "/publish"), {"version": "2", "newest": str(desk.version), "note": "Too early"})
    assert refused.status_code == 422
    assert "Too early" in refused.text
    assert len(versions(database)) == 1
    save(amara, desk, fields(amara.get(section(desk, "dimensions.1"))), weight="50")
    page = amara.get(at(desk)).text
    assert "Ready to be published" in page
    assert "from 60 to 50" in page
    assert "What changes against version 1" in page
    answer = publish(amara, desk, note="Operations matter more.")
    assert answer.status_code == 303
    assert "version-published" in answer.headers["Location"]
    assert versions(database) == [(1, ""), (2, "Operations matter more.")]
    assert amara.get(at(desk)).status_code == 404
    with reading(database.engine) as session:
        from app.models.requisition import Requisition

        assert session.get_one(Requisition, need).blueprint_version_id == desk.version


def test_a_note_that_is_too_long_stays_where_it_was_typed(database: Database, desk: Desk, amara: Browser) -> None:
    save(amara, desk, fields(amara.get(section(desk, "dimensions.0"))), title="Modeling")
    answer = publish(amara, desk, note="Too long. " * 101)
    assert answer.status_code == 422
    assert "Keep the note to 1000 characters." in answer.text
    assert "Too long. " * 100 in answer.text
    assert len(versions(database)) == 1


def test_a_title_that_no_version_may_have_is_refused_in_words(database: Database, desk: Desk, amara: Browser) -> None:
    with writing(database.engine) as session:
        draft = session.get_one(BlueprintDraft, desk.draft)
        name = next(name for name in draft.files if name.endswith("role.yaml"))
        draft.files = {**draft.files, name: draft.files[name].replace("title: ", "title: " + "Very " * 50, 1)}
    answer = publish(amara, desk)
    assert answer.status_code == 422
    assert "Shorten the role&#39;s title to at most 200 characters." in answer.text
    assert len(versions(database)) == 1


def test_all_weights_are_changed_in_one_table(database: Database, desk: Desk, amara: Browser) -> None:
    sent = fields(amara.get(at(desk, "/weights")))
    checked = amara.post(at(desk, "/check"), {**sent, "w.modeling": "10"})
    assert 'add up to <b class="num">50</b>: 50 too few' in checked.text
    answer = amara.post(at(desk, "/weights"), {**sent, "do": "save", "w.modeling": "30", "w.operations": "70"})
    assert answer.status_code == 303
    assert "weight: 30" in kept(database, desk)
    assert "weight: 70" in kept(database, desk)
    unfit = amara.post(
        at(desk, "/weights"), {**fields(amara.get(at(desk, "/weights"))), "do": "save", "w.modeling": "a lot"}
    )
    assert unfit.status_code == 422
    assert 'value="a lot"' in unfit.text


def test_checking_says_what_is_wrong_where_and_keeps_nothing(database: Database, desk: Desk, amara: Browser) -> None:
    before = kept(database, desk)
    sent = fields(amara.get(section(desk, "dimensions.0")))
    checked = amara.post(at(desk, "/check"), {**sent, "v.weight": "55", "v.anchors.1.text": ""})
    assert checked.status_code == 200
    assert "<html" not in checked.text
    assert 'role="status"' in checked.text
    assert "95" in checked.text
    assert 'href="#v-anchors' in checked.text or "anchor" in checked.text
    button = amara.post(at(desk, "/section"), {**sent, "v.weight": "55", "v.title": "Mine", "do": "check"})
    assert 'value="Mine"' in button.text
    assert "5 too few" in button.text
    assert kept(database, desk) == before


def test_a_fault_elsewhere_is_told_where_it_arises(desk: Desk, amara: Browser) -> None:
    sent = fields(amara.get(section(desk, "dimensions.0")))
    checked = amara.post(at(desk, "/check"), {**sent, "v.id": "renamed"})
    assert "Elsewhere in the draft this would now need attention" in checked.text
    assert "modeling" in checked.text


def test_rows_come_and_go_without_script_and_without_saving(database: Database, desk: Desk, amara: Browser) -> None:
    before = kept(database, desk, ROLE_FILE)
    sent = fields(amara.get(section(desk, "tools.sections.0", ROLE_FILE)))
    sent["v.entries.0.text"] = ["PostgreSQL 15"]
    page = amara.post(at(desk, "/section"), {**sent, "do": "add:entries"})
    grown = fields(page)
    assert grown["v.entries.0.text"] == ["PostgreSQL 15"]
    assert grown["v.entries.2.text"] == [""]
    assert "autofocus" in page.text
    moved = fields(amara.post(at(desk, "/section"), {**grown, "v.entries.2.text": "Kafka", "do": "up:entries.2"}))
    assert [moved[f"v.entries.{n}.text"] for n in range(3)] == [["PostgreSQL 15"], ["Kafka"], ["Parquet"]]
    left = fields(amara.post(at(desk, "/section"), {**moved, "do": "remove:entries.0"}))
    assert kept(database, desk, ROLE_FILE) == before
    amara.post(at(desk, "/section"), {**left, "do": "save"})
    assert "[Kafka, Parquet]" in kept(database, desk, ROLE_FILE)


def test_a_piece_is_added_moved_removed_and_brought_back(database: Database, desk: Desk, amara: Browser) -> None:
    sent = fields(amara.get(section(desk, "probes.new")))
    typed = {"v.id": "a-day", "v.title": "A day", "v.question": "What did you do?", "v.dimensions": "modeling"}
    assert amara.post(at(desk, "/section"), {**sent, **typed, "do": "save"}).status_code == 303
    assert "A day" in kept(database, desk)
    page = amara.get(at(desk, f"/file?file={CARD_FILE}")).text
    forms = re.findall(r'name="at" value="(probes\.\d)">\s*<input type="hidden" name="seen" value="(\w+)"', page)
    assert [where for where, _seen in forms] == ["probes.0", "probes.1", "probes.2"]
    seen = dict(forms)
    act = {"file": CARD_FILE, "at": "probes.2", "seen": seen["probes.2"]}
    assert amara.post(at(desk, "/piece"), {**act, "do": "up"}).headers["Location"].endswith("#piece-probes-1")
    removed = amara.post(at(desk, "/piece"), {**act, "do": "remove"})
    assert "A day" not in kept(database, desk)
    page = amara.get(removed.headers["Location"]).text
    assert "Removed “A day”" in page
    version = re.search(r'/undo" method="post">.*?name="version" value="(\d+)"', page, re.DOTALL)
    assert version
    assert amara.post(at(desk, "/undo"), {"version": version.group(1)}).status_code == 303
    assert "A day" in kept(database, desk)


def test_two_people_at_one_piece_see_both_texts(database: Database, desk: Desk, amara: Browser, bode: Browser) -> None:
    mine, theirs = fields(amara.get(section(desk, "dimensions.0"))), fields(bode.get(section(desk, "dimensions.0")))
    assert save(bode, desk, theirs, title="Bode's title").status_code == 303
    refused = save(amara, desk, mine, title="Amara's title")
    assert refused.status_code == 409
    assert "Amara&#39;s title" in refused.text
    assert "Bode&#39;s title" in refused.text
    assert "Bode's title" in kept(database, desk)
    assert "Amara's title" not in kept(database, desk)
    again = {**mine, "seen": re.findall(r'name="seen" value="(\w+)"', refused.text)[-1:]}
    assert save(amara, desk, again, title="Amara's title").status_code == 303
    assert "Amara's title" in kept(database, desk)


def test_a_piece_that_somebody_removed_is_not_lost_to_who_types(
    database: Database, desk: Desk, amara: Browser, bode: Browser
) -> None:
    mine = fields(amara.get(section(desk, "probes.1")))
    bode.post(at(desk, "/piece"), {"file": CARD_FILE, "at": "probes.1", "seen": mine["seen"][0], "do": "remove"})
    refused = save(amara, desk, mine, question="What did you learn?")
    assert refused.status_code == 409
    assert "What did you learn?" in refused.text
    assert "removed this while you were writing" in refused.text
    again = {**mine, "at": ["probes.new"]}
    assert save(amara, desk, again, question="What did you learn?").status_code == 303
    assert "What did you learn?" in kept(database, desk)


def test_a_text_with_faults_is_kept_and_its_lines_are_named(database: Database, desk: Desk, amara: Browser) -> None:
    sent = fields(amara.get(at(desk, f"/text?file={CARD_FILE}")))
    broken = sent["text"][0].replace("weight: 60", "weight: [60")
    checked = amara.post(at(desk, "/check"), {**sent, "text": broken})
    assert re.search(r'data-line="\d+">Line \d+</a>', checked.text)
    answer = amara.post(at(desk, "/text"), {**sent, "text": broken, "do": "save"})
    assert answer.status_code == 303
    assert kept(database, desk) == broken
    assert amara.get(at(desk, f"/file?file={CARD_FILE}")).headers["Location"].startswith(at(desk, "/text"))
    assert amara.get(section(desk, "dimensions.0")).status_code == 404
    assert "Open the text" in amara.get(at(desk)).text


def test_two_people_at_one_text_see_both(desk: Desk, amara: Browser, bode: Browser) -> None:
    mine = fields(amara.get(at(desk, f"/text?file={CARD_FILE}")))
    theirs = {**mine, "text": [mine["text"][0] + "# Bode\n"], "do": ["save"]}
    assert bode.post(at(desk, "/text"), theirs).status_code == 303
    refused = amara.post(at(desk, "/text"), {**mine, "text": mine["text"][0] + "# Amara\n", "do": "save"})
    assert refused.status_code == 409
    assert "# Amara" in refused.text
    assert "# Bode" in refused.text


def test_a_newer_version_is_shown_before_it_is_replaced(database: Database, desk: Desk, amara: Browser) -> None:
    save(amara, desk, fields(amara.get(section(desk, "dimensions.0"))), title="Modeling")
    page = amara.get(at(desk))
    with writing(database.engine) as session:
        publish_files(session, role_files(title="Data Engineer II"))
    stale = re.findall(r'name="(version|newest)" value="([^"]*)"', page.text[page.text.index('id="publish-title"') :])
    refused = amara.post(at(desk, "/publish"), {**dict(stale), "note": "A note that stays"})
    assert refused.status_code == 422
    assert "Version 2 was published after this draft began" in refused.text
    assert "A note that stays" in refused.text
    assert "Data Engineer II" in refused.text
    ticked = amara.post(at(desk, "/publish"), {**dict(stale), "note": "A note that stays", "understood": "y"})
    assert ticked.status_code == 409
    assert publish(amara, desk, note="Knowingly", understood="y").status_code == 303
    assert versions(database)[-1] == (3, "Knowingly")


def test_nothing_new_is_not_published(desk: Desk, amara: Browser) -> None:
    assert "word for word version 1" in amara.get(at(desk)).text
    answer = amara.post(at(desk, "/publish"), {"version": "1", "newest": str(desk.version), "note": "Again"})
    assert answer.status_code == 422
    assert "word for word version 1" in answer.text
    assert "Again" in answer.text


def test_a_draft_is_discarded_after_being_asked(database: Database, desk: Desk, amara: Browser) -> None:
    save(amara, desk, fields(amara.get(section(desk, "dimensions.0"))), title="Modeling of data")
    page = amara.get(at(desk, "/discard"))
    assert "Lost with it" in page.text
    assert "Modeling of data" in page.text
    version = re.search(r'name="version" value="(\d+)"', page.text)
    assert version
    assert amara.post(at(desk, "/discard"), {"version": "1"}).status_code == 409
    assert amara.post(at(desk, "/discard"), {"version": version.group(1)}).status_code == 303
    with reading(database.engine) as session:
        assert session.scalar(select(BlueprintDraft.id)) is None


def test_every_form_says_what_the_draft_began_with(amara: Browser, desk: Desk) -> None:
    for path in (at(desk, f"/file?file={CARD_FILE}"), at(desk, f"/text?file={CARD_FILE}"), at(desk, "/weights")):
        assert "Draft from version 1 of" in amara.get(path).text, path


def test_a_draft_that_is_gone_says_so_where_to_go_on_and_what_was_typed(
    amara: Browser, bode: Browser, desk: Desk
) -> None:
    typed = {"text": ["scale: half a night's work"], "do": ["save"]}
    sent = fields(amara.get(at(desk, f"/text?file={CARD_FILE}"))) | typed
    assert bode.post(at(desk, "/discard"), {"version": "1"}).status_code == 303
    late = amara.post(at(desk, "/text"), sent)
    assert late.status_code == 404
    assert "This draft is gone" in late.text
    assert "half a night&#39;s work" in late.text
    assert 'href="/blueprints/drafts"' in late.text
    asked = amara.get(at(desk))
    assert (asked.status_code, "What you sent" in asked.text) == (404, False)
