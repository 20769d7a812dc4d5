from __future__ import annotations

import pytest

from app.domain.blueprint import Meta, canonical_json, from_canonical
from app.domain.entry import Entry
from app.domain.ladder import Level
from app.formats.blueprint_files import load_files
from app.formats.ladder_import import Format, Outcome, import_ladder
from app.formats.ladder_source import Imported, Meant, counts, id_of
from app.formats.plain_text import Spot
from tests.factories.ladders import FAMILY, FAMILY_COUNTS, TABLE, TABLE_COUNTS, WHOLE_COUNTS, whole_families


def outcome(text: str | bytes, kind: Format = "ft", title: str | None = None) -> Outcome:
    raw = text.encode("utf-8") if isinstance(text, str) else text
    return import_ladder(raw, f"source.{kind}", kind, Meant("bakery", title))


def imported(text: str | bytes, kind: Format = "ft", title: str | None = None) -> Imported:
    found = outcome(text, kind, title)
    assert [str(fault) for fault in found.faults] == []
    assert found.imported is not None
    return found.imported


def faults(text: str | bytes, kind: Format = "ft") -> list[str]:
    found = outcome(text, kind)
    assert (found.imported is None, dict(found.files)) == (True, {})
    return [str(fault) for fault in found.faults]


def changed(old: str, new: str, text: str) -> str:
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times"
    return text.replace(old, new)


FAMILIES = [
    ("typed in", FAMILY.encode("utf-8"), tuple(FAMILY_COUNTS.values())),
    *((path.name, path.read_bytes(), WHOLE_COUNTS[path.name]) for path in whole_families()),
]


@pytest.mark.parametrize(("name", "raw", "expected"), FAMILIES, ids=[name for name, _, _ in FAMILIES])
def test_a_whole_family_comes_in(name: str, raw: bytes, expected: tuple[int, ...]) -> None:
    found = import_ladder(raw, name, "ft", Meant("bakery"))
    assert found.imported is not None, found.faults
    blueprint = found.imported.blueprint
    assert tuple(counts(blueprint).values()) == expected
    assert from_canonical(canonical_json(blueprint)) == blueprint
    files = {file: text.encode("utf-8") for file, text in found.files.items()}
    assert sorted(files) == [f"rubrics/bakery/{part}.yaml" for part in ("competencies", "ladder", "role")]
    assert load_files(files, "bakery").blueprint == blueprint
    assert "googleSheetId, in meta of role.yaml" in found.imported.kept


def test_a_family_s_parts_find_their_places() -> None:
    blueprint = imported(FAMILY).blueprint
    assert (blueprint.role.title, blueprint.role.summary) == ("Bakery", "What bakers of this street show.")
    assert blueprint.ladder is not None
    assert blueprint.ladder.levels == (
        Level("baker", "Baker", "main", 1),
        Level("master-ic", "Master (Individual Contributor)", "ic", 2),
        Level("master-pm", "Master (People Manager)", "pm", 2),
        Level("head", "Head of Bakery", "main", 3),
    )
    dough, guests = blueprint.competencies
    assert (dough.title, dough.description) == ("Dough", "From flour\nto loaf.")
    assert [rung.id for rung in dough.rungs] == ["baker", "master-ic", "master-pm"]
    assert guests.title == "Guests & Neighbours"
    assert dough.rungs[0].criteria == (
        Entry(
            "Weighs the water",
            id="11111111-1111-4111-8111-111111111111",
            items=(Entry("How to weigh", detail="https://example.org/weigh"),),
            tags=("Working knowledge",),
        ),
    )
    assert dough.rungs[0].examples == (Entry("Scale example: writes it down"), Entry("Asks when unsure"))
    assert [(one.competency, one.rung) for one in blueprint.ladder.required("baker")] == [
        ("dough", "baker"),
        ("guests", "baker"),
    ]


