"""The tutorial: every snippet again with PyTorch in minigrad's place, and the book it is put in.

A snippet is right if it prints with ``torch`` what it prints with ``minigrad``.
"""

import contextlib
import importlib
import inspect
import io
import os
import re
import shutil
import subprocess
import sys
import types
from html.parser import HTMLParser

import numpy as np
import pytest
import torch
from rich.console import Console

import minigrad as mg
from minigrad.examples.tutorial import book, terminal, webpage
from minigrad.examples.tutorial.chapters import CHAPTERS

PACKAGE = "minigrad.examples.tutorial.chapters"
OWN = {"drawn", "with_the_rules", "a_card_if_there_is_one"}  # not PyTorch's
NUMBER = re.compile(r"-?\d+(?:\.\d*)?(?:e[-+]\d+)?")


def snippets():
    """Every snippet that is run, as test parameters: its chapter and its name."""
    for chapter in CHAPTERS:
        for snippet in book.snippets(importlib.import_module(f"{PACKAGE}.{chapter}")):
            if snippet.run:
                name = snippet.run.__name__
                yield pytest.param(chapter, name, id=f"{chapter}-{name}")


def both():
    return [case for case in snippets() if case.values[1] not in OWN]


def as_torch(chapter: str) -> dict:
    """Execute a chapter's source with PyTorch in minigrad's place; return its names."""
    text = inspect.getsource(importlib.import_module(f"{PACKAGE}.{chapter}"))
    names: dict = {"__name__": chapter}
    for other in re.findall(rf"from {PACKAGE}\.(\w+) import", text):
        names |= as_torch(other)
    for ours, theirs in (
        (rf"from {PACKAGE}\..*", ""),
        (r"import minigrad as mg", "import torch as mg"),
        (r"from minigrad import", "from torch import"),
        (r"from minigrad\.data import", "from torch.utils.data import"),
    ):
        text = re.sub(ours, theirs, text)
    exec(compile(text, chapter, "exec"), names)
    return names


def printed(run) -> str:
    mg.manual_seed(0)
    torch.manual_seed(0)
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        run()
    return out.getvalue()


def in_our_words(text: str) -> str:
    """Return a text without the ways in which PyTorch writes otherwise."""
    text = re.sub(r"torch\.Size\(\[(\d+)\]\)", r"(\1,)", text)
    text = re.sub(r"torch\.Size\(\[(.*?)\]\)", r"(\1)", text)
    text = re.sub(r"Backward0\b", "Backward", text)
    text = re.sub(
        r".*(must match the size|implicitly created|graph a second time).*", r"MESSAGE: \1", text
    )
    return text.replace("torch.", "")


