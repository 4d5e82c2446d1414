"""Pictures side by side; expected grids are put together by hand, as the documentation says."""

import io

import numpy as np
import pytest

pytest.importorskip("PIL")
from PIL import Image

import minigrad as mg
from minigrad_torch_compat.torchvision.utils import make_grid, save_image


def by_hand(pictures, nrow, padding, value):
    """Paste each picture of an array (N, 3, H, W) where it belongs."""
    count, channels, height, width = pictures.shape
    columns = min(nrow, count)
    rows = -(-count // columns)
    size = (rows * (height + padding) + padding, columns * (width + padding) + padding)
    grid = np.full((channels, *size), value, np.float32)
    for k in range(count):
        top = padding + (k // columns) * (height + padding)
        left = padding + (k % columns) * (width + padding)
        grid[:, top : top + height, left : left + width] = pictures[k]
    return grid


@pytest.mark.parametrize("padding", [0, 2, 3])
@pytest.mark.parametrize(("count", "nrow"), [(7, 3), (4, 8), (8, 4), (2, 1)])
def test_grid(count, nrow, padding):
    x = np.random.default_rng(0).random((count, 3, 4, 5), np.float32)
    found = make_grid(mg.tensor(x), nrow=nrow, padding=padding, pad_value=0.5)
    np.testing.assert_array_equal(found.numpy(), by_hand(x, nrow, padding, 0.5))


def test_kinds_of_pictures():
    grey = mg.rand(4, 1, 3, 3)
    found = make_grid(grey)
    assert found.shape == (3, 7, 22)
    assert mg.equal(found[0], found[2])
    assert mg.equal(make_grid(list(grey)), found)
    assert make_grid(mg.ones(3, 3)).shape == (3, 3, 3)  # one picture is not framed
    assert make_grid(mg.ones(1, 3, 3)).shape == (3, 3, 3)
    assert make_grid(mg.ones(2, 3, 4, 4, requires_grad=True)).requires_grad is False
    with pytest.raises(TypeError, match="tensor or list of tensors expected, got a <class 'int'>"):
        make_grid(3)


def test_normalized():
    x = mg.tensor([[[[-1.0, 0.0], [1.0, 3.0]]] * 3, [[[0.0, 0.0], [0.0, 1.0]]] * 3])
    whole = make_grid(x, padding=0, normalize=True)
    np.testing.assert_allclose(whole[0].tolist(), [[0, 0.25, 0.25, 0.25], [0.5, 1, 0.25, 0.5]])
    each = make_grid(x, padding=0, normalize=True, scale_each=True)
    np.testing.assert_allclose(each[0].tolist(), [[0, 0.25, 0, 0], [0.5, 1, 0, 1]])
    given = make_grid(x, padding=0, normalize=True, value_range=(0, 2))
    np.testing.assert_allclose(given[0].tolist(), [[0, 0, 0, 0], [0.5, 1, 0, 0.5]])
    assert x.min() == -1  # the caller's stay as they are
    with pytest.raises(TypeError, match="has to be a tuple"):
        make_grid(x, normalize=True, value_range=[0, 1])


def test_saved(tmp_path):
    x = mg.tensor([[[[0.0, 1.0], [0.5, 2.0]]]])
    path = tmp_path / "new" / "x.png"
    save_image(x, path)
    found = np.asarray(Image.open(path))
    assert found.tolist() == [[[0] * 3, [255] * 3], [[128] * 3, [255] * 3]]  # 127.5 + 0.5, cut
    file = io.BytesIO()
    save_image(mg.rand(5, 3, 4, 4), file, format="bmp", nrow=2)
    assert Image.open(file).size == (2 * 6 + 2, 3 * 6 + 2)
    with pytest.raises(ValueError, match=r"unknown file extension: \.what"):
        save_image(x, tmp_path / "x.what")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["new"]
