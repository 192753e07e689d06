"""What `make build`, plain `mkdocs` and the live server do with good and bad input."""

import filecmp
import html
import os
import re
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT, copy_of_the_project, make

QUIET = {**os.environ, "NO_MKDOCS_2_WARNING": "1", "DISABLE_MKDOCS_2_WARNING": "true"}
CHAPTER = "docs/en/meet/write-talking-points.md"
LIST = "macros/data/checklists/talking-points-ready.yml"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return copy_of_the_project(tmp_path / "copy")


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def reword(file: Path, word: str) -> None:
    """Puts a word in front of the first step of a checklist."""
    file.write_text(re.sub(r"^(    do: [\"']?)", rf"\g<1>{word} ", file.read_text(encoding="utf-8"), count=1, flags=re.M), encoding="utf-8")


def files_of(folder: Path) -> list[str]:
    return sorted(f.relative_to(folder).as_posix() for f in folder.rglob("*") if f.is_file())


def test_a_list_that_is_changed_changes_on_every_page_that_shows_it(copy: Path) -> None:
    reword(copy / LIST, "Zanzibar")
    assert make(copy, "build").returncode == 0
    showing = [page.parent.name for page in (copy / "site").rglob("*.html") if "Zanzibar" in page.read_text(encoding="utf-8")]
    assert sorted(showing) == ["talking-points-ready", "write-talking-points"]


def test_the_same_commit_gives_the_same_bytes_in_another_folder(project: Path, copy: Path) -> None:
    environment = {"SOURCE_DATE_EPOCH": "1700000000", "PYTHONHASHSEED": "7", "TZ": "Asia/Kathmandu", "LC_ALL": "C"}
    assert make(copy, "build", "SITE_URL=http://127.0.0.1/playbook/", **environment).returncode == 0
    assert files_of(copy / "site") == files_of(project / "site")
    _, different, unreadable = filecmp.cmpfiles(copy / "site", project / "site", files_of(copy / "site"), shallow=False)
    assert (different, unreadable) == ([], [])


def test_the_root_leads_to_the_language_and_404_lies_where_hosts_look(project: Path) -> None:
    assert "url=en/" in (project / "site/index.html").read_text(encoding="utf-8")
    missing = (project / "site/404.html").read_text(encoding="utf-8")
    assert 'href="/playbook/en/assets/' in missing
    assert 'href="/playbook/en/meet/' in missing


def test_a_failed_build_leaves_the_former_site_untouched(copy: Path) -> None:
    (copy / "site").mkdir()
    (copy / "site" / "former.html").write_text("former")
    change(copy / LIST, "    do: ", "    doo: ")
    change(copy / CHAPTER, '{{ checklist("talking-points-ready") }}', '{{ checklist("talking-point-ready") }}')
    done = make(copy, "build")
    said = done.stdout + done.stderr
    assert done.returncode != 0
    assert files_of(copy / "site") == ["former.html"]
    assert not list(copy.glob("site.*"))
    assert "Traceback" not in said
    assert re.search(rf"{LIST}:\d+:\d+: items\[1\]: 'doo' is not a field. Did you mean 'do'\?", said)


def test_a_killed_build_leaves_the_former_site_untouched(copy: Path) -> None:
    (copy / "site").mkdir()
    (copy / "site" / "former.html").write_text("former")
    build = subprocess.Popen(["make", "build"], cwd=copy, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    deadline = time.monotonic() + 60
    while not list(copy.glob("site.new.*/en/*")) and time.monotonic() < deadline:
        time.sleep(0.01)
    os.killpg(build.pid, signal.SIGKILL)
    build.wait()
    assert files_of(copy / "site") == ["former.html"]
    assert make(copy, "build").returncode == 0
    assert "former.html" not in files_of(copy / "site")


@pytest.mark.parametrize("command", [["build", "--strict"], ["build"]])
def test_plain_mkdocs_refuses_bad_input_in_one_line_each(command: list[str], copy: Path) -> None:
    change(copy / CHAPTER, '{{ checklist("talking-points-ready") }}', '{{ checklist("talking-point-ready") }}')
    line = next(n for n, text in enumerate((copy / CHAPTER).read_text().splitlines(), 1) if "talking-point-ready" in text)
    done = subprocess.run([".venv/bin/mkdocs", *command], cwd=copy, capture_output=True, text=True, env=QUIET)
    assert done.returncode == 1
    assert (
        f"{CHAPTER}:{line}:1: there is no list of checklists called 'talking-point-ready'. Did you mean 'talking-points-ready'?"
        in done.stderr
    )
    assert "Traceback" not in done.stderr
    assert not (copy / "site").exists()


def test_plain_mkdocs_builds_what_is_well(copy: Path) -> None:
    done = subprocess.run([".venv/bin/mkdocs", "build", "--strict"], cwd=copy, capture_output=True, text=True, env=QUIET)
    assert (done.returncode, "WARNING" in done.stderr) == (0, False)
    assert (copy / "site/en/index.html").exists()


def test_nothing_of_ours_imports_the_engine_or_its_theme() -> None:
    sources = [file for folder in ("macros", "overrides") for file in (ROOT / folder).rglob("*.py")]
    importing = [file.name for file in sources if re.search(r"^\s*(import|from) (mkdocs|material)", file.read_text(encoding="utf-8"), re.M)]
    assert importing == []


@pytest.fixture
def served(copy: Path) -> Iterator[tuple[Path, Callable[[], str]]]:
    """A live server, and what its chapter on talking points shows now."""
    log = (copy / "serve.log").open("w+")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        host = f"127.0.0.1:{probe.getsockname()[1]}"
    command = [".venv/bin/mkdocs", "serve", "--livereload", "--dev-addr", host]
    server = subprocess.Popen(command, cwd=copy, stdout=log, stderr=subprocess.STDOUT, env=QUIET)
    address = f"http://{host}/en/meet/write-talking-points/"

    def shown() -> str:
        with urllib.request.urlopen(address, timeout=30) as answer:
            return answer.read().decode()

    try:
        wait_until(lambda: _answers(shown), "the server to answer")
        yield copy, shown
    finally:
        server.terminate()
        server.wait(timeout=30)
        log.close()


def _answers(shown: Callable[[], str]) -> bool:
    try:
        return bool(shown())
    except OSError:
        return False


def wait_until(true: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + 90
    while not true():
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.2)


def test_the_live_server_shows_every_kind_of_edit_and_survives_mistakes(served: tuple[Path, Callable[[], str]]) -> None:
    copy, shown = served
    change(copy / CHAPTER, "**In short**", "**In short, Zanzibar**")
    wait_until(lambda: "Zanzibar" in shown(), "an edit of a page")
    reword(copy / LIST, "Timbuktu")
    wait_until(lambda: "Timbuktu" in shown(), "an edit of a list")
    change(copy / "macros/templates/_list.html", "Edit this list", "Samarkand")
    wait_until(lambda: "Samarkand" in shown(), "an edit of a template")
    change(copy / "macros/render.py", '["image", "newline"])', '["image", "newline", "emphasis"])')
    change(copy / LIST, "Timbuktu ", "*Timbuktu* ")
    wait_until(lambda: "*Timbuktu*" in shown(), "an edit of Python")
    change(copy / LIST, "    do: ", "    doo: ")
    wait_until(lambda: "'doo' is not a field. Did you mean 'do'?" in html.unescape(shown()), "the mistake on the page")
    assert "'doo' is not a field" in (copy / "serve.log").read_text()
    change(copy / LIST, "    doo: ", "    do: ")
    wait_until(lambda: "is not a field" not in shown() and "*Timbuktu*" in shown(), "the mended page")
