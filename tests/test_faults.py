"""What an editor is told: each fault of `faults.yml`, and those that a YAML file cannot hold."""

import time
from pathlib import Path

import pytest
import yaml

from macros import links
from macros.book import read_book
from macros.check import checked
from macros.documents import MAX_BYTES
from macros.lists import MAX_CHARACTERS, MAX_ITEMS

CASES = yaml.safe_load((Path(__file__).parent / "faults.yml").read_text(encoding="utf-8"))
PAIN = "macros/data/questions/pain.yml"


def problems(small: Path) -> list[str]:
    return [str(problem) for problem in checked(small).problems]


def test_the_small_playbook_has_no_fault_of_its_own(small: Path) -> None:
    assert problems(small) == []


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"].replace(" ", "-"))
def test_an_editor_is_told_that(case: dict, small: Path) -> None:
    file = small / case["file"]
    file.parent.mkdir(parents=True, exist_ok=True)
    before, after = case.get("change", ("", case.get("write")))
    text = file.read_text(encoding="utf-8") if file.exists() else ""
    assert before in text
    file.write_text(text.replace(before, after, 1) if before else after, encoding="utf-8")
    assert case["says"], "a fault that nobody is told of is no case"
    assert problems(small) == case["says"]


def test_every_fault_of_every_file_is_said_at_once(small: Path) -> None:
    for name, old, new in ((PAIN, "id: clock", "id: 1"), (PAIN, "who:", "whom:"), ("macros/data/checklists/ready.yml", "do:", "doo:")):
        file = small / name
        file.write_text(file.read_text().replace(old, new))
    assert [line.split(":")[:2] for line in problems(small)] == [
        ["macros/data/checklists/ready.yml", "6"],
        ["macros/data/checklists/ready.yml", "9"],
        [PAIN, "8"],
        [PAIN, "11"],
    ]


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"\xef\xbb\xbftitle: Pain\n", "1:1: the file starts with a byte order mark. Save it as 'UTF-8' without BOM."),
        (b"title: Pain\nabout: caf\xe9\n", "2:1: not UTF-8 at byte 22. Save the file as UTF-8."),
        (b"title: Pa\x00in\n", "1:10: an invisible character, U+0000 (a control character). Delete it and type the text again."),
        (b"title: Pa\x07in\n", "1:10: an invisible character, U+0007 (a control character). Delete it and type the text again."),
        (b"x" * (MAX_BYTES + 1), "1:1: the file has 256 KB; 256 KB is the limit. Split it."),
        (b"[" * 2000 + b"]" * 2000, "1:21: brackets or dashes inside one another, far too deep."),
        (b"title: " + b"x" * 5000, "1:1: the line has 5007 characters; 5000 is the limit. Break it."),
    ],
    ids=["bom", "latin-1", "nul", "bel", "too large", "too deep", "too long"],
)
def test_bytes_that_an_editor_cannot_see_are_named(raw: bytes, says: str, small: Path) -> None:
    (small / PAIN).write_bytes(raw)
    assert problems(small) == [f"{PAIN}:{says}"]


def test_an_address_that_was_published_cannot_be_lost_or_given_away(small: Path) -> None:
    addresses = links.addresses(checked(small))
    assert "toolkit/pain#q-pain-budget" in addresses and "people/meet-the-seller#first-words" in addresses
    (small / "urls.lock").write_text("\n".join(addresses))
    assert problems(small) == []
    file = small / PAIN
    file.write_text(file.read_text().replace("id: budget", "id: budgets"))
    assert [line.split(": ", 1)[1] for line in problems(small)] == [
        f"'{page}#q-pain-budget' was published and is gone; links in calendars and chats hang on it. Did you mean '{page}#q-pain-budgets'?"
        for page in ("people/meet-the-seller", "toolkit/pain")
    ]


def test_windows_line_ends_change_nothing(small: Path) -> None:
    before = read_book(small).lists["questions", "pain"].model
    file = small / PAIN
    file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    assert problems(small) == []
    assert read_book(small).lists["questions", "pain"].model == before


def test_a_missing_data_file_is_said_once(small: Path) -> None:
    (small / "macros/data/glossary.yml").unlink()
    assert problems(small) == ["macros/data/glossary.yml:1:1: the file is missing."]


def test_a_link_to_a_file_outside_is_not_followed(small: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.md").write_text("secret")
    (small / "docs/en/people/secret.md").symlink_to(tmp_path / "secret.md")
    (small / "macros/data/loop").symlink_to(small / "macros/data")
    assert problems(small) == [
        "docs/en/people/secret.md:1:1: a link to another file. Put the file itself here.",
        "macros/data/loop:1:1: a link to another file. Put the list itself here.",
    ]


def _with_items(small: Path, number: int) -> None:
    items = "".join(f"  - id: item{n}\n    ask: Question {n}?\n    why: Because.\n" for n in range(number))
    (small / PAIN).write_text(f"title: Pain\nabout: When it hurts.\nsources: []\nitems:\n{items}")


def test_a_list_may_be_as_long_as_the_limit_and_no_longer(small: Path) -> None:
    _with_items(small, MAX_ITEMS)
    assert problems(small) == []
    _with_items(small, MAX_ITEMS + 1)
    assert problems(small) == [f"{PAIN}:4:1: items: {MAX_ITEMS + 1} items, and {MAX_ITEMS} is the limit. Split the list, or cut it."]


def test_a_page_may_not_show_more_items_than_a_phone_can_scroll(small: Path) -> None:
    _with_items(small, MAX_ITEMS)
    copies = [f"pain{n}" for n in range(6)]
    for name in copies:
        (small / f"macros/data/questions/{name}.yml").write_text((small / PAIN).read_text())
        own = (small / "docs/en/toolkit/pain.md").read_text().replace('("pain")', f'("{name}")')
        (small / f"docs/en/toolkit/{name}.md").write_text(own)
    with (small / "docs/en/people/meet-the-seller.md").open("a") as page:
        page.write("".join(f'\n{{{{ questions("{name}") }}}}\n' for name in copies))
    assert problems(small) == ["docs/en/people/meet-the-seller.md:9:1: the lists on the page have 1402 items; 1000 is the limit. Split it."]


def test_a_text_may_be_as_long_as_the_limit_and_no_longer(small: Path) -> None:
    file = small / PAIN
    text = file.read_text()
    file.write_text(text.replace("Who pays?", "x" * MAX_CHARACTERS))
    assert problems(small) == []
    file.write_text(text.replace("Who pays?", "x" * (MAX_CHARACTERS + 1)))
    assert problems(small) == [
        f"{PAIN}:6:5: items[1].ask: {MAX_CHARACTERS + 1} characters, and {MAX_CHARACTERS} is the limit. Say it shorter, or write a chapter."
    ]


def test_an_anchor_bomb_is_refused_before_it_goes_off(small: Path) -> None:
    levels = [f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9) if n else 'x'}]" for n in range(12)]
    (small / PAIN).write_text("\n".join(levels))
    started = time.process_time()
    assert "anchors and aliases" in problems(small)[0]
    assert time.process_time() - started < 20, "the bomb takes minutes when it goes off"


def test_ids_that_would_meet_in_one_address_are_refused(small: Path) -> None:
    text = (small / PAIN).read_text()
    (small / "macros/data/questions/pain-budget.yml").write_text(text.replace("id: budget", "id: x"))
    (small / PAIN).write_text(text.replace("id: clock", "id: budget-x"))
    assert f"{PAIN}:8:5: the id 'budget-x' is taken: see macros/data/questions/pain-budget.yml:5. Choose another." in problems(small)
