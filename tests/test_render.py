"""What a list looks like, and that no text of an editor's can be more than text."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from jinja2 import Environment
from markdown import Markdown
from pydantic import ValidationError

from macros import MACROS
from macros.book import Book, DataFile, _ids_amiss, read_book
from macros.calls import OnlyCalls, pass_through
from macros.documents import Document, parse
from macros.inert import Inert
from macros.lists import KINDS, Languages
from macros.render import View

GOLDEN = sorted((Path(__file__).parent / "golden").glob("*.yml"))
ROOT = Path(__file__).parent.parent
SMALL = Path(__file__).parent / "small"
VIEW = View(Book(ROOT))


class Shape(HTMLParser):
    """The tags, ids and text of some HTML."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict]] = []
        self.words = ""
        self.feed(source)
        self.ids = [attributes["id"] for _, attributes in self.tags if "id" in attributes]

    def handle_starttag(self, tag: str, attrs: list) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words += data


def view_of(kind: str, source: str) -> View:
    """A view of the small playbook with one list more, called `example`."""
    book = read_book(SMALL)
    document = parse(source, f"macros/data/{kind}/example.yml")
    model = document.validated(KINDS[kind])
    assert not document.problems
    book.lists[kind, "example"] = DataFile(kind, "example", model, document)
    return View(book, edit_base="https://example.org/edit/", site_url="https://example.org/en/")


def shown(kind: str, source: str) -> str:
    """What the list becomes, a tag a line."""
    view = view_of(kind, source)
    macro = next(name for name, macro in MACROS.items() if macro.takes == kind)
    made = view.macros[macro]("example")
    return re.sub(r"> ?<", ">\n<", made.strip()) + "\n"


@pytest.mark.parametrize("file", GOLDEN, ids=lambda file: file.stem)
def test_a_list_becomes(file: Path) -> None:
    given_list, expected = file.read_text(encoding="utf-8").split("---\n", 1)
    assert shown(file.stem, given_list) == expected


def test_every_kind_has_its_golden_example() -> None:
    assert {file.stem for file in GOLDEN} == set(KINDS)


@pytest.mark.parametrize(
    "page",
    ["{}", '!!! note "Box"\n\n    {}', '=== "Tab"\n\n    !!! note\n\n        {}', "- item\n\n    {}", "1. a\n\n    - b\n\n        {}", "Word\n:   Meaning\n\n    {}"],
)  # fmt: skip
def test_a_list_arrives_whole_wherever_it_is_called(page: str) -> None:
    view = view_of("questions", "title: T\nabout: A.\nsources: []\nitems:\n  - {id: a, ask: One *two*, why: Three _four_}\n")
    call = page.replace("{}", '{{ questions("example") }}')
    markdown = Environment(extensions=[OnlyCalls]).from_string(call).render(questions=lambda n: view.listing("questions", n))
    fence = {"name": "playbook", "class": "", "format": pass_through}
    made = Markdown(
        extensions=["admonition", "def_list", "pymdownx.tabbed", "pymdownx.superfences"],
        extension_configs={"pymdownx.superfences": {"custom_fences": [fence]}, "pymdownx.tabbed": {"alternate_style": True}},
    ).convert(markdown)
    view.shown.clear()
    assert view.listing("questions", "example") in made
    assert not re.search(r"<p>\s*<div|<pre>", made)


def test_a_list_that_is_shown_twice_has_every_id_once() -> None:
    view = view_of(
        "questions", "title: T\nabout: A.\nsources: []\nitems:\n  - {id: a, ask: One, why: Two}\n  - {id: a-2, ask: One, why: Two}\n"
    )
    ids = Shape(view.listing("questions", "example") + view.listing("questions", "example")).ids
    assert ids == ["q-example", "q-example-a", "q-example-a-2", "q-example--2", "q-example-a--2", "q-example-a-2--2"]


def test_a_term_is_a_link_whose_title_says_what_it_means(small: Path) -> None:
    view = View(read_book(small), page_name="people/meet-the-seller")
    assert (
        view.term("champion")
        == '[champion](../glossary.md#term-champion "Somebody who sells for you when you have left the &quot;room&quot;.")'
    )


def test_addresses_are_relative_to_the_page(small: Path) -> None:
    view = View(read_book(small), page_name="people/meet-the-seller")
    assert view.link("toolkit/pain") == "../../toolkit/pain/"
    assert view.link("index") == "../../"
    assert view.link("toolkit/index", "x") == "../../toolkit/#x"
    view.page_name = "index"
    assert view.link("people/meet-the-seller", "first-words") == "people/meet-the-seller/#first-words"
    assert view.link("index", "x") == "#x"


