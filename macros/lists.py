"""What a list is: the fields of each kind, and what a text in one may hold.

A list is one file, `macros/data/<kind>/<name>.yml`; the glossary and the sources are one file each.
These models are also where the editors' JSON Schemas come from.
"""

import html
import re
from datetime import date
from typing import Annotated, Any, Literal

from markdown_it import MarkdownIt
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
    model_validator,
)

from macros.documents import described, invisible_character
from macros.problems import did_you_mean

MAX_CHARACTERS = 1000
MAX_ITEMS = 200
MAX_CHECKS = 9  # a pause point that takes longer than a minute is skipped: Gawande, The Checklist Manifesto
ID = r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$"
_markdown = MarkdownIt("commonmark")


def _checked_plain(value: Any) -> Any:
    if isinstance(value, str) and re.search(r"[<>]", value):
        raise ValueError("< and > are not used here, because it is shown where nothing escapes them.")
    return value


def _checked_address(value: Any) -> Any:
    if not re.fullmatch(r"https?://[^\s<>\"']+", str(value)):
        raise ValueError(f"an address that starts with https:// belongs here; found {described(value)}.")
    return value


def _checked_id(value: Any) -> Any:
    if not isinstance(value, str):
        raise ValueError(f"an id is a word; found {described(value)}. Put it in quotes, or better, choose a word that says more.")
    if not re.fullmatch(ID, value):
        raise ValueError(f"'{value}' cannot be an id. Use lower-case letters, digits and single hyphens, like 'first-call'.")
    if value in ("yes", "no", "on", "off", "true", "false", "null"):
        raise ValueError(f"'{value}' means something else to YAML. Choose a word that says more.")
    return value


def _checked_prose(value: Any) -> Any:
    if not isinstance(value, str):
        raise ValueError(f"a text belongs here; found {described(value)}. Put it in quotes if it is meant as text.")
    if not value.strip():
        raise ValueError("the text is empty.")
    if len(value) > MAX_CHARACTERS:
        raise ValueError(f"{len(value)} characters, and {MAX_CHARACTERS} is the limit. Say it shorter, or write a chapter.")
    if "\n" in value.strip():
        raise ValueError("a line break inside the text. Write it on one line, or fold it with '>-' instead of '|'.")
    if bad := invisible_character(html.unescape(value)):
        raise ValueError(f"{bad[1]}. Delete it and type the text again.")
    if re.search(r"[<\[]", value):  # what is neither HTML nor link nor picture needs no closer look
        for token in _markdown.parseInline(value.strip())[0].children or []:
            _refuse_unsafe(token)
    return " ".join(value.split())


def _checked_channel(value: Any) -> Any:
    if not re.fullmatch(r"#[a-z0-9-]+", str(value)):
        raise ValueError(f'a team\'s channel in quotes belongs here, like "#working-with-sales"; found {described(value)}.')
    return value


def _refuse_unsafe(token: Any) -> None:
    if token.type == "html_inline":
        raise ValueError(f"HTML is not used in a text; found {token.content}. Use Markdown, or put it between backticks to show it.")
    if token.type == "image":
        raise ValueError("a picture cannot stand in a list.")
    if token.type == "link_open" and not re.match(r"https?://|mailto:|/[\w/-]+\.md(#[\w-]+)?$", str(token.attrGet("href"))):
        raise ValueError(f"the link goes to '{token.attrGet('href')}'. Write /folder/page.md#place for a page of ours, or https://…")


def links_in(text: str) -> list[str]:
    """The pages of ours that a text links to: `/people/who-salespeople-are.md#in-short`."""
    if "](/" not in text:
        return []
    tokens = _markdown.parseInline(text)[0].children or []
    targets = [str(t.attrGet("href")) for t in tokens if t.type == "link_open"]
    return [t for t in targets if t.startswith("/")]


def _checked_page(value: Any) -> Any:
    if not re.fullmatch(r"/[\w/-]+\.md(#[\w-]+)?", str(value)):
        raise ValueError(f"a page of ours belongs here, like /meet/write-talking-points.md; found {described(value)}.")
    return value


Id = Annotated[str, BeforeValidator(_checked_id), Field(pattern=ID)]
Prose = Annotated[str, BeforeValidator(_checked_prose), Field(min_length=1, max_length=MAX_CHARACTERS)]
Plain = Annotated[Prose, BeforeValidator(_checked_plain)]
Address = Annotated[str, BeforeValidator(_checked_address)]
PageLink = Annotated[str, BeforeValidator(_checked_page)]
Minutes = Annotated[int, Field(ge=1, le=240)]