def test_what_a_family_says_beyond_the_format_is_kept_and_told() -> None:
    made = imported(FAMILY)
    assert made.blueprint.meta == (
        Meta("role.yaml", "googleSheetId", '"sheet-1"'),
        Meta("role.yaml", "isLegacy", "true"),
        Meta("competencies.yaml", "themes", '{"guests":{"colour":"red"}}'),
        Meta(
            "competencies.yaml",
            "examples_of_criteria",
            '{"11111111-1111-4111-8111-111111111111":2,"33333333-3333-4333-8333-333333333333":1}',
        ),
        Meta("competencies.yaml", "competencies", '{"33333333-3333-4333-8333-333333333333":{"reviewer":"Ada"}}'),
        Meta("ladder.yaml", "levels", '{"head":{"salaryBand":7}}'),
    )
    assert sorted(made.kept) == sorted(f"{one.key}, in meta of {one.file}" for one in made.blueprint.meta)
    assert made.changed == (
        Spot(30, "U+00A0 (NO-BREAK SPACE) made a plain blank"),
        Spot(42, "U+200B (ZERO WIDTH SPACE) taken out"),
    )
    assert made.guesses == (
        "master-ic and master-pm have the same rank, 2, on tracks of their own: their ids end that way",
        "each level requires its own rung of every theme that has one, by the rule all",
    )


def test_windows_line_ends_change_nothing() -> None:
    assert imported(FAMILY.replace("\n", "\r\n")) == imported(FAMILY)


def test_a_file_full_of_unusual_blanks_is_told_line_by_line() -> None:
    made = imported(changed("  What bakers", "  " + "What\u00a0bakers\n  " * 20_000 + "What bakers", FAMILY))
    assert len(made.changed) == 20_002
    assert made.changed[-1].line == 20_042


def test_line_and_paragraph_separators_do_not_break_a_text() -> None:
    made = imported(changed("Teaches the night shift", "Teaches the\u2028night\u2028shift", FAMILY))
    assert made.blueprint.competencies[0].rungs[2].criteria[0].text == "Teaches the night shift"
    assert made.changed[-1] == Spot(49, "U+2028 (LINE SEPARATOR) made a plain blank, 2 times")


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "level: master-pm",
            "level: chief",
            "source.ft:51: there is no level chief: add it, or name one that is there",
        ),
        ("id: 2222", "id: X222", "source.ft:41: the id X2222222-2222-4222-8222-222222222222 is not made of"),
        ("id: guests", "id: dough", "source.ft:24: the id dough is already on line 19: give each its own"),
        ("Bakes what nobody", "TBD bakes", "source.ft:57: the text still says TBD: finish it"),
        ("      - Asks when unsure\n", "      - 7\n", "source.ft:33: an item of `examples` is no text"),
        ("    name: Dough\n", "", "source.ft:19: the key `name` is missing or no text: write it in quotes"),
        ("levels:\n", "levels: none\nother:\n", "source.ft:7: `levels` is no list: write one"),
        ("isLegacy: true", "isLegacy: &a true", "source.ft:5: the anchor &a is not allowed: write the content out"),
        ("name: Bakery", "name: Bakery\nname: B", "source.ft:2: the key `name` is already on line 1: keep one"),
    ],
)
def test_a_family_that_cannot_come_in_is_refused_by_line(old: str, new: str, expected: str) -> None:
    found = faults(changed(old, new, FAMILY))
    assert any(fault.startswith(expected) for fault in found), found


def test_other_files_are_no_families() -> None:
    assert faults(b"name: \xe9") == ["source.ft:1: not UTF-8 text: save the file as UTF-8"]
    assert faults("- a\n- b\n") == ["source.ft:1: the file must start with keys, such as `schema: rubric/1`"]
    assert "source.ft:3: there are no levels: this is no job family" in faults("name: A\nsummary: B\nlevels: []\n")


def test_a_role_needs_a_proper_id() -> None:
    found = import_ladder(FAMILY.encode(), "x.yml", "ft", Meant("../Bakery"))
    assert [str(fault) for fault in found.faults] == [
        "x.yml:1: `../Bakery` cannot be a role's id: write it like `engineer`"
    ]


