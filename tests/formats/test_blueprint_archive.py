"""Parcels of blueprint files: what is understood, and everything that is refused before it is opened."""

from __future__ import annotations

import io
import stat
import struct
import warnings
import zipfile
from collections.abc import Callable

import pytest

from app import paths
from app.formats.blueprint_archive import MOST_MEMBERS, MOST_UPLOAD, open_folder, open_zip, pack
from app.formats.blueprint_files import load_files

ROLE = "schema: rubric/1\nkind: role\nid: data-engineer\nversion: '1'\ntitle: Data Engineer\n"
CASE = "schema: rubric/1\nkind: case-study\nid: pipeline\n"


def zipped(*members: tuple[str | zipfile.ZipInfo, str | bytes], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    held = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(held, "w", packing) as archive:
        warnings.simplefilter("ignore")  # equal names are what some of these are about
        for name, text in members:
            archive.writestr(name, text)
    return held.getvalue()


def special(name: str, mode: int, text: str = "x") -> bytes:
    info = zipfile.ZipInfo(name)
    info.create_system = 3
    info.external_attr = mode << 16
    return zipped((info, text))


def tampered(name: str, text: str, change: Callable[[bytearray, int, int], None]) -> bytes:
    """A zip of one member in which the local head and the directory's entry are changed alike."""
    raw = bytearray(zipped((name, text)))
    change(raw, raw.index(b"PK\x03\x04"), raw.index(b"PK\x01\x02"))
    return bytes(raw)


def _flag(bit: int) -> Callable[[bytearray, int, int], None]:
    def change(raw: bytearray, local: int, central: int) -> None:
        for place in (local + 6, central + 8):
            struct.pack_into("<H", raw, place, struct.unpack_from("<H", raw, place)[0] | bit)

    return change


def _method(number: int) -> Callable[[bytearray, int, int], None]:
    def change(raw: bytearray, local: int, central: int) -> None:
        struct.pack_into("<H", raw, local + 8, number)
        struct.pack_into("<H", raw, central + 10, number)

    return change


def _says_size(size: int) -> Callable[[bytearray, int, int], None]:
    def change(raw: bytearray, local: int, central: int) -> None:
        struct.pack_into("<I", raw, local + 22, size)
        struct.pack_into("<I", raw, central + 24, size)

    return change


def _break_content(raw: bytearray, local: int, _central: int) -> None:
    start = local + 30 + len("role.yaml")
    raw[start : start + 8] = b"\xff" * 8


REFUSED = {
    "no zip at all": (b"this is a text", "not a readable zip"),
    "a cut zip": (zipped(("role.yaml", ROLE))[:-30], "not a readable zip"),
    "an empty zip": (zipped(), "nothing in it"),
    "an upload over 2 MB": (b"PK" + b"\0" * MOST_UPLOAD, "2.0 MB"),
    "too many members": (zipped(*((f"f{n}.yaml", "x") for n in range(MOST_MEMBERS + 1))), "201 files"),
    "a file of 20 MB": (zipped(("notes.txt", b"\0" * 20_000_000)), "20.0 MB"),
    "a yaml of 20 MB": (zipped(("role.yaml", b"a" * 20_000_000)), "20.0 MB"),
    "a bomb by its ratio": (zipped(("role.yaml", b"a" * 999_999)), "unfolds to far more"),
    "a bomb that lies about its size": (tampered("role.yaml", "a" * 50_000, _says_size(60)), "role.yaml"),
    "a way up": (zipped(("../../etc/role.yaml", ROLE)), "leads out of the folder"),
    "a way up in the middle": (zipped(("rubrics/../../x.yaml", ROLE)), "leads out of the folder"),
    "a dot in the middle": (zipped(("rubrics/./x.yaml", ROLE)), "leads out of the folder"),
    "a doubled slash": (zipped(("rubrics//x.yaml", ROLE)), "leads out of the folder"),
    "an absolute path": (zipped(("/etc/role.yaml", ROLE)), "absolute path"),
    "a drive letter": (zipped(("C:/role.yaml", ROLE)), "colon"),
    "a stream of a file": (zipped(("role.yaml:hidden", ROLE)), "colon"),
    "a backslash": (zipped(("..\\..\\role.yaml", ROLE)), "backslash"),
    "a NUL in the name": (zipped(("role.yaml", ROLE)).replace(b"role.yaml", b"role\0yaml"), "cannot be seen"),
    "a line break in the name": (zipped(("ro\nle.yaml", ROLE)), "cannot be seen"),
    "a name that turns around": (zipped(("\u202elmay.elor", ROLE)), "cannot be seen"),
    "a name that is not UTF-8": (
        zipped(("rXle.yaml", ROLE)).replace(b"rXle.yaml", b"r\xf6le.yaml"),
        "not marked as UTF-8",
    ),
    "a symbolic link": (special("role.yaml", stat.S_IFLNK | 0o777, "/etc/passwd"), "symbolic link"),
    "a device": (special("role.yaml", stat.S_IFCHR | 0o666), "not a plain file"),
    "a pipe": (special("role.yaml", stat.S_IFIFO | 0o666), "not a plain file"),
    "an encrypted member": (tampered("role.yaml", ROLE, _flag(0x1)), "encrypted"),
    "a strongly encrypted member": (tampered("role.yaml", ROLE, _flag(0x41)), "encrypted"),
    "a packing nobody knows": (tampered("role.yaml", ROLE, _method(99)), "unusual way"),
    "bzip2": (zipped(("role.yaml", ROLE), packing=zipfile.ZIP_BZIP2), "unusual way"),
    "LZMA": (zipped(("role.yaml", ROLE), packing=zipfile.ZIP_LZMA), "unusual way"),
    "damaged content": (tampered("role.yaml", ROLE, _break_content), "damaged"),
    "the same name twice": (zipped(("role.yaml", ROLE), ("role.yaml", ROLE)), "the same name"),
    "the same name in capitals": (zipped(("role.yaml", ROLE), ("ROLE.yaml", ROLE)), "the same name"),
    "the same name composed": (zipped(("r\u00f6le.yaml", ROLE), ("ro\u0308le.yaml", ROLE)), "the same name"),
    "a file that is not UTF-8": (zipped(("role.yaml", ROLE.encode() + b"# caf\xe9")), "not UTF-8 text (line 6)"),
    "UTF-16": (zipped(("role.yaml", ROLE.encode("utf-16"))), "not UTF-8 text"),
    "a NUL in a file": (zipped(("role.yaml", ROLE + "\0")), "NUL"),
    "no role": (zipped(("readme.md", "hello")), "no role in it"),
    "two roles": (zipped(("rubrics/a/role.yaml", ROLE), ("rubrics/b/role.yaml", ROLE)), "more than one role"),
    "an id that is a path": (zipped(("role.yaml", ROLE.replace("data-engineer", "../../x"))), "cannot be used"),
    "a folder that is no id": (zipped(("My Role/ladder.yaml", "kind: ladder")), "cannot be used"),
    "an endless id": (zipped(("role.yaml", ROLE.replace("data-engineer", "a" * 81))), "cannot be used"),
    "a case with a poor name": (zipped(("role.yaml", ROLE), ("case_studies/Big Case.yaml", CASE)), "needs a name"),
    "a case named twice": (
        zipped(("role.yaml", ROLE), ("case_studies/pipeline.yaml", CASE), ("more/pipeline.yml", CASE)),
        "the same name",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_surprising_parcel_is_refused_whole_and_in_words(name: str) -> None:
    data, words = REFUSED[name]
    parcel = open_zip(data)
    assert parcel.files == {}
    assert len(parcel.faults) == 1
    assert words in parcel.faults[0]
    assert parcel.faults[0].endswith(".")
    assert parcel.faults[0].isprintable()


SHAPES = {
    "as the program lays it out": ("rubrics/data-engineer/role.yaml", "case_studies/pipeline.yaml"),
    "below another folder": (
        "my-blueprints/rubrics/data-engineer/role.yaml",
        "my-blueprints/case_studies/pipeline.yaml",
    ),
    "a bare role": ("data-engineer/role.yaml", "data-engineer/pipeline.yaml"),
    "a folder of another name": ("Upload 3/role.yaml", "Upload 3/case_studies/pipeline.yaml"),
    "at the top": ("role.yaml", "pipeline.yaml"),
    "with the other ending": ("role.yml", "case_studies/pipeline.yml"),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_the_usual_shapes_are_understood(shape: str) -> None:
    role, case = SHAPES[shape]
    wanted = {"rubrics/data-engineer/role.yaml": ROLE, "case_studies/pipeline.yaml": CASE}
    packed = open_zip(zipped((role, ROLE), (case, CASE)))
    assert (packed.role, dict(packed.files), packed.faults) == ("data-engineer", wanted, ())
    loose = open_folder([(role, ROLE.encode()), (case, CASE.encode())])
    assert (loose.role, dict(loose.files), loose.faults) == ("data-engineer", wanted, ())


def test_what_is_no_blueprint_file_is_left_out_and_listed() -> None:
    data = zipped(
        ("data-engineer/", ""), ("data-engineer/role.yaml", ROLE), ("data-engineer/.DS_Store", "x"),
        ("__MACOSX/data-engineer/._role.yaml", "x"), ("data-engineer/notes.md", "x"),
        ("more.zip", zipped(("role.yaml", ROLE))),
        ("data-engineer/else.yaml", "kind: something"), (".github/workflows/ci.yaml", "on: push"),
    )  # fmt: skip
    parcel = open_zip(data)
    assert dict(parcel.files) == {"rubrics/data-engineer/role.yaml": ROLE}
    assert parcel.ignored == (
        ".github/workflows/ci.yaml", "__MACOSX/data-engineer/._role.yaml", "data-engineer/.DS_Store",
        "data-engineer/else.yaml", "data-engineer/notes.md", "more.zip",
    )  # fmt: skip


def test_marks_and_line_ends_of_other_systems_are_taken_off() -> None:
    parcel = open_zip(zipped(("role.yaml", b"\xef\xbb\xbf" + ROLE.replace("\n", "\r\n").encode())))
    assert parcel.files["rubrics/data-engineer/role.yaml"] == ROLE


@pytest.mark.parametrize(
    ("uploads", "words"),
    [
        ([("../role.yaml", b"x")], "leads out"),
        ([("x/role.yaml", b"a" * 1_000_001)], "1.0 MB"),
        ([(f"x/{n}.yaml", b"a" * 900_000) for n in range(3)], "2.7 MB"),
        ([(f"x/{n}.yaml", b"a") for n in range(201)], "201 files"),
        ([("x/role.yaml", b"a"), ("X/role.yaml", b"a")], "the same name"),
        ([], "nothing in it"),
    ],
)
def test_a_folder_is_held_to_the_same(uploads: list[tuple[str, bytes]], words: str) -> None:
    parcel = open_folder(uploads)
    assert parcel.files == {}
    assert words in parcel.faults[0]


def test_a_packed_role_comes_back_byte_for_byte() -> None:
    files: dict[str, str] = {}
    for folder, below in (
        (paths.rubrics_dir() / "senior-ml-pm", "rubrics/senior-ml-pm"),
        (paths.case_studies_dir(), "case_studies"),
    ):
        files |= {f"{below}/{path.name}": path.read_text(encoding="utf-8") for path in folder.glob("*.yaml")}
    packed = pack(files)
    assert packed == pack(dict(reversed(files.items())))
    parcel = open_zip(packed)
    assert dict(parcel.files) == files
    assert load_files({name: text.encode() for name, text in parcel.files.items()}, parcel.role).blueprint is not None
