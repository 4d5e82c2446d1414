"""The DOT text: well-formed whatever names are like, and what happens to it afterwards."""

import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET

import graphviz
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import minigrad as mg
from minigrad import draw_graph
from minigrad.drawing import dot

HOSTILE = [
    '"', "'", "\\", "\\\\", '\\"', "\\N \\G \\l", "a\nb", "a\r\n", "\t", "<b>x</b>", "<>", "<", ">",
    "&lt;", "&#34;", "&", "{a|b}", "[x]", "n0 -> n1", '"]; evil [label="', "//", "/* */", "#", "%",
    "node", "graph", "", " ", "é", "日本語", "🙂", "👨‍👩‍👧",
    "\x00", "\x7f", "\u202eabc", "\ud800",
]  # fmt: skip


def trained(data):
    return mg.tensor(data, requires_grad=True)


def meaning(quoted):
    """What a quoted DOT label shows, by the rules of the language, written down independently."""
    assert quoted.startswith('"')
    assert quoted.endswith('"')
    inside = quoted[1:-1]
    assert not re.search(r'(?<!\\)(\\\\)*"', inside)
    text = re.sub(r'\\(["n\\])', lambda m: "\n" if m[1] == "n" else m[1], inside)
    return re.sub(r"&amp;(?=#?\w+;)", "&", text)


@given(st.lists(st.text(max_size=8), min_size=1, max_size=3))
@example(HOSTILE)
def test_labels_mean_what_was_written(lines):
    label = dot.escaped(lines)
    (statement,) = _body(lambda drawing: drawing.node("n0", label))
    quoted = statement.removeprefix("\tn0 [label=").removesuffix("]\n")
    if quoted.startswith('"'):
        assert meaning(quoted) == "\n".join(map(dot.visible, lines))
    else:  # a plain word needs no quotes
        assert [quoted] == lines


def _body(add):
    drawing = dot.Drawing()
    add(drawing)
    return drawing.body


@given(st.text(max_size=12))
@example("".join(HOSTILE))
def test_visible_text_has_no_characters_that_pictures_cannot_hold(text):
    shown = dot.visible(text)
    shown.encode("utf-8")
    assert not re.search("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]", shown)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of the parser's own parts
def test_an_independent_parser_reads_it():
    pydot = pytest.importorskip("pydot")
    leaves = [trained(float(i)) for i in range(len(HOSTILE))]
    y = leaves[0]
    for leaf in leaves[1:]:
        y = y * leaf
    names = {f"{name}_": leaf for name, leaf in zip(HOSTILE, leaves, strict=True)}
    names = {name: leaf for name, leaf in names.items() if not name.startswith("_")}
    (parsed,) = pydot.graph_from_dot_data(y.draw_graph(names=names, rules=True).source)
    nodes = [n for n in parsed.get_nodes() if n.get_name() not in ("node", "edge", "graph")]
    assert len(nodes) == 2 * len(HOSTILE) - 1
    assert len(parsed.get_edges()) == 2 * len(HOSTILE) - 2
    titles = {meaning(n.get("label")).partition("\n")[0] for n in nodes}
    assert titles >= {dot.visible(name) for name in names}


needs_dot = pytest.mark.skipif(shutil.which("dot") is None, reason="needs the program dot")


@needs_dot
def test_dot_draws_names_to_the_letter():
    names = [name for name in HOSTILE if name.strip()]
    leaves = [trained(float(i)) for i in range(len(names))]
    drawing = draw_graph(leaves, names=dict(zip(names, leaves, strict=True)))
    picture = ET.fromstring(drawing.pipe(format="svg", encoding="utf-8"))
    texts = {text.text for text in picture.iter("{http://www.w3.org/2000/svg}text")}
    assert texts >= {dot.visible(name) for name in names}


@needs_dot
def test_render(tmp_path):
    path = (trained(1.0) * 2.0).draw_graph().render(tmp_path / "graph.gv", format="svg")
    assert path == str(tmp_path / "graph.gv.svg")
    assert "<svg" in (tmp_path / "graph.gv.svg").read_text()


