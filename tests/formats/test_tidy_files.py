"""Ratings, weights and people as other programs write them: what is read, and where a fault is said to be."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest

from app.formats.impact_csv import read_people
from app.formats.ratings_csv import Scale, read_ratings
from app.formats.tidy_csv import TidyFaultError, TidyFile
from app.formats.weights_csv import read_weights

HEADER = "target,rater,dimension,score\n"


@pytest.fixture
def written(tmp_path: Path) -> Callable[[str | bytes], Path]:
    def write(content: str | bytes) -> Path:
        file = tmp_path / "ratings.csv"
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return file

    return write


def _scores(file: Path, *, mean: bool = False) -> dict[tuple[str, str, str], object]:
    found = read_ratings(file, mean=mean)
    return {
        (found.targets[target], found.raters[rater], found.dimensions[dimension]): found.values[score]
        for target, rater, dimension, score in zip(found.target, found.rater, found.dimension, found.score, strict=True)
    }


def test_columns_in_any_order_others_ignored_cells_trimmed_blank_lines_skipped(
    written: Callable[[str | bytes], Path],
) -> None:
    file = written(
        '\ufeffnote, score ,rater,dimension,target\r\n\r\nx, 3.5 ,I1,"Say, ""why""", Ana \r\n   \r\nx,-2,I2,D,Ana\r\n'
    )
    assert _scores(file) == {
        ("Ana", "I1", 'Say, "why"'): Fraction(7, 2),
        ("Ana", "I2", "D"): Fraction(-2),
    }


def test_what_was_not_assessed_is_counted_and_left_out(written: Callable[[str | bytes], Path]) -> None:
    file = written(f"{HEADER}Ana,I1,D,\nAna,I2,D,NA\nAna,I3,D,Null\nAna,I4,D,4\n")
    found = read_ratings(file)
    assert found.n_missing == 3
    assert _scores(file) == {("Ana", "I4", "D"): Fraction(4)}
    # Whoever was asked and assessed nothing is named all the same.
    assert found.raters == ("I1", "I2", "I3", "I4")


def test_names_keep_their_case_and_stand_by_code_point(written: Callable[[str | bytes], Path]) -> None:
    found = read_ratings(written(f"{HEADER}b,r,d,1\na,r,d,2\nÄ,r,d,3\nB,r,d,4\n"))
    assert found.targets == ("B", "a", "b", "Ä")


def test_repeated_ratings_are_averaged_where_that_is_asked_for(written: Callable[[str | bytes], Path]) -> None:
    file = written(f"{HEADER}Ana,I1,D,3\nAna,I1,D,4\nAna,I1,D,\nBen,I1,D,2\n")
    assert _scores(file, mean=True) == {("Ana", "I1", "D"): Fraction(7, 2), ("Ben", "I1", "D"): Fraction(2)}


def test_scores_may_be_names(written: Callable[[str | bytes], Path]) -> None:
    found = read_ratings(written(f"{HEADER}Ana,I1,D,1. Depression\nAna,I2,D,4.0\n"), names=True)
    assert found.names
    assert found.values == ("1. Depression", "4.0")


def test_the_same_number_in_two_spellings_is_one_value(written: Callable[[str | bytes], Path]) -> None:
    found = read_ratings(written(f"{HEADER}Ana,I1,D,3\nAna,I2,D,+3.0\n"))
    assert found.values == (Fraction(3),)


@pytest.mark.parametrize(
    ("content", "line", "column", "words"),
    [
        ("", 1, "-", "no header"),
        ("\n\n", 1, "-", "no header"),
        (HEADER, 2, "-", "nothing below the header"),
        ("target,rater,score\na,r,3\n", 1, "dimension", "no such column"),
        ("target,rater,dimension,score,rater\n", 1, "rater", "twice"),
        (f"{HEADER}a,r,d\n", 2, "-", "3 fields where the header has 4"),
        (f"{HEADER}a,r,d,3,\n", 2, "-", "5 fields"),
        (f"{HEADER},,,x\n", 2, "target", "empty"),
        (f"{HEADER}a, ,,x\n", 2, "rater", "empty"),
        (f"{HEADER}a,r,,x\n", 2, "dimension", "empty"),
        (f'{HEADER}a,r,d,"3,5"\n', 2, "score", "3,5"),
        (f"{HEADER}a,r,d,nan\n", 2, "score", "nan"),
        (f"{HEADER}a,r,d,inf\n", 2, "score", "inf"),
        (f"{HEADER}a,r,d,1e9\n", 2, "score", "1e9"),
        (f"{HEADER}a,r,d,1e999999999\n", 2, "score", "1e999999999"),
        (f"{HEADER}a,r,d,3.\n", 2, "score", "3."),
        (f"{HEADER}a,r,d,\n", 2, "score", "not a single score"),
        (f"{HEADER}a,r,d,3\n\na,s,d,4\na,r,d,3\n", 5, "target", "on line 2"),
        (f'{HEADER}"a\nb",r,d,3\nc,,d,3\n', 4, "rater", "empty"),
        (f'{HEADER}a,r,d,"3\n', 2, "-", "quotes"),
        (b"target,rater,dimension,score\na,r,d,3\nb\xff,r,d,3\n", 3, "-", "UTF-8"),
        (b"target,rater,score\na,r,\xc3", 2, "-", "UTF-8"),
    ],
)
def test_the_first_fault_is_said_with_its_place(
    written: Callable[[str | bytes], Path], content: str | bytes, line: int, column: str, words: str
) -> None:
    with pytest.raises(TidyFaultError) as caught:
        read_ratings(written(content))
    assert (caught.value.line, caught.value.column) == (line, column)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_not_there_is_a_fault_on_line_0(tmp_path: Path) -> None:
    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(TidyFaultError) as caught:
            read_ratings(path)
        assert (caught.value.line, caught.value.column) == (0, "-")


