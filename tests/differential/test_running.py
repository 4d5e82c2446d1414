"""``minigrad difftest`` as a user meets it, on a small registry with planted mistakes."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

HERE = Path(__file__).parent
COMMAND = [sys.executable, "-m", "minigrad", "difftest", "--specs", "planted_specs"]
SMALL = ["--examples", "12", "--jobs", "1"]
# What continuous integration sets to get colours into its logs.
COLOURS = ("FORCE_COLOR", "GITHUB_ACTIONS", "PY_COLORS", "TTY_COMPATIBLE")


def environment(**more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in COLOURS}
    return {**kept, "PYTHONPATH": str(HERE), **more}


def run(folder: Path, *arguments: str, **more: str):
    """Run the command in a folder of its own and return the finished process."""
    return subprocess.run(
        [*COMMAND, *arguments],
        capture_output=True,
        text=True,
        cwd=folder,
        env=environment(**more),
        timeout=120,
    )


@pytest.fixture(scope="module")
def planted(tmp_path_factory):
    """A run over three operators, one of them wrong, and the folder with its files."""
    folder = tmp_path_factory.mktemp("planted")
    files = ["--json", "out/a.json", "--html", "out/a.html"]
    done = run(folder, *SMALL, "square", "exp", "cosine", *files, PYTHONHASHSEED="1")
    return done, folder


def test_a_planted_mistake_is_found(planted) -> None:
    done, folder = planted
    assert done.returncode == 1, done.stderr
    table = done.stdout.split("\n\n")[0].splitlines()
    rows = {name: cells for name, *cells in map(str.split, table)}
    assert rows["square"][:2] == ["1", "ok"]
    assert rows["square"][-1] == rows["exp"][-1] == "agrees"
    tier, value, grad, *_ = rows["cosine/wrong"]
    assert (tier, value, grad) == ("2", "ok", "FAIL")
    assert rows["cosine/wrong"][-1] == "bug"
    assert "finite differences agree with numpy" in done.stdout
    assert "torch" not in done.stderr
    assert done.stdout.endswith("3 operators, 36 examples, seed 0: agrees 2, bug 1\n")
    assert done.stderr == ""  # no bar where there is no terminal
    assert not list((folder / ".minigrad").rglob("*.jsonl"))  # done: the next run starts anew


def test_the_json_has_everything(planted) -> None:
    found = json.loads((planted[1] / "out/a.json").read_text())
    assert found["summary"]["operators"] == 3
    assert found["run"]["examples"] == 12
    verdicts = {report["name"]: report["verdict"] for report in found["operators"]}
    assert verdicts == {"square": "agrees", "exp": "agrees", "cosine/wrong": "bug"}
    (wrong,) = (report for report in found["operators"] if report["findings"])
    assert {finding["aspect"] for finding in wrong["findings"]} >= {"gradient", "create_graph"}
    script = wrong["findings"][0]["script"]  # prints what both sides say
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=Path(__file__).parent,
        capture_output=True,
        text=True,
        check=True,
    )
    assert [line.split(":")[0].strip() for line in done.stdout.splitlines()] == [
        "minigrad",
        "numpy",
    ]


def test_the_page_stands_alone(planted) -> None:
    page = (planted[1] / "out/a.html").read_text()
    assert not re.search(r"(?:src|href|action|url)\s*[=(]\s*[\"']?(?:https?:)?//", page)
    assert "@import" not in page
    assert "<link" not in re.sub(r'<link rel="icon" href="data:,">', "", page)
    finding = json.loads((planted[1] / "out/a.json").read_text())["operators"][2]["findings"][0]
    text = page.replace("&#34;", '"').replace("&#39;", "'").replace("&gt;", ">")
    assert f"<pre>{finding['script']}</pre>" in text.replace("&lt;", "<")
    assert page.count("<svg") >= 3
    assert page.count("<tr>") == 4


CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "chrome"))), None)


@pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium")
def test_the_page_opens_in_a_browser(planted) -> None:
    shot = [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom"]
    done = subprocess.run(
        [*shot, (planted[1] / "out/a.html").as_uri()], capture_output=True, text=True, timeout=60
    )
    assert 'class="scripted"' in done.stdout
    assert done.stdout.count("<button") >= 10  # made by the script


def test_two_jobs_print_the_same_bytes(planted, tmp_path) -> None:
    arguments = ["square", "exp", "cosine", "--examples", "12", "--json", "a.json"]
    done = run(tmp_path, *arguments, "--html", "a.html", "--jobs", "2", PYTHONHASHSEED="2")
    assert done.stdout == planted[0].stdout
    for name in ("a.json", "a.html"):
        assert (tmp_path / name).read_bytes() == (planted[1] / "out" / name).read_bytes()


def test_another_seed_draws_other_examples(planted, tmp_path) -> None:
    done = run(tmp_path, *SMALL, "cosine", "--seed", "1")
    assert done.returncode == 1
    seed, other = (
        re.search(r"cosine/wrong \(seed (\d+)\)", d.stdout)[1] for d in (done, planted[0])
    )
    assert seed != other


def test_what_ends_a_worker_is_a_finding_of_its_operator(tmp_path) -> None:
    gate = str(tmp_path / "never")
    arguments = ["--examples", "5", "--jobs", "2", "--limit", "4"]
    done = run(tmp_path, *arguments, PLANTED_DEADLY="1", PLANTED_GATE=gate)
    assert done.returncode == 1
    assert "ended the process with SIGSEGV" in done.stdout
    assert "was not done in 4 s" in done.stdout
    assert "check(SPECS['deadly'], examples=5" in done.stdout
    assert "5 operators, 15 examples, seed 0: agrees 2, bug 3" in done.stdout


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL], ids=["interrupt", "kill"])
def test_an_interrupted_run_goes_on(how, tmp_path) -> None:
    gate = tmp_path / "gate"
    arguments = [*SMALL, "--journal", "kept.jsonl"]
    started = subprocess.Popen(
        [*COMMAND, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
        env=environment(PLANTED_GATE=str(gate)),
        start_new_session=True,
    )
    journal = tmp_path / "kept.jsonl"
    deadline = time.monotonic() + 60
    while not journal.exists() or journal.read_bytes().count(b"\n") < 4:
        assert started.poll() is None, started.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.05)
    # As a terminal does: the signal goes to the workers too.
    os.killpg(started.pid, how)
    out, error = started.communicate(timeout=30)
    if how == signal.SIGINT:
        assert started.returncode == 130
        assert "interrupted after 3 of 4 operators" in out
        assert "cosine/wrong" in out
        assert "start again to go on" in error
    with journal.open("ab") as file:
        file.write(b'{"name": "endless", "findings": [')  # a power cut

    gate.touch()
    resumed = run(tmp_path, *arguments, PLANTED_GATE=str(gate))
    assert "going on with an interrupted run: 3 of 4 operators" in resumed.stderr
    whole = run(tmp_path, *arguments, "--fresh", PLANTED_GATE=str(gate))
    assert whole.stderr == ""
    assert resumed.stdout == whole.stdout
    assert resumed.returncode == whole.returncode == 1
    assert not journal.exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["sqare"], "no operator is called 'sqare'; is it square?"),
        (["--ops", "zzz*"], "no operator is called 'zzz*'\n"),
        (["--ops", "exp", "--tier", "2"], "none of these operators is of tier 2"),
        (["--examples", "0"], "--examples"),
        (["--specs", "no_such_module"], "no_such_module"),
    ],
    ids=["misspelt", "pattern", "tier", "examples", "module"],
)
def test_wrong_usage_exits_with_2(arguments, message, tmp_path) -> None:
    done = run(tmp_path, *arguments)
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize("missing", ["hypothesis", "torch", "jinja2", "typer"])
def test_without_an_extra(missing, tmp_path) -> None:
    hide = f"import sys; sys.modules[{missing!r}] = None; from minigrad.cli import main"
    modules = [] if missing == "torch" else ["--specs", "planted_specs"]
    call = ["difftest", "--html", "a.html", *modules]
    done = subprocess.run(
        [sys.executable, "-c", f"{hide}; main({call})"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=environment(),
        timeout=60,
    )
    assert done.returncode == 2, done.stderr
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert "pip install 'minigrad[" in done.stderr
    assert missing in done.stderr.lower()
