"""Damage to what is kept: flipped bits in the database, and stored documents that are gone, changed or swapped."""

from __future__ import annotations

import re
import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from app.cli import doctor, examination, examination_record
from app.cli.findings import Level
from app.settings import Environment, Settings
from tests.cli.processes import SECRET

if TYPE_CHECKING:
    from pathlib import Path
    from random import Random

    from tests.faulting import Breaking

SEALED = {
    "revision": "summary", "rating": "evidence", "decision": "reasons", "decision_vote": "reason",
    "audit_event": "body", "audit_payload": "body",
}  # fmt: skip
"""By table, a text that nobody may change."""
CHECKS = (
    examination.check_schema, examination.check_database, examination_record.check_chain, *examination_record.DEEP,
)  # fmt: skip


@pytest.fixture
def kept(demo_file: Path, tmp_path: Path) -> Settings:
    """A demo with documents, of our own to break."""
    instance = tmp_path / "instance"
    instance.mkdir(mode=0o700)
    shutil.copyfile(demo_file, instance / "plumbline.db")
    shutil.copytree(demo_file.parent / "files", instance / "files")
    url = f"sqlite:///{instance / 'plumbline.db'}"
    return Settings(instance=instance, database_url=url, secret_key=SECRET, env=Environment.DEMO)


def wrong_with(settings: Settings) -> list[str]:
    """What `doctor --all` says of what is kept."""
    return [
        f"{one.subject}: {one.seen}"
        for check in CHECKS
        for one in doctor.checked(check, settings)
        if one.level is Level.FAILED and one.subject != "database clock"
    ]


@pytest.mark.fault("F26", seconds=200)
def test_flipped_bits_in_sealed_content_are_found(kept: Settings, breaking: Breaking) -> None:
    """One bit of one text that is sealed; the page stays whole, so only the hashes can tell."""
    file = kept.instance / "plumbline.db"
    whole, random = file.read_bytes(), breaking.random
    sealed = _sealed(file)
    assert all(sealed.values())
    missed, tries = breaking.wrong, 0
    for number in breaking.rounds(6, 600):
        table = list(SEALED)[number % len(SEALED)]
        text, content = random.choice(sealed[table]), bytearray(whole)
        content[_place(whole, text, random) + random.randrange(min(len(text), 200))] ^= 1
        file.write_bytes(content)
        # A copy of the text, such as one in the search index, is not what is sealed.
        if _sealed(file) != sealed:
            tries += 1
            missed += [] if wrong_with(kept) else [f"{table}: {text[:40]!r}"]
    file.write_bytes(whole)
    breaking.count(tries, len(missed), "single bits of sealed texts, decisions and events flipped, sqlite")
    assert missed == []
    assert tries > 2
    assert wrong_with(kept) == []


@pytest.mark.fault("F26")
def test_a_text_that_is_none_any_more_is_a_finding(kept: Settings) -> None:
    file = kept.instance / "plumbline.db"
    with closing(sqlite3.connect(file)) as owner:
        (hashed,) = owner.execute("SELECT hash FROM audit_event WHERE seq = 3").fetchone()
    file.write_bytes(file.read_bytes().replace(hashed.encode(), b"\x80" + hashed.encode()[1:]))
    assert [line for line in wrong_with(kept) if line.startswith("whole record: event 1: a text of it, or of an event")]


@pytest.mark.fault("F26", seconds=60)
def test_flipped_bits_anywhere_are_counted(kept: Settings, breaking: Breaking) -> None:
    """Damage that no hash covers is stated and not hidden: the figures say how many of the flips were seen."""
    file = kept.instance / "plumbline.db"
    whole, random = file.read_bytes(), breaking.random
    seen, tries = 0, 0
    for _ in breaking.rounds(3, 300):
        content = bytearray(whole)
        content[random.randrange(len(content))] ^= 1 << random.randrange(8)
        file.write_bytes(content)
        tries += 1
        seen += bool(wrong_with(kept))
    breaking.count(tries, 0, f"single bits flipped anywhere: {seen} of {tries} seen, none broke doctor itself, sqlite")
    # A page that is no longer one must be seen, whatever it holds.
    content = bytearray(whole)
    content[4096 : 4096 + 64] = bytes(64)
    file.write_bytes(content)
    assert wrong_with(kept)


@pytest.mark.fault("F19", seconds=15)
def test_each_document_that_is_gone_changed_or_swapped_is_named(kept: Settings, breaking: Breaking) -> None:
    files = sorted((kept.instance / "files").iterdir())
    contents, random = {file: file.read_bytes() for file in files}, breaking.random
    missed, tries = breaking.wrong, 0
    for _ in breaking.rounds(6, 200):
        one, other = random.sample(files, 2)
        harmed = random.choice([{one}, {one, other}])
        if len(harmed) == 2:
            one.write_bytes(contents[other])
            other.write_bytes(contents[one])
        elif random.random() < 0.5:
            one.unlink()
        else:
            one.write_bytes(bytes([contents[one][0] ^ 1]) + contents[one][1:])
        tries += 1
        named = {each.seen.split(":")[0] for each in examination_record.check_every_document(kept) if each.mending}
        missed += sorted(named ^ {f"files/{file.name}" for file in harmed})
        for file in harmed:
            file.write_bytes(contents[file])
    breaking.count(tries, len(missed), "stored documents removed, changed or swapped")
    assert missed == []
    assert len(files) > 3


def _sealed(file: Path) -> dict[str, list[bytes]]:
    """Every text that nobody may change, by table."""
    with closing(sqlite3.connect(f"file:{file}?immutable=1", uri=True)) as database:
        database.text_factory = bytes
        return {
            table: [text for (text,) in database.execute(f"SELECT {column} FROM {table} WHERE length({column}) > 9")]  # noqa: S608  ours
            for table, column in SEALED.items()
        }


def _place(whole: bytes, text: bytes, random: Random) -> int:
    """Where a text begins in the file, or its first part, as long texts go on in other pages."""
    start = text[:200]
    return random.choice([match.start() for match in re.finditer(re.escape(start), whole)])
