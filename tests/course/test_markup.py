"""Light Markdown, as HTML and as plain text."""

import re
from inspect import cleandoc

import pytest

from backprop.course.highlighting import code_html
from backprop.course.markup import to_html, to_plain

from .conftest import all_exercises, all_questions, texts_of


def test_inline_markup() -> None:
    assert to_html("*a* **b** `c` [d](e.html)") == (
        '<p><em>a</em> <strong>b</strong> <code class="notranslate">c</code> '
        '<a href="e.html">d</a></p>'
    )
    assert to_plain("*a* **b** `c` [d](e.html)") == "a b `c` d (e.html)"


def test_blocks() -> None:
    source = """
    One
    paragraph.

    - first
      goes on
    - second

    1. one
    2. two

    ```python
    x = 1

    y = 2
    ```
    """
    html = to_html(source)
    assert html.startswith("<p>One paragraph.</p><ul><li>first goes on</li><li>second</li></ul>")
    assert "<ol><li>one</li><li>two</li></ol>" in html
    assert re.sub("<[^>]+>", "", html).endswith("x = 1\n\ny = 2")
    assert to_plain(source) == (
        "One paragraph.\n\n• first goes on\n• second\n\n1. one\n2. two\n\n"
        "    x = 1\n    \n    y = 2"
    )


def test_markup_of_the_reader_stays_text() -> None:
    assert to_html("<b>a</b> & `<i>`") == (
        '<p>&lt;b&gt;a&lt;/b&gt; &amp; <code class="notranslate">&lt;i&gt;</code></p>'
    )
    assert '"' not in to_html(r'$"x"$').split("data-tex=", 1)[1].split('"')[1]


@pytest.mark.parametrize("text", ["costs $5", "an `open quote", "$a$ and $b"])
def test_a_mark_without_a_partner_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match="without a partner"):
        to_html(text)
    with pytest.raises(ValueError, match="without a partner"):
        to_plain(text)


def test_an_unknown_command_is_an_error() -> None:
    with pytest.raises(ValueError, match=r"\\nonsense is unknown in: \\nonsense x"):
        to_html(r"$\nonsense x$")
    with pytest.raises(ValueError, match=r"\\nonsense has no plain form"):
        to_plain(r"$\nonsense x$")


@pytest.mark.parametrize(
    ("tex", "plain"),
    [
        (r"\frac{\partial\,\text{SSR}}{\partial b_3}", "∂SSR/∂b₃"),
        (r"\frac{1}{2a}", "1/(2a)"),
        (r"\frac{a + b}{c}", "(a + b)/c"),
        (r"w \leftarrow w - \eta \cdot \text{gradient}", "w ← w − η · gradient"),
        (r"(-0.5)^2 + 10^{-3}", "(−0.5)² + 10⁻³"),
        (r"\sum_i x_{12}", "Σᵢ x₁₂"),
        (r"w_{\text{new}} \le 1", "w_new ≤ 1"),
        (r"|x|", "|x|"),
    ],
)
def test_mathematics_in_a_terminal(tex: str, plain: str) -> None:
    assert to_plain(f"${tex}$") == plain


def test_mathematics_on_a_page_needs_no_script() -> None:
    html = to_html(r"$b_3 < -1$", inline=True)
    assert html.startswith(r'<span class="bp-math notranslate" data-tex="b_3 &lt; -1"><math')
    assert "<msub><mi>b</mi><mn>3</mn></msub>" in html
    assert '<mo form="prefix">−</mo>' in html  # a sign, not a difference


def test_a_long_formula_may_break_before_a_relation() -> None:
    html = to_html(
        r"$w_{\text{new}} - c = (w - c) - \frac{a = b}{2} = (1 - 2a)(w - c)$", inline=True
    )
    assert re.findall('data-tex="([^"]*)"', html) == [
        r"w_{\text{new}} - c",
        r"= (w - c) - \frac{a = b}{2}",
        "= (1 - 2a)(w - c)",
    ]
    assert "</span> <span" in html
    assert to_html("$a = b$", inline=True).count("<math") == 1


def test_words_in_mathematics_are_names() -> None:
    assert "<mi>observed</mi><mo>−</mo><mi>predicted</mi>" in to_html(
        r"$\text{observed} - \text{predicted}$"
    )


def test_only_python_is_coloured() -> None:
    fenced = "```{}\nreturn 1\n```"
    assert 'class="k"' in to_html(fenced.format("python"))
    assert 'class="k"' not in to_html(fenced.format(""))
    assert to_plain(fenced.format("python")) == to_plain(fenced.format("")) == "    return 1"


def test_mathematics_without_the_converter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "latex2mathml.converter", None)
    assert to_html(r"$b_3 < 1$", inline=True) == ('<code class="notranslate">b_3 &lt; 1</code>')


@pytest.mark.parametrize(
    "source",
    [
        'def f(a):\n    """Two\n    lines."""\n    return a * 2.5 < 1  # not "yet"',
        "for i in range(3):\n\tx = 'ä ∂'",
        "this is $ not Python (",
        "",
    ],
)
def test_coloured_code_is_the_code(source: str) -> None:
    from html import unescape

    assert unescape(re.sub("<[^>]+>", "", code_html(source))) == source


def test_code_is_coloured() -> None:
    html = code_html("return 'x'  # y")
    assert '<span class="k">return</span>' in html
    assert '<span class="s2">&#x27;x&#x27;</span>' in html
    assert '<span class="c1"># y</span>' in html


def test_code_without_pygments_is_plain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pygments.lexers.python", None)
    assert "return &#x27;x&#x27;" in code_html("return 'x'")


def test_a_full_stop_stays_with_its_formula() -> None:
    together = re.findall(
        r'<span class="bp-together">.*?</math></span>(.*?)</span>', to_html("$a$, $b$ and ($c$).")
    )
    assert together == [",", ")."]


# ---- beside the library that does all of Markdown

FORMULA = re.compile(r"\$[^$]+\$")


def reduce_html(html: str) -> str:
    """Leave of some HTML what it says: no class names, no spaces between lines and elements."""
    html = re.sub(r'<span class="bp-together">(.*?)</span>', r"\1", html)
    html = re.sub(r' (?:class|tabindex)="[^"]*"', "", html)
    html = re.sub(r"</?(?:div|span)>", "", html).replace("<pre><code>", "<pre>")
    html = html.replace("</code></pre>", "</pre>").replace("&quot;", '"').replace("&#x27;", "'")
    parts = re.split(r"(<pre>.*?</pre>)", html, flags=re.DOTALL)
    loose = [re.sub(r"\s+", " ", part) if n % 2 == 0 else part for n, part in enumerate(parts)]
    html = re.sub(r" ?(</?(?:p|ul|ol|li|pre)>) ?", r"\1", "".join(loose))
    return html.replace("\n</pre>", "</pre>").strip()


def test_light_markdown_means_what_markdown_means() -> None:
    markdown = pytest.importorskip("markdown_it").MarkdownIt("commonmark")
    texts = [text for thing in [*all_questions(), *all_exercises()]
             for text in texts_of(thing).values()]  # fmt: skip
    plain = [FORMULA.sub("formula", cleandoc(text)) for text in texts if text]
    differing = [
        text for text in plain if reduce_html(to_html(text)) != reduce_html(markdown.render(text))
    ]
    assert len(plain) > 700
    assert not differing, f"{len(differing)} of {len(plain)}: {differing[:5]}"
