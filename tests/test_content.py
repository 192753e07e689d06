"""What the real playbook promises of its pages and lists."""

import json
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from macros.book import Book, placed_texts
from macros.check import checked, schemas
from macros.pages import PARTS

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def book() -> Book:
    return checked(ROOT)


def test_there_is_nothing_to_mend(book: Book) -> None:
    assert [str(problem) for problem in book.problems] == []


def test_a_chapter_is_read_in_three_to_eight_minutes(book: Book) -> None:
    limits = {"negotiate/a-negotiation-worked-through": 1400}  # told through its papers, from first message to last
    lengths = {page.name: page.words for page in book.pages.values() if page.is_chapter}
    assert len(lengths) >= 50
    assert {name: words for name, words in lengths.items() if not 430 <= words <= limits.get(name, 850)} == {}


def test_a_chapter_links_onward(book: Book) -> None:
    assert [page.name for page in book.pages.values() if page.is_chapter and not page.links] == []


def test_every_point_of_the_sources_is_taught(book: Book) -> None:
    assert len(book.points) >= 123
    assert [identity for identity, point in book.points.items() if point.to_come or not book.taught_in[identity]] == []


def test_the_whole_book_is_there(book: Book) -> None:
    of = Counter(kind for kind, _ in book.lists)
    assert of["kits"] >= 8 and of["roleplays"] >= 8 and of["forms"] >= 7
    assert {name for kind, name in book.lists if kind == "selfchecks"} >= {f"{part}-check" for part in PARTS}
    said = [item for (kind, _), data in book.lists.items() if kind == "heard" for item in data.model.items]
    assert len(said) >= 50 and {item.by for item in said} == {"customer", "seller", "leader"}


def test_no_sentence_stands_in_two_lists(book: Book) -> None:
    seen: dict[str, str] = {}
    for data in (data for data in book.lists.values() if data.kind != "kits"):
        for at, text in placed_texts(data.document.values):
            if len(text) > 30:
                assert text not in seen, f"{data.document.path}: {at} stands in {seen[text]} too"
                seen[text] = data.document.path


def test_minutes_count_the_lists_that_a_page_shows(book: Book) -> None:
    bare, shown = book.pages["engage/find-the-right-person"], book.pages["meet/prepare-for-a-sales-meeting"]
    assert book.minutes(bare) == round(bare.words / 220)
    assert book.minutes(shown) > round(shown.words / 220) + 1


def test_the_schemas_that_editors_use_are_current() -> None:
    folder = ROOT / "macros" / "schemas"
    assert {file.name: file.read_text(encoding="utf-8") for file in folder.iterdir()} == schemas(), "run: make urls"


def test_every_data_file_names_its_schema(book: Book) -> None:
    for data in [*book.lists.values(), *book.files.values()]:
        first = (ROOT / data.document.path).read_text(encoding="utf-8").split("\n")[0]
        named = (ROOT / data.document.path).parent / first.removeprefix("# yaml-language-server: $schema=")
        assert named.resolve() == ROOT / "macros" / "schemas" / f"{data.kind}.json", data.document.path
        assert "properties" in json.loads(named.read_text(encoding="utf-8"))


def test_content_and_checks_know_no_engine() -> None:
    code = "import sys, macros.check, macros.render; print([m for m in sys.modules if m.startswith(('mkdocs', 'material', 'zensical'))])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def _check(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "macros.check"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, env={"PATH": "", **environment})


def test_the_check_is_one_line_for_each_mistake_and_no_traceback(small: Path) -> None:
    shutil.copytree(ROOT / "macros", small / "macros", dirs_exist_ok=True, ignore=shutil.ignore_patterns("data"))
    assert (_check(small).returncode, _check(small).stdout) == (0, "4 pages and 2 lists: nothing to mend.\n")
    file = small / "macros/data/questions/pain.yml"
    file.write_text(file.read_text().replace("why:", "wyh:"))
    done = _check(small)
    assert (done.returncode, done.stderr) == (1, "")
    assert [line.split(":")[1] for line in done.stdout.splitlines()] == ["7", "10"]
    annotated = _check(small, GITHUB_ACTIONS="true").stdout.splitlines()[0]
    assert annotated == "::error file=macros/data/questions/pain.yml,line=7,col=5::items[1]: 'wyh' is not a field. Did you mean 'why'?"
