"""Every requirement of the table is met by something that is there, and the page says what the table says."""

from __future__ import annotations

from tests.house import asvs, source

ASKED = 195
STORES = ("localStorage", "sessionStorage", "indexedDB", "caches.open", "document.cookie")


def test_no_requirement_is_open() -> None:
    rows = asvs.requirements()
    assert len({row.id for row in rows}) == len(rows) == ASKED
    assert [row.id for row in rows if row.means not in asvs.MEANS or not row.where] == []


def test_everything_that_is_named_exists() -> None:
    missing = [f"{row.id}: {one}" for row in asvs.requirements() for one in row.where if not asvs.exists(one)]
    assert missing == []


def test_what_a_test_meets_names_a_test_and_what_a_document_meets_a_document() -> None:
    rows = asvs.requirements()
    assert [row.id for row in rows if row.means == "test" and not any(map(asvs.tests_of, row.where))] == []
    assert [row.id for row in rows if row.means == "deployment" and not any(".md" in one for one in row.where)] == []


def test_the_page_is_what_the_table_says() -> None:
    assert asvs.PAGE.read_text(encoding="utf-8") == asvs.page(), "write it anew: python3 -m tests.house.asvs"


def test_a_name_of_nothing_is_found() -> None:
    gone = ("tests/house/test_asvs.py::test_of_nothing", "ZZ-99", "docs/security/rules.md#of-nothing", "app/nothing.py")
    assert [asvs.exists(one) for one in gone] == [False] * 4


def test_no_script_of_ours_keeps_anything_in_the_browser() -> None:
    scripts = [path for path in source.files() if path.suffix == ".js" and path.parts[0] == "app"]
    kept = [f"{path}: {word}" for path in scripts for word in STORES if word in source.text(path)]
    assert scripts
    assert kept == []
