"""What a page may call, and that all other braces stay text."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import Environment, StrictUndefined, nodes

from macros import MACROS
from macros.calls import Call, OnlyCalls, Refused, as_template, find

CALLED = {name: lambda *texts, name=name: f"<{name} {' '.join(texts)}>" for name in MACROS}


def rendered(markdown: str) -> str:
    environment = Environment(extensions=[OnlyCalls], undefined=StrictUndefined, keep_trailing_newline=True)
    return environment.from_string(markdown).render(CALLED)


@pytest.mark.parametrize(
    "markdown",
    [
        '`{{ questions("pain") }}` shows a list.',
        "``{{ a `b` }}`` and `{% for %}`",
        "```yaml\nrun: ${{ github.ref }}\n{{ range(10**9) }}\n```",
        "~~~\n{% include '/etc/passwd' %}\n~~~",
        "    !!! note\n\n        ```\n        {{ cycler.__init__ }}\n        ```",
        "Say {{ name }} or ${{ github.ref }} in prose.",
        "A lone {% or {{ or }} or {# is only braces.",
        "## Heading {#id} and { #other }",
        "{{ }} {% %} {% raw",
        "{",
    ],
)
def test_braces_that_are_no_call_are_left_as_they_were_written(markdown: str) -> None:
    assert find(markdown) == []
    assert rendered(markdown) == markdown


def test_a_call_inside_a_sentence_is_made() -> None:
    assert (
        rendered('Your {{ term("champion", "champions") }} know {{source(\'people\')}}.')
        == "Your <term champion champions> know <source people>."
    )


@pytest.mark.parametrize("margin", ["", "    ", "            "])
def test_a_list_is_fenced_at_the_depth_where_it_is_called(margin: str) -> None:
    assert rendered(f'{margin}{{{{ questions("pain") }}}}').split("\n") == [
        margin, f"{margin}~~~~ playbook", f"{margin}<questions pain>", f"{margin}~~~~", margin,
    ]  # fmt: skip


def test_the_line_of_a_call_counts_the_front_matter() -> None:
    assert find('# Title\n\n{{ questions("pain") }}\n', first_line=9) == [Call(11, 1, "questions", ("pain",))]


HOSTILE = [
    "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ self.__dict__ }}",
    "{{ environment['HOME'] }}",
    "{{ range(10**9) }}",
    "{{ 'a' * 10**9 }}",
    "{{ questions(macros_info()) }}",
    '{{ questions("a" ~ config) }}',
    '{{ questions("pain") | replace("a", "b") }}',
    "{{ lipsum(1000000) }}",
    "{% set x = 1 %}",
    "{%- include 'x' -%}",
    "{% for i in range(9) %}{% endfor %}",
]


@pytest.mark.parametrize("markdown", HOSTILE)
def test_what_would_run_is_refused_and_does_not_run(markdown: str) -> None:
    assert [type(found) for found in find(markdown)] and all(isinstance(found, Refused) for found in find(markdown))
    assert rendered(markdown) == markdown


ANYTHING = st.lists(
    st.sampled_from([*HOSTILE, "{{", "}}", "{%", "%}", "{#", "#}", "{", "`", "```\n", "\n", "    ", "> ", 'questions("a")', "__", "'", '"'])
    | st.text(max_size=8)
).map("".join)


@settings(max_examples=2000, deadline=None)
@given(ANYTHING)
def test_no_page_can_make_jinja_do_anything_but_call(markdown: str) -> None:
    tree = Environment().parse(as_template(markdown))
    calls = {id(call.node) for call in tree.find_all(nodes.Call)}
    for node in tree.find_all(nodes.Node):
        if isinstance(node, nodes.Name):
            assert node.name in MACROS and id(node) in calls
        else:
            assert isinstance(node, (nodes.Template, nodes.Output, nodes.TemplateData, nodes.Const, nodes.Call))
