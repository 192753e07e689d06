"""Links between pages, from chapters and from lists, down to the heading, question or step that they name.

The engine checks links in Markdown only, and knows nothing of the items that macros bring in.
"""

import posixpath
import re
from collections.abc import Iterator
from functools import cache

from macros.book import Book, placed_texts
from macros.lists import links_in
from macros.pages import Page
from macros.problems import Problem, did_you_mean
from macros.render import View


def amiss(book: Book) -> Iterator[Problem]:
    """A problem for each link that leads to no page, or to no place on it."""
    view = View(book)

    @cache
    def anchors(name: str) -> set[str]:
        return _anchors(view, book.pages[name])

    def wrong(target: str) -> str:
        name, _, fragment = target.partition("#")
        name = name.removeprefix("/").removesuffix(".md")
        if name not in book.pages:
            return f"there is no page '{target}'.{did_you_mean(f'{name}.md', [f'{known}.md' for known in book.pages])}"
        if fragment and fragment not in anchors(name):
            return f"{book.pages[name].path} has no place '#{fragment}'.{did_you_mean(fragment, anchors(name))}"
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


def _from_the_top(page: Page, target: str) -> str:
    path, hash_, fragment = target.partition("#")
    folder = posixpath.dirname(page.name)
    full = path if path.startswith("/") else posixpath.normpath(posixpath.join(folder, path)) if path else f"{page.name}.md"
    return f"{full}{hash_}{fragment}"


def _anchors(view: View, page: Page) -> set[str]:
    view.page_name = page.name
    view.shown.clear()
    made = [page.body, *(view.macros[call.name](*call.arguments) for call in page.calls)]
    return {found for text in made for pair in re.findall(r'\bid="([^"]+)"|\{ #([\w-]+) \}', text) for found in pair if found}
