"""A YAML document whose every value remembers its line and column.

The rules are stricter than YAML's, because the people who edit these files are not programmers: no anchors, no tags,
no key twice, no invisible characters.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar, get_args

import yaml
from pydantic import BaseModel, ValidationError

from macros.problems import Problem, Unreadable, did_you_mean

MAX_BYTES = 256 * 1024
MAX_LINE = 5000  # characters; patterns that look for calls and code take time with its square
MAX_DEPTH = 20  # libyaml's recursion is not bounded: 100,000 brackets end the process
ZERO_WIDTH_JOINER = "\u200d"  # holds together emoji such as families and flags
Model = TypeVar("Model", bound=BaseModel)
_NOT_PLAIN = re.compile(r"[^\x20-\x7e\n\t]")
Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_text(path: Path, shown_as: str) -> str:
    """The text of a UTF-8 file with line feeds; raises `Unreadable` for what no editor would see on the screen."""
    raw = path.read_bytes()
    if len(raw) > MAX_BYTES:
        raise Unreadable(shown_as, 1, 1, f"the file has {len(raw) // 1024} KB; {MAX_BYTES // 1024} KB is the limit. Split it.")
    if raw.startswith(b"\xef\xbb\xbf"):
        raise Unreadable(shown_as, 1, 1, "the file starts with a byte order mark. Save it as 'UTF-8' without BOM.")
    try:
        text = raw.decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise Unreadable(shown_as, line, 1, f"not UTF-8 at byte {error.start}. Save the file as UTF-8.") from None
    if bad := invisible_character(text):
        raise Unreadable(shown_as, *_line_and_column(text, bad[0]), f"{bad[1]}. Delete it and type the text again.")
    for number, long in enumerate(text.split("\n"), 1):
        if len(long) > MAX_LINE:
            raise Unreadable(shown_as, number, 1, f"the line has {len(long)} characters; {MAX_LINE} is the limit. Break it.")
    return text


def invisible_character(text: str) -> tuple[int, str] | None:
    """Where the first character stands that no screen shows, and its name; line feeds, tabs and joined emoji pass."""
    for match in _NOT_PLAIN.finditer(text):
        position, character = match.start(), match[0]
        joins = character == ZERO_WIDTH_JOINER and position and unicodedata.category(text[position - 1]) in ("So", "Sk", "Mn")
        if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp") and character not in "\n\t" and not joins:
            name = unicodedata.name(character, "a control character")
            return position, f"an invisible character, U+{ord(character):04X} ({name.lower()})"
    return None


@dataclass
class Document:
    """Plain values (`dict`, `list`, `str`, …) and, for each path into them, the line and column where it stands."""

    path: str
    values: Any = None
    places: dict[tuple, tuple[int, int]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)

    def place(self, at: tuple) -> tuple[int, int]:
        """Line and column of the value at that path, or of the nearest thing around it."""
        while at and at not in self.places:
            at = at[:-1]
        return self.places.get(at, (1, 1))

    def problem(self, at: tuple, message: str) -> Problem:
        """A `Problem` at that path, which is named in front: `items[2].why: …`."""
        spoken = re.sub(r"\.\[", "[", ".".join(f"[{p + 1}]" if isinstance(p, int) else str(p) for p in at))
        return Problem(self.path, *self.place(at), f"{spoken}: {message}" if spoken else message)

    def validated(self, model: type[Model]) -> Model | None:
        """The document as that model; `None` where it is not one, and then `problems` says every reason."""
        try:
            return model.model_validate(self.values)
        except ValidationError as error:
            self.problems += self._problems_from(model, error.errors(include_url=False))
            return None

    def _problems_from(self, model: type[BaseModel], errors: list[Any]) -> Iterator[Problem]:
        meant = set()  # a misspelt field is one mistake: that its right name is missing goes without saying
        for error in errors:
            *parent, last = error["loc"] or ("file",)
            if error["type"] == "extra_forbidden":
                known = _fields(model, tuple(parent))
                hint = did_you_mean(last, known) or f" Known here: {', '.join(known)}."
                meant.add((*parent, hint))
                yield Problem(self.path, *self.place(error["loc"]), self.problem(tuple(parent), f"'{last}' is not a field.{hint}").message)
        for error in errors:
            *parent, last = error["loc"] or ("file",)
            if error["type"] == "missing" and (*parent, f" Did you mean '{last}'?") not in meant:
                yield self.problem(tuple(parent), f"'{last}' is missing.")
            elif error["type"] not in ("missing", "extra_forbidden"):
                yield self.problem(error["loc"], _explained(model, error))


def parse(text: str, path: str, first_line: int = 1) -> Document:
    """The document in `text`, whose first line is line `first_line` of the file; raises `Unreadable`."""
    document = Document(path, lines=text.split("\n"))
    for number, line in enumerate(text.split("\n"), first_line):
        if "\t" in line[: len(line) - len(line.lstrip())]:
            raise Unreadable(path, number, line.index("\t") + 1, "a tab in the indentation. Use spaces, two for each step.")
    try:
        _refuse_clever_yaml(text, path, first_line)
        node = yaml.compose(text, Loader=Loader)
        document.values = _values(node, (), document, first_line) if node else None
    except yaml.MarkedYAMLError as error:
        unclosed = "unexpected end of stream" in str(error.problem)
        mark = error.context_mark if unclosed and error.context_mark else error.problem_mark or error.context_mark
        place = (mark.line + first_line, mark.column + 1) if mark else (first_line, 1)
        raise Unreadable(path, *place, _in_plain_words(error)) from None
    except (RecursionError, yaml.YAMLError):
        raise Unreadable(path, first_line, 1, "this is not YAML that can be read.") from None
    if node is None:
        raise Unreadable(path, first_line, 1, "the file is empty.")
    return document


def described(value: Any) -> str:
    """A value as its editor would know it: `the number 7 without quotes`, `a list`, `nothing`."""
    match value:
        case None:
            return "nothing"
        case bool():
            return f"{'yes, true or on' if value else 'no, false or off'} without quotes, which YAML takes for a switch"
        case int() | float():
            return f"the number {value} without quotes"
        case str():
            return f"'{value[:60]}'"
        case list():
            return "a list"
        case dict():
            return "a group of fields"
        case _:
            return f"the date {value} without quotes"


def _explained(model: type[BaseModel], error: Any) -> str:
    context, found = error.get("ctx", {}), described(error["input"])
    match error["type"]:
        case "value_error":
            return str(context["error"])
        case "too_short" if not context["actual_length"]:
            return "it is empty. Add an item, or delete the file."
        case "too_short":
            return f"{context['actual_length']} here, and at least {context['min_length']} are needed."
        case "too_long":
            return f"{context['actual_length']} items, and {context['max_length']} is the limit. Split the list, or cut it."
        case "list_type":
            return f"a list belongs here, like [people]; found {found}."
        case "int_parsing" | "int_type" | "int_from_float":
            return f"a whole number belongs here; found {found}."
        case "bool_parsing" | "bool_type":
            return f"true or false belongs here; found {found}."
        case "model_type":
            return f"a group of fields belongs here ({', '.join(_fields(model, error['loc']))}); found {found}."
        case "literal_error":
            known = re.findall(r"'(.*?)'", context["expected"])
            return f"one of {', '.join(known)} belongs here; found {found}.{did_you_mean(str(error['input']), known)}"
        case kind if kind.startswith("date"):
            return f"a date like 2026-11-21 belongs here; found {found}."
        case _:
            return f"{error['msg'][:1].lower()}{error['msg'][1:]}; found {found}."


def _refuse_clever_yaml(text: str, path: str, first_line: int) -> None:
    depth = 0
    for event in yaml.parse(text, Loader=Loader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        place = _place(event, first_line)
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise Unreadable(path, *place, "anchors and aliases (& and *) are not used here. Put quotes around the text, or repeat it.")
        if depth > MAX_DEPTH:
            raise Unreadable(path, *place, "brackets or dashes inside one another, far too deep.")
        if getattr(event, "tag", None):
            raise Unreadable(path, *place, "tags (!) are not used here. Put quotes around a text that starts with '!'.")


def _in_plain_words(error: yaml.MarkedYAMLError) -> str:
    problem = error.problem or "this cannot be read"
    if "unexpected end of stream" in problem:
        return "the quote that opens here is not closed."
    if "mapping values are not allowed" in problem:
        return "a colon inside a text that has no quotes, or a line that starts too far right. Put the whole text in quotes."
    if "expected <block end>" in problem or "could not find expected ':'" in problem:
        return "the line does not fit the ones above it. Check its indentation, its dash and its colon, and the quotes of its text."
    if "did not find expected" in problem:
        return (
            "the line does not fit the ones above it. Check its indentation; a text that starts with [ or a quote needs quotes around it."
        )
    return f"{problem}. If the text starts with a special character, put it in quotes."


def _values(node: yaml.Node, at: tuple, document: Document, first_line: int) -> Any:
    document.places.setdefault(at, _place(node, first_line))
    if isinstance(node, yaml.SequenceNode):
        return [_values(child, (*at, n), document, first_line) for n, child in enumerate(node.value)]
    if isinstance(node, yaml.MappingNode):
        values: dict[str, Any] = {}
        for key_node, child in node.value:
            key = str(key_node.value)
            place = _place(key_node, first_line)
            if key in values:
                before = document.places[(*at, key)][0]
                document.problems.append(Problem(document.path, *place, f"'{key}' stands here and on line {before}. Keep one."))
                continue
            document.places[(*at, key)] = place
            values[key] = _values(child, (*at, key), document, first_line)
        return values
    if not getattr(node, "style", None) and re.match(r"\s+#", document.lines[node.end_mark.line][node.end_mark.column :]):
        place = _place(node, first_line)
        document.problems.append(Problem(document.path, *place, "the text would end before ' #'. Put the whole text in quotes."))
    try:
        return yaml.SafeLoader("").construct_object(node)
    except (ValueError, OverflowError):  # a day like 31 November: the field says what it wants
        return node.value


def _place(part: Any, first_line: int) -> tuple[int, int]:
    return part.start_mark.line + first_line, part.start_mark.column + 1


def _fields(model: Any, at: tuple) -> list[str]:
    for part in at:
        if isinstance(part, str):
            annotation = model.model_fields[part].annotation
            model = next((a for a in (*get_args(annotation), annotation) if hasattr(a, "model_fields")), model)
    return list(model.model_fields)


def _line_and_column(text: str, position: int) -> tuple[int, int]:
    return text.count("\n", 0, position) + 1, position - text.rfind("\n", 0, position)
