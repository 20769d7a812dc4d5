from __future__ import annotations

from app.domain.card import Recommendation
from app.domain.scoring import Tally
from app.domain.sealed import FIELD, RECORD, SealedRating, sealed_set

ONE, TWO = "00000000-0000-4000-8000-000000000001", "00000000000040008000000000000002"


def joined(*records: tuple[str, ...]) -> str:
    return RECORD.join(FIELD.join(record) for record in records)


def test_cards_and_ratings_come_back_from_their_texts() -> None:
    cards = joined((ONE, "yes", "Ana, the first; of two"), (TWO, "strong_no", "Ben"))
    ratings = joined((TWO, "a", "2", "0"), (ONE, "a", "-1", "1"), (ONE, "b", "-", "1"))
    found = sealed_set(cards, ratings)
    plain = ONE.replace("-", "")
    assert (found.n_cards, found.interviewers) == (2, {plain: "Ana, the first; of two", TWO: "Ben"})
    assert found.recommendations == {Recommendation.YES: 1, Recommendation.STRONG_NO: 1}
    assert set(found.ratings) == {
        SealedRating(plain, "a", -1, noted=True),
        SealedRating(plain, "b", None, noted=True),
        SealedRating(TWO, "a", 2, noted=False),
    }
    assert found.tallies == (Tally("a", 1, 2, -1, 2),)
    assert sorted(found.rated) == [(plain, "a", -1), (TWO, "a", 2)]
    assert (found.notes("a"), found.notes("b"), found.notes("c")) == (1, 1, 0)


def test_nothing_sealed_is_an_empty_set() -> None:
    found = sealed_set("", "")
    assert (found.n_cards, found.ratings, found.tallies, found.interviewers) == (0, (), (), {})


def test_one_person_with_two_interviews_has_two_cards_and_one_name() -> None:
    found = sealed_set(joined((TWO, "yes", "Ben"), (TWO, "yes", "Ben")), joined((TWO, "a", "3", "0")))
    assert (found.n_cards, found.interviewers, found.recommendations) == (2, {TWO: "Ben"}, {Recommendation.YES: 2})
