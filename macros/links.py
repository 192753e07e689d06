"""Links between pages, from chapters and from lists, down to the heading, question or step that they name.

The engine checks links in Markdown only, and knows nothing of the items that macros bring in.
"""

import posixpath
import re
from collections.abc import Iterator
from functools import cache

from macros import MACROS
from macros.book import Book, placed_texts
from macros.lists import links_in
from macros.pages import Page
from macros.problems import Problem, did_you_mean
from macros.render import View

LEDGER = "urls.lock"


def amiss(book: Book) -> Iterator[Problem]:
    """A problem for each link that leads to no page, or to no place on it, and for each address that was lost."""
    places = _places(book)

    def wrong(target: str) -> str:
        name, _, fragment = target.partition("#")
        name = name.removeprefix("/").removesuffix(".md")
        if name not in book.pages:
            return f"there is no page '{target}'.{did_you_mean(f'{name}.md', [f'{known}.md' for known in book.pages])}"
        if fragment and fragment not in places[name]:
            return f"{book.pages[name].path} has no place '#{fragment}'.{did_you_mean(fragment, places[name])}"
        return ""

    for page in book.pages.values():
        for line, target in page.links:
            if message := wrong(_from_the_top(page, target)):
                yield page.problem(line, message)
    for data in [*book.lists.values(), *book.files.values()]:
        for at, text in placed_texts(data.document.values):
            for target in [text] if "read" in at[-2:] else links_in(text):
                if message := wrong(target):
                    yield data.document.problem(at, message)
    here = _addresses(places)
    ledger = book.root / LEDGER
    for number, address in enumerate(ledger.read_text(encoding="utf-8").split() if ledger.exists() else [], 1):
        if address not in here:
            hint = did_you_mean(address, [a for a in here if a.startswith(address.partition("#")[0])])
            yield Problem(LEDGER, number, 1, f"'{address}' was published and is gone; links in calendars and chats hang on it.{hint}")


def addresses(book: Book) -> list[str]:
    """Every address that the site has, sorted: `toolkit/pain`, `toolkit/pain#q-pain-budget`."""
    return sorted(_addresses(_places(book)))


def _addresses(places: dict[str, set[str]]) -> set[str]:
    return {f"{name}#{i}" for name, ids in places.items() for i in ids} | set(places)


def _from_the_top(page: Page, target: str) -> str:
    path, hash_, fragment = target.partition("#")
    folder = posixpath.dirname(page.name)
    full = path if path.startswith("/") else posixpath.normpath(posixpath.join(folder, path)) if path else f"{page.name}.md"
    return f"{full}{hash_}{fragment}"


def _places(book: Book) -> dict[str, set[str]]:
    """For each page, the ids of its headings and of all that its macros bring in."""
    view = View(book)
    macros = view.macros

    @cache
    def ids(name: str, arguments: tuple[str, ...]) -> set[str]:
        view.shown.clear()  # the ids of a list are the same on each page that shows it once
        return {a or b for a, b in re.findall(r'\bid="([^"]+)"|\{ #([\w-]+) \}', macros[name](*arguments))}

    return {
        page.name: {h.id for h in page.headings if h.id}.union(
            *(ids(call.name, call.arguments) for call in page.calls if MACROS[call.name].block)
        )
        for page in book.pages.values()
    }