@pytest.mark.parametrize(
    "raw",
    [
        TABLE.encode("utf-8"),
        TABLE.encode("utf-8-sig"),
        TABLE.replace("\n", "\r\n").encode("utf-8"),
        TABLE.replace(",", ";").encode("utf-8"),
        TABLE.replace("ready,", "ready").replace(",", "\t").encode("utf-8"),
    ],
    ids=["plain", "with a mark", "Windows line ends", "semicolons", "tabs"],
)
def test_a_table_comes_in_whatever_separates_it(raw: bytes) -> None:
    made = imported(raw, "csv", "Bakers of the street")
    assert counts(made.blueprint) == TABLE_COUNTS
    assert made.blueprint.role.title == "Bakers of the street"
    assert made.blueprint.ladder is not None
    assert made.blueprint.ladder.levels == (
        Level("baker", "Baker", "craft", 1),
        Level("master-baker", "Master Baker", "craft", 2),
        Level("shift-lead", "Shift Lead", "management", 1),
    )
    dough, teaching = made.blueprint.competencies
    assert [(one.id, one.title, one.group) for one in (dough, teaching)] == [
        ("dough", "Dough", "Technique"),
        ("teaching", "Teaching", "People"),
    ]
    assert [entry.text.split("\n")[-1] for entry in dough.rungs[0].criteria] == ["Weighs the water", "and says so"]
    assert made.blueprint.meta == (
        Meta("competencies.yaml", "Notes", '{"behavior-1":"from 2024","behavior-4":"keep"}'),
    )
    assert made.kept == ("column Notes, in meta of competencies.yaml",)
    assert any("ranks count from 1 on each of the tracks craft, management" in guess for guess in made.guesses)


def test_the_same_title_on_two_paths_is_two_levels_and_no_path_is_the_main_one() -> None:
    head = "Path,Job title,Competency,Skill,Key behavior\n"
    made = imported(head + "A,Lead,G,S,One\nB,Lead,G,S,Two\n,Lead,G,S,Three\n", "csv")
    assert made.blueprint.ladder is not None
    assert [(one.id, one.track) for one in made.blueprint.ladder.levels] == [
        ("lead", "a"),
        ("lead-2", "b"),
        ("lead-3", "main"),
    ]
    assert made.guesses[0] == "the title Bakery is made of the role's id: --title says another"


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (
            changed("Shows it twice", "Zeigt es f\u00fcr alle", TABLE).encode("cp1252"),
            "source.csv:6: character 46 is not UTF-8: save the file as CSV in UTF-8",
        ),
        (TABLE.encode("utf-16"), "source.csv:1: this file is UTF-16 text: save it as CSV in UTF-8"),
        (b"PK\x03\x04", "source.csv:1: this file is a spreadsheet: save it as CSV in UTF-8"),
        (b"", "source.csv:1: the file is empty"),
        (TABLE.split("\n", 1)[0].encode(), "source.csv:1: there is a header and no row below it"),
        (
            changed("Skill,", "Ability,", TABLE).encode(),
            "source.csv:1: there is no column Skill: name it in the first row",
        ),
        (changed("Notes", "Skill", TABLE).encode(), "source.csv:1: the column skill stands twice: keep one"),
        (
            changed("Adjusts to the flour,", "", TABLE).encode(),
            "source.csv:5: this row has 5 cells and the first row 6: quote texts with separators",
        ),
        (
            changed("Adjusts to the flour", "", TABLE).encode(),
            "source.csv:5: column Key behavior: the cell is empty: fill it or remove the row",
        ),
        (
            changed("Plans who learns what", "TODO", TABLE).encode(),
            "source.csv:7: column Key behavior: the text still says TODO: finish it",
        ),
        (
            changed('and says so"', "and says so", TABLE).encode(),
            "source.csv:3: a quotation mark in the row that begins here is out of place (unexpected end of data)",
        ),
    ],
)
def test_a_table_that_cannot_come_in_is_refused_by_line_and_column(raw: bytes, expected: str) -> None:
    assert expected in faults(raw, "csv")


def test_a_table_of_something_else_is_refused_soon() -> None:
    head = "Path,Job title,Competency,Skill,Key behavior\n"
    people = head + "".join(f"A,Person {number},C,S,Works\n" for number in range(201))
    assert faults(people, "csv") == ["source.csv:202: there are more than 200 job titles: no ladder has"]
    assert faults(head + "A,B,C,D,E\n" * 5_000, "csv") == [
        "source.csv:5001: there are more than 5,000 rows: import them in parts"
    ]


def test_what_a_table_hides_is_told_by_its_line() -> None:
    made = imported(changed("Shows it twice", "Shows\u00a0it\u200e twice", TABLE), "csv")
    assert made.changed == (
        Spot(6, "U+00A0 (NO-BREAK SPACE) made a plain blank"),
        Spot(6, "U+200E (LEFT-TO-RIGHT MARK) taken out"),
    )


def test_ids_are_made_of_names() -> None:
    assert id_of("Senior Engineer (L5)", (), "level") == "senior-engineer-l5"
    assert id_of("Qualit\u00e9 & co.", (), "level") == "qualite-co"
    assert id_of("\u4eba", ["level"], "level") == "level-2"
