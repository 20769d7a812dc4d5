"""What a form shows of a blueprint file is what it sends back: opening and saving changes nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from app import paths
from app.formats.blueprint_edit import piece_of, put
from app.formats.blueprint_fields import FILES
from app.formats.blueprint_pieces import Where, groups, parse_where, specs_at
from app.formats.blueprint_tree import at, kind_of, plain, read_tree, seen
from app.web.blueprint import section_form
from app.web.blueprint.section_view import Scene, draw
from tests.web.filled import filled

FILES_SHIPPED = sorted([*paths.rubrics_dir().glob("*/*.yaml"), *paths.case_studies_dir().glob("*.yaml")])
POINTS = [(value, str(value)) for value in range(1, 6)]


@pytest.mark.parametrize("path", FILES_SHIPPED, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_piece_of_a_file_survives_its_form(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    top = read_tree(text)
    kind = kind_of(top)
    assert top is not None
    assert kind is not None
    pieces = [piece for group in groups(kind, top) for piece in group.pieces]
    assert pieces
    before = FILES[kind].model_validate(top).model_dump()
    for piece in pieces:
        specs, values = specs_at(kind, piece.where), piece_of(top, piece.where)
        sent = filled(draw(specs, values, Scene({}, POINTS, {})))
        back = section_form.read(specs, section_form.tree_of(sent), values)
        changed = read_tree(put(piece.where, back, tuple(spec.key for spec in specs), seen(values))(text))
        assert FILES[kind].model_validate(changed).model_dump() == before, piece.where
        assert parse_where(piece.where.address) == piece.where


@pytest.mark.parametrize("path", FILES_SHIPPED, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_the_pieces_of_a_file_are_all_of_it(path: Path) -> None:
    top = read_tree(path.read_text(encoding="utf-8"))
    kind = kind_of(top)
    assert top is not None
    assert kind is not None
    left = plain(top)
    assert isinstance(left, dict)
    for group in groups(kind, top):
        for piece in group.pieces:
            assert piece.is_table or specs_at(kind, piece.where)
            held = at(left, piece.where.path)
            for key in (piece.where.keys or [spec.key for spec in specs_at(kind, piece.where)]) if held else ():
                held.pop(key, None) if isinstance(held, dict) else None
    hollow = {key: value for key, value in left.items() if _text_in(value)}
    assert set(hollow) <= {"schema", "kind", "id", "version", "meta"}


def _text_in(value: object) -> bool:
    if isinstance(value, dict):
        return any(map(_text_in, value.values()))
    return any(map(_text_in, value)) if isinstance(value, list) else bool(value)


def test_rows_are_added_moved_and_removed() -> None:
    values: dict[str, object] = {"goals": ["one", "two", "three"]}
    assert section_form.act(values, "up:goals.2") == "goals.1"
    assert values == {"goals": ["one", "three", "two"]}
    assert section_form.act(values, "down:goals.0") == "goals.1"
    assert values == {"goals": ["three", "one", "two"]}
    assert section_form.act(values, "remove:goals.1") == "goals.1"
    assert section_form.act(values, "add:goals") == "goals.2"
    assert values == {"goals": ["three", "two", {}]}


@pytest.mark.parametrize("do", ["", "add", "add:", "explode:goals.1", "remove:goals.99", "up:nothing.1"])
def test_a_made_up_act_does_nothing(do: str) -> None:
    values: dict[str, object] = {"goals": ["one"]}
    assert section_form.act(values, do) is None
    assert values["goals"] == ["one"]


def test_pasted_texts_lose_what_cannot_be_seen() -> None:
    (title,) = specs_at("role", Where((), ("title",)))
    typed = section_form.tree_of({"v.title": ["\u200bData\u00a0engineer\u2028 \u202eII\x07 "]})
    assert section_form.read([title], typed, {}) == {"title": "Data engineer II"}
