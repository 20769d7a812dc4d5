from __future__ import annotations

import string
import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.finding import LONGEST, MOST_WORDS, Findings, asked, fold, index, marked
from app.domain.outline import Part, Place, places
from tests.factories.field import shipped_blueprint

ROLE = Place(
    Part.ROLE, "a", ("Activities", "Daily"), "Weighs the dough by hand", detail="Never guesses", tags=("daily",)
)


def found(question: str, *texts: str) -> Findings:
    return index(replace(ROLE, anchor=str(number), text=text) for number, text in enumerate(texts)).find(question)


def hits(question: str, *texts: str) -> list[str]:
    return [hit.place.text for _, part in found(question, *texts).parts for hit in part]


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("RESUME", "Résumé"),
        ("résumé", "resume"),
        ("strasse", "Straße"),
        ("STRASSE", "Straße"),
        ("istanbul", "İstanbul"),
        ("масштаб", "МАСШТАБ"),
        ("σοφος", "ΣΟΦΌΣ"),
        ("価", "評価"),
        ("\uff4d\uff4c", "ML"),
        ("mhz", "㎒"),
        ("e\u0301tude", "étude"),
        ("한국", unicodedata.normalize("NFD", "한국")),
        ("a/b test", "An A/B test"),
        ("know", "Knows it"),
    ],
)
def test_neither_case_nor_accents_nor_script_matter(question: str, text: str) -> None:
    assert hits(question, text, "something else") == [text]


@pytest.mark.parametrize(("question", "text"), [("ate", "rate"), ("ai", "maintain"), ("model drift", "model only")])
def test_words_are_meant_from_their_beginning_and_all_of_them(question: str, text: str) -> None:
    assert hits(question, text) == []


def test_whole_phrases_come_first_and_the_rest_as_it_is_read() -> None:
    texts = ("drift of a model", "the model drifts", "model, then drift", "a model drift")
    assert hits("model drift", *texts) == ["the model drifts", "a model drift", "drift of a model", "model, then drift"]


def test_titles_and_tags_help_but_do_not_suffice() -> None:
    assert hits("dough daily activities", "Weighs the dough") == ["Weighs the dough"]
    assert hits("activities", "Weighs the dough") == []
    assert hits("guesses", "Weighs") == ["Weighs"]


def test_marks_stand_on_the_words_of_the_text_itself() -> None:
    (hit,) = found("resu model", "Ré\u0301sumés of models, Straße").parts[0][1]
    assert marked(hit.place.text, hit.marks) == (
        ("Ré\u0301su", True), ("més of ", False), ("model", True), ("s, Straße", False),
    )  # fmt: skip
    (hit,) = found("strass", "Die Straße").parts[0][1]
    assert marked(hit.place.text, hit.marks) == (("Die ", False), ("Straß", True), ("e", False))


@given(st.text(), st.text(max_size=5))
def test_marked_pieces_make_up_the_text(text: str, question: str) -> None:
    for _, part in found(question, text).parts:
        for hit in part:
            assert "".join(piece for piece, _ in marked(text, hit.marks)) == text
            assert any(chosen for _, chosen in marked(text, hit.marks)) or hit.detail_marks


@given(st.text())
def test_folding_keeps_the_way_back(text: str) -> None:
    folded = fold(text)
    assert len(folded.text) == len(folded.origins)
    assert list(folded.origins) == sorted(folded.origins)
    assert all(0 <= origin < len(text) for origin in folded.origins)
    assert fold(folded.text).text == folded.text


@given(st.text(alphabet=string.ascii_letters, min_size=1, max_size=12))
def test_every_word_finds_itself_in_any_case(word: str) -> None:
    assert hits(word.swapcase(), f"before {word} after") == [f"before {word} after"]


def test_what_nothing_has_leads_to_what_is_near() -> None:
    told = found("experimnt", "Experiment plans", "Weighs")
    assert [(near.word, near.like) for near in told.near] == [("experimnt", ("Experiment",))]
    told = found("dough flour zebra", "dough", "flour", "flour again")
    assert told.alone == (("dough", 1), ("flour", 2))
    assert [(near.word, near.like) for near in told.near] == [("zebra", ())]


def test_questions_have_a_limit() -> None:
    assert asked("  ") == asked("— !") == ()
    assert len(asked(" ".join(f"w{n}" for n in range(50)))) == MOST_WORDS
    assert asked("x" * (LONGEST + 50)) == ("x" * LONGEST,)


def test_the_shipped_blueprint_is_searched_whole() -> None:
    shelf = index(places(shipped_blueprint()))
    told = shelf.find("experiment")
    assert {part for part, _ in told.parts} >= {Part.ROLE, Part.SCORECARD, Part.COMPETENCIES, Part.PLAN, Part.METRICS}
    assert told.count == sum(len(hits) for _, hits in told.parts)
    assert all(hit.marks or hit.detail_marks for _, hits in told.parts for hit in hits)
