"""The book as one web page, with its pictures inside: it can be sent, and needs nothing else."""

from __future__ import annotations

import base64
import re
from html import escape
from importlib.metadata import version
from pathlib import Path

from pygments import highlight  # type: ignore[import-untyped]
from pygments.formatters import HtmlFormatter  # type: ignore[import-untyped]
from pygments.lexers import PythonLexer  # type: ignore[import-untyped]

from .book import Chapter, Told

Chapters = list[tuple[Chapter, list[Told]]]

KINDS = {".svg": "image/svg+xml", ".png": "image/png"}
TITLE = "minigrad, from the first tensor to a trained network"


def webpage(chapters: Chapters) -> str:
    """Return the page: contents, then chapter after chapter."""
    contents = "\n".join(
        f'<li value="{chapter.number}"><a href="#{chapter.number}">{escape(chapter.title)}</a></li>'
        for chapter, _ in chapters
    )
    return PAGE.format(
        title=escape(TITLE),
        version=escape(version("minigrad")),
        style=STYLE + code_styles(),
        contents=contents,
        chapters="\n".join(section(*told) for told in chapters),
    )


def section(chapter: Chapter, told: list[Told]) -> str:
    """Return a chapter."""
    number = f"<span>{chapter.number}</span>"
    heading = f'<h2 id="{chapter.number}">{number} {escape(chapter.title)}</h2>'
    return "\n".join([heading, *map(paragraph, chapter.words), *map(snippet, told)])


def snippet(told: Told) -> str:
    """Return a snippet: heading, words, code, what it printed, and its pictures."""
    parts = []
    if told.snippet.title:
        parts.append(f"<h3>{escape(told.snippet.title)}</h3>")
    parts += map(paragraph, told.snippet.words)
    parts.append(highlight(told.snippet.code, PythonLexer(), HtmlFormatter(cssclass="code")))
    if told.output:
        parts.append(f'<pre class="output">{escape(told.output)}</pre>')
    parts += map(picture, told.pictures)
    return "\n".join(parts)


def paragraph(text: str) -> str:
    """Return a paragraph; what stands between `these` is code."""
    return "<p>" + re.sub("`([^`]+)`", r"<code>\1</code>", escape(text)) + "</p>"


def picture(path: Path) -> str:
    """Return a picture whose bytes are part of the page."""
    content = base64.b64encode(path.read_bytes()).decode()
    source = f"data:{KINDS[path.suffix]};base64,{content}"
    return f'<figure><img src="{source}" alt="{escape(path.name)}"></figure>'


def code_styles() -> str:
    """Return the colours of code, on light and on dark ground."""
    light = HtmlFormatter(style="default").get_style_defs(".code")
    dark = HtmlFormatter(style="github-dark").get_style_defs(".code")
    return f"{light}\n@media (prefers-color-scheme: dark) {{ {dark} }}\n{BOXES}"


PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
{style}
</style>
</head>
<body>
<nav><b>minigrad {version}</b><ol>
{contents}
</ol></nav>
<main>
<h1>{title}</h1>
<p>Every piece of code on this page was run to make it. What it printed stands below it, behind a
green bar.</p>
{chapters}
</main>
</body>
</html>
"""

STYLE = """
:root { color-scheme: light dark; --text: #1c1c1c; --ground: #fff; --soft: #f6f6f4;
  --line: #ddd; --link: #0072b2; --bar: #009e73; }
@media (prefers-color-scheme: dark) { :root { --text: #ddd; --ground: #16181c; --soft: #1f2228;
  --line: #383c44; --link: #56b4e9; } }
body { margin: 0 auto; max-width: 72rem; display: grid; gap: 0 3rem;
  grid-template-columns: 13rem minmax(0, 46rem); padding: 0 1.5rem; color: var(--text);
  background: var(--ground); font: 1.05rem/1.55 system-ui, sans-serif; }
nav { position: sticky; top: 0; align-self: start; padding-top: 3rem; font-size: .92rem; }
nav ol { padding-left: 1.6rem; } nav li { margin: .3rem 0; }
a { color: var(--link); text-decoration: none; } a:hover { text-decoration: underline; }
h1 { margin-top: 3rem; line-height: 1.2; }
h2 { margin-top: 4rem; border-bottom: 2px solid var(--line); padding-bottom: .3rem; }
h2 span { color: var(--link); margin-right: .4rem; } h3 { margin: 2.4rem 0 .4rem; }
p { margin: .6rem 0; }
pre, code { font-family: ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; }
p code { font-size: .92em; background: var(--soft); padding: .1em .3em; border-radius: 3px; }
figure { margin: 1rem 0; padding: .8rem; background: #fff; border: 1px solid var(--line);
  border-radius: 6px; } img { display: block; max-width: 100%; margin: auto; }
@media (max-width: 56rem) { body { display: block; } nav { position: static; } }
"""

BOXES = """
.code, .code pre { background: var(--soft); } .code { border-radius: 6px; margin: .8rem 0; }
pre { margin: 0; padding: .7rem 1rem; overflow-x: auto; font-size: .88rem; line-height: 1.45; }
pre.output { border-left: 4px solid var(--bar); margin: .8rem 0 .8rem 1rem; padding: .2rem 1rem;
  white-space: pre-wrap; }
"""
