"""What a new draft begins with: it can be loaded, and it says of itself what is still to be written."""

from __future__ import annotations

import pytest

from app.formats.blueprint_files import load_files
from app.formats.blueprint_skeleton import further, further_case, skeleton


def warned(files: dict[str, str]) -> list[str]:
    loaded = load_files({name: text.encode("utf-8") for name, text in files.items()}, "baker")
    assert [str(fault) for fault in loaded.faults] == []
    return [str(one) for one in loaded.warnings if "still the example" in one.message]


def test_a_new_role_is_warned_of_each_sentence_that_nobody_replaced() -> None:
    files = skeleton("baker", "Baker")
    found = [one.removeprefix("rubrics/baker/role.yaml:") for one in warned(files)]
    assert found == [
        "8: still the example “Say here, in a paragraph, what this role does and for whom.”: write your own",
        "10: still the example “Say here, in a sentence, what the role is there for.”: write your own",
    ]
    written = {name: text.replace("Say here, in a", "Bakes, in a") for name, text in files.items()}
    assert warned(written) == []


@pytest.mark.parametrize(
    ("part", "number"),
    [("scorecard", 2), ("competencies", 0), ("onboarding", 1), ("metrics", 3), ("ladder", 0), ("guide", 1)],
)
def test_a_further_file_is_warned_of_its_own(part: str, number: int) -> None:
    name, text = further("baker", part)
    assert len([one for one in warned({**skeleton("baker", "Baker"), name: text}) if f"/{part}.yaml" in one]) == number


def test_a_new_case_is_warned_of_its_own() -> None:
    card, text = further("baker", "scorecard")
    case, asks = further_case("bread", "first-dimension")
    text += "\ncase_studies: [bread]\n"
    found = warned({**skeleton("baker", "Baker"), card: text, case: asks})
    assert len([one for one in found if one.startswith("case_studies/bread.yaml")]) == 2
