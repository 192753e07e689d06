"""What a writer can fix: one line that names the place, what is wrong there, and what was probably meant."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True, order=True)
class Problem:
    """One mistake in one file; `line` and `column` count from 1, as editors do."""

    path: str
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        return " ".join(f"{self.path}:{self.line}:{self.column}: {self.message}".split())


class Unreadable(Exception):
    """A file that cannot be read any further; carries the `Problem` that says why."""

    def __init__(self, path: str, line: int, column: int, message: str) -> None:
        self.problem = Problem(path, line, column, message)
        super().__init__(str(self.problem))


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """' Did you mean 'why'?', or '' where nothing known comes near."""
    close = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f" Did you mean '{close[0]}'?" if close else ""