# --- without the program --------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["render", "pipe", "view", "_repr_image_png"])
def test_a_missing_program_is_explained(monkeypatch, tmp_path, how):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    drawing = trained(1.0).draw_graph()
    with pytest.raises(graphviz.ExecutableNotFound) as caught:
        getattr(drawing, how)()
    for advice in ("apt-get", "brew", "choco", "conda", ".save(path)"):
        assert advice in str(caught.value)


def test_notebooks_need_no_program(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    drawing = trained(1.0).draw_graph()
    assert drawing._repr_mimebundle_() == {"image/svg+xml": drawing.svg()}
    with pytest.raises(graphviz.ExecutableNotFound):  # of another's graph we know no layout
        dot.Drawing()._repr_mimebundle_()


def test_save_needs_no_program(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    drawing = trained([1.0]).draw_graph(names={"日本": trained([1.0])})
    path = drawing.save(tmp_path / "new" / "graph.gv")
    assert path == str(tmp_path / "new" / "graph.gv")
    assert (tmp_path / "new" / "graph.gv").read_bytes() == drawing.source.encode("utf-8")
    assert [p.name for p in (tmp_path / "new").iterdir()] == ["graph.gv"]


def test_save_takes_graphviz_own_arguments(tmp_path):
    drawing = trained([1.0]).draw_graph()
    assert drawing.save(directory=tmp_path) == str(tmp_path / "minigrad.gv")
    (tmp_path / "minigrad.gv").write_text("mine")
    drawing.save(directory=tmp_path, skip_existing=True)
    assert (tmp_path / "minigrad.gv").read_text() == "mine"


def test_an_interrupted_save_leaves_the_old_file(monkeypatch, tmp_path):
    target = tmp_path / "graph.gv"
    target.write_text("old")

    def fail(*args):
        raise OSError("disk full")

    monkeypatch.setattr(dot.os, "replace", fail)
    with pytest.raises(OSError, match="disk full"):
        trained(1.0).draw_graph().save(target)
    assert [(p.name, p.read_text()) for p in tmp_path.iterdir()] == [("graph.gv", "old")]


# --- the call -------------------------------------------------------------------------------------


def test_method_and_function_return_the_same_digraph():
    x = trained([1.0, 2.0])
    y = (x * x).sum()
    assert isinstance(y.draw_graph(), graphviz.Digraph)
    assert y.draw_graph(names={"x": x}).source == draw_graph([y], names={"x": x}).source


def test_drawing_changes_nothing():
    x = trained([1.0, 2.0])
    y = (x * x).sum()
    y.draw_graph()
    y.backward()
    assert x.grad.tolist() == [2.0, 4.0]


def test_rankdir_is_checked():
    assert "rankdir=TB" in trained(1.0).draw_graph(rankdir="TB").source
    with pytest.raises(ValueError, match="rankdir must be LR, TB, RL or BT, got 'XY'"):
        trained(1.0).draw_graph(rankdir="XY")


def test_graphviz_is_imported_only_when_drawing():
    code = (
        "import sys, minigrad as mg; x = mg.tensor(1.0, requires_grad=True) * 2.0\n"
        "assert 'graphviz' not in sys.modules; x.draw_graph(); assert 'graphviz' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


# --- colours --------------------------------------------------------------------------------------


def luminance(colour):
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a, b):
    dark, light = sorted((luminance(a), luminance(b)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("kind", dot.STYLES)
@pytest.mark.parametrize("extra", [{}, dot.OUTPUT, dot.ALARM])
def test_contrast(kind, extra):
    style = {**dot.OPERATION, **dot.STYLES[kind], **extra}
    assert contrast(style["fontcolor"], style["fillcolor"]) >= 4.5
    assert contrast(style["color"], "#FFFFFF") >= 3.0  # the border, against the page


def test_kinds_differ_without_colour():
    shapes = {
        kind: (style.get("shape", "box"), style.get("style", "filled"))
        for kind, style in dot.STYLES.items()
    }
    assert len(set(shapes.values())) == len(shapes)
    assert dot.OUTPUT["peripheries"] == "2"
