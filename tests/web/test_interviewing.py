from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from app.domain.card import CardState, from_json
from app.domain.permission import Role
from app.models.engine import writing
from app.services import scorecards
from tests.factories.hiring import NOW
from tests.factories.panels import WHOLE, Panel, card_row, make_actor, make_panel, revisions, seal
from tests.web.browser import Browser

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

    from tests.databases import Database

Open = Callable[[UUID], Browser]
FILLED = {
    "rating-strategy": "4",
    "evidence-strategy": "Named the bet that was stopped.",
    "rating-empathy": "none",
    "signals": "names-trade-offs",
    "recommendation": "strong-yes",
    "summary": "Clear about what was given up.",
    "private_note": "Ask Ben.",
    "intent": "0123456789abcdef",
    "version": "1",
}


@pytest.fixture
def at(database: Database) -> Panel:
    return make_panel(database, case_study="shortlist")


@pytest.fixture
def ada(at: Panel, signed_in: Open) -> Browser:
    return signed_in(at.ada.person_id)


def path(at: Panel, act: str = "") -> str:
    return f"/scorecards/{at.ada_card}" + (f"/{act}" if act else "")


def text(response: TestResponse) -> str:
    """What a reader sees: no tags, one blank between words."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.text)).split())


def checked(response: TestResponse) -> set[str]:
    return set(re.findall(r'id="([^"]+)"[^>]* checked', response.text))


def test_the_form_has_every_level_labelled_and_nothing_chosen(at: Panel, ada: Browser) -> None:
    page = ada.get(path(at))
    assert page.status_code == 200
    for value, title in ((1, "Well below"), (3, "Meets bar"), (5, "Well above")):
        assert f'id="d-strategy-{value}" name="rating-strategy" type="radio" value="{value}"' in page.text
        assert f"{title} on Product Strategy." in text(page)
    assert "Not assessed" in text(page)
    assert checked(page) == set()
    assert "0 of 1 rated, about 2 minutes left" in text(page)
    assert "Not saved yet" in text(page)


def test_focus_dimensions_are_open_and_the_rest_folded(at: Panel, ada: Browser) -> None:
    page = ada.get(path(at)).text
    assert re.search(r'<details class="dimension dimension--focus" id="d-strategy" open', page)
    assert re.search(r'<details class="dimension " id="d-fluency"\s+data-dimension', page)


def test_a_draft_is_kept_without_script(at: Panel, ada: Browser, database: Database) -> None:
    answer = ada.post(path(at, "draft"), FILLED)
    assert (answer.status_code, answer.location) == (303, f"{path(at)}?done=draft-saved")
    page = ada.get(answer.location)
    assert {"d-strategy-4", "d-empathy-none", "signals-names-trade-offs", "recommendation-strong-yes"} <= checked(page)
    assert "Named the bet that was stopped." in page.text
    assert 'name="version" value="2"' in page.text
    assert card_row(database, at.ada_card).state is CardState.OWED


def test_a_script_gets_the_version_and_the_time(at: Panel, ada: Browser) -> None:
    answer = ada.post(path(at, "draft"), FILLED, headers={"Accept": "application/json"})
    assert answer.status_code == 200
    assert answer.get_json()["version"] == 2
    assert answer.get_json()["saved_at"].endswith("+00:00")


def test_a_note_without_a_level_is_kept_as_what_it_is(at: Panel, ada: Browser, database: Database) -> None:
    ada.post(path(at, "draft"), {"version": "1", "evidence-strategy": "First thoughts\r\non two lines"})
    kept = from_json(card_row(database, at.ada_card).draft)
    assert (kept.ratings, kept.undecided[0].evidence) == ((), "First thoughts\non two lines")
    page = ada.get(path(at))
    assert "First thoughts\non two lines" in page.text
    assert checked(page) == set()


def test_sealing_shows_the_card_and_what_can_still_be_done(at: Panel, ada: Browser, database: Database) -> None:
    answer = ada.post(path(at, "seal"), FILLED)
    assert (answer.status_code, answer.location) == (303, f"{path(at)}?done=card-sealed")
    page = ada.get(answer.location)
    assert "Your scorecard is sealed." in text(page)
    for words in ("Named the bet that was stopped.", "4 Above", "Not assessed", "Strong yes", "Names trade-offs"):
        assert words in text(page)
    assert "<form" not in page.text.split('id="main"')[1]
    assert f'href="{path(at)}/revise"' in page.text
    assert f'href="{path(at)}.pdf"' in page.text
    assert len(revisions(database, at.ada_card)) == 1


@pytest.mark.parametrize(
    ("change", "message", "target"),
    [
        ({"rating-strategy": "9"}, "9 is not on the scale: choose 1 to 5", "d-strategy-1"),
        ({"rating-strategy": "four"}, "Choose one of the levels", "d-strategy-1"),
        ({"rating-strategy": "٣"}, "Choose one of the levels", "d-strategy-1"),
        ({"rating-strategy": "1_0"}, "Choose one of the levels", "d-strategy-1"),
        ({"rating-strategy": "5", "evidence-strategy": ""}, "Write what you saw or heard", "d-strategy-evidence"),
        ({"recommendation": ""}, "Choose an overall recommendation.", "recommendation"),
        ({"recommendation": "maybe"}, "Choose one of the four recommendations.", "recommendation"),
        ({"rating-strategy": ""}, "Rate Product Strategy, or choose", "d-strategy-1"),
        ({"evidence-strategy": "x" * 4001}, "Shorten this to at most 4000 characters", "d-strategy-evidence"),
        ({"evidence-strategy": "turned \u202e round"}, "cannot be shown", "d-strategy-evidence"),
        ({"rating-charm": "3"}, "is not a dimension of this scorecard", "ratings"),
    ],
)
def test_a_fault_names_its_field_and_everything_typed_stays(
    at: Panel,
    ada: Browser,
    change: dict[str, str],
    message: str,
    target: str,
) -> None:
    answer = ada.post(path(at, "seal"), {**FILLED, **change})
    assert answer.status_code == 422
    assert message in text(answer)
    assert f'<a href="#{target}">' in answer.text
    assert f'id="{target}"' in answer.text
    sent = {**FILLED, **change}
    for field in ("evidence-strategy", "summary", "private_note"):
        assert sent[field] in unescape(answer.text)
    assert "signals-names-trade-offs" in checked(answer)
    assert 'value="0123456789abcdef"' in answer.text
    assert "Not saved yet" in text(ada.get(path(at)))


def test_off_the_scale_is_refused_for_drafts_and_scripts_too(at: Panel, ada: Browser, database: Database) -> None:
    off = {**FILLED, "rating-strategy": "0"}
    assert ada.post(path(at, "draft"), off).status_code == 422
    answer = ada.post(path(at, "draft"), off, headers={"Accept": "application/json"})
    assert answer.status_code == 422
    assert [fault["field"] for fault in answer.get_json()["faults"]] == ["rating-strategy"]
    assert card_row(database, at.ada_card).draft == ""


def test_ten_clicks_on_one_form_make_one_seal(at: Panel, ada: Browser, database: Database) -> None:
    answers = {
        (answer.status_code, answer.location) for answer in (ada.post(path(at, "seal"), FILLED) for _ in "x" * 10)
    }
    assert answers == {(303, f"{path(at)}?done=card-sealed")}
    assert len(revisions(database, at.ada_card)) == 1


def test_the_same_key_with_other_words_seals_nothing_more(at: Panel, ada: Browser, database: Database) -> None:
    ada.post(path(at, "seal"), FILLED)
    answer = ada.post(path(at, "seal"), {**FILLED, "summary": "Something else."})
    assert answer.status_code in {409, 422}
    assert [r.summary for r in revisions(database, at.ada_card)] == ["Clear about what was given up."]
    assert "Something else." in answer.text


def test_a_note_is_passed_on_to_the_other_kit(at: Panel, ada: Browser, signed_in: Open) -> None:
    ada.post(path(at, "handover"), {"handover": "Ask about pricing."})
    assert "Ask about pricing." in ada.get(path(at)).text
    kit = signed_in(at.ben.person_id).get(f"/interviews/{at.interview}/kit")
    assert "Ask about pricing." in text(kit)
    assert "Ada Brook, Product conversation" in text(kit)


def test_the_kit_shows_levels_probes_case_and_where_to_score(at: Panel, ada: Browser) -> None:
    page = ada.get(f"/interviews/{at.interview}/kit")
    assert page.status_code == 200
    for words in ("Meets bar on Product Strategy.", "Which bet did you stop, and why?", "Plan the first release."):
        assert words in text(page)
    assert "What did a user teach you?" not in text(page)
    assert f'href="{path(at)}"' in page.text


@pytest.mark.parametrize("kit", [True, False])
def test_focus_dimensions_and_the_case_lead_into_the_blueprint(at: Panel, ada: Browser, *, kit: bool) -> None:
    page = ada.get(f"/interviews/{at.interview}/kit" if kit else path(at))
    links = re.findall(r'href="(/blueprints/[^"#]+)#([^"]+)">([^<]+)<', page.text)
    assert {(part.rsplit("/", 1)[1], words) for part, _, words in links} == {
        ("scorecard", "Product Strategy"),
        ("cases", "Case A: The shortlist"),
    }
    for part, anchor, _ in links:
        assert ada.get(part).text.count(f' id="{anchor}"') == 1


def test_asking_to_be_released_needs_a_reason_and_ends_the_duty(at: Panel, ada: Browser, database: Database) -> None:
    page = ada.get(path(at, "release"))
    intent = re.search(r'name="intent" value="([0-9a-f]+)"', page.text)
    assert intent is not None
    refused = ada.post(path(at, "release"), {"why": "other", "reason": " ", "intent": intent[1]})
    assert refused.status_code == 422
    done = ada.post(path(at, "release"), {"why": "other", "reason": "The candidate was ill.", "intent": intent[1]})
    assert (done.status_code, done.location) == (303, "/?done=card-released")
    assert card_row(database, at.ada_card).state is CardState.RELEASED
    assert "Nothing is due from you" in text(ada.get(path(at)))


def test_one_tap_says_that_one_could_not_interview_and_who_could(
    at: Panel, ada: Browser, signed_in: Open, database: Database
) -> None:
    carl = make_actor(database, "Carl Moss", Role.INTERVIEWER)
    page = ada.get(path(at, "release"))
    assert re.search(r'value="absent"[^>]* checked|checked[^>]* value="absent"', page.text)
    assert "Carl Moss" in page.text
    form = {"why": "absent", "reason": "", "successor": str(carl.person_id), "intent": "one"}
    assert ada.post(path(at, "release"), form).status_code == 303
    assert ada.post(path(at, "release"), form).status_code == 303
    assert "Nothing is due from you here any more" in text(ada.get(path(at, "release")))

    cleo = signed_in(at.coordinator.person_id)
    asked = cleo.get(path(at, "seat"))
    assert "Ada Brook could not interview: I could not come." in text(asked)
    assert "Seat Carl Moss" in text(asked)
    done = cleo.post(path(at, "seat"), {"seated": "yes", "intent": "two"})
    assert done.location == f"/applications/{at.application}?done=seat-filled"
    assert "This was answered already." in text(cleo.get(path(at, "seat")))
    assert signed_in(carl.person_id).get(f"/interviews/{at.interview}/kit").status_code == 200


def test_a_note_that_rates_is_refused_in_its_place_and_kept_as_typed(
    at: Panel, ada: Browser, database: Database
) -> None:
    ada.post(path(at, "draft"), FILLED)
    typed = "Ask about the launch.\r\nProduct Strategy: 4"
    refused = ada.post(path(at, "handover"), {"handover": typed})
    assert refused.status_code == 422
    assert "Line 2: “Product Strategy: 4” reads like a rating" in text(refused)
    assert "Ask about the launch.\nProduct Strategy: 4</textarea>" in refused.text
    assert "d-strategy-4" in checked(refused)
    assert card_row(database, at.ada_card).handover == ""
    assert ada.post(path(at, "handover"), {"handover": "Ask about the launch."}).status_code == 303


def test_revising_keeps_both_and_says_what_was_open(at: Panel, ada: Browser, database: Database) -> None:
    earlier = datetime.now(UTC) - timedelta(hours=1)
    seal(database, at.ada, at.ada_card, now=earlier)
    seal(database, at.ben, at.ben_card, now=earlier)
    page = ada.get(path(at, "revise"))
    assert "Others' scorecards are open to you." in text(page)
    assert "d-strategy-4" in checked(page)
    version = re.search(r'name="version" value="(\d+)"', page.text)
    assert version is not None
    sent = {**FILLED, "rating-strategy": "3", "version": version[1], "intent": "another"}
    refused = ada.post(path(at, "revise"), sent)
    assert refused.status_code == 422
    assert '<a href="#reason">' in refused.text
    assert ada.post(path(at, "revise"), {**sent, "reason": "I mixed up two answers."}).status_code == 303
    assert [r.after_reveal for r in revisions(database, at.ada_card)] == [False, True]
    shown = text(ada.get(path(at)))
    assert "I mixed up two answers." in shown
    assert "Revision 1, sealed" in shown
    assert "Rating of Product Strategy changed from 4 to 3 in revision 2, after others were visible" in shown


def test_others_read_the_sealed_card_without_the_private_note(at: Panel, signed_in: Open, database: Database) -> None:
    seal(database, at.ada, at.ada_card)
    ben = signed_in(at.ben.person_id)
    assert ben.get(path(at)).status_code == 403
    seal(database, at.ben, at.ben_card)
    page = ben.get(path(at))
    assert WHOLE.summary in page.text
    assert WHOLE.private_note not in page.text
    assert "/revise" not in page.text


@pytest.mark.parametrize("act", ["draft", "seal", "compare", "merge", "handover", "release", "revise"])
def test_nobody_acts_on_a_card_that_is_not_theirs(at: Panel, signed_in: Open, database: Database, act: str) -> None:
    ben = signed_in(at.ben.person_id)
    answer = ben.post(path(at, act), {**FILLED, "handover": "x", "reason": "x", "step": ""})
    assert answer.status_code in {403, 404}
    kept = card_row(database, at.ada_card)
    assert (kept.version, kept.draft, kept.handover, kept.state) == (1, "", "", CardState.OWED)


def test_the_form_is_the_same_bytes_whatever_others_did(at: Panel, ada: Browser, database: Database) -> None:
    def seen() -> list[str]:
        pages = (ada.get(path(at)), ada.get(f"/interviews/{at.interview}/kit"), ada.get("/"))
        changing = re.compile(r'nonce="[^"]+"|name="(intent|csrf_token)" value="[^"]+"')
        return [changing.sub("", page.text) for page in pages]

    before = seen()
    seal(database, at.ben, at.ben_card)
    assert seen() == before


def test_an_expired_session_gives_the_words_back_after_signing_in(
    at: Panel, browser: Browser, ada: Browser, database: Database
) -> None:
    late = browser.post(path(at, "seal"), FILLED)
    assert late.status_code == 401
    carried = re.search(r'name="carried"[^>]*value="([^"]+)"', late.text)
    assert carried is not None
    script = browser.client.post(path(at, "draft"), data=FILLED, headers={"Accept": "application/json"})
    assert script.status_code == 401
    assert script.get_json()["sign_in"].startswith("/sign-in")
    assert ada.post(path(at, "seal"), FILLED).status_code == 303
    assert len(revisions(database, at.ada_card)) == 1


def test_a_fresh_form_token_is_for_signed_in_people(ada: Browser, browser: Browser) -> None:
    fresh = ada.get("/scorecards/form-token", headers={"Accept": "application/json"})
    assert fresh.get_json()["csrf_token"]
    assert browser.get("/scorecards/form-token", headers={"Accept": "application/json"}).status_code == 401


def test_a_released_card_refuses_a_late_draft_and_keeps_the_words(at: Panel, ada: Browser, database: Database) -> None:
    with writing(database.engine) as session:
        scorecards.release(session, at.coordinator, at.ada_card, "Somebody else takes over.", NOW)
    answer = ada.post(path(at, "draft"), FILLED)
    assert answer.status_code == 409
    assert "Named the bet that was stopped." in answer.text
    script = ada.post(path(at, "draft"), FILLED, headers={"Accept": "application/json"})
    assert (script.status_code, json.loads(script.text)["sealed"]) == (409, False)


def test_the_sealed_card_is_printed_for_its_author_only_until_others_may_read(
    at: Panel, ada: Browser, signed_in: Open, database: Database
) -> None:
    assert ada.get(f"{path(at)}.pdf").status_code == 404
    seal(database, at.ada, at.ada_card)
    page = ada.get(f"{path(at)}.pdf?as=page")
    assert page.status_code == 200
    assert WHOLE.summary in unescape(page.text)
    assert WHOLE.private_note not in unescape(page.text)
    assert signed_in(at.ben.person_id).get(f"{path(at)}.pdf?as=page").status_code == 403


def test_a_coordinator_enters_a_card_and_it_says_so_wherever_it_is_read(
    at: Panel, ada: Browser, signed_in: Open, database: Database
) -> None:
    cleo = signed_in(at.coordinator.person_id)
    listed = cleo.get(f"/applications/{at.application}/scorecards")
    assert "Enter from notes of Ada Brook on Product conversation" in text(listed)
    form = {key: value for key, value in FILLED.items() if key != "private_note"}
    page = cleo.get(path(at, "enter"))
    assert "This is Ada Brook's scorecard." in text(page)
    assert "Private note" not in text(page)
    refused = cleo.post(path(at, "enter"), {**form, "recommendation": ""})
    assert refused.status_code == 422
    assert "d-strategy-4" in checked(refused)
    done = cleo.post(path(at, "enter"), {**form, "intent": "second"})
    assert done.location == f"/applications/{at.application}?done=card-entered"
    assert cleo.post(path(at, "enter"), {**form, "intent": "second"}).status_code == 303
    late = cleo.post(path(at, "enter"), {**form, "intent": "third"})
    assert (late.status_code, "Clear about what was given up." in text(late)) == (409, True)

    said = "Entered by Cleo Ruiz from the notes of Ada Brook, whose scorecard it is."
    assert said in text(ada.get(path(at)))
    assert "Cleo Ruiz, from the interviewer\u2019s notes" in text(ada.get(f"{path(at)}.pdf?as=page"))
    seal(database, at.ben, at.ben_card)
    ben = signed_in(at.ben.person_id)
    assert said in text(ben.get(path(at)))
    assert "entered by Cleo Ruiz" in text(ben.get(f"/applications/{at.application}/debrief"))
    assert "entered by Cleo Ruiz" in text(ben.get(f"/applications/{at.application}/packet.pdf?as=page"))
