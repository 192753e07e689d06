"""The calls that a page may make, and everything else with braces in it, which stays text.

A page is written by whoever opens a pull request, and Jinja is a programming language: a sandbox stops the known
escapes but no loop and no memory bomb. So a page never reaches Jinja as a template. Only `{{ name("text") }}`, with a
name from `MACROS`, is handed over; every other brace is escaped first. What looks like an attempt at more is refused
with its line, and what stands in code or is a plain word in braces is left as the author wrote it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from jinja2.ext import Extension

from macros import MACROS
from macros.problems import did_you_mean

FENCE = "~~~~ playbook"  # superfences passes what is inside through, at any depth of boxes, tabs and lists


@dataclass(frozen=True)
class Call:
    """`{{ questions("pain") }}` on line 14 is `Call(14, 1, "questions", ("pain",))`."""

    line: int
    column: int
    name: str
    arguments: tuple[str, ...]


@dataclass(frozen=True)
class Refused:
    """Braces that a page may not use, and why."""

    line: int
    column: int
    why: str


_FENCE_LINE = re.compile(r"[\s>]*(`{3,}|~{3,})")
_CODE_OR_BRACES = re.compile(
    r"(?P<ticks>`+)(?!`).*?(?<!`)(?P=ticks)(?!`)"
    r"|\{\{(?P<inside>.*?)\}\}|\{%(?P<statement>.*?)%\}|\{\{(?P<unclosed>.*)"
)
_TEXT = r"""(?:"[^"\\{}\[\]<>]*"|'[^'\\{}\[\]<>]*')"""
_CALL = re.compile(rf"\s*(\w+)\s*\(\s*({_TEXT}(?:\s*,\s*{_TEXT})*)?\s*\)\s*")
_OWN_FENCE = re.compile(r"[\s>]*(`{3,}|~{3,}).*playbook")
_ONE_BRACE = re.compile(r"(?<!\{)\{\s*(\w+)\(")
_SPLIT = re.compile(r"\{\{\s*$")
_PLAIN = re.compile(r"[\w\s.…-]*")
_SHOW = "To show braces as text, put them between backticks."


def find(markdown: str, first_line: int = 1) -> list[Call | Refused]:
    """Every call and every refused use of braces in a page whose first line is `first_line` of its file."""
    found: list[Call | Refused] = []
    for number, line, in_code in numbered_lines(markdown, first_line):
        if _OWN_FENCE.match(line):
            found.append(Refused(number, 1, "a code block named 'playbook' is made by macros only. Give it another name."))
        if not in_code:
            found += [judged for _, judged in _judged(line, number) if judged]
            found += _mistyped(line, number)
    return found


def as_template(markdown: str) -> str:
    """The page as a Jinja template in which nothing but known calls can run."""
    return "\n".join(_escaped(line) if in_code else _with_calls(line) for _, line, in_code in numbered_lines(markdown, 1))


def numbered_lines(markdown: str, first_line: int) -> Iterator[tuple[int, str, bool]]:
    """Number, text and "is it inside a code block" of each line."""
    fence = ""
    for number, line in enumerate(markdown.split("\n"), first_line):
        opening = _FENCE_LINE.match(line)
        yield number, line, bool(fence)
        if opening and not fence:
            fence = opening[1]
        elif opening and opening[1].startswith(fence) and not line[opening.end() :].strip():
            fence = ""


class OnlyCalls(Extension):
    """Jinja's own place for rewriting a template before it is read; set under `j2_extensions` in `mkdocs.yml`."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        """The page with everything escaped but the calls."""
        return as_template(source)


def pass_through(source: str, *_: Any, **__: Any) -> str:
    """superfences' formatter for `FENCE`: the HTML as it is."""
    return source


def _judged(line: str, number: int) -> Iterator[tuple[re.Match[str], Call | Refused | None]]:
    for match in _CODE_OR_BRACES.finditer(line):
        if not match["ticks"]:
            yield match, _judge(match, line, number)


def _judge(match: re.Match[str], line: str, number: int) -> Call | Refused | None:
    place = (number, match.start() + 1)
    if match["statement"] is not None:
        return Refused(*place, f"'{match[0]}' is a statement; a page may only call macros. {_SHOW}") if match["statement"].strip() else None
    if match["unclosed"] is not None:
        name = match["unclosed"].split("(")[0].strip()
        return Refused(*place, "the call is not closed with }} on its line.") if name in MACROS else None
    inside = match["inside"]
    call = _CALL.fullmatch(inside)
    if not call:
        return _judge_other(inside, place)
    if line[match.end() : match.end() + 2] == "](":
        return Refused(*place, f"{call[1]} in the text of a link. It makes a link itself.")
    name, texts = call[1], tuple(t[1:-1] for t in re.findall(r"\"[^\"]*\"|'[^']*'", call[2] or ""))
    if name not in MACROS:
        return Refused(*place, f"there is no macro '{name}'.{did_you_mean(name, MACROS)} A page may call {', '.join(MACROS)}.")
    macro = MACROS[name]
    wanted = 1 if macro.takes else 0
    if not wanted <= len(texts) <= (len(texts) if macro.many else wanted + macro.shown_as):
        example = f'one name, like {{{{ {name}("name") }}}}' if wanted else f"nothing: {{{{ {name}() }}}}"
        return Refused(*place, f"{name} takes {example}.")
    if macro.markdown and line.rstrip() != match[0]:
        return Refused(*place, f"{name} brings headings. Put the call at the start of a line, with nothing else on it.")
    if macro.block and line.strip() != match[0]:
        return Refused(*place, f"{name} fills lines of its own. Put the call on a line by itself.")
    return Call(*place, name, texts)


def _mistyped(line: str, number: int) -> Iterator[Refused]:
    bare = re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)", lambda code: " " * len(code[0]), line)
    for match in _ONE_BRACE.finditer(bare):
        if match[1] in MACROS:
            yield Refused(number, match.start() + 1, f"one brace before '{match[1]}'. Write two: {{{{ {match[1]}(…) }}}}.")
    if split := _SPLIT.search(bare):
        yield Refused(number, split.start() + 1, f"braces that open at the end of a line. Keep a call on one line. {_SHOW}")


def _judge_other(inside: str, place: tuple[int, int]) -> Refused | None:
    word = inside.strip().split("(")[0].split(" ")[0]
    if word in MACROS:
        return Refused(*place, f'write {{{{ {word}("name") }}}}, with the name in quotes and nothing else. {_SHOW}')
    if _PLAIN.fullmatch(inside) and "__" not in inside:
        return None
    return Refused(*place, f"'{{{{{inside}}}}}' is not a call of a macro.{did_you_mean(word, MACROS)} {_SHOW}")


def _with_calls(line: str) -> str:
    calls = [(match, judged) for match, judged in _judged(line, 1) if isinstance(judged, Call)]
    if len(calls) == 1 and (macro := MACROS[calls[0][1].name]).block and not macro.markdown:
        margin = line[: calls[0][0].start()]
        return "\n".join([margin, margin + FENCE, margin + calls[0][0][0], margin + "~~~~", margin])
    out, end = "", 0
    for match, _ in calls:
        out, end = out + _escaped(line[end : match.start()]) + match[0], match.end()
    return out + _escaped(line[end:])


def _escaped(text: str) -> str:
    return text.replace("{", '{{ "{" }}')
