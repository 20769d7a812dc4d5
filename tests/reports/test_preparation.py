"""The sheets that candidates prepare with: plans to tick off, and not a word of how anybody is scored."""

from __future__ import annotations

from dataclasses import replace
from html import unescape

import pytest

from app.domain.entry import Entry, Section
from app.domain.guide import Guide, Plan
from reports import rendering
from tests.factories import books
from tests.reports.structure import solid


def page(**changes: object) -> str:
    """The page as it is written, styles left out."""
    document = replace(books.preparation(), **changes)  # type: ignore[arg-type]  # the fields' own types, by name
    return unescape(rendering.render_html("preparation", document, stylesheet_address="/print/a4.css"))


def test_each_plan_is_a_checklist_with_an_empty_box_a_task() -> None:
    said, guide = page(), books.preparation().guide
    tasks = [task for plan in guide.plans for task in plan.tasks]
    listed = said[said.index("Plans for the time you have") : said.index("Capabilities</h2>")]

    assert [plan.title for plan in guide.plans if f"<h3>{plan.title}</h3>" not in listed] == []
    assert [task.text for task in tasks if task.text not in listed] == []
    assert listed.count('<span class="box"></span>') == len(tasks) == 14
    assert "What to do with one hour, one day, one week or four weeks" in said


@pytest.mark.parametrize("name", ["capabilities", "resume-keywords"])
def test_capabilities_and_keywords_can_be_ticked_in_three_ways(name: str) -> None:
    section = books.preparation().guide.section(name)
    said = page()
    table = said[said.index(f"<h2>{section.title}</h2>") :]
    table = table[: table.index("</table>")]

    assert [entry.text for entry in section.entries if entry.text not in table] == []
    assert table.count('<span class="box"></span>') == 3 * len(section.entries)
    assert table.index("Not yet") < table.index("I have begun") < table.index("I can show it")


def test_nothing_says_how_candidates_are_scored() -> None:
    said, held = solid(page()), books.shipped()
    card = held.scorecard
    secret = [
        *(anchor.text for dimension in card.dimensions for anchor in dimension.anchors),
        *(probe.question for probe in card.probes),
        *(signal.text for signal in card.signals),
        *(case.prompt for case in held.case_studies),
        *(entry.text for case in held.case_studies for entry in (*case.marking, *case.outputs)),
        *(entry.text for one in held.competencies for rung in one.rungs for entry in rung.criteria),
        *(criterion.text for step in (held.ladder.promotions if held.ladder else ()) for criterion in step.criteria),
        *(dimension.title for dimension in card.dimensions),
    ]

    assert len(secret) > 150
    assert [text for text in secret if solid(text) in said] == []
    assert "→" not in page()


def test_a_guide_without_plans_or_lists_still_gives_a_sheet() -> None:
    bare = Guide((Section("profile", "Who succeeds", (Entry("Whoever rises early."),)),))
    said = page(guide=bare)

    assert "What to know and to be able to show" in said
    assert "Whoever rises early." in said
    assert "Plans for the time you have" not in said
    assert 'class="shown"' not in said


def test_tasks_below_tasks_have_boxes_too() -> None:
    below = Entry("Bake", items=(Entry("Weigh the water"), Entry("Heat the oven")))
    said = page(guide=Guide((), (Plan("hour-1", "One hour", "PT1H", (below,)),)))

    assert said.count('<span class="box"></span>') == 3
    assert "What to do with one hour<" in said
