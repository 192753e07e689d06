"""From checked lists to what a page shows: block macros give one line of HTML, inline ones give Markdown.

Nothing here knows MkDocs: a `View` needs the book, the name of the page that is being made, and where files are edited.
"""

import html
import posixpath
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markdown_it import MarkdownIt
from markupsafe import Markup

from macros import MACROS
from macros.book import Book, DataFile, dom_id, page_of
from macros.lists import KINDS, WHOLE_PAGES, Languages
from macros.pages import Page

# Raw HTML stays text here whatever the checks let through: inert by construction.
_inline = MarkdownIt("commonmark", {"html": False}).disable(["image", "newline"])


@dataclass
class View:
    """Renders for one page at a time: `page_name` is set before each, like `meet/write-talking-points`.

    `order` is the reading order of pages; `edit_base` the address in front of a file's path where it is edited;
    `site_url` that of the front page, with its slash.
    """

    book: Book
    edit_base: str = ""
    language: str = "en"
    site_url: str = ""
    order: list[str] = field(default_factory=list)
    page_name: str = "index"
    shown: Counter = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._templates = Environment(
            loader=FileSystemLoader(Path(__file__).parent / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.globals.update(
            link=self.link,
            edit=self.edit,
            dom_id=dom_id,
            minutes=self.book.minutes,
            listing=self.listing,
            page_of=page_of,
            page=self._page,
            sources=self.book.sources,
        )
        self._templates.filters.update(md=self.inline, text=self.text, plain=self.plain, literal=self.literal)

    def listing(self, kind: str, name: str) -> str:
        """The list of that kind and name; the second time on a page its ids end in `--2`."""
        data = self.book.lists.get((kind, name))
        if not data:
            return self._made("missing", name=name)
        self.shown[self.page_name, kind, name] += 1
        nth = self.shown[self.page_name, kind, name]
        suffix = f"--{nth}" if nth > 1 else ""
        own = self.page_name == page_of(kind, name)
        return self._made(kind, data=data, list=data.model, suffix=suffix, own=own)

    @property
    def macros(self) -> dict[str, Callable[..., str]]:
        """What a page may call, by the names of `calls.MACROS`."""
        shown = {name: macro.takes for name, macro in MACROS.items() if macro.takes in KINDS}
        whole = {kind: partial(self._whole if kind in WHOLE_PAGES else self.listing, kind) for kind in KINDS}
        return {name: whole[shown[name]] if name in shown else getattr(self, name) for name in MACROS}

    def they_said(self) -> str:
        """Markdown: every sentence that somebody may say, by speaker and moment, each under a heading of its own."""
        lists = [data for (kind, _), data in self.book.lists.items() if kind == "heard"]
        return self._template("they_said.md").render(lists=lists, speakers=("customer", "seller", "leader"))

    def used_on(self, name: str) -> str:
        """Links to the pages that show a list."""
        keys = [key for key in self.book.lists if key[1] == name]
        return self._made("used_on", pages=[p for key in keys for p in self.book.used_on[key]])

    def chapters(self, folder: str) -> str:
        """The chapters of a part in reading order, each with what it gives and its minutes."""
        return self._made("chapters", pages=[p for p in self.in_order if p.folder == folder])

    def toolkit(self, kind: str) -> str:
        """All lists of a kind, each with when to reach for it."""
        return self._made("toolkit", lists=[data for (k, _), data in self.book.lists.items() if k == kind])

    def glossary(self) -> str:
        """Markdown: every term under a heading of its own, so that search and links find it."""
        return self._template("glossary.md").render(terms=self.book.terms)

    def sources(self) -> str:
        """Markdown: every source under its heading, and where each of its points is taught."""
        return self._template("sources.md").render(sources=self.book.sources.values(), taught_in=self.book.taught_in)

    def term(self, name: str, shown_as: str = "") -> str:
        """A link to the glossary, whose title says what the term means."""
        term = self.book.terms.get(name)
        if not term:
            return shown_as or name
        meaning = html.unescape(self.inline(term.meaning).striptags())
        return f'[{self.literal(shown_as or term.term)}]({self._md_path("glossary")}#term-{name} "{_in_title(meaning)}")'

    def source(self, name: str) -> str:
        """A short citation: the source's title, linked to what we took from it."""
        source = self.book.sources.get(name)
        return f"[*{self.literal(source.title)}*]({self._md_path('sources')}#source-{name})" if source else name

    def read(self, name: str) -> str:
        """A link to a page, with its title and minutes."""
        page = self.book.pages.get(name)
        return f"[{self.literal(page.meta.title)}]({self._md_path(name)}) ({self.book.minutes(page)} min)" if page else name

    def minutes(self, *names: str) -> str:
        """How long some pages take together, in words: `12 minutes`, `1 hour 20 minutes`."""
        total = sum(self.book.minutes(self.book.pages[name]) for name in names if name in self.book.pages)
        hours, rest = divmod(total, 60)
        parts = [f"{n} {unit}{'s' if n > 1 else ''}" for n, unit in ((hours, "hour"), (rest, "minute")) if n]
        return " ".join(parts)

    @property
    def in_order(self) -> list[Page]:
        """All pages; in the order of `order` where it is known."""
        rank = {name: n for n, name in enumerate(self.order)}
        return sorted(self.book.pages.values(), key=lambda p: (rank.get(p.name, len(rank)), p.name))

    def text(self, text: Languages) -> str:
        """A text in the page's language, else in English."""
        return getattr(text, self.language, None) or text.en

    def inline(self, text: Languages | str) -> Markup:
        """A text's Markdown as HTML, links to pages of ours made relative to this page."""
        tokens = _inline.parseInline(text if isinstance(text, str) else self.text(text))
        for token in tokens[0].children or []:
            target = str(token.attrGet("href") or "")
            if token.type == "link_open" and target.startswith("/"):
                name, _, fragment = target.removeprefix("/").partition("#")
                token.attrSet("href", self.link(name.removesuffix(".md"), fragment))
        return Markup(_inline.renderer.render(tokens, _inline.options, {}))  # noqa: S704 (html is off above)

    def literal(self, text: Languages | str) -> Markup:
        """A text for a Markdown heading or link, in which nothing means anything to Python-Markdown."""
        escaped = re.sub(r"([\\`*_{}\[\]()>#+\-.!])", r"\\\1", text if isinstance(text, str) else self.text(text))
        return Markup(escaped.replace("&", "&amp;").replace("<", "&lt;"))  # noqa: S704 (escaped right here)

    def plain(self, text: Languages) -> Markup:
        """A text without its Markdown, for what is copied as plain text."""
        return Markup(html.unescape(self.inline(text).striptags()))  # noqa: S704 (goes into a code block, which escapes it)

    def link(self, name: str, fragment: str = "") -> str:
        """The address of a page of ours, relative to this page: `../../people/who-salespeople-are/`."""
        here, there = (_directory(n) for n in (self.page_name, name))
        path = posixpath.relpath(there or ".", here or ".") + "/"
        return ("" if path == "./" and fragment else path) + (f"#{fragment}" if fragment else "")

    def edit(self, data: DataFile) -> str:
        """Where an editor changes a list, at the line of its title."""
        return f"{self.edit_base}{data.document.path}#L{data.document.place(('title',))[0]}"

    def _page(self, link: str) -> dict[str, Any]:
        name, _, fragment = link.removeprefix("/").partition("#")
        page = self.book.pages.get(name.removesuffix(".md"))
        if not page:  # said already: `mkdocs serve` goes on showing what it can
            return {"title": name, "href": link, "minutes": 0, "address": link}
        address = f"{self.site_url}{page.name}/"
        return {"title": page.meta.title, "href": self.link(page.name, fragment), "minutes": self.book.minutes(page), "address": address}

    def _md_path(self, name: str) -> str:
        return posixpath.relpath(f"{name}.md", posixpath.dirname(self.page_name) or ".")

    def _whole(self, kind: str, name: str) -> str:
        """Markdown with headings: all of a kit, role play, self-check or form."""
        data = self.book.lists.get((kind, name))
        if not data:
            return self._made("missing", name=name)
        return self._template(f"{kind}.md").render(data=data, it=data.model)

    def _template(self, name: str) -> Template:
        return self._templates.get_template(name)

    def _made(self, template: str, **values: Any) -> str:
        made = self._template(f"{template}.html").render(**values)
        return " ".join(line.strip() for line in made.splitlines() if line.strip())


def _directory(name: str) -> str:
    return "" if name == "index" else name.removesuffix("/index")


def _in_title(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', "&quot;")
