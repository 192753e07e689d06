"""The site's search, asked what readers ask: `queries.yml`, typed into the box of a real browser."""

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
    page = browser.new_page()
    page.goto(f"{address}en/")
    misses = []
    for row in QUERIES:
        for query in _typed(row["query"]):
            got = _first_three(page, query, urlsplit(f"{address}en/").path)
            if not {name.removesuffix("index").strip("/") for name in row["wants"]} & set(got):
                misses.append(f"{query} -> got {got}, wanted {row['wants']}")
    page.close()
    assert not misses, f"{len(misses)} searches miss, for {len(QUERIES)} queries:\n" + "\n".join(misses)


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