@pytest.mark.parametrize(("chapter", "name"), both())
def test_prints_what_torch_prints(chapter, name, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    ours = printed(getattr(importlib.import_module(f"{PACKAGE}.{chapter}"), name))
    theirs = printed(as_torch(chapter)[name])
    ours, theirs = in_our_words(ours), in_our_words(theirs)
    assert NUMBER.sub("#", ours) == NUMBER.sub("#", theirs)
    numbers = [[float(number) for number in NUMBER.findall(text)] for text in (ours, theirs)]
    np.testing.assert_allclose(*numbers, rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize("dot", [True, False])
def test_the_graph_is_drawn_if_it_can_be(dot, tmp_path, monkeypatch, capsys) -> None:
    if dot and not shutil.which("dot"):
        pytest.skip("dot is not installed")
    if not dot:
        monkeypatch.setenv("PATH", "")
    with book.inside(tmp_path):
        (_, drawn, rules, *_) = (
            book.tell(snippet)
            for snippet in book.snippets(importlib.import_module(f"{PACKAGE}.graphs"))
        )
    assert [path.name for path in drawn.pictures + rules.pictures] == (
        ["graph.svg", "rules.svg"] if dot else []
    )
    assert ("graphviz.org" in drawn.output) is not dot
    assert (tmp_path / "graph.dot").read_text().startswith("digraph")


def test_what_is_saved_comes_back(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    saving = importlib.import_module(f"{PACKAGE}.saving")
    before, _, after = printed(saving.to_a_file_and_back).splitlines()
    assert (before[-5:], after[-4:]) == ("False", "True")
    lines = printed(saving.training_that_goes_on).splitlines()
    first, second = (NUMBER.findall(line) for line in lines)
    assert len(first) == 2
    assert first == second
    for name, tensor in torch.load("model.pt").items():  # as the words claim
        torch.testing.assert_close(tensor, torch.tensor(mg.load("model.pt")[name].numpy()))


# --- the book -------------------------------------------------------------------------------------


def test_code_fits_a_narrow_terminal() -> None:
    for chapter in CHAPTERS:
        for snippet in book.read(chapter, seed=0).snippets:
            for line in snippet.code.splitlines():
                assert len(line) <= 78, (chapter, snippet.title)


def test_every_file_is_a_chapter() -> None:
    folder = os.path.dirname(importlib.import_module(PACKAGE).__file__)
    files = {name[:-3] for name in os.listdir(folder) if name.endswith(".py")}
    assert sorted(CHAPTERS) == sorted(files - {"__init__"})


def test_the_opening_has_the_imports_and_the_seed() -> None:
    opening = book.read("numpy_bridge", seed=7).snippets[0]
    lines = ["import numpy as np", "import minigrad as mg", "", "mg.manual_seed(7)"]
    assert opening.code.splitlines() == lines
    opening.run()
    drawn = mg.rand(3).tolist()
    assert drawn == mg.rand(3, generator=mg.Generator().manual_seed(7)).tolist()


def example() -> None:
    """Say `words`.

    And
    more.
    """
    print("1 < 2 &\tso on")
    with open("new.png", "wb") as file:
        file.write(b"bytes")


class Shown:
    """Be shown."""

    size = 3


@pytest.fixture
def module():
    """A chapter made of the two above."""
    made = types.ModuleType(__name__, "A title.\n\nAn opening.")
    made.chapter, made.Shown, made.imported = example, Shown, book.read
    return made


def test_snippets_of_a_module(module) -> None:
    run, shown = book.snippets(module)
    assert run.title == "Chapter"
    assert run.words == ["Say `words`.", "And more."]
    assert run.code.startswith("print(")
    assert (shown.title, shown.run) == ("The class Shown", None)
    assert shown.code == "class Shown:\n    size = 3"


def test_output_and_pictures_are_caught(module, tmp_path, capsys) -> None:
    snippet, _ = book.snippets(module)
    here = os.getcwd()
    with book.inside(tmp_path / "a" / "b"):
        with open("old.png", "wb") as file:
            file.write(b"bytes")
        told = book.tell(snippet)
    assert os.getcwd() == here
    assert told.output == "1 < 2 & so on"
    assert told.pictures == [tmp_path / "a" / "b" / "new.png"]
    assert capsys.readouterr().out == ""


def test_an_error_in_a_snippet_is_not_hidden(tmp_path) -> None:
    def fail():
        print("before")
        raise ValueError("no")

    here = os.getcwd()
    with pytest.raises(ValueError, match="no"), book.inside(tmp_path):
        book.tell(book.Snippet("", [], "", fail))
    assert os.getcwd() == here


def test_page_escapes_and_holds_its_pictures(module, tmp_path) -> None:
    with book.inside(tmp_path):
        told = [book.tell(snippet) for snippet in book.snippets(module)]
    text = webpage.webpage([(book.Chapter(1, "A & B", ["An `x < y`"], []), told)])
    assert "A &amp; B" in text
    assert "<code>x &lt; y</code>" in text
    assert '<pre class="output">1 &lt; 2 &amp; so on</pre>' in text
    assert "data:image/png;base64,Ynl0ZXM=" in text


def test_terminal_folds_long_output_behind_the_bar(capsys) -> None:
    told = book.Told(book.Snippet("T", [], "x = 1", None), "long " * 30, [])
    terminal.show(Console(width=40), told)
    lines = capsys.readouterr().out.splitlines()
    bars = [line for line in lines if line.startswith("  │ ")]
    assert len(bars) > 3
    assert max(map(len, lines)) <= 40
    assert " ".join(line[4:].strip() for line in bars) == ("long " * 30).strip()


# --- the program ----------------------------------------------------------------------------------


def tutorial(*arguments: str, **environment: str):
    """Run the program with its output going to a pipe."""
    return subprocess.run(
        [sys.executable, "-m", "minigrad.examples.tutorial", *arguments],
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONIOENCODING": "utf-8", "PATH": "", **environment},
        timeout=120,
    )


class Page(HTMLParser):
    """What a page shows: the text of its outputs, its headings, where its pictures are."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.outputs: list[str] = []
        self.headings: list[str] = []
        self.sources: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attributes) -> None:
        given = dict(attributes)
        if tag not in ("meta", "img"):
            self.open.append(tag if "class" not in given else f"{tag}.{given['class']}")
        self.sources += [given[name] for name in ("src", "href") if name in given]
        if self.open[-1] == "pre.output":
            self.outputs.append("")
        if tag == "h2":
            self.headings.append("")

    def handle_endtag(self, tag) -> None:
        assert self.open.pop().split(".")[0] == tag

    def handle_data(self, data) -> None:
        if self.open and self.open[-1] == "pre.output":
            self.outputs[-1] += data
        if "h2" in self.open:
            self.headings[-1] += data


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The whole book: the finished process and its folder."""
    folder = tmp_path_factory.mktemp("tutorial") / "new"
    return tutorial("--out", str(folder), PYTHONHASHSEED="0"), folder


def test_tells_all_chapters(whole) -> None:
    done, folder = whole
    assert (done.returncode, done.stderr) == (0, "")
    assert len(re.findall(r"^\d+  .* ──", done.stdout, re.MULTILINE)) == len(CHAPTERS)
    assert re.findall(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", done.stdout) == []
    lines = done.stdout.splitlines()
    assert lines[-1] == str(folder / "tutorial.html")
    assert max(map(len, lines[:-1])) <= 92


def test_the_page_says_what_the_terminal_says(whole) -> None:
    done, folder = whole
    page = Page((folder / "tutorial.html").read_text())
    assert page.open == []
    assert len(page.headings) == len(CHAPTERS)
    bars = re.findall(r"^  │ (.*)$", done.stdout, re.MULTILINE)
    shown = [line for line in bars if not line.startswith("a picture: ")]
    assert "".join("".join(shown).split()) == "".join("".join(page.outputs).split())
    assert all(source.startswith(("#", "data:")) for source in page.sources)
    assert sum(source.startswith("data:image/png") for source in page.sources) == 2


def test_the_network_has_learned(whole) -> None:
    done, _ = whole
    last = re.findall(r"10  learned from [\d.]+, validation [\d.]+, right ([\d.]+)%", done.stdout)
    assert float(*last) >= 95


def test_the_same_bytes_every_time(whole, tmp_path) -> None:
    _, folder = whole
    assert tutorial("--out", str(tmp_path), PYTHONHASHSEED="1").returncode == 0
    for path in folder.iterdir():
        assert (tmp_path / path.name).read_bytes() == path.read_bytes(), path.name


def test_one_chapter_with_another_seed(tmp_path) -> None:
    done = tutorial("--out", str(tmp_path), "--chapter", "3", "--seed", "5")
    assert done.returncode == 0
    assert "mg.manual_seed(5)" in done.stdout
    page = Page((tmp_path / "tutorial.html").read_text())
    assert [heading.split() for heading in page.headings] == [["3", "Broadcasting"]]
