"""The copy of somebody's data on paper: by matter, in plain words, the long folded and the empty said."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from app.domain.privacy.copy_matters import KEYS, MATTERS, Part
from app.domain.privacy.copy_on_paper import MOST_ROWS
from app.domain.privacy.data_copy import CopySection, DataCopy
from app.domain.privacy.erasing import SubjectKind
from tests.factories import erasure_paper
from tests.factories.hiring import NOW

PARTS = [(kind, part) for kind, matters in MATTERS.items() for _, parts in matters for part in parts]


def copy(**rows: list[dict[str, object]]) -> DataCopy:
    sections = tuple(CopySection(table, table, tuple(held)) for table, held in rows.items())
    return DataCopy(SubjectKind.CANDIDATE, "Harbor Logistics", "UTC", "Mira Okafor", NOW, sections, ())


def test_a_long_table_keeps_its_newest_rows_and_says_how_many_there_were() -> None:
    steps = next(part for matter in erasure_paper.copy().matters for part in matter.parts if part.heading == "Steps")
    assert (len(steps.entries), steps.earlier) == (MOST_ROWS, 5)
    assert steps.columns == ("When", "To", "By"), "columns in which nothing stands are not printed"


def test_things_stand_in_the_order_in_which_they_happened() -> None:
    steps: list[dict[str, object]] = [{"at": NOW + timedelta(days=days), "reason": str(days)} for days in (3, 1, 2)]
    ((part,),) = (matter.parts for matter in copy(stage_change=steps).matters)
    assert [dict(one.facts)["Why"] for one in part.entries] == ["1", "2", "3"]


def test_what_is_empty_is_said_and_what_may_not_be_given_out_is_not_mentioned() -> None:
    (you,) = copy(candidate=[{"name": "Mira"}], resume=[]).matters
    assert [part.heading for part in you.parts] == ["Name and address"]
    assert you.nothing_of == ("Résumé",)


def test_texts_that_are_kept_as_data_are_read_out() -> None:
    (you,) = copy(resume=[{"body": '{"basics": {"summary": "Builds things."}}'}]).matters
    assert "Builds things." in str(you.parts[0].entries[0].facts)
    assert "{" not in str(you.parts[0].entries[0].facts)
    (work,) = copy(case_answer=[{"text": "{not data}"}]).matters
    assert work.parts[0].entries[0].facts == (("Text", "{not data}"),)


def test_what_a_check_in_says_of_goals_is_read_out_and_of_none_nothing_is_said() -> None:
    goals = f'{{"{UUID(int=7)}": "It goes well.", "first_talk": "Held."}}'
    rows: tuple[dict[str, object], ...] = ({"goals": goals}, {"goals": "{}"})
    (year,) = DataCopy(
        SubjectKind.PERSON, "Harbor Logistics", "UTC", "Mira", NOW, (CopySection("check_in", "", rows),), ()
    ).matters
    assert [dict(one.facts)["On the goals"] for one in year.parts[0].entries] == [
        "It goes well.\nfirst talk: Held.", "",
    ]  # fmt: skip


@pytest.mark.parametrize(("kind", "part"), PARTS, ids=[part.table for _, part in PARTS])
def test_what_somebody_typed_is_printed_letter_by_letter_whatever_it_looks_like(kind: SubjectKind, part: Part) -> None:
    names = {*part.fields, *filter(None, [part.title])}
    rows: list[dict[str, object]] = [dict.fromkeys(names, text) for text in erasure_paper.HOSTILE]
    (matter,) = DataCopy(
        kind, "Harbor Logistics", "UTC", "Mira", NOW, (CopySection(part.table, "", tuple(rows)),), ()
    ).matters
    keys = {label for name, label in part.fields.items() if name in KEYS}
    for entry, text in zip(matter.parts[0].entries, erasure_paper.HOSTILE, strict=True):
        assert {value for label, value in entry.facts if label not in keys} <= {text}
        assert entry.title in {"", text, text.replace("_", " ").replace("-", " ")}
