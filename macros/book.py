"""The whole playbook as it lies in its folders: lists, glossary, sources and pages, and every mistake in them."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from macros import MACROS
from macros.calls import Call
from macros.documents import Document, parse, read_text
from macros.lists import FILES, KINDS, WHOLE_PAGES, Point, Source, Term
from macros.pages import WORDS_PER_MINUTE, Page, Unreadables, read_page
from macros.problems import Problem, Unreadable, did_you_mean

MAX_ITEMS_ON_A_PAGE = 1000  # more make a page that a phone cannot scroll


@dataclass
class DataFile:
    """A checked data file: `model` is one of `lists.KINDS` or `lists.FILES`, `document` knows its lines."""

    kind: str
    name: str
    model: Any
    document: Document


@dataclass
class Book:
    """`lists` by kind and name; `pages` by name; `problems` sorted by file and line."""

    root: Path
    lists: dict[tuple[str, str], DataFile] = field(default_factory=dict)
    files: dict[str, DataFile] = field(default_factory=dict)
    pages: dict[str, Page] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    unread_pages: bool = False
    unread_data: bool = False

    @cached_property
    def terms(self) -> dict[str, Term]:
        """The glossary by id."""
        return {t.id: t for t in self.files["glossary"].model.items} if "glossary" in self.files else {}

    @cached_property
    def sources(self) -> dict[str, Source]:
        """The source articles by id."""
        return {s.id: s for s in self.files["sources"].model.items} if "sources" in self.files else {}

    @cached_property
    def points(self) -> dict[str, Point]:
        """Everything that the sources teach, by id."""
        return {p.id: p for s in self.sources.values() for p in s.points}

    @cached_property
    def taught_in(self) -> dict[str, list[Page]]:
        """For each point, the chapters that claim it."""
        chapters: dict[str, list[Page]] = defaultdict(list)
        for page in self.pages.values():
            for point in page.meta.covers:
                chapters[point].append(page)
        return chapters

    @cached_property
    def used_on(self) -> dict[tuple[str, str], list[Page]]:
        """For each list, the pages that show it, without its own."""
        users: dict[tuple[str, str], list[Page]] = defaultdict(list)
        for page in self.pages.values():
            for key in self.shown_on(page):
                if page.name != page_of(*key):
                    users[key].append(page)
        return users

    def shown_on(self, page: Page) -> list[tuple[str, str]]:
        """Kind and name of the lists on a page, those of its kit included."""
        called = [key for call in page.calls if (key := list_of(call)) in self.lists]
        called += [key for key in self.lists if key[0] == "heard" and any(call.name == "they_said" for call in page.calls)]
        inside = [key for kind, name in called if kind == "kits" for key in self.lists[kind, name].model.lists]
        return list(dict.fromkeys([*called, *inside]))

    def minutes(self, page: Page) -> int:
        """Whole minutes to read a page with the lists that it shows; at least one."""
        shown = [self.lists[key] for key in self.shown_on(page) if key in self.lists]
        texts = [text for data in shown for at, text in placed_texts(data.document.values) if " " in text]
        return max(1, round((page.words + sum(len(text.split()) for text in texts)) / WORDS_PER_MINUTE))

    def known(self, takes: str) -> list[str]:
        """What a macro's first argument may be."""
        match takes:
            case "page":
                return list(self.pages)
            case "term":
                return list(self.terms)
            case "source":
                return list(self.sources)
            case "folder":
                return list(dict.fromkeys(p.folder for p in self.pages.values() if p.folder))
            case "kind":
                return list(KINDS)
            case "list":
                return [name for _, name in self.lists]
            case _:
                return [name for kind, name in self.lists if kind == takes]


def read_book(root: Path, language: str = "en") -> Book:
    """Everything below `root`, with all problems found in one reading; never raises for what an editor wrote."""
    book = Book(root)
    _read_data(book)
    _read_pages(book, root / "docs" / language)
    # What a file would have held cannot be missed in it: say what keeps it from being read, and no more.
    if not book.unread_data:
        book.problems += [*_calls_amiss(book), *_pages_amiss(book)]
    if not book.unread_pages:
        book.problems += [*_lists_amiss(book), *_points_amiss(book)]
    book.problems += _terms_amiss(book)
    book.problems += _ids_amiss(book)
    book.problems.sort()
    return book


def list_of(call: Call) -> tuple[str, str] | None:
    """Kind and name of the list that a call shows, or `None` if it shows something else."""
    takes = MACROS[call.name].takes
    return (takes, call.arguments[0]) if takes in KINDS else None


