"""The built site in a real browser, served below a sub-path: for every reader, on every screen."""

import html
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from macros.check import checked
from tests.conftest import copy_of_the_project, hosted, make

# One page of each type: these have all that a template or macro of ours can show.
TYPES = [
    "",
    "people/tell-a-story-without-lying/",
    "engage/resolve-the-case-first/",
    "meet/prepare-for-a-sales-meeting/",
    "toolkit/",
    "toolkit/before-a-sales-meeting/",
    "toolkit/ready-for-the-call/",
    "toolkit/positive-words/",
    "toolkit/hard-questions-on-a-call/",
    "toolkit/they-said/",
    "toolkit/two-sentences/",
    "toolkit/people-check/",
    "toolkit/request-form/",
    "start/a-call-in-30-minutes/",
    "start/how-to-use-this-playbook/",
    "kits/",
    "kits/negotiate-a-feature/",
    "negotiate/a-negotiation-worked-through/",
    "glossary/",
    "sources/",
    "about/",
    "no/such/page/",
]


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    yield context.new_page()
    context.close()


def pages_of(project: Path) -> list[str]:
    folder = project / "site" / "en"
    return sorted(f"{p.parent.relative_to(folder).as_posix()}/".removeprefix("./") for p in folder.rglob("index.html"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_any_type_of_page(browser: Browser, address: str, scheme: str) -> None:
    found = []
    for width in (1280, 390):
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
        page = context.new_page()
        for name in TYPES:
            page.goto(f"{address}en/{name}")
            page.wait_for_timeout(150)
            for violation in Axe().run(page).response["violations"]:
                nodes = [node["target"] for node in violation["nodes"]]
                found.append(f"/{name} at {width}: {violation['id']}: {nodes[:3]}")
        context.close()
    assert found == []


def test_every_page_is_quiet_asks_nobody_else_and_fits_a_small_phone(browser: Browser, address: str, project: Path) -> None:
    context = browser.new_context(viewport={"width": 320, "height": 700})
    page = context.new_page()
    heard: list[str] = []

    def listen(what: str, said: str) -> None:
        heard.append(f"{page.url}: {what}: {said}")

    page.on("console", lambda message: listen("console", message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: listen("error", str(error)))
    page.on("request", lambda request: listen("asks", request.url) if not request.url.startswith((address, "data:", "blob:")) else None)
    pages = pages_of(project)
    assert len(pages) > 150
    for name in pages:
        page.goto(f"{address}en/{name}", wait_until="networkidle" if name in TYPES else "load")
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            listen("wider than", "320 px")
    context.close()
    assert heard == []


def test_without_scripts_all_text_lists_and_links_are_there(browser: Browser, address: str) -> None:
    with_scripts, without = (browser.new_context(java_script_enabled=on) for on in (True, False))
    for name in TYPES[:-1]:
        shown = []
        for context in (with_scripts, without):
            page = context.new_page()
            page.goto(f"{address}en/{name}")
            page.wait_for_timeout(100)
            shown.append((page.locator("article").inner_text().split(), page.locator("article a").count()))
            page.close()
        assert shown[0] == shown[1], name
    page = without.new_page()
    page.goto(f"{address}en/meet/prepare-for-a-sales-meeting/")
    page.get_by_role("checkbox").first.check()
    assert page.get_by_role("checkbox").first.is_checked()
    page.goto(address)
    page.wait_for_url("**/en/")
    for context in (with_scripts, without):
        context.close()


def test_the_keyboard_reaches_the_text_the_search_and_the_ticks(page: Page, address: str) -> None:
    page.goto(f"{address}en/toolkit/ready-for-the-call/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent").strip() == "Skip to content"
    page.keyboard.press("Enter")
    box = page.get_by_role("checkbox").first
    for _ in range(20):
        page.keyboard.press("Tab")
        if box.evaluate("node => node === document.activeElement"):
            break
    page.keyboard.press("Space")
    assert box.is_checked()
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.goto(f"{address}en/")
    page.keyboard.press("/")
    page.keyboard.type("quota", delay=20)
    page.locator(".md-search-result__item a").first.wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/?h=quota*")


def test_print_shows_the_text_and_the_lists_and_none_of_the_machinery(page: Page, address: str, tmp_path: Path) -> None:
    page.goto(f"{address}en/meet/prepare-for-a-sales-meeting/")
    page.emulate_media(media="print")
    for selector in (".md-header", ".md-footer", ".md-sidebar--primary", ".pb-anchor", ".pb-list__foot", ".md-content__button"):
        assert page.locator(selector).first.is_hidden(), selector
    assert page.locator(".pb-list__items li").count() == page.locator(".pb-list__items li:visible").count() > 10
    assert page.get_by_role("checkbox").first.is_visible()
    page.goto(f"{address}en/sources/")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert page.locator("#beast-01").is_visible()


def test_paper_is_the_same_whatever_the_screen_was(browser: Browser, address: str) -> None:
    colours = []
    for scheme in ("light", "dark"):
        context = browser.new_context(color_scheme=scheme)
        page = context.new_page()
        page.goto(f"{address}en/meet/prepare-for-a-sales-meeting/")
        page.emulate_media(media="print", color_scheme=scheme)
        colours.append(
            [
                page.locator(f"article {part}").first.evaluate("n => getComputedStyle(n).color")
                for part in ("p", "a[href]:not(.headerlink, .md-icon)", ".pb-why", "h2")
            ]
        )
        context.close()
    assert colours[0] == colours[1]


def test_a_page_that_is_not_there_helps_from_any_depth(page: Page, address: str) -> None:
    answer = page.goto(f"{address}en/a/b/c/")
    assert answer and answer.status == 404
    assert page.get_by_role("heading", level=1).inner_text() == "That page is not here"
    page.locator("article").get_by_role("link", name="Write talking points", exact=True).click()
    page.wait_for_url("**/en/meet/write-talking-points/")
    assert page.evaluate("getComputedStyle(document.querySelector('.md-header')).position") == "sticky"


def test_the_site_works_at_the_root_of_a_domain_too(page: Page, tmp_path: Path) -> None:
    folder = copy_of_the_project(tmp_path / "root")
    assert make(folder, "build", "SITE_URL=http://127.0.0.1/").returncode == 0
    with hosted(folder / "site") as address:
        page.goto(address)
        page.wait_for_url("**/en/")
        page.get_by_role("link", name="Write talking points", exact=True).last.click()
        page.wait_for_url(f"{address}en/meet/write-talking-points/")
        page.keyboard.press("/")
        page.keyboard.type("quota", delay=20)
        page.locator(".md-search-result__item a").first.wait_for()
        page.goto(f"{address}en/a/b/c/")
        assert page.evaluate("getComputedStyle(document.querySelector('.md-header')).position") == "sticky"


def test_a_chapter_says_who_keeps_it_when_it_was_reviewed_and_where_to_change_it(page: Page, address: str) -> None:
    page.goto(f"{address}en/meet/write-talking-points/")
    assert page.locator(".pb-reading").inner_text().endswith("min to read")
    about = page.locator(".pb-about")
    for text in ("2026-11-21", "#working-with-sales", "How Software Engineers Can Be an Absolute Beast"):
        assert text in about.inner_text()
    pencil = page.locator("a.md-content__button[rel=edit]").get_attribute("href") or ""
    assert pencil.endswith("/edit/main/docs/en/meet/write-talking-points.md")
    lists = [a.get_attribute("href") or "" for a in page.get_by_role("link", name="Edit this list").all()]
    assert lists and all("/macros/data/" in href and "#L" in href for href in lists)


def test_the_first_use_of_a_term_explains_itself_to_mouse_and_keyboard(page: Page, address: str) -> None:
    page.goto(f"{address}en/people/what-drives-a-seller/")
    term = page.locator("article a[href*='glossary/#term-quota']")
    page.wait_for_timeout(300)
    term.focus()
    page.get_by_role("tooltip").wait_for()
    assert len(page.get_by_role("tooltip").inner_text()) > 40
    term.click()
    page.wait_for_url("**/glossary/#term-quota")


def test_what_search_engines_and_chats_show_of_a_page_is_what_it_says(project: Path) -> None:
    book = checked(project)
    for page in book.pages.values():
        name = "index.html" if page.name == "index" else f"{page.name.removesuffix('/index')}/index.html"
        built = (project / "site/en" / name).read_text(encoding="utf-8")
        head = re.search(r'<meta name="description" content="([^"]*)">', built)
        assert head and html.unescape(head[1]) == page.meta.description, page.name
        assert "~~~~ playbook" not in built, page.name


def broken_links(site: Path) -> str:
    """What lychee has to say against the links and fragments in a built site, its sub-path included."""
    (site.parent / "checked").mkdir()
    (site.parent / "checked" / "playbook").symlink_to(site)
    root = str(site.parent / "checked")
    command = [
        str(Path(sys.executable).parent / "lychee"),
        *("--offline", "--include-fragments", "--no-progress", "--format", "detailed", "--index-files", "index.html"),
        *("--root-dir", root, "--remap", f"http://127.0.0.1/ file://{root}/", str(site / "en")),
    ]
    done = subprocess.run(command, capture_output=True, text=True)
    assert "Unique" in done.stdout, done.stderr
    return done.stdout if done.returncode else ""


def test_no_link_or_fragment_in_the_built_site_is_broken(project: Path) -> None:
    assert broken_links(project / "site") == ""


def test_a_broken_link_or_fragment_would_be_found(project: Path, tmp_path: Path) -> None:
    site = Path(shutil.copytree(project / "site", tmp_path / "site"))
    page = site / "en/meet/prepare-for-a-sales-meeting/index.html"
    page.write_text(
        page.read_text(encoding="utf-8").replace("../write-talking-points/", "../nowhere/").replace("#term-demo", "#term-nothing")
    )
    found = broken_links(site)
    assert "meet/nowhere" in found and "#term-nothing" in found
