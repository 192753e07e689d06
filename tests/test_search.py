"""The site's search, asked what readers ask: `queries.yml` and the titles, typed into the box of a real browser."""

import json
import re
from pathlib import Path
from urllib.parse import urlsplit

import yaml
from playwright.sync_api import Browser, Page

from tests.conftest import ROOT

QUERIES = yaml.safe_load((Path(__file__).parent / "queries.yml").read_text(encoding="utf-8"))
DOCS = ROOT / "docs" / "en"


def test_the_queries_are_many_and_none_is_a_page_title() -> None:
    titles = {_title(page).casefold() for page in DOCS.rglob("*.md")}
    assert len(QUERIES) >= 240
    assert [row["query"] for row in QUERIES if row["query"].strip("?").casefold() in titles] == []


def test_every_page_that_a_reader_wants_is_there() -> None:
    assert [name for row in QUERIES for name in row["wants"] if not (DOCS / f"{name}.md").exists()] == []


def test_a_reader_finds_the_wanted_page_among_the_first_three(browser: Browser, address: str) -> None:
    misses = _misses(browser, address, [(query, row["wants"]) for row in QUERIES for query in _typed(row["query"])])
    assert not misses, f"{len(misses)} searches miss, for {len(QUERIES)} queries:\n" + "\n".join(misses)


def test_a_reader_finds_a_page_by_its_title(browser: Browser, address: str, project: Path) -> None:
    """Excused are titles all of whose words are small words of English, which the search drops."""
    index = json.loads((project / "site" / "en" / "search" / "search_index.json").read_text(encoding="utf-8"))
    titles = {str(page.relative_to(DOCS).with_suffix("")): _title(page) for page in DOCS.rglob("*.md")}
    asked = [(title, [name]) for name, title in titles.items() if any(re.split(index["config"]["separator"], title))]
    misses = _misses(browser, address, asked)
    assert not misses, f"{len(misses)} of {len(asked)} pages are not found by their own title:\n" + "\n".join(misses)


def _misses(browser: Browser, address: str, asked: list[tuple[str, list[str]]]) -> list[str]:
    """Each query that has none of the pages wanted among its first three, said in a line."""
    page = browser.new_page()
    page.goto(f"{address}en/")
    misses = []
    for query, wants in asked:
        got = _first_three(page, query, urlsplit(f"{address}en/").path)
        if not {name.removesuffix("index").strip("/") for name in wants} & set(got):
            misses.append(f"{query} -> got {got}, wanted {wants}")
    page.close()
    return misses


def _title(page: Path) -> str:
    return yaml.safe_load(page.read_text(encoding="utf-8").split("---\n")[1])["title"].strip("?")


def _typed(query: str) -> list[str]:
    """A query of five words or more is typed a second time, with the question mark that some readers put at its end."""
    return [query] if len(query.split()) < 5 or query.endswith("?") else [query, f"{query}?"]


def _first_three(page: Page, query: str, root: str) -> list[str]:
    """The names of the pages found; the front page is the empty name."""
    box, idle = page.locator("input.md-search__input"), page.locator(".md-search-result__meta", has_text="Type to start")
    for text in ("", query):
        box.fill(text)
        box.press("End")  # the theme listens for a key
        idle.wait_for(state="hidden" if text else "visible")
    paths = page.locator(".md-search-result__item").evaluate_all("items => items.slice(0, 3).map(item => item.querySelector('a').pathname)")
    return [path.removeprefix(root).strip("/") for path in paths]