def page_of(kind: str, name: str) -> str:
    """The name of a list's own page: kits have a folder, all else is in the toolkit."""
    return f"{'kits' if kind == 'kits' else 'toolkit'}/{name}"


def _read_data(book: Book) -> None:
    data = book.root / "macros" / "data"
    for file in sorted(data.rglob("*")):
        path = file.relative_to(book.root).as_posix()
        parts = file.relative_to(data).with_suffix("").parts
        model = KINDS.get(parts[0]) if len(parts) == 2 else FILES.get(parts[0])
        try:
            if file.is_symlink():
                raise Unreadable(path, 1, 1, "a link to another file. Put the list itself here.")
            if file.is_dir():
                continue
            if not model or file.suffix != ".yml":
                where = f"Lists are macros/data/<{'|'.join(KINDS)}>/<name>.yml."
                raise Unreadable(path, 1, 1, f"no file belongs here. {where}{did_you_mean(parts[0], [*KINDS, *FILES])}")
            document = parse(read_text(file, path), path)
        except Unreadable as error:
            book.problems.append(error.problem)
            book.unread_data = True
            continue
        checked = document.validated(model)
        book.problems += document.problems
        book.unread_data |= not checked
        if checked and len(parts) == 2:
            book.lists[parts[0], parts[1]] = DataFile(parts[0], parts[1], checked, document)
        elif checked:
            book.files[parts[0]] = DataFile(parts[0], parts[0], checked, document)
    for name in FILES:
        if not (data / f"{name}.yml").exists():
            book.unread_data = True
            book.problems.append(Problem(f"macros/data/{name}.yml", 1, 1, "the file is missing."))


def _read_pages(book: Book, docs: Path) -> None:
    taken: dict[str, str] = {}
    for file in sorted(docs.rglob("*")):
        if file.is_dir() and not file.is_symlink():
            continue
        try:
            _refuse_file(file, file.relative_to(book.root).as_posix())
            if file.suffix != ".md":
                continue
            page = read_page(book.root, docs, file)
            address = page.name.removesuffix("/index")
            if address in taken:
                raise Unreadable(page.path, 1, 1, f"the page would have the address of {taken[address]}. Rename one of them.")
            taken[address] = page.path
        except Unreadable as error:
            book.problems.append(error.problem)
            book.unread_pages = True
        except Unreadables as error:
            book.problems += error.problems
            book.unread_pages = True
        else:
            book.unread_pages |= bool(page.unclosed)  # what follows is code to us, and may hold its lists
            book.pages[page.name] = page
            book.problems += page.problems


def _refuse_file(file: Path, path: str) -> None:
    if file.is_symlink():
        raise Unreadable(path, 1, 1, "a link to another file. Put the file itself here.")
    if file.suffix not in (".md", ".png", ".jpg", ".webp"):
        raise Unreadable(path, 1, 1, "no such file belongs here: pages end in .md, pictures in .png, .jpg or .webp.")
    if file.stem.lower() in ("con", "prn", "aux", "nul", "readme"):
        raise Unreadable(path, 1, 1, f"'{file.name}' cannot be the name of a page on every system. Choose another.")


def _calls_amiss(book: Book) -> Iterator[Problem]:
    for page in book.pages.values():
        for call in page.calls:
            macro = MACROS[call.name]
            if not macro.takes or (macro.takes in ("folder", "page") and book.unread_pages):
                continue
            known = book.known(macro.takes)
            for name in call.arguments if macro.many else call.arguments[:1]:
                if name not in known:
                    yield Problem(page.path, call.line, call.column, _unknown(book, call, name, known))


def _pages_amiss(book: Book) -> Iterator[Problem]:
    for page in book.pages.values():
        items = sum(len(getattr(book.lists[key].model, "items", ())) for key in book.shown_on(page) if key in book.lists)
        if items > MAX_ITEMS_ON_A_PAGE:
            yield page.problem(page.body_line, f"the lists on the page have {items} items; {MAX_ITEMS_ON_A_PAGE} is the limit. Split it.")


def _unknown(book: Book, call: Call, name: str, known: list[str]) -> str:
    takes = MACROS[call.name].takes
    for macro, other in MACROS.items():
        if other.takes in KINDS and (other.takes, name) in book.lists:
            return f"'{name}' is a list of another kind. Write {{{{ {macro}(\"{name}\") }}}}."
    what = f"list of {takes} called" if takes in KINDS else takes
    return f"there is no {what} '{name}'.{did_you_mean(name, known)}"


