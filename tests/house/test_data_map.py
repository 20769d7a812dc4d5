from __future__ import annotations

from app.domain.privacy.data_map import DATA_MAP, About, DataClass
from app.models import Base


def test_every_table_is_on_the_data_map_and_nothing_else() -> None:
    assert set(DATA_MAP) == set(Base.metadata.tables)


def test_whatever_points_at_a_candidate_is_said_to_be_about_them() -> None:
    pointing = {
        table.name
        for table in Base.metadata.tables.values()
        for key in table.foreign_keys
        if key.column.table.name in {"candidate", "application", "scorecard", "revision"}
    }
    # A plan of the first year says which application it came from.
    assert {name for name in pointing if DATA_MAP[name].about in {About.NOBODY, About.COLLEAGUES}} <= {
        "plan",
    }


def test_no_table_about_people_is_open_to_everybody() -> None:
    assert [
        name for name, held in DATA_MAP.items() if held.about is not About.NOBODY and held.guard is DataClass.OPEN
    ] == []


def test_who_did_what_is_said_to_be_about_people() -> None:
    assert DATA_MAP["audit_event"].about is About.COLLEAGUES
    assert DATA_MAP["audit_event"].guard is DataClass.WORK
