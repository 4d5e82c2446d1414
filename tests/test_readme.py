"""The README's Python blocks run, and print what the text blocks after them say."""

import contextlib
import io
import re
from pathlib import Path

README = (Path(__file__).parent.parent / "README.md").read_text()


def test_opens_with_two_one_line_commands() -> None:
    blocks = re.findall(r"```bash\n(.*?)```", README, re.DOTALL)
    assert [len(block.strip().splitlines()) for block in blocks[:2]] == [1, 1]
    assert "minigrad tour" in blocks[0]
    assert "pytest" in blocks[1]


def test_python_blocks_print_what_the_readme_shows(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    scope: dict[str, object] = {}
    printed = ""
    shown = 0
    for language, text in re.findall(r"```(python|text)\n(.*?)```", README, re.DOTALL):
        if language == "text":
            assert printed == text
            shown += 1
            continue
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            exec(text, scope)
        printed = out.getvalue()
    assert shown >= 3
    assert (tmp_path / "graph.dot").exists()
