"""Checks every list and page without building: `python -m macros.check`.

Prints one line for each mistake, `file:line:column: what is wrong. What was probably meant.`, and exits 1; as
annotations on the lines of a pull request where GitHub Actions runs it. `--write` also renews what is derived and
committed: the JSON Schemas, which editors use to complete a data file as it is typed, and `urls.lock`, to which it adds
the addresses that are new.
"""

import json
import os
import sys
from pathlib import Path

from macros import links
from macros.book import Book, read_book
from macros.lists import FILES, KINDS

ROOT = Path(__file__).parent.parent


def schemas() -> dict[str, str]:
    """The JSON Schema of each kind of data file, by file name."""
    models = {**KINDS, **FILES}
    return {f"{name}.json": json.dumps(model.model_json_schema(), indent=2) + "\n" for name, model in models.items()}


def checked(root: Path, language: str = "en") -> Book:
    """The playbook below `root`, with every problem in it, links included."""
    book = read_book(root, language)
    if not (book.unread_pages or book.unread_data):
        book.problems = sorted([*book.problems, *links.amiss(book)])
    return book


def main(arguments: list[str]) -> int:
    """0 when nothing is wrong, else 1."""
    book = checked(ROOT)
    if "--write" in arguments:
        for name, schema in schemas().items():
            (ROOT / "macros" / "schemas" / name).write_text(schema, encoding="utf-8")
        ledger = ROOT / links.LEDGER
        before = ledger.read_text(encoding="utf-8").split() if ledger.exists() else []
        ledger.write_text("\n".join(sorted({*before, *links.addresses(book)})) + "\n", encoding="utf-8")
    for problem in book.problems:
        if os.environ.get("GITHUB_ACTIONS"):
            print(f"::error file={problem.path},line={problem.line},col={problem.column}::{_escaped(problem.message)}")
        print(problem)
    if not book.problems:
        print(f"{len(book.pages)} pages and {len(book.lists)} lists: nothing to mend.")
    return 1 if book.problems else 0


def _escaped(message: str) -> str:
    return message.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
