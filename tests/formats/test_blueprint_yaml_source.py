from __future__ import annotations

import string

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from app.formats.plain_text import Spot
from app.formats.yaml_source import MAX_BYTES, MAX_NODES, YamlMap, line_at, read_yaml


def read(text: str) -> tuple[YamlMap | None, list[tuple[int, str]]]:
    found = read_yaml(text.encode("utf-8"))
    return found.top, [(spot.line, spot.message) for spot in found.faults]


def only_fault(text: str) -> tuple[int, str]:
    _, faults = read(text)
    assert len(faults) == 1, faults
    return faults[0]


def test_text_integers_booleans_lists_and_maps_are_read() -> None:
    top, faults = read('a: 12\nb: true\nc: [x, "7", -3]\nd:\n  e: false\n3: three\n')
    assert faults == []
    assert top == {"a": 12, "b": True, "c": ["x", "7", -3], "d": {"e": False}, 3: "three"}


@pytest.mark.parametrize(
    "written", ["yes", "no", "on", "Off", "True", "1:30", "2026-11-22", "0x1F", "0o17", "12:30:45", "1/2"]
)
def test_what_yaml_likes_to_turn_into_something_else_stays_text(written: str) -> None:
    assert read(f"a: {written}") == ({"a": written}, [])


@pytest.mark.parametrize("written", [".nan", "-.inf", ".5", "1.5", "1e5", "012", "1_000", "+3", "9999999999"])
def test_numbers_that_are_not_plain_are_refused_with_the_remedy(written: str) -> None:
    line, message = only_fault(f"b: 1\na: {written}")
    assert (line, message) == (2, f"{written} is not a plain whole number: put it in quotes if it is text")
    assert read(f'a: "{written}"') == ({"a": written}, [])


@pytest.mark.parametrize("written", ["a:", "a: ''", "a: ~", "a: null", "- x", ""])
def test_nothing_is_not_a_value(written: str) -> None:
    assert read(f"b: 1\n{written}" if written else written)[1] != []


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("a: 1\nb: 2\na: 3", 3, "the key `a` is already on line 1: keep one"),
        ("a: {b: 1,\n  b: 2}", 2, "the key `b` is already on line 1: keep one"),
        ("1: a\n1: b", 2, "the key `1` is already on line 1: keep one"),
        ("a: 1\nb: &here x", 2, "the anchor &here is not allowed"),
        ("a: 1\nb: *there", 2, "the alias *there is not allowed"),
        ("a: !!python/object/apply:os.system [ls]", 1, "the tag tag:yaml.org,2002:python/object/apply:os.system"),
        ("a: !secret x", 1, "the tag !secret is not allowed"),
        ("b: 1\n<<: {a: 1}", 2, "the merge key << is not allowed"),
        ("a: 1\n---\nb: 2", 2, "a second document starts here"),
        ("a: 1\nb: [1, 2", 3, "not readable as YAML"),
        ("a: b: c", 1, "not readable as YAML"),
        ("- a\n- b", 1, "the file must start with keys"),
        ("just text", 1, "the file must start with keys"),
        ("", 1, "the file is empty"),
        ("# nothing but a remark", 1, "the file is empty"),
        ("? [a]\n: b", 1, "a key must be a word or a whole number"),
        ("true: b", 1, "a key must be a word or a whole number"),
        ("b: 1\na: x\u00a0y", 2, "U+00A0 (NO-BREAK SPACE)"),
        ("b: 1\na: x\u2028y\nc: z", 2, "U+2028 (LINE SEPARATOR)"),
        ("b: 1\na: x\u200by", 2, "U+200B (ZERO WIDTH SPACE)"),
        ("b: 1\na: x\u202ey", 2, "U+202E (RIGHT-TO-LEFT OVERRIDE)"),
        ("b: 1\na: x\x07y", 2, "U+0007 (a control character)"),
        ('b: 1\na: "x\\u00ady"', 2, "U+00AD (SOFT HYPHEN)"),
        ("b: 1\na: x\ufeffy", 2, "U+FEFF"),
    ],
)
def test_each_surprise_is_refused_on_its_line(text: str, line: int, says: str) -> None:
    where, message = only_fault(text)
    assert where == line
    assert says in message


