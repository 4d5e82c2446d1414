"""SVG, Mermaid, JSON and plain text: well-formed, complete, the same in every process."""

import json
import os
import re
import subprocess
import sys
import time
import xml.etree.ElementTree as ET

import numpy as np
import pytest

import minigrad as mg
from minigrad import draw_graph
from minigrad.drawing.svg import style

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = ['"', "'", "\\", "a\nb", "<b>x</b>", "</svg>", "]]>", "&lt;", "&", "{a|b}", "[x]", "`#;",
           "日本", "🙂", "\x00", "\u202eabc", "end", "%% x"]  # fmt: skip


def trained(data):
    return mg.tensor(data, requires_grad=True)


def hostile():
    leaves = [trained(float(i)) for i in range(len(HOSTILE))]
    y = leaves[0]
    for leaf in leaves[1:]:
        y = y * leaf
    return y.draw_graph(names=dict(zip(HOSTILE, leaves, strict=True)), rules=True)


def model():
    mg.manual_seed(0)
    net = mg.nn.Sequential(mg.nn.Linear(4, 8), mg.nn.ReLU(), mg.nn.Linear(8, 2))
    return draw_graph(net, mg.tensor(np.ones((3, 4)), dtype="float32"), view="both")


def product():
    x, w = mg.tensor([1.0, 2.0]), trained([3.0, 4.0])
    return (x * w).sum().draw_graph(names={"x": x, "w": w})


# --- SVG --------------------------------------------------------------------------------------


def parts(drawing, kind):
    root = ET.fromstring(drawing.svg())
    return [g for g in root.iter(f"{SVG}g") if kind in g.get("class").split()]


@pytest.mark.parametrize("make", [hostile, model, product])
def test_every_node_edge_and_frame_is_there_once(make):
    drawing = make()
    scene = drawing.scene
    assert [g.get("id") for g in parts(drawing, "node")] == [f"n{m.id}" for m in scene.marks]
    assert len(parts(drawing, "edge")) == len(scene.arrows)
    assert len(parts(drawing, "gradient")) == sum(arrow.backward for arrow in scene.arrows)
    assert [g.get("id") for g in parts(drawing, "group")] == [f"g{g.id}" for g in scene.groups]


def test_text_is_shown_to_the_letter():
    drawing = hostile()
    shown = [t.text for g in parts(drawing, "node") for t in g.iter(f"{SVG}text")]
    wanted = [line for mark in drawing.scene.marks for line in mark.lines]
    special = ("a\\nb", "\\x00", "\\u202eabc")
    assert [s for s in shown if s not in special] == [
        w for w in wanted if w not in ("a\nb", "\x00", "\u202eabc")
    ]
    assert set(special) <= set(shown)


@pytest.mark.parametrize("make", [hostile, model, product])
def test_text_stays_in_its_box_and_boxes_in_the_picture(make):
    drawing = make()
    width, height = (float(ET.fromstring(drawing.svg()).get(k)) for k in ("width", "height"))
    for g in parts(drawing, "node"):
        box = next(g.iter(f"{SVG}rect"))
        x, y, w, h = (float(box.get(k)) for k in ("x", "y", "width", "height"))
        assert -12 <= x <= x + w <= width - 12 + 0.6
        assert -12 <= y <= y + h <= height - 12 + 0.6
        for text in g.iter(f"{SVG}text"):
            half = sum(1 + (ord(c) > 0x2E80) for c in text.text) * 7.22 / 2
            assert x <= float(text.get("x")) - half
            assert float(text.get("x")) + half <= x + w
            assert y + 9 <= float(text.get("y")) <= y + h - 3


