from __future__ import annotations

from typing import cast

import pytest

from app.formats.json_schema import json_schema

Defs = dict[str, dict[str, object]]


@pytest.fixture(scope="module")
def defs() -> Defs:
    return cast("Defs", json_schema()["$defs"])


def test_kind_tells_which_of_the_eight_files_it_is() -> None:
    discriminator = cast("dict[str, object]", json_schema()["discriminator"])
    assert discriminator["propertyName"] == "kind"
    assert set(cast("dict[str, str]", discriminator["mapping"])) == {
        "role",
        "scorecard",
        "competencies",
        "onboarding",
        "metrics",
        "ladder",
        "guide",
        "case-study",
    }


def test_every_map_refuses_unknown_keys(defs: Defs) -> None:
    assert [name for name, shape in defs.items() if shape.get("additionalProperties") is not False] == []


def test_keys_are_written_as_in_the_files(defs: Defs) -> None:
    assert "schema" in cast("dict[str, object]", defs["RoleShape"]["properties"])
    assert "from" in cast("dict[str, object]", defs["PromotionShape"]["properties"])


def test_an_entry_may_be_a_plain_text(defs: Defs) -> None:
    tasks = cast("dict[str, dict[str, object]]", defs["PlanShape"]["properties"])["tasks"]
    assert tasks["items"] == {"anyOf": [{"type": "string"}, {"$ref": "#/$defs/EntryShape"}]}
