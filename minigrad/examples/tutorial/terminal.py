"""The book on a terminal."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape
from rich.text import Text

from ..common.listing import listing
from ..common.page import chapter as heading
from ..common.page import indented
from .book import Chapter, Told

BAR = "│ "  # before every line that the code printed


def open_chapter(console: Console, chapter: Chapter) -> None:
    """Print the heading of a chapter and its opening words."""
    heading(console, chapter.number, chapter.title)
    speak(console, chapter.words)


def show(console: Console, told: Told) -> None:
    """Print a snippet: its words, its code, and what that printed."""
    if told.snippet.title:
        console.print(f"\n[bold]{escape(told.snippet.title)}[/]")
        speak(console, told.snippet.words)
    console.print()
    console.print(indented(listing(told.snippet.code)))
    if told.output or told.pictures:
        console.print()
    if told.output:
        room = console.width - 2 - len(BAR)
        folded = Text(told.output).wrap(console, room, overflow="fold")
        for line in folded:
            line.rstrip()
            console.print(indented(Text(BAR, "green").append(line.plain, "green")))
    for path in told.pictures:
        console.print(indented(Text(f"{BAR}a picture: {path.name}", "green")))


def speak(console: Console, words: list[str]) -> None:
    """Print paragraphs; names of the program, which stand between `these`, are coloured."""
    quote = "" if console.color_system else "`"
    for number, paragraph in enumerate(words):
        if number:
            console.print()
        parts = paragraph.split("`")
        text = Text()
        for place, part in enumerate(parts):
            text.append(*((f"{quote}{part}{quote}", "cyan") if place % 2 else (part, "")))
        console.print(text)