def test_a_line_separator_does_not_shift_the_lines_after_it() -> None:
    _, faults = read("a: x\u2028y\nb: 1\nb: 2")
    assert [line for line, _ in faults] == [1, 3]


def test_joiners_stay_where_scripts_and_emoji_need_them() -> None:
    persian, emoji = "\u0645\u06cc\u200c\u062e", "👩\u200d🔬"
    assert read(f"a: {persian}\nb: {emoji}") == ({"a": persian, "b": emoji}, [])
    assert "U+200D" in only_fault("a: x\u200dy")[1]


def test_windows_files_read_like_any_other() -> None:
    top = read_yaml(b"\xef\xbb\xbfa: 1\r\nb: 2\r\n")
    assert (top.top, top.faults) == ({"a": 1, "b": 2}, ())


def test_bytes_that_are_not_utf_8_are_named_by_line() -> None:
    assert read_yaml(b"a: 1\nb: caf\xe9\n").faults == (Spot(2, "not UTF-8 text: save the file as UTF-8"),)
    assert read_yaml("a: 1\n".encode("utf-16")).faults == (Spot(1, "not UTF-8 text: save the file as UTF-8"),)


def test_an_alias_bomb_is_not_unfolded() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    assert only_fault("\n".join(lines)) == (1, "the anchor &a0 is not allowed: write the content out")


def test_depth_size_and_number_of_values_are_limited() -> None:
    assert only_fault("a: " + "[" * 5000)[1] == "nested more than 20 deep: flatten it"
    assert only_fault("\n".join(f"{' ' * n}a:" for n in range(40)))[1] == "nested more than 20 deep: flatten it"
    too_many = "a:\n" + "- x\n" * MAX_NODES
    assert only_fault(too_many) == (MAX_NODES - 1, "more than 20,000 values: split the file")
    assert only_fault("a: " + "x" * MAX_BYTES)[1] == "the file is over 1,000,000 bytes: split it"


def test_twenty_deep_and_a_megabyte_are_still_read() -> None:
    deep = "a: " + "[" * 18 + "x" + "]" * 18
    assert read(deep)[1] == []
    big = "a: " + "x" * (MAX_BYTES - 3)
    assert read(big) == ({"a": "x" * (MAX_BYTES - 3)}, [])


def test_a_file_full_of_unwanted_characters_is_not_described_to_the_end() -> None:
    _, faults = read("\n".join(f"k{n}: x\u00a0y" for n in range(5000)))
    assert len(faults) == 100


def test_lines_are_found_by_path_and_fall_back_to_the_nearest_above() -> None:
    top, _ = read("a: 1\nb:\n  - x\n  - c: 2\n    d: 3\n")
    assert top is not None
    paths: list[tuple[str | int, ...]] = [(), ("a",), ("b",), ("b", 1), ("b", 1, "d"), ("b", 1, "nothing"), ("b", 9)]
    assert [line_at(top, path) for path in paths] == [1, 1, 2, 4, 5, 4, 2]


_PLAIN = st.recursive(
    st.booleans() | st.integers(-999_999_999, 999_999_999) | st.text(string.ascii_letters + " :#-äß").filter(str.strip),
    lambda below: (
        st.lists(below, max_size=3) | st.dictionaries(st.text(string.ascii_lowercase, min_size=1), below, max_size=3)
    ),
    max_leaves=8,
)


@given(st.dictionaries(st.text(string.ascii_lowercase, min_size=1), _PLAIN, min_size=1, max_size=4))
def test_what_a_yaml_writer_writes_is_read_back(value: dict[str, object]) -> None:
    assert read(yaml.safe_dump(value, allow_unicode=True)) == (_stripped(value), [])


def _stripped(value: object) -> object:
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, list):
        return [_stripped(item) for item in value]
    if isinstance(value, dict):
        return {key: _stripped(item) for key, item in value.items()}
    return value


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_no_bytes_bring_the_reader_down(raw: bytes) -> None:
    found = read_yaml(raw)
    assert found.top is not None or found.faults
    assert all(spot.line >= 1 for spot in found.faults)
