"""Every macro that a page may call: the index of what a contributor can write between double braces.

mkdocs-macros calls `define_env` once a build. This is the only module that knows an engine.
"""

import logging
import sys
from pathlib import Path
from typing import Any


def define_env(env: Any) -> None:
    """Reads and checks the playbook, then offers its macros; a build stops here if anything is wrong."""
    from macros.book import read_book
    from macros.calls import pass_through
    from macros.render import View

    book = read_book(Path(env.project_dir), Path(env.conf["docs_dir"]).name)
    _report(book.problems)
    view = View(
        book,
        edit_base=env.conf["extra"]["edit_base"],
        language=env.conf["theme"]["language"],
        site_url=env.conf["site_url"],
        order=_order(env.conf["nav"]),
    )
    env.book, env.view = book, view

    @env.macro
    def questions(name: str) -> str:
        return view.listing("questions", name)

    @env.macro
    def checklist(name: str) -> str:
        return view.listing("checklists", name)

    @env.macro
    def phrases(name: str) -> str:
        return view.listing("phrases", name)

    @env.macro
    def heard(name: str) -> str:
        return view.listing("heard", name)

    for macro in (
        view.kit,
        view.roleplay,
        view.selfcheck,
        view.form,
        view.they_said,
        view.used_on,
        view.chapters,
        view.toolkit,
        view.glossary,
        view.sources,
        view.term,
        view.source,
        view.read,
        view.minutes,
    ):
        env.macro(macro)

    # Not in mkdocs.yml, because `mkdocs` reads that before this package can be imported.
    fences = env.conf["mdx_configs"].setdefault("pymdownx.superfences", {}).setdefault("custom_fences", [])
    fences.append({"name": "playbook", "class": "", "format": pass_through})
    _forget_modules()


def on_pre_page_macros(env: Any) -> None:
    """Gives the page what its template shows, and under `mkdocs serve` the mistakes that a build would stop at."""
    name = env.page.file.src_path.removesuffix(".md")
    env.view.page_name = name
    if page := env.book.pages.get(name):
        env.page.meta["minutes"] = env.book.minutes(page)
        env.page.meta["adapted_from"] = [s for s in env.book.sources.values() if any(c.startswith(f"{s.id}-") for c in page.meta.covers)]
        env.page.meta["tags"] = page.meta.also  # what Material's search ranks highest
    if env.book.problems:
        lines = "\n".join(f"    {problem}" for problem in env.book.problems)
        env.markdown = f'!!! danger "To mend before this can be published"\n\n    ```\n{lines}\n    ```\n\n{env.markdown}'


def _report(problems: list) -> None:
    log = logging.getLogger("mkdocs.playbook")
    for problem in problems:
        log.error(str(problem))
    if problems and not _serving():
        raise SystemExit(f"{len(problems)} to mend; nothing was built.")


def _serving() -> bool:
    import click

    context = click.get_current_context(silent=True)
    return bool(context and context.info_name == "serve")


def _order(nav: Any) -> list[str]:
    if isinstance(nav, str):
        return [nav.removesuffix(".md")] if nav.endswith(".md") else []
    parts = nav.values() if isinstance(nav, dict) else nav if isinstance(nav, list) else []
    return [name for part in parts for name in _order(part)]


def _forget_modules() -> None:
    # The process outlives a change under `mkdocs serve`; the next build imports our modules afresh.
    for name in [name for name in sys.modules if name.partition(".")[0] == __name__]:
        del sys.modules[name]