class Strict(BaseModel):
    """A group of fields that knows all its fields, and refuses others."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Languages(Strict):
    """One text in each language; English is required."""

    en: Prose
    zh: Prose | None = None

    @model_validator(mode="before")
    @classmethod
    def _plain_text_is_english(cls, value: Any) -> Any:
        if isinstance(value, (dict, Languages)):
            return value
        return {"en": _checked_prose(value)}


_LANGUAGES_SCHEMA = {
    "anyOf": [
        {"type": "string"},
        {
            "type": "object",
            "properties": {"en": {"type": "string"}, "zh": {"type": "string"}},
            "required": ["en"],
            "additionalProperties": False,
        },
    ]
}
Text = Annotated[Languages, WithJsonSchema(_LANGUAGES_SCHEMA)]
SourceId = Literal["people", "beast", "negotiate", "qualify", "respect"]


class Question(Strict):
    """Something to ask, and what the answer tells you."""

    id: Id
    ask: Text
    why: Text
    who: Literal["anyone", "engineer", "product manager", "seller"] = "anyone"
    follow_up: Text | None = None


class Check(Strict):
    """Something to have done at a pause point."""

    id: Id
    do: Text
    why: Text | None = None
    when: Literal["before", "during", "after"] | None = None


class Phrase(Strict):
    """Words to say, the words that they replace, and what the difference does."""

    id: Id
    instead_of: Text
    say: Text
    because: Text


class Heard(Strict):
    """A sentence as it was spoken to you, and what to answer."""

    id: Id
    heard: Text
    by: Literal["customer", "seller", "leader"]
    reply: Text
    because: Text
    next: Text


class Term(Strict):
    """A word of the field that a newcomer may not know."""

    id: Id
    term: Text
    meaning: Text
    also: list[Prose] = []
    related: list[Id] = []


class Point(Strict):
    """One thing that a source teaches. `to_come`: no chapter teaches it yet, and none may claim it."""

    id: Id
    text: Text
    to_come: bool = False


class Source(Strict):
    """An article that the playbook is adapted from."""

    id: SourceId
    title: Text
    original_title: Prose | None = None
    author: Text
    date: Text
    language: Text
    address: Address | None = None
    taken: Text
    changed: Text
    left_out: Text
    points: list[Point] = Field(min_length=1, max_length=MAX_ITEMS)


class _List(Strict):
    title: Text
    about: Text
    sources: list[SourceId]


class Questions(_List):
    """`macros/data/questions/<name>.yml`"""

    items: list[Question] = Field(min_length=1, max_length=MAX_ITEMS)


class Checklist(_List):
    """`macros/data/checklists/<name>.yml`"""

    items: list[Check] = Field(min_length=1, max_length=MAX_CHECKS)


class Phrases(_List):
    """`macros/data/phrases/<name>.yml`"""

    items: list[Phrase] = Field(min_length=1, max_length=MAX_ITEMS)


class HeardList(_List):
    """`macros/data/heard/<name>.yml`"""

    items: list[Heard] = Field(min_length=1, max_length=MAX_ITEMS)


class Person(Strict):
    """Who comes to a meeting, what they do there, and when they speak."""

    id: Id
    role: Text
    does: Text
    speaks: Text


class AgendaItem(Strict):
    """Some minutes of a meeting; `who` is the id of the person who leads them."""

    id: Id
    minutes: Minutes
    what: Text
    who: Id


class Trouble(Strict):
    """What may go wrong, and what to do in that minute."""

    id: Id
    when: Text
    then: Text


class Step(Strict):
    """Something to do afterwards."""

    id: Id
    do: Text


class Kit(_List):
    """`macros/data/kits/<name>.yml`: a kind of meeting, with all that it needs."""

    purpose: Text
    people: list[Person] = Field(min_length=1, max_length=8)
    agenda: list[AgendaItem] = Field(min_length=1, max_length=12)
    minutes: Minutes
    read: list[PageLink] = Field(min_length=2, max_length=3)
    questions: list[Id] = []
    checklists: list[Id] = []
    phrases: list[Id] = []
    heard: list[Id] = []
    forms: list[Id] = []
    trouble: list[Trouble] = Field(min_length=1, max_length=MAX_CHECKS)
    after: list[Step] = Field(min_length=1, max_length=MAX_CHECKS)

    @field_validator("agenda")
    @classmethod
    def _somebody_leads_each_item(cls, agenda: list[AgendaItem], info: ValidationInfo) -> list[AgendaItem]:
        people = [person.id for person in info.data.get("people", [])]
        for item in agenda:
            if people and item.who not in people:
                raise ValueError(f"'{item.id}' is led by '{item.who}', who is not among the people.{did_you_mean(item.who, people)}")
        return agenda

    @field_validator("minutes")
    @classmethod
    def _minutes_add_up(cls, minutes: int, info: ValidationInfo) -> int:
        total = sum(item.minutes for item in info.data.get("agenda", []))
        if total and total != minutes:
            raise ValueError(f"the agenda adds up to {total} minutes, and here stand {minutes}.")
        return minutes

    @property
    def lists(self) -> list[tuple[str, str]]:
        """Kind and name of the lists that the meeting needs."""
        return [(kind, name) for kind in ("questions", "checklists", "phrases", "heard") for name in getattr(self, kind)]


class Card(Strict):
    """What one player of a role play knows and wants; the others never see `hidden`."""

    id: Id
    role: Text
    brief: Text
    hidden: Text


class Signal(Strict):
    """What an observer watches for."""

    id: Id
    signal: Text


class Debrief(Strict):
    """A question for the talk after a role play."""

    id: Id
    ask: Text


class Variant(Strict):
    """A change that makes a role play harder."""

    id: Id
    change: Text


class RolePlay(_List):
    """`macros/data/roleplays/<name>.yml`; `play` and `talk` are minutes."""

    situation: Text
    play: Minutes
    talk: Minutes
    cards: list[Card] = Field(min_length=2, max_length=4)
    observer: list[Signal] = Field(min_length=3, max_length=5)
    debrief: list[Debrief] = Field(min_length=3, max_length=5)
    variants: list[Variant] = Field(min_length=2, max_length=2)
    read: list[PageLink] = Field(min_length=1, max_length=3)


class Choice(Strict):
    """An answer that somebody may give, whether it is the best one, and why."""

    id: Id
    text: Text
    right: bool
    because: Text


class Scenario(Strict):
    """Something that happens to the reader, and what to do about it."""

    id: Id
    scenario: Text
    ask: Text
    choices: list[Choice] = Field(min_length=3, max_length=4)
    read: PageLink

    @field_validator("choices")
    @classmethod
    def _one_is_right(cls, choices: list[Choice]) -> list[Choice]:
        if (right := sum(choice.right for choice in choices)) != 1:
            raise ValueError(f"{right} choices are marked as right; exactly one is.")
        return choices


class SelfCheck(_List):
    """`macros/data/selfchecks/<name>.yml`"""

    items: list[Scenario] = Field(min_length=1, max_length=MAX_CHECKS)


class FormField(Strict):
    """A field of a form, how to fill it in, and a filled-in example."""

    id: Id
    field: Text
    help: Text
    example: Text


class Form(_List):
    """`macros/data/forms/<name>.yml`"""

    items: list[FormField] = Field(min_length=1, max_length=12)


class Glossary(Strict):
    """`macros/data/glossary.yml`"""

    title: Text
    items: list[Term] = Field(min_length=1)


class Sources(Strict):
    """`macros/data/sources.yml`"""

    title: Text
    items: list[Source] = Field(min_length=1)


class FrontMatter(Strict):
    """The head of a page."""

    title: Plain
    description: Plain
    owner: Annotated[str, BeforeValidator(_checked_channel)]
    reviewed: date
    covers: list[Id] = []
    also: list[Plain] = []


KINDS: dict[str, type[_List]] = {
    "questions": Questions,
    "checklists": Checklist,
    "phrases": Phrases,
    "heard": HeardList,
    "kits": Kit,
    "roleplays": RolePlay,
    "selfchecks": SelfCheck,
    "forms": Form,
}
# What stands on a page of its own; the other kinds are shown where a chapter or a kit needs them.
WHOLE_PAGES = ("kits", "roleplays", "selfchecks", "forms")
FILES: dict[str, type[Strict]] = {"glossary": Glossary, "sources": Sources}
