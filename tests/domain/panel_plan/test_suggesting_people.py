"""Who is suggested, in which order, with which reasons; and who can be compared with whom."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from app.domain.hiring import InterviewKind
from app.domain.panel_plan.suggesting import Asked, Interviewer, seat, suggest
from app.domain.panel_plan.ties import Ties, ties_of
from app.domain.panel_plan.week import week_of

ADA, BEN, CLEO, DAN = (UUID(int=number) for number in range(1, 5))
ONE, TWO = UUID(int=101), UUID(int=102)
NOBODY = Ties({})
TALK = Asked(InterviewKind.CONVERSATION, {"strategy": "Strategy", "fluency": "Fluency"})
ids = st.integers(1, 9).map(lambda number: UUID(int=number))
met = st.lists(st.tuples(ids, st.integers(100, 106).map(lambda number: UUID(int=number))), max_size=30)
kinds = st.sets(st.sampled_from([kind.value for kind in InterviewKind]))


def person(who: UUID, name: str, **told: object) -> Interviewer:
    plain = Interviewer(who, name, frozenset(), frozenset(), week=0, limit=5, lately=3)
    return replace(plain, **told)  # type: ignore[arg-type]  # fields by name


@st.composite
def benches(draw: st.DrawFn) -> tuple[Interviewer, ...]:
    """Up to nine people of whom anything may be true."""
    return tuple(
        person(
            UUID(int=number),
            draw(st.sampled_from(["Ada", "Ben", "Cleo"])),
            kinds=frozenset(draw(kinds)),
            dimensions=frozenset(draw(st.sets(st.sampled_from(["strategy", "fluency"])))),
            week=draw(st.integers(0, 7)),
            limit=draw(st.integers(0, 6)),
            lately=draw(st.integers(0, 20)),
        )
        for number in sorted(draw(st.sets(st.integers(1, 9))))
    )


@given(benches(), met)
def test_everybody_is_listed_once_with_a_reason_whatever_the_order_given(
    people: tuple[Interviewer, ...], pairs: list[tuple[UUID, UUID]]
) -> None:
    found = suggest(people, TALK, ties_of(pairs))

    assert sorted(one.person_id for one in found) == sorted(one.person_id for one in people)
    assert all(one.reasons and one.words.endswith(".") for one in found)
    assert suggest(reversed(people), TALK, ties_of(reversed(pairs))) == found
    full = {one.person_id for one in people if one.full}
    assert [one.person_id in full for one in found] == sorted(one.person_id in full for one in found)
    assert {one.person_id for one in found if not one.advised} == full


@given(benches(), met, st.lists(st.integers(1, 3), max_size=4))
def test_seats_go_to_different_people_who_have_room(
    people: tuple[Interviewer, ...], pairs: list[tuple[UUID, UUID]], raters: list[int]
) -> None:
    seats = seat(people, [(TALK, count) for count in raters], ties_of(pairs))

    given_out = [one for chosen in seats for one in chosen]
    assert len(set(given_out)) == len(given_out)
    free = {one.person_id for one in people if not one.full}
    assert set(given_out) <= free
    assert len(given_out) == min(sum(raters), len(free))


@given(met)
def test_whoever_met_a_candidate_in_common_is_in_one_circle(pairs: list[tuple[UUID, UUID]]) -> None:
    ties = ties_of(pairs)

    for who, application in pairs:
        assert all(other in ties.circle(who) for other, same in pairs if same == application)
        assert all(ties.circle(other) == ties.circle(who) for other in ties.circle(who))


def test_training_comes_before_load_and_load_before_names() -> None:
    trained = person(CLEO, "Cleo", kinds=frozenset({"conversation"}), dimensions=frozenset({"fluency"}), week=3)
    busy, free = person(ADA, "Ada", week=4), person(BEN, "Ben")

    found = suggest((busy, free, trained), TALK, NOBODY)

    assert [one.name for one in found] == ["Cleo", "Ben", "Ada"]
    assert found[0].words == "Trained for conversation and Fluency; 3 of 5 interviews that week."
    assert found[1].words == "No training for this is recorded; 0 of 5 interviews that week."


def test_nobody_is_advised_beyond_their_week_or_twice_with_one_candidate() -> None:
    full, there, free = person(ADA, "Ada", week=5), person(BEN, "Ben"), person(CLEO, "Cleo")

    found = suggest((full, there, free), replace(TALK, panel=frozenset({BEN})), NOBODY)

    assert [(one.name, one.advised) for one in found] == [("Cleo", True), ("Ada", False), ("Ben", False)]
    assert found[1].words.startswith("Takes at most 5 a week and has 5;")
    assert found[2].words.startswith("Meets this candidate already;")


def test_who_links_the_panel_to_others_comes_first_and_says_so() -> None:
    ties = ties_of([(ADA, ONE), (BEN, ONE), (CLEO, TWO), (DAN, TWO)])
    people = (person(BEN, "Ben"), person(CLEO, "Cleo"))

    found = suggest(people, replace(TALK, panel=frozenset({ADA})), ties)

    assert [one.name for one in found] == ["Cleo", "Ben"]
    assert "links this panel to 2 interviewers whom it shares no candidate with" in found[0].reasons
    assert ties.gain(BEN, [ADA]) == 0
    assert ties.gain(CLEO, []) == 0


def test_a_newcomer_becomes_comparable_by_sitting_with_somebody_known() -> None:
    ties = ties_of([(ADA, ONE), (BEN, ONE)])

    (only,) = suggest((person(DAN, "Dan"),), replace(TALK, panel=frozenset({ADA})), ties)

    assert only.reasons[-1] == "has met no candidate together with this panel's people, so this makes them comparable"


def test_work_is_told_beside_what_others_carry() -> None:
    found = suggest((person(ADA, "Ada", lately=9), person(BEN, "Ben", lately=1)), TALK, NOBODY)

    assert found[0].reasons[-1] == "1 interview lately, fewer than most"
    assert found[1].reasons[-1] == "9 interviews lately, more than most"


def test_the_scarcest_interview_chooses_first() -> None:
    only = person(ADA, "Ada", kinds=frozenset({"case_study", "conversation"}))
    talker = person(BEN, "Ben", week=1)
    case = Asked(InterviewKind.CASE_STUDY, {"strategy": "Strategy"})

    trained = replace(talker, kinds=frozenset({"conversation"}))
    assert seat((only, trained), [(TALK, 1), (case, 1)], NOBODY) == ((BEN,), (ADA,))


def test_a_week_begins_on_monday_in_the_zone() -> None:
    auckland = ZoneInfo("Pacific/Auckland")
    sunday_in_london = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)

    begins, ends = week_of(sunday_in_london, auckland)

    assert begins.astimezone(auckland).isoformat() == "2026-03-02T00:00:00+13:00"
    assert begins <= sunday_in_london < ends


@given(st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001  hypothesis adds the zone
def test_every_moment_is_in_its_week_also_where_clocks_change(moment: datetime) -> None:
    begins, ends = week_of(moment, ZoneInfo("America/New_York"))

    assert begins <= moment < ends
    assert week_of(ends, ZoneInfo("America/New_York"))[0] == ends
