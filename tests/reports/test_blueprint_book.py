"""The role blueprint as a book: nothing is dropped, the contents lead where they say, and pages are set with care."""

from __future__ import annotations

import io
import re
from dataclasses import fields, is_dataclass, replace
from functools import cache
from html import unescape
from typing import TYPE_CHECKING

import pikepdf
import pytest

from app.domain.blueprint import NO_SCORECARD
from app.domain.metric import Metrics
from app.domain.outline import Part, places
from reports import contents, rendering
from tests.factories import books
from tests.reports import reading
from tests.reports.structure import Structure, opened, solid

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from app.domain.blueprint import Blueprint
    from app.domain.documents import BlueprintDocument

SENIOR, SCIENTIST = "senior-ml-pm", "senior-data-scientist"
PRINTED: tuple[tuple[str, rendering.Paper], ...] = ((SENIOR, "a4"), (SCIENTIST, "letter"))
"""Each shipped role, each paper; a book takes some seconds to set, so each is set once."""
WRITTEN = {
    "text", "detail", "title", "note", "summary", "mission", "question", "prompt", "applicability", "description",
    "use", "why", "shows", "strong", "measures", "low", "high", "unit",
}  # fmt: skip
"""The fields of a blueprint that hold words for people; all others hold ids, numbers and kinds."""


@cache
def printed(role: str, paper: rendering.Paper) -> bytes:
    """The PDF of a shipped role."""
    return rendering.render_pdf("blueprint", books.book(books.shipped(role)), paper=paper)


@pytest.fixture
def structure(tmp_path: Path) -> Iterator[Structure]:
    """The structure of the book on A4."""
    with opened(printed(SENIOR, "a4"), tmp_path) as found:
        yield found


def _page_of(item: pikepdf.OutlineItem) -> tuple[int, int]:
    assert isinstance(item.destination, pikepdf.Array)
    return item.destination[0].objgen


def words(document: BlueprintDocument) -> str:
    """The page without markup and white space."""
    page = re.sub(r"<(style|svg|nav)\b.*?</\1>", " ", rendering.render_html("blueprint", document), flags=re.DOTALL)
    return solid(unescape(re.sub(r"<[^>]+>", "", page)))


def texts(value: object, name: str = "") -> Iterator[str]:
    """Every word for people anywhere in a blueprint, found by the names of fields alone."""
    if isinstance(value, str):
        if name in WRITTEN:
            yield from value.split("\n\n")
    elif isinstance(value, tuple):
        for each in value:
            yield from texts(each, name)
    elif is_dataclass(value) and value != NO_SCORECARD:
        for field in fields(value):
            yield from texts(getattr(value, field.name), field.name)


def origins(value: object) -> int:
    """How many texts say that the house wrote them; a probe's mapping is no text."""
    if isinstance(value, tuple):
        return sum(origins(each) for each in value)
    if not is_dataclass(value):
        return 0
    own = [getattr(value, name, "source") for name in ("origin", "timing_origin")].count("house")
    return own + sum(origins(getattr(value, field.name)) for field in fields(value))


@pytest.mark.parametrize("blueprint", [books.shipped(), books.shipped(SCIENTIST), books.climbed(), books.minimal()])
def test_every_text_of_the_blueprint_is_on_the_page(blueprint: Blueprint) -> None:
    said = words(books.book(blueprint))

    assert [text for text in texts(replace(blueprint, meta=())) if solid(text) not in said] == []
    assert [place.at for place in places(blueprint) if solid(place.text) not in said] == []


@pytest.mark.usefixtures("pango")
def test_every_text_of_the_blueprint_is_in_the_pdf(structure: Structure) -> None:
    painted = structure.painted()
    known = places(books.shipped())

    assert len(known) > 900
    assert [place.at for place in known if solid(place.text) not in painted] == []
    assert [place.at for place in known if solid(place.detail) not in painted] == []


@pytest.mark.usefixtures("pango")
@pytest.mark.parametrize(("role", "paper"), PRINTED)
def test_each_line_of_the_contents_names_the_page_of_its_heading(
    role: str, paper: rendering.Paper, tmp_path: Path
) -> None:
    with opened(printed(role, paper), tmp_path) as structure:
        lines = [(solid(title), page) for title, page in structure.contents()]
        headings = [(solid(piece.text), piece.page) for piece in structure.headings() if piece.kind in {"H2", "H3"}]

    assert len(lines) > 50
    assert lines[0][1] == 4
    # In the same order, so that two chapters of one title (the role's tools, the guide's tools) are told apart.
    at = [headings.index(line) for line in lines if line in headings]
    assert at == sorted(at)
    assert len(at) == len(lines)


@pytest.mark.usefixtures("pango")
def test_links_and_bookmarks_lead_to_the_same_pages(tmp_path: Path) -> None:
    body = printed(SENIOR, "a4")
    with opened(body, tmp_path) as structure:
        lines = structure.contents()
    with pikepdf.open(io.BytesIO(body)) as pdf, pdf.open_outline() as outline:
        pages = [page.obj.objgen for page in pdf.pages]
        marked = [
            (item.title, pages.index(_page_of(item)) + 1) for part in outline.root for item in (part, *part.children)
        ]

    assert [mark for mark in marked if mark[0] != "Contents"] == lines


@pytest.mark.usefixtures("pango")
@pytest.mark.parametrize(("role", "paper"), PRINTED)
def test_the_book_is_sound_for_everyone(role: str, paper: rendering.Paper, tmp_path: Path) -> None:
    assert reading.faults(printed(role, paper), tmp_path) == []


