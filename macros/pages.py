"""What a page is: its front matter, its headings and links, the calls that it makes, and how long it takes to read."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

from macros import MACROS
from macros.calls import Call, Refused, find, numbered_lines
from macros.documents import Document, parse, read_text
from macros.lists import KINDS, FrontMatter
from macros.problems import Problem, Unreadable

# Folders whose pages are chapters: each teaches points of the sources and says which.
PARTS = ("people", "engage", "meet", "negotiate", "qualify", "respect")
WORDS_PER_MINUTE = 220  # Brysbaert 2019 measured 238 for silent reading of English; lists are read more slowly
_HEADING = re.compile(r"[\s>]*(#{1,6})\s*(.*?)\s*(?:\{:?\s*#([\w-]+)[^}]*\})?\s*")
_BOX = re.compile(r"\s*(!!!|\?\?\?|===|[-*+]\s|\d+\.\s|:\s)")
_ITEM_ID = re.compile(f"[{''.join(kind[0] for kind in KINDS)}]-")
_FILE_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_markdown = MarkdownIt("commonmark")


@dataclass(frozen=True)
class Heading:
    """`## The sentence { #the-sentence }`"""

    line: int
    level: int
    text: str
    id: str | None


@dataclass
class Page:
    """One Markdown file. `name` is its path below the language's folder, without the ending: `meet/write-talking-points`."""

    name: str
    path: str
    meta: FrontMatter
    body: str
    body_line: int
    document: Document
    problems: list[Problem] = field(default_factory=list)

    def problem(self, line: int, message: str) -> Problem:
        """A `Problem` at the start of a line of the page."""
        return Problem(self.path, line, 1, message)

    @property
    def folder(self) -> str:
        """`meet`, or '' for a page at the top."""
        return self.name.rpartition("/")[0]

    @property
    def is_chapter(self) -> bool:
        """Whether it teaches points of the sources."""
        return self.folder in PARTS

    @cached_property
    def found(self) -> list[Call | Refused]:
        """Its calls, and the braces that are none."""
        return find(self.body, self.body_line)

    @property
    def calls(self) -> list[Call]:
        """Its calls of macros, in order."""
        return [f for f in self.found if isinstance(f, Call)]

    @cached_property
    def headings(self) -> list[Heading]:
        """Its headings, in order."""
        return [
            Heading(number, len(match[1]), match[2], match[3])
            for number, line, in_code in numbered_lines(self.body, self.body_line)
            if not in_code and (match := _HEADING.fullmatch(line))
        ]

    @cached_property
    def unclosed(self) -> int | None:
        """The line that opens a code block which nothing closes."""
        lines = list(numbered_lines(self.body + "\n", self.body_line))
        return max(number for number, _, in_code in lines if not in_code) if lines[-1][2] else None

    @cached_property
    def flat(self) -> str:
        """Its text line by line without indentation and code blocks: what boxes, tabs and lists hold is text, not code."""
        lines = numbered_lines(self.body, 1)
        return "\n".join("" if in_code or line.lstrip(" >").startswith(("```", "~~~")) else line.lstrip(" >") for _, line, in_code in lines)

    @cached_property
    def tokens(self) -> list[Token]:
        """What Markdown makes of `flat`."""
        return _markdown.parse(self.flat)

    @cached_property
    def links(self) -> list[tuple[int, str]]:
        """Line and target of its links to files of ours: `(14, "../meet/write-talking-points.md#numbers")`."""
        found = []
        for token in self.tokens:
            line = self.body_line + (token.map[0] if token.map else 0)
            for inner in token.children or []:
                line += inner.type == "softbreak"
                target = str(inner.attrGet("href") or "") if inner.type == "link_open" else ""
                if target and not re.match(r"[a-z]+:", target):
                    found.append((line, target))
        return found

    @cached_property
    def words(self) -> int:
        """Words of its own text, without what its macros bring in."""
        return len(re.findall(r"\w+(?:['’-]\w+)*", re.sub(r"\{\{.*?\}\}|\{ #.*? \}|\]\(.*?\)", " ", self.body)))


def read_page(root: Path, docs: Path, file: Path) -> Page:
    """The page in `file`; raises `Unreadable` where it has no front matter that could be trusted."""
    path = file.relative_to(root).as_posix()
    text = read_text(file, path)
    match = re.match(r"---\n(.*?\n)---\n(.*)", text, re.S)
    if not match:
        raise Unreadable(path, 1, 1, "the page does not start with front matter between two lines of '---'. Copy the head of another page.")
    document = parse(match[1], path, first_line=2)
    meta = document.validated(FrontMatter)
    if not meta:
        raise Unreadables(document.problems)
    page = Page(file.relative_to(docs).with_suffix("").as_posix(), path, meta, match[2], match[1].count("\n") + 3, document)
    page.problems = document.problems + list(_mistakes(page))
    return page


