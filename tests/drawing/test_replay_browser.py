"""The replay page in a browser: every button and key, with and without scripts."""

import numpy as np
import pytest
from devtools_pipe import EXECUTABLE, Browser

import minigrad as mg

pytestmark = pytest.mark.skipif(EXECUTABLE is None, reason="needs chromium")


@pytest.fixture(scope="module")
def browser():
    with Browser() as found:
        yield found


@pytest.fixture(scope="module")
def diamond(tmp_path_factory):
    x = mg.tensor([0.5, 1.0], requires_grad=True)
    h = mg.exp(x)
    y = (h * x + h).sum()
    path = tmp_path_factory.mktemp("pages") / "diamond.html"
    return y.replay(path, names={"x": x, "h": h, "y": y}).as_uri()


@pytest.fixture(scope="module")
def chain(tmp_path_factory):
    x = mg.tensor(np.arange(30.0).reshape(5, 6), requires_grad=True)
    path = tmp_path_factory.mktemp("pages") / "chain.html"
    return mg.exp(x * 0.1).sum().replay(path, names={"x": x}).as_uri()


def step(browser):
    (title,) = browser.seen(".frame h2")
    return title


def where(browser):
    return browser.value("location.hash")


def marked(browser, kind):
    return browser.value(
        f"[...document.querySelectorAll('.picture.now .node.{kind}')].map(e => e.id)"
    )


def test_buttons(browser, diamond):
    browser.open(diamond)
    assert step(browser) == "Before the first step"
    assert browser.value("document.getElementById('back').disabled")
    browser.click("#forward")
    assert step(browser) == "Step 1 of 4: SumBackward"
    browser.click("#forward")
    browser.click("#forward")
    assert step(browser) == "Step 3 of 4: MulBackward"
    assert marked(browser, "now") == ["s0n2"]
    assert marked(browser, "done") == ["s0n3", "s0n4"]
    assert marked(browser, "waiting") == ["s0n1"]
    browser.click("#back")
    assert step(browser) == "Step 2 of 4: AddBackward"
    browser.click("#last")
    assert step(browser) == "After the last step"
    assert browser.value("document.getElementById('forward').disabled")
    browser.click("#first")
    assert step(browser) == "Before the first step"
    assert browser.problems() == []


def test_keys_alone(browser, diamond):
    browser.open(diamond)
    for key, title in [
        ("ArrowRight", "Step 1 of 4: SumBackward"),
        ("ArrowRight", "Step 2 of 4: AddBackward"),
        ("ArrowLeft", "Step 1 of 4: SumBackward"),
        ("ArrowLeft", "Before the first step"),
        ("ArrowLeft", "Before the first step"),
        ("End", "After the last step"),
        ("ArrowRight", "After the last step"),
        ("Home", "Before the first step"),
    ]:
        browser.press(key)
        assert step(browser) == title
    browser.press("w")
    assert step(browser) == "Before the first step (wrong order)"
    browser.press("W")
    browser.press("q")
    assert where(browser) == "#step=0&quiz=1"
    browser.press("Tab")
    browser.press("Tab")  # past the two that are off, to Play and Forward
    browser.press("Enter")
    assert step(browser) == "Step 1 of 4: SumBackward"


def test_permalinks(browser, diamond):
    browser.open(f"{diamond}#step=3&order=wrong")
    assert step(browser) == "Step 3 of 4: ExpBackward (wrong order)"
    browser.press("ArrowRight")
    assert where(browser) == "#step=4&order=wrong"
    assert browser.value("document.getElementById('link').hash") == "#step=4&order=wrong"
    browser.value("location.hash = '#step=2'")
    browser.wait("location.hash === '#step=2' && document.querySelector('.frame.now h2')"
                 ".textContent === 'Step 2 of 4: AddBackward'")  # fmt: skip
    for odd in ("#step=99", "#step=-3", "#step=x&order=none"):
        browser.open(diamond + odd)
        assert where(browser) in ("#step=5", "#step=0")
    assert browser.problems() == []


def test_play(browser, diamond):
    browser.open(f"{diamond}#step=3")
    browser.press(" ")
    assert browser.seen("#play") == ["Pause"]
    browser.wait("location.hash === '#step=5'")
    assert browser.seen("#play") == ["Play"]
    browser.click("#play")  # again from the beginning
    assert where(browser) == "#step=0"
    browser.press("ArrowRight")  # a step by hand stops it
    assert browser.seen("#play") == ["Play"]


def test_slider(browser, diamond):
    browser.open(diamond)
    browser.value("slider = document.getElementById('slider'); slider.value = 3; "
                  "slider.dispatchEvent(new Event('input', {bubbles: true}))")  # fmt: skip
    assert step(browser) == "Step 3 of 4: MulBackward"


def test_sums_are_told(browser, diamond):
    browser.open(f"{diamond}#step=3")
    sums = [words.split() for words in browser.seen(".frame .answer > .sum")]
    e = [f"{v:.4g}" for v in np.exp(np.array([0.5, 1.0], dtype="float32"))]
    # dx = g * y = [0.5, 1] comes to the ones that h has had from the sum
    assert sums == [["1", "1", "(2,)", "+", "0.5", "1", "(2,)", "=", "1.5", "2", "(2,)"]]
    assert browser.seen(".frame .sent:nth-of-type(2) .matrix")[0].split() == e