# What the loader accepts, of any script, with all that Markdown and HTML could make something of.
TEXTS = st.lists(
    st.sampled_from(list("<>&\"'*_`[]()!\\|#~{}") + ["javascript:", "<script>", "{{ x }}", "](", "&#60;", "http://a b"])
    | st.text(max_size=6)
).map("".join)


def accepted(text: str) -> Languages:
    try:
        return Languages.model_validate(text)
    except ValidationError:
        assume(False)
        raise


@settings(max_examples=2000, deadline=None)
@given(TEXTS)
def test_any_text_that_is_accepted_is_inert_in_the_page(text: str) -> None:
    shape = Shape(VIEW.inline(accepted(text)))
    for tag, attributes in shape.tags:
        assert tag in {"a", "em", "strong", "code"}
        assert set(attributes) <= ({"href", "title"} if tag == "a" else set())
        assert re.match(r"https?://|mailto:|(\.\./)*[\w/-]*(#|$)", attributes.get("href", ""))


PAGE = Markdown(extensions=["attr_list", "def_list", "admonition", "pymdownx.superfences", Inert()])


def dangers(page: str) -> list[str]:
    """What in some HTML could run a script, style the page or load something."""
    found = []
    for tag, attributes in Shape(page).tags:
        scheme = re.match(r"[\s\x00-\x1f]*([a-z][a-z0-9+.-]*):", attributes.get("href") or "", re.I)
        if tag in ("script", "iframe", "img", "svg", "object", "style", "form", "base", "meta", "link"):
            found.append(tag)
        found += [name for name in attributes if name.startswith("on") or name in ("style", "src")]
        found += [scheme[1]] if scheme and scheme[1].lower() not in ("http", "https", "mailto") else []
    return found


@pytest.mark.parametrize(
    "markdown",
    [
        "!!! note\n\n    <script>alert(1)</script>",
        "<script>alert(1)</script>",
        'Say it\n{ onclick="alert(1)" }',
        '*x*{ style="color: red" }',
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](java&#115;cript:alert(1))",
        "[x](&#106;avascript&colon;alert(1))",
        "[x](data:text/html;base64,xxxx)",
        "word <img src=x onerror=alert(1)> word",
        "Term\n:   <iframe src=//x></iframe>",
    ],
)
def test_a_page_is_inert_whatever_the_checks_let_through(markdown: str) -> None:
    assert dangers(Markdown(extensions=["attr_list", "def_list", "admonition"]).convert(markdown)), "the case is harmless anyway"
    assert dangers(PAGE.reset().convert(markdown)) == []


@settings(max_examples=1000, deadline=None)
@given(TEXTS)
def test_any_text_in_a_heading_is_inert_and_can_be_read_back(text: str) -> None:
    """Titles and terms go through Python-Markdown, which reads more into a text than the checks do."""
    made = PAGE.reset().convert(f"## {VIEW.literal(accepted(text))} {{ #x }}")
    assert dangers(made) == []
    assert Shape(made).words == VIEW.text(accepted(text))


@settings(max_examples=2000, deadline=None)
@given(TEXTS)
def test_any_text_can_be_read_back(text: str) -> None:
    escaped = re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", text)
    read = Shape(VIEW.inline(accepted(escaped))).words
    assert read == " ".join(text.split())


IDS = st.from_regex(r"[a-z][a-z0-9]{0,2}(-[a-z0-9]{1,2}){0,2}", fullmatch=True).filter(lambda i: i not in ("yes", "no", "on", "off"))


@settings(max_examples=1000, deadline=None)
@given(st.dictionaries(IDS, st.lists(IDS, min_size=1, max_size=4, unique=True), min_size=1, max_size=4))
def test_ids_never_meet_on_a_page(lists: dict[str, list[str]]) -> None:
    book = Book(ROOT)
    for name, ids in lists.items():
        values = {"title": "T", "about": "A", "sources": [], "items": [{"id": i, "ask": "A", "why": "W"} for i in ids]}
        places = {("items", n, "id"): (n, 1) for n in range(len(ids))}
        model = KINDS["questions"].model_validate(values)
        book.lists["questions", name] = DataFile("questions", name, model, Document(f"{name}.yml", values, places))
    assume(not list(_ids_amiss(book)))
    VIEW.book = book
    VIEW.shown.clear()
    ids = Shape("".join(VIEW.listing("questions", name) for name in [*lists, *lists])).ids
    assert len(ids) == len(set(ids))


def test_a_missing_translation_falls_back_to_english() -> None:
    view = View(Book(ROOT), language="zh")
    assert view.text(Languages(en="Ask")) == "Ask"
    assert view.text(Languages(en="Ask", zh="问")) == "问"
