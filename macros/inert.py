"""Python-Markdown without HTML of the author's: what a page cannot contain, no check can overlook.

`pages` tells an editor on which line HTML stands; this is what keeps it from a reader's browser when it hides in a box,
behind an attribute list, or in a text that a macro put into a heading. The macros' own HTML comes in through their fence.
"""

import html
import re
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor
from markdown.util import AMP_SUBSTITUTE

_SAFE_ADDRESS = re.compile(r"\s*(https?:|mailto:|[^:]*$|[^:?#]*[/?#])", re.I)


class Inert(Extension):
    """Shows an author's HTML as text, and drops handlers, styles and addresses that run scripts."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 (Python-Markdown's name)
        """Registers with `md`; Python-Markdown calls it."""
        md.preprocessors.deregister("html_block")
        md.inlinePatterns.deregister("html")
        md.treeprocessors.register(_Attributes(md), "playbook-inert", -10)


class _Attributes(Treeprocessor):
    def run(self, root: Element) -> None:
        for element in root.iter():
            for name, value in list(element.attrib.items()):
                address = html.unescape(value.replace(AMP_SUBSTITUTE, "&"))
                runs = name in ("href", "src", "action", "formaction") and not _SAFE_ADDRESS.match(address)
                if name.startswith("on") or name in ("style", "srcdoc") or runs:
                    del element.attrib[name]