def test_it_needs_no_program(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    path = product().save(tmp_path / "new" / "graph.svg")
    assert ET.parse(path).getroot().tag == f"{SVG}svg"


@pytest.mark.parametrize("rankdir", ["LR", "RL", "TB", "BT"])
def test_directions(rankdir):
    drawing = trained(1.0).exp().draw_graph(rankdir=rankdir)
    middles = []
    for g in parts(drawing, "node"):
        box = next(g.iter(f"{SVG}rect"))
        x, y, w, h = (float(box.get(k)) for k in ("x", "y", "width", "height"))
        middles.append((x + w / 2, y + h / 2))
    (ax, ay), (bx, by) = middles
    along = {"LR": bx - ax, "RL": ax - bx, "TB": by - ay, "BT": ay - by}[rankdir]
    across = ay - by if rankdir in ("LR", "RL") else ax - bx
    assert along > 40
    assert across == pytest.approx(0, abs=0.11)


def colours(theme):
    return dict(re.findall(r"--([\w-]+): (#\w{6})", style(theme)))


def luminance(colour):
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a, b):
    dark, light = sorted((luminance(a), luminance(b)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_contrast_of_themes(theme):
    c = colours(theme)
    for paper in ("operation", "leaf", "input", "module", "fold"):
        assert contrast(c["text"], c[paper]) >= 4.5
    assert contrast(c["constant-text"], c["constant"]) >= 4.5
    assert contrast(c["alarm-text"], c["alarm"]) >= 4.5
    for ink in ("label", "gradient"):
        assert contrast(c[ink], c["paper"]) >= 4.5
    for line in ("line", "leaf-line", "input-line", "constant-line", "output-line"):
        assert contrast(c[line], c["paper"]) >= 3.0


def test_themes():
    drawing = product()
    assert "@media (prefers-color-scheme: dark)" in drawing.svg()
    assert "@media" not in drawing.svg(theme="light")
    assert colours("dark")["paper"] in drawing.svg(theme="dark")
    with pytest.raises(ValueError, match="theme must be auto, light or dark, got 'print'"):
        drawing.svg(theme="print")


# --- Mermaid, JSON, text ----------------------------------------------------------------------


def test_mermaid():
    lines = product().mermaid().splitlines()
    assert lines[0] == "flowchart LR"
    words = "x<br>#40;2,#41; float32<br>value  #91;1, 2#93;<br>gradient not needed"
    assert f'    n0(["{words}"])' in lines
    assert '    n0 -->|"x"| n2' in lines
    assert "    class n3 output" in lines


def test_mermaid_quotes_are_never_ended_early():
    for line in hostile().mermaid().splitlines():
        assert line.count('"') in (0, 2)
        quoted = line.partition('"')[2].rpartition('"')[0].replace("<br>", "")
        assert not re.search(r"[<>`\\{}\[\]|]", quoted)
        assert not re.search(r"#(?!\d+;)", quoted)


def test_mermaid_frames_and_gradients():
    text = model().mermaid()
    assert text.count("subgraph ") == text.count("\n    end\n") + text.count("\n        end\n")
    assert 'subgraph g1["0#58; Linear"]' in text
    assert "-.->" in text


def test_json_is_the_scene():
    drawing = model()
    found, scene = json.loads(drawing.json()), drawing.scene
    assert [(n["id"], n["kind"], tuple(n["lines"])) for n in found["nodes"]] == [
        (m.id, m.kind, m.lines) for m in scene.marks
    ]
    assert [tuple(e.values()) for e in found["edges"]] == [
        (a.source, a.target, a.label, a.backward) for a in scene.arrows
    ]
    assert [g["title"] for g in found["groups"]] == [g.title for g in scene.groups]


def test_plain_text():
    assert product().text().splitlines() == [
        "#0 x",
        "    (2,) float32",
        "    value  [1, 2]",
        "    gradient not needed",
        "#1 w",
        "    (2,) float32  requires_grad",
        "    value  [3, 4]",
        "    no gradient yet",
        "#2 mul",
        "    (2,) float32",
        "    from #0 as x, #1 as y",
        "#3 sum  (output)",
        "    dim=(0,)",
        "    () float32",
        "    value  11",
        "    from #2",
    ]


def test_plain_text_of_modules_and_gradients():
    text = model().text()
    assert "\n  0: Linear\n    #1 0.weight\n" in text
    assert "sends dweight to #1" in text
    for line in hostile().text().splitlines():
        assert line.isprintable()


@pytest.mark.parametrize(
    ("ending", "start"),
    [(".svg", "<svg"), (".json", "{"), (".mmd", "flowchart"), (".txt", "#0"), (".gv", "digraph")],
)
def test_save_writes_what_the_name_ends_with(tmp_path, ending, start):
    path = product().save(tmp_path / f"graph{ending}")
    with open(path, encoding="utf-8") as file:
        assert file.read().startswith(start)


def test_a_copy_has_no_other_forms():
    with pytest.raises(ValueError, match="only what draw_graph returns"):
        product().copy().svg()


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of the parser's own parts
def test_dot_with_frames_is_read_by_an_independent_parser():
    pydot = pytest.importorskip("pydot")
    (parsed,) = pydot.graph_from_dot_data(model().source)
    (outer,) = parsed.get_subgraphs()
    assert [s.get_name() for s in outer.get_subgraphs()] == [
        "cluster_1", "cluster_2", "cluster_3"
    ]  # fmt: skip
    assert outer.get_subgraphs()[0].get_node("n1")


# --- in every process, and in time ------------------------------------------------------------


def everything():
    made = [hostile(), model(), product()]
    return "".join(d.svg() + d.mermaid() + d.json() + d.text() + d.source for d in made)


@pytest.mark.parametrize("seed", ["0", "4711"])
def test_same_bytes_in_any_process(seed):
    environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONIOENCODING": "utf-8"}
    printed = subprocess.run(
        [sys.executable, __file__], env=environment, capture_output=True, check=True
    )
    assert printed.stdout.decode("utf-8") == everything()


def test_ten_thousand_operations_give_a_small_picture():
    rng = np.random.default_rng(0)
    values = [trained(1.0) for _ in range(50)]
    for _ in range(10_000):
        one, other = rng.integers(len(values), size=2)
        values.append([mg.add, mg.mul, mg.sub][rng.integers(3)](values[one], values[other]))
    start = time.perf_counter()
    text = draw_graph(values[-50:]).svg()
    assert time.perf_counter() - start < 10
    assert len(text.encode()) < 300_000
    assert "Folded to at most 200 boxes" in text


def test_many_paths_are_no_problem():
    y = trained(1.0)
    for _ in range(40):
        y = y + y
    start = time.perf_counter()
    assert y.draw_graph().svg().count('class="edge"') == 80
    assert time.perf_counter() - start < 2


if __name__ == "__main__":
    sys.stdout.reconfigure(newline="")
    print(everything(), end="")
