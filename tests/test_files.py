"""Files are written whole or not at all."""

import pytest

from minigrad.files import replacing, write


def test_writes_and_makes_the_folder(tmp_path) -> None:
    path = tmp_path / "a" / "b.bin"
    assert write(path, b"first") == path
    assert path.read_bytes() == b"first"


def test_a_failure_leaves_the_old_file_and_nothing_else(tmp_path) -> None:
    path = write(tmp_path / "picture.png", b"first")

    def fill() -> None:
        with replacing(path) as draft:
            draft.write_bytes(b"sec")
            assert path.read_bytes() == b"first"
            raise OSError("no space left on device")

    with pytest.raises(OSError, match="no space"):
        fill()
    assert path.read_bytes() == b"first"
    assert list(tmp_path.iterdir()) == [path]