def dom_id(kind: str, *names: str) -> str:
    """The address of a list or of something in it, forever: `q-pain-budget`."""
    return "-".join([kind[0], *names])


def _ids_amiss(book: Book) -> Iterator[Problem]:
    taken = {dom_id(kind, name): f"{data.document.path}:1" for (kind, name), data in book.lists.items()}
    for data in [*book.lists.values(), *book.files.values()]:
        for at in [at for at in data.document.places if at[-1:] == ("id",)]:
            ids = _ids_on(data.document.values, at)
            group = at[-3] if len(at) > 3 else data.kind
            identity = dom_id(data.kind, data.name, *ids) if data.kind in KINDS else f"{group} {ids[-1]}"
            place = data.document.place(at)
            if identity in taken:
                yield Problem(data.document.path, *place, f"the id '{ids[-1]}' is taken: see {taken[identity]}. Choose another.")
            taken.setdefault(identity, f"{data.document.path}:{place[0]}")


def _ids_on(values: Any, at: tuple) -> list[str]:
    # `items` go without saying; other groups of a kit or role play have names: k-demo-agenda-open
    ids: list[str] = []
    for key in at:
        values = values[key]
        if isinstance(key, str) and key not in ("items", "choices", "points", "id"):
            ids.append(key)
        if isinstance(key, int) and isinstance(values, dict) and "id" in values:
            ids.append(str(values["id"]))
    return ids


def _lists_amiss(book: Book) -> Iterator[Problem]:
    own = {page_of(*key) for key in book.lists}
    names = {page.name.rpartition("/")[2]: page.path for page in book.pages.values() if page.name not in own and page.folder}
    for (kind, name), data in book.lists.items():
        path = data.document.path
        if name in names:
            yield Problem(path, 1, 1, f"the name '{name}' is taken by {names[name]}. Every list and page has a name of its own.")
        names.setdefault(name, path)
        page = book.pages.get(page_of(kind, name))
        if not page:
            folder, _, _ = page_of(kind, name).partition("/")
            yield Problem(path, 1, 1, f"the list has no page of its own. Copy one from docs/en/{folder}/ to docs/en/{folder}/{name}.md.")
        elif page.meta.title != data.model.title.en:
            titles = f"'{page.meta.title}' and its list '{data.model.title.en}'"
            yield page.document.problem(("title",), f"the page is called {titles}. Use one title.")
        if kind not in WHOLE_PAGES and not book.used_on[kind, name]:
            yield Problem(path, 1, 1, "no page shows the list. Call it from a page, or delete the file.")
        if page and (kind, name) not in book.shown_on(page):
            yield page.problem(page.body_line, f"the page does not show its own list. Call '{name}' on a line of its own.")
        named = [*data.model.lists, *(("forms", form) for form in data.model.forms)] if kind == "kits" else []
        for shown, missing in (key for key in named if key not in book.lists):
            hint = did_you_mean(missing, book.known(shown))
            yield data.document.problem((shown,), f"there is no list of {shown} called '{missing}'.{hint}")


def _terms_amiss(book: Book) -> Iterator[Problem]:
    if not (data := book.files.get("glossary")):
        return
    for number, term in enumerate(data.model.items):
        for n, other in enumerate(term.related):
            if other not in book.terms:
                message = f"there is no term '{other}'.{did_you_mean(other, book.terms)}"
                yield data.document.problem(("items", number, "related", n), message)


def _points_amiss(book: Book) -> Iterator[Problem]:
    for page in book.pages.values():
        for point in page.meta.covers:
            if book.points and point not in book.points:
                message = f"there is no point '{point}' in macros/data/sources.yml.{did_you_mean(point, book.points)}"
                yield page.document.problem(("covers",), message)
    if not (data := book.files.get("sources")):
        return
    for s, source in enumerate(data.model.items):
        for p, point in enumerate(source.points):
            at = ("items", s, "points", p, "id")
            if point.to_come and book.taught_in[point.id]:
                yield data.document.problem(at, f"{book.taught_in[point.id][0].path} teaches '{point.id}' now. Remove 'to_come'.")
            elif not point.to_come and not book.taught_in[point.id]:
                yield data.document.problem(at, f"no chapter claims '{point.id}'. Add it to the 'covers' of the chapter that teaches it.")


def placed_texts(value: Any, at: tuple = ()) -> Iterator[tuple[tuple, str]]:
    """Every text in some plain values, with the path to it."""
    if isinstance(value, str):
        yield at, value
    for key, child in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else []:
        yield from placed_texts(child, (*at, key))
