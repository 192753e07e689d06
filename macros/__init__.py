"""What a page may call between double braces, and where the playbook meets its engine.

mkdocs-macros calls `define_env` once a build; no other module knows an engine. What each call gives is in `render.View`,
and `calls` says why a page can do nothing else.
"""

import html
import logging
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Macro:
    """What a macro's first argument names, whether a second text may follow (`shown_as`) or further names
    (`many`), and whether it fills lines of its own.

    A block gives one line of HTML, which is fenced against Markdown; `markdown` ones bring headings and fence the rest.
    """

    takes: str
    block: bool = True
    shown_as: bool = False
    markdown: bool = False
    many: bool = False


MACROS = {
    "questions": Macro("questions"),
    "checklist": Macro("checklists"),
    "phrases": Macro("phrases"),
    "heard": Macro("heard"),
    "kit": Macro("kits", markdown=True),
    "roleplay": Macro("roleplays", markdown=True),
    "selfcheck": Macro("selfchecks", markdown=True),
    "form": Macro("forms", markdown=True),
    "they_said": Macro("", markdown=True),
    "used_on": Macro("list"),
    "chapters": Macro("folder"),
    "toolkit": Macro("kind"),
    "glossary": Macro("", markdown=True),
    "sources": Macro("", markdown=True),
    "term": Macro("term", block=False, shown_as=True),
    "source": Macro("source", block=False),
    "read": Macro("page", block=False),
    "minutes": Macro("page", block=False, many=True),
}


def define_env(env: Any) -> None:
    """Reads and checks the playbook, then offers its macros; a build stops here if anything is wrong."""
    from macros.calls import pass_through
    from macros.check import checked
    from macros.inert import Inert
    from macros.render import View

    book = checked(Path(env.project_dir), Path(env.conf["docs_dir"]).name)
    _report(book.problems)
    view = View(
        book,
        edit_base=env.conf["extra"]["edit_base"],
        language=env.conf["theme"]["language"],
        site_url=env.conf["site_url"],
        order=_order(env.conf["nav"]),
    )
    env.book, env.view = book, view

    for name, macro in view.macros.items():
        env.macro(macro, name)

    # Not in mkdocs.yml, because `mkdocs` reads that before this package can be imported.
    env.conf["markdown_extensions"].append(Inert())
    fences = env.conf["mdx_configs"].setdefault("pymdownx.superfences", {}).setdefault("custom_fences", [])
    fences.append({"name": "playbook", "class": "", "format": pass_through})
    _forget_modules()


def on_pre_page_macros(env: Any) -> None:
    """Gives the page what its template shows, and under `mkdocs serve` the mistakes that a build would stop at."""
    name = env.page.file.src_path.removesuffix(".md")
    env.view.page_name = name
    if page := env.book.pages.get(name):
        sources = [s for s in env.book.sources.values() if any(c.startswith(f"{s.id}-") for c in page.meta.covers)]
        env.page.meta["derived"] = {"minutes": env.book.minutes(page), "sources": sources}
        env.page.meta["description"] = html.escape(page.meta.description)  # the theme's templates escape nothing
        env.page.meta["tags"] = [page.meta.title, *page.meta.also]  # what Material's search ranks highest
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
