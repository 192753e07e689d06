"""What the tests share: a small playbook to break, the real one built once, and a browser that looks at it."""

import contextlib
import functools
import http.server
import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser import launch

ROOT = Path(__file__).parent.parent
SMALL = Path(__file__).parent / "small"


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A playbook of three pages and two lists, in a folder of its own."""
    return Path(shutil.copytree(SMALL, tmp_path / "small"))


def copy_of_the_project(to: Path) -> Path:
    """What git has, and what was changed since, with the installed environment linked in."""
    listed = subprocess.run(["git", "ls-files", "-coz", "--exclude-standard"], cwd=ROOT, capture_output=True, check=True)
    for name in filter(None, listed.stdout.decode().split("\0")):
        if (ROOT / name).is_file():
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, to / name)
    (to / ".venv").symlink_to(ROOT / ".venv")
    return to


def make(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs make there; never raises."""
    return subprocess.run(["make", *arguments], cwd=folder, capture_output=True, text=True, timeout=300, env={**os.environ, **environment})


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The real playbook, built once by `make build` for publication below /playbook/."""
    folder = copy_of_the_project(tmp_path_factory.mktemp("project"))
    built = make(folder, "build", "SITE_URL=http://127.0.0.1/playbook/", SOURCE_DATE_EPOCH="1700000000")
    assert built.returncode == 0, built.stdout + built.stderr
    return folder


class _Host(http.server.SimpleHTTPRequestHandler):
    """Serves files as Pages does: what is not there gets the site's own 404.html."""

    def log_message(self, *_: object) -> None:
        pass

    def send_error(self, code: int, *arguments: str | None) -> None:
        root = Path(self.directory)
        page = next((p for p in (root / "404.html", root / "playbook" / "404.html") if p.exists()), None)
        if code != 404 or not page:
            super().send_error(code, *arguments)
            return
        self.send_response(404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(page.read_bytes())


@contextlib.contextmanager
def hosted(root: Path) -> Iterator[str]:
    """A folder served on the loopback, while the block runs: `http://127.0.0.1:…/`."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Host, directory=str(root)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()


@pytest.fixture(scope="session")
def address(project: Path) -> Iterator[str]:
    """Where the built site is served, below a sub-path as a company's pages are: `http://127.0.0.1:…/playbook/`."""
    (project / "served").mkdir()
    (project / "served" / "playbook").symlink_to(project / "site")
    with hosted(project / "served") as host:
        yield f"{host}playbook/"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, started once."""
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()
