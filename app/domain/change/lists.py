"""Changes in lists: what came, went and moved, and the entries, sections and chapters that most of a blueprint is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from app.domain.change.pairs import Key, alike, pair
from app.domain.change.record import Effect
from app.domain.change.words import ORIGIN, Field, compared, quoted, shown
from app.domain.entry import Chapter, Entry, Section

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from app.domain.change.record import Change
    from app.domain.change.words import Scene

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Kind(Generic[_T]):
    """One kind of item in a list: its noun, what it is known by, what it is called, and how two of it differ.

    `differ` gets the scene of the item. Items that are not `listed` go by the title of their list.
    """

    noun: str
    key: Callable[[_T], Key]
    title: Callable[[_T], str]
    differ: Callable[[Scene, _T, _T], Iterator[Change]]
    listed: bool = True

    def scene(self, scene: Scene, item: _T, index: int) -> Scene:
        """Return the scene of the item at this place of a list, within the scene of the list."""
        return scene.below(index).of(self.title(item), listed=self.listed)


def in_list(scene: Scene, kind: Kind[_T], before: Sequence[_T], after: Sequence[_T]) -> Iterator[Change]:
    """Say what differs between two lists of one kind, in the newer order and then what is gone."""
    if tuple(before) == tuple(after):
        return
    found = pair([kind.key(one) for one in before], [kind.key(one) for one in after])
    become = {new: old for old, new in found.pairs}
    for index, item in enumerate(after):
        own = kind.scene(scene, item, index)
        if index not in become:
            yield own.change(f"{_named(kind, item)} is added to {scene.place}.", None, shown(item))
            continue
        old = become[index]
        if (old, index) in found.moved:
            yield _moved(scene, own, _named(kind, item), (old, index))
        yield from kind.differ(own, before[old], item)
    for index in found.removed:
        item = before[index]
        own = kind.scene(scene, item, index)
        yield own.change(f"{_named(kind, item)} is removed from {scene.place}.", shown(item), None, gone=True)


def _named(kind: Kind[_T], item: _T) -> str:
    return f"The {kind.noun} {quoted(kind.title(item))}"


def _moved(scene: Scene, own: Scene, named: str, places: tuple[int, int]) -> Change:
    old, new = (str(place + 1) for place in places)
    moved = f"{named} moves from place {old} to place {new} of {scene.place}."
    return own.touching(Effect.READING).change(moved, old, new)


def entries(scene: Scene, before: Sequence[Entry], after: Sequence[Entry]) -> Iterator[Change]:
    """Say what differs between two lists of entries, and below them."""
    return in_list(scene, ENTRY, before, after)


def sections(scene: Scene, before: Sequence[Section], after: Sequence[Section]) -> Iterator[Change]:
    """Say what differs between two lists of sections, down to their entries."""
    return in_list(scene, SECTION, before, after)


def chapters(scene: Scene, before: Sequence[Chapter], after: Sequence[Chapter]) -> Iterator[Change]:
    """Say what differs between two lists of chapters, down to their entries."""
    return in_list(scene, CHAPTER, before, after)


def gained(scene: Scene, thing: str, parts: str, value: object, *, gone: bool) -> Change:
    """Say that a whole part came or is gone; `parts` says how much is in it."""
    verb = "is removed" if gone else "is added"
    text = shown(value)
    sentence = f"The {thing} {verb}, with {parts}."
    return scene.change(sentence, text if gone else None, None if gone else text, gone=gone)


def heading(name: str) -> str:
    """Return an id as a heading, for what has no title."""
    return name.replace("-", " ").replace("_", " ").capitalize()


def _entry(scene: Scene, before: Entry, after: Entry) -> Iterator[Change]:
    words = {
        "id": Field("id"),
        "detail": Field("detail"),
        "origin": ORIGIN,
        "tags": Field("tags"),
        "refs": Field("references"),
    }
    if before.text != after.text:
        kept = before.id is not None or alike(before.text, after.text)
        turn = "reworded" if kept else f"replaced by {quoted(after.text)}"
        yield scene.change(f"The entry {quoted(before.text)} is {turn}.", before.text, after.text)
    yield from compared(scene, before, after, words, elsewhere=("text", "items"))
    yield from entries(scene.below("items"), before.items, after.items)


def _section(scene: Scene, before: Section, after: Section) -> Iterator[Change]:
    words = {"id": Field("id"), "title": Field("title"), "note": Field("note")}
    yield from compared(scene, before, after, words, elsewhere=("entries",))
    yield from entries(scene.below("entries"), before.entries, after.entries)


def _chapter(scene: Scene, before: Chapter, after: Chapter) -> Iterator[Change]:
    words = {"id": Field("id"), "note": Field("note")}
    yield from compared(scene, before, after, words, elsewhere=("sections",))
    yield from sections(scene.below("sections"), before.sections, after.sections)


ENTRY: Kind[Entry] = Kind(
    noun="entry",
    key=lambda entry: Key(entry.id, entry.text),
    title=lambda entry: entry.text,
    differ=_entry,
    listed=False,
)
SECTION: Kind[Section] = Kind(
    noun="section",
    key=lambda section: Key(section.id, section.title),
    title=lambda section: section.title,
    differ=_section,
)
CHAPTER: Kind[Chapter] = Kind(
    noun="chapter",
    key=lambda chapter: Key(chapter.id, chapter.id),
    title=lambda chapter: heading(chapter.id),
    differ=_chapter,
)
