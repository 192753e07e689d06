"""Measures what a person may want to know: seconds of a check and a build, bytes of pages and of a first visit.

`make bench` prints the figures; nothing depends on them.
"""

import functools
import http.server
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from playwright.sync_api import sync_playwright

from macros.book import read_book
from macros.lists import KINDS
from tests.browser import launch

ROOT = Path(__file__).parent.parent
RUNS = 5


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


def seconds(command: list[str]) -> str:
    """Median, minimum and maximum of a command's wall clock over five runs after one warm-up."""
    taken = []
    for run in range(RUNS + 1):
        started = time.perf_counter()
        subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
        taken.append(time.perf_counter() - started)
        print(f"  {run + 1} of {RUNS + 1}: {taken[-1]:.2f} s", file=sys.stderr)
    return f"{statistics.median(taken[1:]):.2f} s (from {min(taken[1:]):.2f} to {max(taken[1:]):.2f}, {RUNS} runs)"


def first_visit(site: Path, page: str) -> dict[str, int]:
    """Bytes that a browser with an empty cache asks for, by kind of resource; nothing is compressed here."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    received: dict[str, int] = {}
    with sync_playwright() as playwright:
        browser = launch(playwright)
        tab = browser.new_page()
        tab.on(
            "response",
            lambda answer: received.update(
                {answer.request.resource_type: received.get(answer.request.resource_type, 0) + len(answer.body())}
            ),
        )
        tab.goto(f"http://127.0.0.1:{server.server_port}/en/{page}", wait_until="networkidle")
        browser.close()
    server.shutdown()
    return received


def main() -> None:
    book = read_book(ROOT)
    chapters = [page for page in book.pages.values() if page.is_chapter]
    print(f"Pages: {len(book.pages)}, of them {len(chapters)} chapters of {sum(page.words for page in chapters)} words")
    for kind in KINDS:
        models = [data.model for (k, _), data in book.lists.items() if k == kind]
        items = sum(len(getattr(model, "items", ())) for model in models)
        print(f"  {kind}: {len(models)}" + (f" with {items} items" if items else ""))
    print("Check: " + seconds([sys.executable, "-m", "macros.check"]))
    with tempfile.TemporaryDirectory() as folder:
        mkdocs = str(Path(sys.executable).parent / "mkdocs")
        print("Build: " + seconds([mkdocs, "build", "--strict", "--site-dir", f"{folder}/en"]))
        sizes = sorted(page.stat().st_size for page in Path(folder).rglob("index.html"))
        print(f"Page: {statistics.median(sizes) / 1024:.0f} KB in the median, {sizes[-1] / 1024:.0f} KB the largest, {len(sizes)} pages")
        kinds = first_visit(Path(folder), "meet/prepare-for-a-sales-meeting/")
        print(
            f"First visit of a chapter: {sum(kinds.values()) / 1024:.0f} KB, uncompressed: "
            + ", ".join(f"{k} {v / 1024:.0f}" for k, v in sorted(kinds.items()))
        )


if __name__ == "__main__":
    os.environ.update(NO_MKDOCS_2_WARNING="1", DISABLE_MKDOCS_2_WARNING="true")
    main()