class Unreadables(Exception):
    """Several `problems` that keep a page from being used."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__("\n".join(map(str, problems)))


def kebab(title: str) -> str:
    """`Who salespeople are` → `who-salespeople-are`"""
    return re.sub(r"[^a-z0-9]+", "-", title.lower().replace("’", "").replace("'", "")).strip("-")


def _mistakes(page: Page) -> Iterator[Problem]:
    stem = page.name.rpartition("/")[2]
    if not all(_FILE_NAME.fullmatch(part) for part in page.name.split("/")):
        yield page.problem(1, "a file is named in lower-case letters, digits and single hyphens, like 'write-talking-points.md'.")
    elif page.is_chapter and stem != (name := kebab(page.meta.title)):
        line = page.document.place(("title",))[0]
        yield page.problem(line, f"the title belongs in a file named '{name}.md'. Rename one of them.")
    if page.is_chapter:
        yield from _chapter_amiss(page)
    for refused in (f for f in page.found if isinstance(f, Refused)):
        yield Problem(page.path, refused.line, refused.column, refused.why)
    yield from _headings_amiss(page)
    yield from _blocks_amiss(page)
    yield from _html(page)


def _chapter_amiss(page: Page) -> Iterator[Problem]:
    if not page.meta.covers:
        yield page.problem(1, "'covers' is missing: which points of the sources does the chapter teach?")
    if not 5 <= len(page.meta.also) <= 12:
        yield page.document.problem(("also",), f"{len(page.meta.also)} words to find the chapter by; 5 to 12 are of use.")
    if "**In short**" not in page.body:
        yield page.problem(page.body_line, "a chapter has '**In short**' near its top, and about three bullets that could stand alone.")
    terms: dict[str, int] = {}
    for call in page.calls:
        if call.name == "term" and call.arguments[0] in terms:
            yield page.problem(call.line, f"the term '{call.arguments[0]}' is explained on line {terms[call.arguments[0]]} already.")
        elif call.name == "term":
            terms[call.arguments[0]] = call.line


def _headings_amiss(page: Page) -> Iterator[Problem]:
    tops = [h for h in page.headings if h.level == 1]
    if [h.text for h in tops] != [page.meta.title]:
        line = tops[-1].line if tops else page.body_line
        yield page.problem(line, f"a page has one heading '# {page.meta.title}', the same as its title.")
    seen: dict[str, int] = {}
    for heading in (h for h in page.headings if h.level > 1):
        if not heading.id or not _FILE_NAME.fullmatch(heading.id):
            example = f"{heading.text} {{ #{kebab(heading.text)[:30].strip('-') or 'name'} }}"
            yield page.problem(heading.line, f"the heading needs an id that never changes: '{example}'.")
        elif _ITEM_ID.match(heading.id):
            yield page.problem(
                heading.line, f"'{heading.id}': ids that start with a letter and '-' like this one belong to items of lists."
            )
        elif heading.id in seen:
            yield page.problem(heading.line, f"the id '{heading.id}' stands on line {seen[heading.id]} too. Choose another.")
        else:
            seen[heading.id] = heading.line


def _blocks_amiss(page: Page) -> Iterator[Problem]:
    lines = list(numbered_lines(page.body, page.body_line))
    if page.unclosed:
        yield page.problem(page.unclosed, "the code block that opens here is not closed. End it with a line of the same marks.")
    texts = [line for _, line, _ in lines]
    for n, (number, line, in_code) in enumerate(lines):
        if not in_code and n and re.fullmatch(r"\s*(=+|-+)\s*", line) and texts[n - 1].strip(" >"):
            yield page.problem(number - 1, "a heading is written with '##' in front of it, not with a line below.")
    seen = set()
    for call in page.calls:
        index = call.line - page.body_line
        margin = _indentation(texts[index])
        around = next((text for text in reversed(texts[:index]) if text.strip() and _indentation(text) < margin), "")
        if MACROS[call.name].block and margin and not _BOX.match(around):
            yield page.problem(call.line, f"{call.name} is indented, but in no box, tab or list. Move it to the start of the line.")
        if MACROS[call.name].markdown and call.name in seen:
            yield page.problem(call.line, f"{call.name} a second time: its headings would stand twice on the page.")
        seen.add(call.name)


def _indentation(line: str) -> int:
    return len(line) - len(line.lstrip())


def _html(page: Page) -> Iterator[Problem]:
    for token in page.tokens:
        for inner in [token, *(token.children or [])]:
            if inner.type in ("html_block", "html_inline"):
                line = page.body_line + (token.map[0] if token.map else 0)
                found = inner.content.strip().splitlines()[0]
                hint = "Use Markdown, or put it between backticks to show it."
                yield page.problem(line, f"HTML is not used in a page; found '{found}'. {hint}")
