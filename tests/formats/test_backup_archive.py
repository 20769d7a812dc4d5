"""Archives of backups: whole ones come out as they went in, and nothing strange is ever unpacked."""

from __future__ import annotations

import io
import json
import stat
import tarfile
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

import pytest

from app.formats import backup_archive
from app.formats.backup_archive import ArchiveError, Manifest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ABOUT = Manifest("2026-11-22T00:00:00+00:00", "0.1.0", "sqlite", "0032", "", "", 0, {"person": 2})


def packed(folder: Path, key: bytes | None = None) -> Path:
    source = folder / "in"
    source.mkdir()
    (source / "plumbline.db").write_bytes(b"rows" * 500_000)
    (source / "note").write_bytes(b"")
    out = folder / "backup.plb"
    with backup_archive.packing(out, key) as archive:
        archive.add("database", source / "plumbline.db")
        archive.add("files", source / "note")
        archive.finish(ABOUT)
    return out


def rewritten(archive: Path, change: Callable[[list[tuple[tarfile.TarInfo, bytes]]], None]) -> None:
    with tarfile.open(archive) as tar:
        members = [(member, (tar.extractfile(member) or io.BytesIO()).read()) for member in tar]
    change(members)
    with tarfile.open(archive, "w") as tar:
        for member, data in members:
            member.size = len(data) if member.isreg() else 0
            tar.addfile(member, io.BytesIO(data))


def named(name: str, kind: bytes = tarfile.REGTYPE, link: str = "") -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, link
    return member


@pytest.mark.parametrize("key", [None, bytes(32)])
def test_what_goes_in_comes_out_for_the_owner_alone(tmp_path: Path, key: bytes | None) -> None:
    archive = packed(tmp_path, key)
    out = tmp_path / "out"
    manifest = backup_archive.unpack(archive, out, key)

    assert stat.S_IMODE(archive.stat().st_mode) == 0o600
    assert stat.S_IMODE((out / "database" / "plumbline.db").stat().st_mode) == 0o600
    assert (out / "database" / "plumbline.db").read_bytes() == b"rows" * 500_000
    assert replace(manifest, members={}) == ABOUT
    assert manifest.members["files/note"][0] == 0
    assert backup_archive.is_sealed(archive) is (key is not None)


def test_a_backup_without_its_key_says_so(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="give the key with --key-file"):
        backup_archive.unpack(packed(tmp_path, bytes(32)), tmp_path / "out", None)


def test_one_that_is_there_is_never_written_over(tmp_path: Path) -> None:
    archive = packed(tmp_path)
    before = archive.read_bytes()
    with pytest.raises(FileExistsError), backup_archive.packing(archive, None):
        pass
    assert archive.read_bytes() == before


def test_a_backup_that_fails_leaves_nothing_under_its_name(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), backup_archive.packing(tmp_path / "half.plb", None):
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "strange",
    [
        named("/etc/passwd"), named("../outside"), named("files/../../outside"), named("files/.hidden"),
        named("secrets/key"), named("files/a/b"), named("files/link", tarfile.SYMTYPE, "/etc/passwd"),
        named("files/hard", tarfile.LNKTYPE, "database/plumbline.db"), named("files/pipe", tarfile.FIFOTYPE),
        named("files", tarfile.DIRTYPE), named("files/note"),
    ],
    ids=lambda member: member.name,
)  # fmt: skip
def test_strange_members_are_refused(tmp_path: Path, strange: tarfile.TarInfo) -> None:
    archive = packed(tmp_path)
    rewritten(archive, lambda members: members.insert(2, (strange, b"x")))
    with pytest.raises(ArchiveError):
        backup_archive.unpack(archive, tmp_path / "out", None)
    assert not (tmp_path / "outside").exists()


def test_missing_and_changed_members_and_other_files_are_refused(tmp_path: Path) -> None:
    archive = packed(tmp_path)
    whole = archive.read_bytes()

    def changed(members: list[tuple[tarfile.TarInfo, bytes]]) -> None:
        members[0] = (members[0][0], b"ROWS" * 500_000)

    def newer(members: list[tuple[tarfile.TarInfo, bytes]]) -> None:
        members[2] = (members[2][0], json.dumps({**asdict(ABOUT), "format": 2}).encode())

    for number, (change, said) in enumerate([
        (changed, "plumbline.db is not what its manifest says"),
        (lambda members: members.pop(1), "files/note is not what its manifest says"),
        (lambda members: members.pop(), "it has no manifest"),
        (newer, "written by a newer program"),
    ]):  # fmt: skip
        archive.write_bytes(whole)
        rewritten(archive, change)
        with pytest.raises(ArchiveError, match=said):
            backup_archive.unpack(archive, tmp_path / f"out{number}", None)
    archive.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ArchiveError):
        backup_archive.unpack(archive, tmp_path / "cut", None)
    archive.write_bytes(b"a letter")
    with pytest.raises(ArchiveError):
        backup_archive.unpack(archive, tmp_path / "letter", None)
