"""The forms of a promotion case: what saves itself, what is declined, what is corrected, and for whom each is."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from html import unescape
from typing import TYPE_CHECKING

import pytest

from app.domain.growth.case import CaseOutcome
from app.models.engine import writing
from app.services import case_feedback
from tests.factories import cases as make
from tests.factories.hiring import NOW, actor_of
from tests.web.case_scenes import WORDS, made, version_of, voted

if TYPE_CHECKING:
    from uuid import UUID

    from tests.databases import Database
    from tests.web.browser import Browser

SignedIn = Callable[["UUID"], "Browser"]
AS_SCRIPT = {"Accept": "application/json"}


def test_a_word_of_who_declines_is_told_to_whoever_asked_and_nobody_else(
    database: Database, signed_in: SignedIn
) -> None:
    cast, case_id = made(database, lambda *_: None)
    with writing(database.engine) as session:
        case_feedback.ask(session, actor_of(cast.manager), case_id, cast["peer"].id, now=NOW)
    peer, address = signed_in(cast["peer"].id), f"/promotions/{case_id}/feedback"
    draft = {"situation": WORDS.situation, "version": version_of(peer.get(address).text)}
    assert peer.post(f"{address}/draft", draft).status_code == 303
    long = peer.post(f"{address}/decline", {"decline-words": "x" * 501})
    assert long.status_code == 422
    assert "at most 500" in long.text
    assert WORDS.situation in long.text
    said = "We hardly worked together."
    assert peer.post(f"{address}/decline", {"decline-words": said}).status_code == 303

    assert said in peer.get(address).text
    assert said in signed_in(cast.manager.id).get(f"/promotions/{case_id}").text
    for name in ("person", "hr"):
        assert said not in signed_in(cast[name].id).get(f"/promotions/{case_id}").text
    assert said not in signed_in(cast.manager.id).get(f"/promotions/{case_id}/packet.pdf?as=page").text


@pytest.mark.parametrize("form", ["edit", "feedback"])
def test_forms_save_by_themselves(database: Database, signed_in: SignedIn, form: str) -> None:
    cast, case_id = made(database, lambda *_: None)
    with writing(database.engine) as session:
        case_feedback.ask(session, actor_of(cast.manager), case_id, cast["peer"].id, now=NOW)
    page, saving, field, who = {
        "edit": ("edit", "edit", "brief", "person"),
        "feedback": ("feedback", "feedback/draft", "situation", "peer"),
    }[form]
    browser, address = signed_in(cast[who].id), f"/promotions/{case_id}"
    drawn = browser.get(f"{address}/{page}").text
    assert f'data-autosave-url="{address}/{saving}"' in drawn
    version = version_of(drawn)
    saved = browser.post(f"{address}/{saving}", {field: "Half a sent", "version": version}, headers=AS_SCRIPT)
    assert saved.status_code == 200
    assert saved.get_json()["version"] > int(version)
    assert "Half a sent" in browser.get(f"{address}/{page}").text
    stale = browser.post(f"{address}/{saving}", {field: "Other", "version": version}, headers=AS_SCRIPT)
    assert stale.status_code == 409
    compared = browser.post(f"{address}/{saving}", {field: "Other", "version": version})
    assert compared.status_code == 422
    assert "Half a sent" in compared.text
    assert "Other" in compared.text
    current = saved.get_json()["version"]
    long = browser.post(f"{address}/{saving}", {field: "x" * 4000, "version": current}, headers=AS_SCRIPT)
    assert long.status_code == 422
    assert [fault["field"] for fault in long.get_json()["faults"]] == [field]
    assert "Shorten this" in long.get_json()["faults"][0]["message"]


def test_two_who_write_at_once_keep_what_the_other_wrote_elsewhere(database: Database, signed_in: SignedIn) -> None:
    cast, case_id = made(database, lambda *_: None)
    person, manager = signed_in(cast.person.id), signed_in(cast.manager.id)
    address = f"/promotions/{case_id}/edit"
    drawn = manager.get(address).text
    hers = {"brief": "She cut the wait.", "development": "", "business_need": "None.", "version": version_of(drawn)}
    assert person.post(address, hers).status_code == 303
    mine = {
        "brief": "", "development": "Pricing next.", "business_need": "", "version": version_of(drawn),
        "drawn": drawn.partition('name="drawn" value="')[2].partition('"')[0],
    }  # fmt: skip
    clash = manager.post(address, mine)

    assert clash.status_code == 422
    assert "Saved by somebody else meanwhile" in clash.text
    again = {name: unescape(_typed(clash.text, name)) for name in ("brief", "development", "business_need")}
    assert again == {"brief": "She cut the wait.", "development": "Pricing next.", "business_need": "None."}
    assert manager.post(address, {**again, "version": version_of(clash.text)}).status_code == 303


def test_only_who_may_begin_a_case_is_offered_to(database: Database, signed_in: SignedIn) -> None:
    cast, _ = made(database, lambda *_: None)
    for name, offered in {"person": True, "manager": True, "hr": False, "stranger": False}.items():
        assert ('href="/promotions/new"' in signed_in(cast[name].id).get("/promotions").text) == offered


def test_every_page_of_a_case_begins_at_the_ladder(database: Database, signed_in: SignedIn) -> None:
    cast, case_id = made(database, lambda *_: None)
    manager = signed_in(cast.manager.id)
    for path in ("", "/edit", "/against", "/hand-in", "/withdraw", "/feedback/ask"):
        crumbs = manager.get(f"/promotions/{case_id}{path}").text.partition('aria-label="Breadcrumb')[2][:400]
        assert crumbs.index('href="/ladder"') < crumbs.index('href="/promotions"')


def test_the_chair_corrects_the_record_and_the_earlier_one_stays_on_the_page(
    database: Database, signed_in: SignedIn
) -> None:
    cast, case_id = made(database, voted(CaseOutcome.PROMOTE))
    address, chair = f"/promotions/{case_id}", signed_in(cast["chair"].id)
    person = signed_in(cast.person.id)
    assert person.post(f"{address}/sign").status_code == 303
    form = chair.get(f"{address}/correct").text
    sent = {
        "outcome": "not_yet", "gaps": "money", "reasons": "The money side rests on nothing that anybody could read.",
        "correction_reason": "The wrong votes were read out, which the minutes show.", "version": version_of(form),
    }  # fmt: skip
    wrong = chair.post(f"{address}/correct", {**sent, "correction_reason": ""})
    assert wrong.status_code == 422
    assert "Say why the record is corrected." in wrong.text
    assert sent["reasons"] in wrong.text
    assert chair.post(f"{address}/correct", sent).status_code == 303
    assert chair.post(f"{address}/correct", sent).status_code == 422

    for name in ("person", "manager", "hr", "first"):
        page = signed_in(cast[name].id).get(address).text
        for words in (
            "This is record 2. It corrects record 1", sent["correction_reason"], sent["reasons"], make.REASONS,
            "Record 1: promote", "Signatures to record 1", "has not signed yet",
        ):  # fmt: skip
            assert words in page, (name, words)
    assert "Correct the record" in chair.get(address).text
    assert "Correct the record" not in person.get(address).text
    paper = " ".join(person.get(f"{address}/packet.pdf?as=page").text.split())
    assert "Record 1, corrected: Promote" in paper
    assert sent["correction_reason"] in paper
    assert "Signed, as read at that time, by Noor Okafor" in paper
    assert "does not count" in signed_in(cast["hr"].id).get(f"/ladder/people/{cast.person.id}").text
    rows = list(csv.reader(io.StringIO(chair.get("/promotions.csv").get_data(as_text=True).lstrip("\ufeff"))))
    assert [row[5] for row in rows[1:]] == ["Not yet"]


def _typed(page: str, name: str) -> str:
    return page.partition(f'name="{name}"')[2].partition(">")[2].partition("</textarea>")[0].strip()