def test_scores_outside_the_scale_are_faults(written: Callable[[str | bytes], Path]) -> None:
    file = written(f"{HEADER}a,r,d,3.5\na,s,d,6\n")
    assert read_ratings(file, scale=Scale(Fraction(1), Fraction(6), Fraction(1, 2))).values == (
        Fraction(7, 2),
        Fraction(6),
    )
    for scale, line in ((Scale(Fraction(1), Fraction(6)), 2), (Scale(Fraction(1), Fraction(5), Fraction(1, 2)), 3)):
        with pytest.raises(TidyFaultError) as caught:
            read_ratings(file, scale=scale)
        assert (caught.value.line, caught.value.column) == (line, "score")


@pytest.mark.parametrize(("low", "high", "step"), [(1, 1, 1), (5, 1, 1), (1, 5, 3), (1, 5, 0)])
def test_a_scale_runs_upward_in_whole_steps(low: int, high: int, step: int) -> None:
    with pytest.raises(ValueError, match="whole steps"):
        Scale(Fraction(low), Fraction(high), Fraction(step))


def test_points_of_a_scale() -> None:
    points = Scale(Fraction(1), Fraction(2), Fraction(1, 2)).points()
    assert points == (Fraction(1), Fraction(3, 2), Fraction(2))


def test_the_digest_is_of_the_bytes(written: Callable[[str | bytes], Path]) -> None:
    import hashlib

    content = f"{HEADER}a,r,d,3\n".encode()
    assert TidyFile(written(content), ("target",)).sha256 == hashlib.sha256(content).hexdigest()


def test_weights_in_their_order(written: Callable[[str | bytes], Path]) -> None:
    found = read_weights(written("must,dimension,weight\nyes,S,15%\n,M, 12.5 %\nTRUE,T,0\n"))
    assert [(one.dimension, one.weight, one.must) for one in found] == [
        ("S", 15, True),
        ("M", Fraction(25, 2), False),
        ("T", 0, True),
    ]


@pytest.mark.parametrize(
    ("content", "line", "column"),
    [
        ("dimension\nS\n", 1, "weight"),
        ("dimension,weight\n", 2, "-"),
        ("dimension,weight\n,3\n", 2, "dimension"),
        ("dimension,weight\nS,x\n", 2, "weight"),
        ("dimension,weight\nS,\n", 2, "weight"),
        ("dimension,weight\nS,-1\n", 2, "weight"),
        ("dimension,weight\nS,1\nS,1\n", 3, "weight"),
        ("dimension,weight\nS,0\nT,0\n", 2, "weight"),
    ],
)
def test_faults_of_weights(written: Callable[[str | bytes], Path], content: str, line: int, column: str) -> None:
    with pytest.raises(TidyFaultError) as caught:
        read_weights(written(content))
    assert (caught.value.line, caught.value.column) == (line, column)


def test_people_are_counted_by_group_and_the_unknown_apart(written: Callable[[str | bytes], Path]) -> None:
    found = read_people(written("score,group,selected\n3.5,A,1\n,A,0\n2,Unknown,1\nna,,0\n4,B,1\n"))
    assert found.groups == {"A": (2, 1), "B": (1, 1)}
    assert found.unknown == (2, 1)
    assert found.scores == ((Fraction(7, 2), "A"), (Fraction(2), None), (Fraction(4), "B"))
    assert read_people(written("group,selected\nA,1\n")).scores is None


@pytest.mark.parametrize(
    ("content", "line", "column"),
    [
        ("group\nA\n", 1, "selected"),
        ("group,selected\nA,yes\n", 2, "selected"),
        ("group,selected\nA,\n", 2, "selected"),
        ("group,selected,score\nA,1,3\nB,0,x\n", 3, "score"),
        ("group,selected\n", 2, "-"),
    ],
)
def test_faults_of_people(written: Callable[[str | bytes], Path], content: str, line: int, column: str) -> None:
    with pytest.raises(TidyFaultError) as caught:
        read_people(written(content))
    assert (caught.value.line, caught.value.column) == (line, column)
