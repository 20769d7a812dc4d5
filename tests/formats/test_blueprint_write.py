from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import Phase, given, settings

from app.domain.blueprint import Blueprint, Entry
from app.domain.entry import Section
from app.formats.blueprint_files import load_files, load_role, roles
from app.formats.blueprint_write import write_role
from app.formats.yaml_source import read_yaml
from app.formats.yaml_text import WIDTH, yaml_text
from app.paths import case_studies_dir, rubrics_dir
from tests.factories.blueprints import load_written
from tests.factories.loadable import TRICKY, loadable


def read_again(blueprint: Blueprint) -> Blueprint:
    files = {name: text.encode("utf-8") for name, text in write_role(blueprint).items()}
    loaded = load_files(files, blueprint.role.id)
    assert [str(fault) for fault in loaded.faults] == []
    assert loaded.blueprint is not None
    return loaded.blueprint


def shipped(name: str) -> Blueprint:
    blueprint = load_role(rubrics_dir() / name, case_studies_dir()).blueprint
    assert blueprint is not None
    return blueprint


@pytest.mark.parametrize("name", roles(rubrics_dir()))
def test_a_shipped_role_is_written_and_read_alike(name: str) -> None:
    blueprint = shipped(name)
    assert read_again(blueprint) == blueprint
    assert write_role(read_again(blueprint)) == write_role(blueprint)


# Making a failing blueprint smaller would take minutes and show little more.
@settings(max_examples=40, phases=[Phase.generate])
@given(loadable())
def test_whatever_can_be_loaded_is_written_and_read_alike(blueprint: Blueprint) -> None:
    assert read_again(blueprint) == blueprint


@pytest.mark.parametrize("name", roles(rubrics_dir()))
def test_what_is_written_reads_well(name: str) -> None:
    for file, text in write_role(shipped(name)).items():
        lines = text.split("\n")
        assert lines[:2] == ["schema: rubric/1", f"kind: {_kind(file)}"]
        assert [line for line in lines if len(line) > WIDTH + 4 or line != line.rstrip()] == []
        assert text.endswith("\n")


def _kind(file: str) -> str:
    return "case-study" if file.startswith("case_studies/") else Path(file).stem


@pytest.mark.parametrize("text", TRICKY)
def test_a_text_stays_the_text_it_is_wherever_it_stands(text: str) -> None:
    held = {"key": text, "list": [text, [text]], "map": {"inner": text, "items": [{"a": text, "b": 1}]}}
    written = yaml_text(held)
    read = read_yaml(written.encode("utf-8"))
    assert (read.faults, read.top) == ((), held)
    # Other programs, which do take yes for true and 12:30 for a number, read the same.
    assert yaml.safe_load(written) == held


def test_keys_that_look_like_numbers_stay_words_and_numbers_stay_numbers() -> None:
    held = {"1": {2: "a", "b": True}, "yes": -3, "on": [], "two\nlines": {"a,\nb": "c"}}
    held |= {"w" * 300: 12, "x" * 300: {}, "y" * 300: [{"z" * 300: False}]}
    assert read_yaml(yaml_text(held).encode()).top == held


def test_a_small_file_is_written_as_a_person_would() -> None:
    held = {
        "id": "baker",
        "summary": ["Bakes bread.", "word " * 30 + "end"],
        "levels": [{"id": "one", "rank": 1}, {"id": "two", "rank": 2, "items": ["a", "b"]}],
        "deep": {"poem": "one\n  two"},
        "version": "1",
    }
    assert yaml_text(held) == (
        "id: baker\n"
        "\n"
        "summary:\n"
        "  - Bakes bread.\n"
        "  - >-\n"
        f"    {'word ' * 21}word\n"
        f"    {'word ' * 8}end\n"
        "\n"
        "levels:\n"
        "  - {id: one, rank: 1}\n"
        "  - {id: two, rank: 2, items: [a, b]}\n"
        "\n"
        "deep:\n"
        "  poem: |-\n"
        "    one\n"
        "      two\n"
        "\n"
        'version: "1"\n'
    )


def test_files_in_memory_and_on_disk_have_the_same_faults(tmp_path: Path) -> None:
    role = "schema: rubric/1\nkind: role\nid: cook\ntitle: X\nsummary: [TODO]\n"
    on_disk = load_written(tmp_path, role=role, case=None)
    files = {
        path.relative_to(tmp_path).as_posix(): path.read_bytes() for path in tmp_path.rglob("*.yaml") if path.is_file()
    }
    in_memory = load_files(files, "baker")
    assert in_memory == on_disk
    assert [(fault.file, fault.line) for fault in in_memory.faults] == [
        ("rubrics/baker/role.yaml", 1),
        ("rubrics/baker/role.yaml", 3),
        ("rubrics/baker/role.yaml", 5),
        ("rubrics/baker/scorecard.yaml", 29),
    ]


def test_notes_are_the_house_s_unless_they_say_otherwise(tmp_path: Path) -> None:
    extra = b"notes:\n- One.\n- {text: Two., items: [Below]}\n- {text: Three., origin: source, items: [Its own]}\n"
    blueprint = load_written(tmp_path, extra=extra).blueprint
    assert blueprint is not None
    assert blueprint.notes[0].entries == (
        Entry("One.", origin="house"),
        Entry("Two.", origin="house", items=(Entry("Below", origin="house"),)),
        Entry("Three.", origin="source", items=(Entry("Its own", origin="house"),)),
    )
    assert read_again(blueprint) == blueprint
    written = write_role(blueprint)["rubrics/baker/scorecard.yaml"]
    assert written.count("origin: source") == 1
    assert "- One.\n" in written


def test_notes_and_meta_come_back_where_they_stood(tmp_path: Path) -> None:
    extra = b"notes: [{text: Weights are guesses., origin: house}]\nmeta: {sheet: {2: [a, true]}, old: legacy}\n"
    blueprint = load_written(tmp_path, extra=extra).blueprint
    assert blueprint is not None
    assert blueprint.notes == (Section("scorecard", "Scorecard", (Entry("Weights are guesses.", origin="house"),)),)
    assert [(one.file, one.key, one.json) for one in blueprint.meta] == [
        ("scorecard.yaml", "sheet", '{"2":["a",true]}'),
        ("scorecard.yaml", "old", '"legacy"'),
    ]
    assert read_again(blueprint) == blueprint