def test_the_wrong_order_loses_a_gradient(browser, diamond):
    browser.open(f"{diamond}#step=4&order=wrong")
    assert any("comes too late and is lost" in words for words in browser.seen(".frame .wrong"))
    browser.press("ArrowRight")
    x = np.array([0.5, 1.0])
    (told,) = browser.seen(".frame dd")
    wrong, right = (
        [float(w) for w in part.replace("✗", "").replace("(2,)", "").split()]
        for part in told.split("instead of")
    )
    np.testing.assert_allclose(right, np.exp(x) * (x + 2), rtol=1e-3)
    np.testing.assert_allclose(wrong, np.exp(x) * 2, rtol=1e-3)  # h's share through mul is lost
    assert not browser.seen("#lesson")


def test_a_diamond_is_shown_where_order_does_not_matter(browser, chain):
    browser.open(chain)
    assert browser.seen(".picture text.title") == ["x", "mul", "exp", "sum"]
    browser.press("w")
    assert browser.seen("#lesson")
    assert browser.seen(".picture text.title") == ["x", "h = exp", "mul", "y = add"]
    browser.press("End")
    assert "instead of" in browser.seen(".frame dd")[0]
    browser.press("w")
    assert browser.seen(".picture text.title") == ["x", "mul", "exp", "sum"]


def answer(browser, text):
    browser.click(".frame .sent:not(.open) .quiz input")
    browser.value("document.activeElement.select()")
    browser.type(text)
    browser.press("Enter")


def test_quiz(browser, diamond):
    browser.open(f"{diamond}#step=3&quiz=1")
    assert browser.seen(".frame .answer") == []
    answer(browser, "one half")
    assert browser.seen(".quiz [role=status]")[0].startswith("Only numbers")
    answer(browser, "0.5")
    assert browser.seen(".quiz [role=status]")[0] == "2 numbers asked for, 1 given."
    answer(browser, "1, 2")
    assert browser.seen(".quiz [role=status]")[0].startswith("✗ Not this")
    answer(browser, "[0.5, 1]")
    assert browser.seen(".quiz [role=status]")[0] == "✓ Right."
    assert len(browser.seen(".frame .answer")) == 1
    answer(browser, "1.649 2.72")  # three digits are enough
    assert len(browser.seen(".frame .answer")) == 2
    assert browser.seen("#score") == ["1 of 2 right at the first try"]
    assert step(browser) == "Step 3 of 4: MulBackward"  # keys in a field do not step
    browser.press("ArrowLeft")
    assert step(browser) == "Step 3 of 4: MulBackward"


def test_quiz_asks_for_the_shape_of_large_gradients(browser, chain):
    browser.open(f"{chain}#step=2&quiz=1")
    assert browser.seen(".frame .quiz label")[0].strip() == "What is the shape of dx?"
    answer(browser, "(6, 5)")
    assert browser.seen(".frame .answer") == []
    answer(browser, "(5, 6)")
    assert len(browser.seen(".frame .answer")) == 1


def test_show_reveals(browser, diamond):
    browser.open(f"{diamond}#step=2&quiz=1")
    browser.click(".frame .quiz button[type=button]")
    assert len(browser.seen(".frame .answer")) == 1
    assert browser.seen("#score") == ["0 of 1 right at the first try"]


def test_nothing_is_asked_of_the_network(browser, diamond):
    browser.open(f"{diamond}#step=1")
    for _ in range(5):
        browser.press("ArrowRight")
    fetched = [url for url in browser.requests() if not url.startswith("data:")]
    assert [url.partition("#")[0] for url in fetched] == [diamond]


def test_without_scripts_all_steps_can_be_read(browser, diamond):
    browser.call("Emulation.setScriptExecutionDisabled", value=True)
    try:
        browser.open(diamond)
        titles = browser.seen(".frame h2")
        assert titles[:3] == [
            "Before the first step", "Step 1 of 4: SumBackward", "Step 2 of 4: AddBackward"
        ]  # fmt: skip
        assert len(titles) == 12
        assert browser.seen(".picture text.title") == ["x", "h = exp", "mul", "add", "y = sum"]
        assert browser.seen("button") == []
    finally:
        browser.call("Emulation.setScriptExecutionDisabled", value=False)


@pytest.mark.parametrize(("motion", "name"), [("reduce", "none"), ("no-preference", "flow")])
def test_reduced_motion(browser, diamond, motion, name):
    browser.emulate(prefers_reduced_motion=motion)
    browser.open(f"{diamond}#step=2")
    line = "getComputedStyle(document.querySelector('.picture.now .flows .line')).animationName"
    assert browser.value(line) == name


def luminance(colour):
    channels = [float(c) / 255 for c in colour.removeprefix("rgb(").removesuffix(")").split(",")]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_contrast_of_all_text(browser, diamond, scheme):
    browser.emulate(prefers_color_scheme=scheme)
    browser.open(f"{diamond}#step=4&order=wrong")
    pairs = browser.value("""(() => {
      const behind = (e) => { for (; e; e = e.parentElement) {
        const c = getComputedStyle(e).backgroundColor; if (!c.startsWith("rgba")) return c; } };
      const texts = [...document.querySelectorAll("main *, nav *")].filter(e => e.checkVisibility()
        && !e.disabled && !e.closest("svg") && e.innerText);
      const html = texts.map(e => [e.tagName, getComputedStyle(e).color, behind(e)]);
      const boxes = [...document.querySelectorAll(".picture.now .node")].map(e => [e.id,
        getComputedStyle(e.querySelector("text")).fill,
        getComputedStyle(e.querySelector("rect")).fill]);
      return [...html, ...boxes]; })()""")
    assert len(pairs) > 20
    for name, ink, paper in pairs:
        dark, light = sorted((luminance(ink), luminance(paper)))
        assert (light + 0.05) / (dark + 0.05) >= 4.5, (name, ink, paper)