@pytest.mark.usefixtures("pango")
@pytest.mark.parametrize(("role", "paper"), PRINTED)
def test_no_heading_ends_a_page_and_no_page_is_nearly_empty(role: str, paper: rendering.Paper, tmp_path: Path) -> None:
    with opened(printed(role, paper), tmp_path) as structure:
        bodies = {page: structure.body(page) for page in range(1, structure.pages + 1)}
        headings = [piece for piece in structure.headings() if piece.kind in {"H2", "H3"}]

    assert [piece for piece in headings if solid(bodies[piece.page][-1]) == solid(piece.text)] == []
    # The last page holds what is left.
    assert [page for page in range(1, len(bodies)) if len(bodies[page]) < 5] == []


@pytest.mark.usefixtures("pango")
def test_heads_and_feet_name_chapter_version_and_page(structure: Structure) -> None:
    responsibilities = next(piece.page for piece in structure.headings() if piece.text == "2 The role")
    head, foot = structure.furniture(responsibilities + 1)
    held = books.shipped()

    assert head == "Activities"
    assert foot == (
        f"{held.role.title}, version 3 · {books.stamp(held).sha256[:12]} · † written in house "
        f"Page {responsibilities + 1} of {structure.pages}"
    )
    assert structure.furniture(1) == []


@pytest.mark.usefixtures("pango")
def test_each_case_begins_a_page_of_its_own_that_says_for_whom_it_is(structure: Structure) -> None:
    titles = [f"{case.label} {case.title}" for case in books.shipped().case_studies]
    found = [piece for piece in structure.headings() if piece.text in titles]

    assert len({piece.page for piece in found}) == len(titles) == 3
    for piece in found:
        assert structure.furniture(piece.page)[0] == "For interviewers only"
        assert piece.text in " ".join(structure.body(piece.page)[:2])


@pytest.mark.usefixtures("pango")
def test_a_table_that_goes_on_overleaf_repeats_its_head(structure: Structure) -> None:
    start = next(piece.page for piece in structure.headings() if piece.text.endswith("Metrics") and piece.kind == "H2")
    headed = [
        page for page in (start, start + 1) if any("What it measures, and why" in line for line in structure.body(page))
    ]

    assert headed == [start, start + 1]


def test_each_text_of_the_house_is_marked() -> None:
    held = books.shipped()
    page = rendering.render_html("blueprint", books.book(held))
    told_twice = sum(
        (len(signal.dimensions) - 1) * (signal.origin == "house") for signal in held.scorecard.signals
    ) + sum((len(probe.dimensions) - 1) * (probe.origin == "house") for probe in held.scorecard.probes)
    legend = 1

    assert page.count('<span class="house">') == origins(held) + told_twice + legend
    assert "placed here in house" in page


def test_what_a_blueprint_does_not_have_is_said_and_left_out() -> None:
    said = words(books.book(books.minimal()))
    page = rendering.render_html("blueprint", books.book(books.minimal()), stylesheet_address="/print/a4.css")

    assert [part.title for part in contents.parts(books.minimal())] == ["At a glance"]
    assert solid("Bread for the whole street by seven.") in said
    assert (
        "does not have the role&#39;s description, competencies, a scorecard, case studies, an onboarding plan, "
        "metrics, a ladder, a guide and preparation plans, so nothing is said of them." in page
    )
    assert "what interviewers look for" not in page
    assert "†" not in page


def test_a_glance_of_a_line_shares_its_page_and_long_entries_have_their_titles_above() -> None:
    held = replace(books.minimal(), competencies=books.shipped().competencies)
    long = replace(held, competencies=tuple(replace(one, shows=one.title * 200) for one in held.competencies))

    assert '<section class="part competencies-part runs-on">' in rendering.render_html("blueprint", books.book(held))
    assert "runs-on" not in rendering.render_html("blueprint", books.book(), stylesheet_address="/print/a4.css")
    assert 'class="entry long"' not in rendering.render_html("blueprint", books.book(held))
    page = rendering.render_html("blueprint", books.book(long))
    assert page.count('class="entry long"') == len(held.competencies)


def test_a_role_that_is_not_hired_with_has_no_word_on_scoring() -> None:
    page = rendering.render_html("blueprint", books.book(books.climbed()), stylesheet_address="/print/a4.css")

    assert Part.SCORECARD.words not in [part.title for part in contents.parts(books.climbed())]
    assert "This blueprint does not have a scorecard and case studies" in page
    assert "or interviewers" not in page


def test_an_unpublished_blueprint_is_marked_as_a_draft() -> None:
    page = rendering.render_html("blueprint", books.book(published_at=None, note=""))

    assert "<title>Senior Machine Learning Product Manager: role blueprint, draft, not published</title>" in page
    assert "nobody is measured by a draft" in page
    assert "ersion 3" not in page


@pytest.mark.usefixtures("pango")
def test_very_long_texts_are_set_whole(tmp_path: Path) -> None:
    pdf = rendering.render_pdf("blueprint", books.book(books.wordy()))

    assert reading.faults(pdf, tmp_path) == []
    with opened(pdf, tmp_path) as structure:
        painted = structure.painted()
    assert [text for text in texts(replace(books.wordy(), meta=())) if solid(text) not in painted] == []


@pytest.mark.usefixtures("pango")
def test_the_same_blueprint_gives_the_same_bytes(tmp_path: Path) -> None:
    small = replace(books.minimal(), metrics=books.shipped().metrics or Metrics(()))
    first = rendering.render_pdf("blueprint", books.book(small))
    rendering.stop()

    assert rendering.render_pdf("blueprint", books.book(small)) == first
    assert rendering.render_pdf("blueprint", books.book(small, note="Another note.")) != first
    assert books.COMPANY in reading.words(first, tmp_path)
