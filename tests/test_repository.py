"""What the repository promises to whoever installs, changes or publishes it."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parent.parent
BIN = Path(sys.executable).parent
LOCKS = [ROOT / "requirements.txt", ROOT / "tests" / "requirements.txt"]
TRACKED = subprocess.run(
    ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
).stdout.split("\n")


def passes(*command: str) -> None:
    done = subprocess.run([str(BIN / command[0]), *command[1:]], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def pins(lock: str) -> dict[str, str]:
    return dict(re.findall(r"^([a-z0-9-]+)==([^ ;\n]+)", lock, re.M))


@pytest.mark.parametrize("lock", LOCKS, ids=["site", "tests"])
def test_every_requirement_is_pinned_and_hashed(lock: Path) -> None:
    entries = re.split(r"^(?=\S)", re.sub(r"^\s*#.*\n", "", lock.read_text(encoding="utf-8"), flags=re.M), flags=re.M)
    entries = [entry for entry in entries if entry.strip()]
    assert len(entries) > 10
    for entry in entries:
        assert re.match(r"[a-z0-9-]+==\S+( ; [^\\]+)? \\\n(    --hash=sha256:[0-9a-f]{64}( \\)?\n)+$", entry), entry


@pytest.mark.parametrize("lock", LOCKS, ids=["site", "tests"])
def test_the_lock_is_what_its_requirements_ask_for(lock: Path, tmp_path: Path) -> None:
    shutil.copy2(lock, tmp_path / "lock.txt")
    passes("uv", "pip", "compile", "--quiet", "--universal", "--python-version", "3.11.5", "--no-emit-index-url", "--no-header",
           "-o", str(tmp_path / "lock.txt"), str(lock.with_suffix(".in")))  # fmt: skip
    assert pins((tmp_path / "lock.txt").read_text()) == pins(lock.read_text())


def test_the_engine_stays_below_its_next_major_version() -> None:
    assert "mkdocs<2" in (ROOT / "requirements.in").read_text().split("\n")
    assert pins(LOCKS[0].read_text())["mkdocs"].startswith("1.")


def test_nothing_names_a_registry_or_a_machine() -> None:
    forbidden = re.compile(
        r"--(extra-)?index-url |--find-links|pypi\.org|pythonhosted|registry\.npmjs|deb\.debian|/home/\w|/Users/\w|/work/"
    )
    for name in filter(None, TRACKED):
        file = ROOT / name
        if file.is_file() and file.suffix != ".png" and file != Path(__file__):
            assert not forbidden.search(file.read_text(encoding="utf-8")), name


def test_no_link_to_another_place_is_committed() -> None:
    assert [name for name in filter(None, TRACKED) if (ROOT / name).is_symlink()] == []


def test_the_readme_names_the_command_that_ci_runs() -> None:
    assert "make test" in (ROOT / "README.md").read_text() and "make serve" in (ROOT / "README.md").read_text()
    assert (ROOT / ".ci" / "run").read_text().strip().endswith("make test")


def test_every_action_is_pinned_by_commit_with_its_version() -> None:
    for workflow in (ROOT / ".github" / "workflows").glob("*.yml"):
        for line in re.findall(r"uses: .*", workflow.read_text()):
            assert re.fullmatch(r"uses: [\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", line), line


@pytest.mark.parametrize(
    "command",
    [
        ("ruff", "check", "."),
        ("ruff", "format", "--check", "."),
        ("mypy",),
        ("codespell",),
        ("yamllint", "--strict", "mkdocs.yml", "macros/data", ".github", "tests/small"),
        ("zizmor", "--offline", "--persona=pedantic", ".github"),
    ],
    ids="-".join,
)
def test_a_checker_finds_nothing(command: tuple[str, ...]) -> None:
    passes(*command)


def test_every_page_is_in_the_reading_order_once() -> None:
    class Loader(yaml.SafeLoader):
        pass

    Loader.add_multi_constructor("!", lambda loader, suffix, node: None)
    nav = yaml.load((ROOT / "mkdocs.yml").read_text(), Loader)["nav"]  # noqa: S506
    listed = re.findall(r"'([\w/-]+\.md)'", str(nav))
    pages = [p.relative_to(ROOT / "docs/en").as_posix() for p in (ROOT / "docs/en").rglob("*.md")]
    assert sorted(listed) == sorted(pages)
