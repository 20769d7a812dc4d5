"""Takes the pictures of the README from the seeded demo: ``python tests/journeys/screenshot.py``.

Needs Chromium and ImageMagick; writes ``docs/images/*.png``, each under 200 kB.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.journeys.conftest import Site

LARGEST = 200_000
Picture = tuple[str, str, tuple[str, ...], Literal["light", "dark"]]
# The file, who looks, the way from their inbox by the names of links, and the scheme.
PICTURES: tuple[Picture, ...] = (
    (
        "debrief",
        "Beatriz Carvalho",
        ("Senior ML Product Manager, Document Reading", "Debrief of Rafael Siqueira"),
        "light",
    ),
    ("scorecard", "Mei-Ling Tsai", ("Score Mira Oyelaran",), "light"),
    (
        "comparison",
        "Beatriz Carvalho",
        ("Requisitions", "Senior ML Product Manager, Support Assistant", "Compare candidates"),
        "dark",
    ),
)


def main() -> None:
    """Tell the demo in a folder that is thrown away, and take every picture."""
    from playwright.sync_api import sync_playwright

    from app.cli import demo, machine
    from app.models import migrate
    from app.models.engine import make_engine
    from tests.databases import Database
    from tests.journeys.conftest import serving

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        url = f"sqlite:///{folder / 'demo.db'}"
        migrate.upgrade(url)
        engine = make_engine(url)
        demo.fill(engine, folder / "files", now=datetime.now(UTC))
        with serving(Database(url, engine), folder) as site, sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=machine.chromium(), args=["--no-sandbox", "--disable-gpu", "--disable-quic"]
            )
            for picture in PICTURES:
                _take(browser, site, picture)
            browser.close()
        engine.dispose()


def _take(browser: Browser, site: Site, picture: Picture) -> None:
    file, who, way, scheme = picture
    target = ROOT / "docs" / "images" / f"{file}.png"
    target.parent.mkdir(parents=True, exist_ok=True)
    context = browser.new_context(
        base_url=site.address, viewport={"width": 1280, "height": 800}, color_scheme=scheme, reduced_motion="reduce"
    )
    page = context.new_page()
    page.goto("/sign-in")
    page.get_by_role("button", name=who).click()
    for link in way:
        page.get_by_role("link", name=link).first.click()
    page.screenshot(path=target)
    context.close()
    # A page has few colours: a palette keeps letters crisp and makes the file a third as large.
    subprocess.run(["convert", target, "+dither", "-colors", "128", "-strip", f"PNG8:{target}"], check=True)
    size = target.stat().st_size
    if size > LARGEST:
        sys.exit(f"{target} has {size} bytes, more than {LARGEST}")


if __name__ == "__main__":
    main()
