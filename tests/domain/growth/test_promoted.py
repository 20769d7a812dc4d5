"""Promotions by level and team: nothing that is told, nor any sum or difference of it, is of fewer than five people."""

from __future__ import annotations

from itertools import chain, combinations, product
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.growth.promoted import Counted, promotions, smallest_cut, together

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

LEVELS = ("senior", "principal", "group")
TEAMS = ("Maps", "Routes", "Sea")
FEW = 5

crowds = st.lists(st.integers(0, 7), min_size=9, max_size=9)


def _people(counts: Sequence[int]) -> list[Counted]:
    cells = product(LEVELS, TEAMS)
    return [
        Counted(level, team, number % 3 == 0)
        for (level, team), count in zip(cells, counts, strict=True)
        for number in range(count)
    ]


def _some(rows: Sequence[tuple[str, ...]]) -> Iterable[frozenset[str]]:
    """The names in every choice of rows."""
    chosen = chain.from_iterable(combinations(rows, size) for size in range(len(rows) + 1))
    return [frozenset(chain.from_iterable(one)) for one in chosen]


@given(crowds)
@settings(deadline=None)
def test_no_sum_of_rows_less_another_is_of_one_to_four_people(counts: list[int]) -> None:
    people = _people(counts)
    told = promotions(people, LEVELS, TEAMS)
    rows = [share.names for share in told.by_level]
    columns = [share.names for share in told.by_team or ()]
    for levels, teams in product(_some(rows), _some(columns)):
        left = sum((one.level in levels) != (one.team in teams) for one in people)
        assert not 0 < left < FEW, (levels, teams)


@given(crowds)
@settings(deadline=None)
def test_teams_are_left_out_only_where_they_would_tell_too_much(counts: list[int]) -> None:
    people = _people(counts)
    told = promotions(people, LEVELS, TEAMS)
    if len(people) < FEW:
        assert told.by_level == ()
        return
    assert sum(share.promoted.part for share in told.by_level) == sum(one.promoted for one in people)
    if told.by_team is None:
        sizes = {team: sum(one.team == team for one in people) for team in TEAMS}
        rows, columns = [share.names for share in told.by_level], together(TEAMS, sizes)
        differences = [
            sum((one.level in levels) != (one.team in teams) for one in people)
            for levels, teams in product(_some(rows), _some(columns))
        ]
        assert any(0 < left < FEW for left in differences)


def test_a_team_within_a_level_less_two_people_is_not_told() -> None:
    people = [Counted("senior", "Maps", promoted=True)] * 8 + [Counted("senior", "Sea", promoted=False)] * 2
    people += [Counted("principal", "Sea", promoted=False)] * 6
    told = promotions(people, LEVELS, TEAMS)
    assert [(share.names, share.promoted.words) for share in told.by_level] == [
        (("senior",), "8 of about 10 people"),
        (("principal", "group"), "0 of about 5 people"),
    ]
    assert told.by_team is None


def test_small_rows_are_put_together() -> None:
    assert together(LEVELS, {"senior": 9, "principal": 3, "group": 2}) == [("senior",), ("principal", "group")]
    assert together(LEVELS, {"senior": 9, "principal": 6, "group": 2}) == [("senior",), ("principal", "group")]
    assert together(LEVELS, {"senior": 9, "principal": 6, "group": 5}) == [("senior",), ("principal",), ("group",)]
    assert together(LEVELS, {"senior": 1}) == [LEVELS]


def test_what_has_nobody_in_common_has_no_difference() -> None:
    people = [Counted("senior", "Maps", promoted=True)] * 6 + [Counted("principal", "Sea", promoted=False)] * 7
    told = promotions(people, ("senior", "principal"), ("Maps", "Sea"))
    assert told.by_team is not None
    assert [share.names for share in told.by_team] == [("Maps",), ("Sea",)]
    assert smallest_cut({}) is None
