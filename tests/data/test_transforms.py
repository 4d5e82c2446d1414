"""Transforms: hand-computed, or by PyTorch's functions as torchvision documents them."""

import numpy as np
import pytest
import torch

import minigrad as mg
from minigrad.data import DataLoader
from minigrad.data.transforms import (
    CenterCrop,
    Compose,
    Grayscale,
    Lambda,
    Normalize,
    Pad,
    RandomCrop,
    RandomHorizontalFlip,
    RandomRotation,
    RandomVerticalFlip,
    Resize,
    ToTensor,
)

PICTURE = np.arange(2 * 3 * 3, dtype=np.uint8).reshape(2, 3, 3)  # (H, W, C)


def numbered(height, width):
    return mg.arange(height * width).reshape(1, height, width)


# --- values -------------------------------------------------------------------------------------


def test_to_tensor():
    found = ToTensor()(PICTURE)
    assert found.dtype == mg.float32
    assert found._array.flags.c_contiguous
    np.testing.assert_array_equal(found.numpy(), PICTURE.transpose(2, 0, 1).astype("f4") / 255)
    assert ToTensor()(PICTURE[:, :, 0]).shape == (1, 2, 3)
    whole = ToTensor()(PICTURE.astype(np.int32))  # only bytes are scaled
    np.testing.assert_array_equal(whole.numpy(), PICTURE.transpose(2, 0, 1))
    assert whole.dtype == mg.int32


def test_to_tensor_copies():
    given = np.zeros((2, 2), np.float32)
    ToTensor()(given)[0, 0, 0] = 1
    assert given[0, 0] == 0


def test_to_tensor_refuses():
    with pytest.raises(TypeError, match=r"pic should be PIL Image or ndarray\. Got <class"):
        ToTensor()(mg.ones(2, 2))
    with pytest.raises(ValueError, match=r"pic should be 2/3 dimensional\. Got 4"):
        ToTensor()(np.ones((1, 2, 3, 4)))


def test_normalize():
    x = mg.tensor([[[1.0, 2.0]], [[3.0, 4.0]]])
    found = Normalize((1.0, 2.0), (2.0, 4.0))(x)
    assert found.tolist() == [[[0.0, 0.5]], [[0.25, 0.5]]]
    assert x[0, 0, 0] == 1
    batch = Normalize([1.0, 2.0], [2.0, 4.0])(mg.stack([x, x]))
    assert batch[1].tolist() == found.tolist()
    assert Normalize((1.0, 2.0), (2.0, 4.0), inplace=True)(x) is x
    assert x.tolist() == found.tolist()


@pytest.mark.parametrize(
    ("image", "std", "error", "message"),
    [
        (mg.ones(1, 2, 2, dtype=mg.uint8), 1.0, TypeError, "should be a float tensor"),
        (np.ones((2, 2)), 1.0, TypeError, "img should be Tensor Image"),
        (mg.ones(2, 2), 1.0, ValueError, r"size \(\.\.\., C, H, W\)"),
        (mg.ones(1, 2, 2), 0.0, ValueError, "std evaluated to zero"),
    ],
)
def test_normalize_refuses(image, std, error, message):
    with pytest.raises(error, match=message):
        Normalize((0.5,), (std,))(image)


def test_grayscale():
    x = mg.tensor([[[100.0]], [[50.0]], [[10.0]]])
    expected = 0.2989 * 100 + 0.587 * 50 + 0.114 * 10
    assert Grayscale()(x).item() == pytest.approx(expected)
    assert Grayscale(3)(x).shape == (3, 1, 1)
    found = Grayscale()(np.array([[[100, 50, 10]]], np.uint8))
    assert found.tolist() == [[[int(expected)]]]
    assert found.dtype == np.uint8
    with pytest.raises(TypeError, match="permitted channel values are 1 or 3"):
        Grayscale()(mg.ones(2, 4, 4))


def test_compose_and_lambda():
    both = Compose([ToTensor(), Lambda(lambda x: x * 255), Lambda(mg.sum)])
    assert both(PICTURE).item() == PICTURE.sum()
    with pytest.raises(TypeError, match="lambd should be callable, got 'int'"):
        Lambda(3)


# --- sizes --------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["bilinear", "bicubic", "nearest", "nearest-exact"])
@pytest.mark.parametrize("size", [(3, 9), (20, 4), 5])
def test_resize(mode, size):
    x = np.random.default_rng(0).random((3, 8, 12)).astype(np.float32)
    wanted = size if isinstance(size, tuple) else (5, 7)  # int(5 * 12 / 8)
    smooth = mode.startswith("bi")
    expected = torch.nn.functional.interpolate(
        torch.tensor(x)[None],
        wanted,
        mode=mode,
        antialias=smooth,
        align_corners=False if smooth else None,
    )[0]
    found = Resize(size, mode)(mg.tensor(x))
    np.testing.assert_allclose(found.numpy(), expected.numpy(), atol=1e-5)
    image = (x * 255).astype(np.uint8)
    resized = Resize(size, mode)(image.transpose(1, 2, 0))
    assert resized.shape == (*wanted, 3)
    assert resized.dtype == np.uint8


def test_resize_without_antialiasing():
    x = mg.randn(1, 9, 9)
    expected = torch.nn.functional.interpolate(
        torch.tensor(x.numpy())[None], (4, 4), mode="bilinear", align_corners=False
    )[0]
    found = Resize((4, 4), antialias=False)(x)
    np.testing.assert_allclose(found.numpy(), expected.numpy(), atol=1e-6)


@pytest.mark.parametrize(
    ("given", "size", "most", "wanted"),
    [
        ((8, 12), 4, None, (4, 6)),
        ((12, 8), 4, None, (6, 4)),
        ((8, 12), [4], None, (4, 6)),
        ((8, 40), 4, 10, (2, 10)),
        ((8, 12), 4, 10, (4, 6)),
        ((7, 7), 7, None, (7, 7)),
    ],
)
def test_sizes_that_keep_the_ratio(given, size, most, wanted):
    assert Resize(size, max_size=most)(mg.ones(1, *given)).shape == (1, *wanted)


def test_resize_refuses():
    with pytest.raises(ValueError, match="max_size should only be passed"):
        Resize((3, 4), max_size=9)
    with pytest.raises(ValueError, match="must be strictly greater"):
        Resize(4, max_size=4)(mg.ones(1, 8, 8))
    with pytest.raises(ValueError, match="'cubic' is none of"):
        Resize(4, "cubic")
    with pytest.raises(ValueError, match="only two dimensions"):
        Resize((1, 2, 3))


@pytest.mark.parametrize("mode", ["constant", "edge", "reflect", "symmetric"])
@pytest.mark.parametrize(
    ("padding", "widths"),
    [(1, ((1, 1), (1, 1))), ((1, 2), ((2, 2), (1, 1))), ((1, 2, 0, 1), ((2, 1), (1, 0)))],
)
def test_pad(mode, padding, widths):
    x = numbered(3, 4)
    fill = {"constant_values": 7} if mode == "constant" else {}
    expected = np.pad(x.numpy(), ((0, 0), *widths), mode, **fill)
    np.testing.assert_array_equal(Pad(padding, 7, mode)(x).numpy(), expected)
    picture = Pad(padding, 7, mode)(x.numpy()[0])
    np.testing.assert_array_equal(picture, expected[0])


def test_pad_refuses():
    with pytest.raises(ValueError, match="Padding must be an int or a 1, 2, or 4 element tuple"):
        Pad((1, 2, 3))
    with pytest.raises(ValueError, match="Padding mode should be either"):
        Pad(1, padding_mode="wrap")


def test_center_crop():
    x = numbered(5, 6)
    np.testing.assert_array_equal(CenterCrop((3, 2))(x).numpy(), x.numpy()[:, 1:4, 2:4])
    np.testing.assert_array_equal(CenterCrop(2)(x).numpy(), x.numpy()[:, 2:4, 2:4])  # round(1.5)
    np.testing.assert_array_equal(
        CenterCrop((8, 4))(x).numpy(), np.pad(x.numpy(), ((0, 0), (1, 2), (0, 0)))[:, :, 1:5]
    )


def test_random_crop_draws_as_torchvision_does():
    x = numbered(9, 8)
    torch.manual_seed(5)
    places = [(int(torch.randint(0, 6, (1,))), int(torch.randint(0, 4, (1,)))) for _ in range(9)]
    mg.manual_seed(5)
    crop = RandomCrop((4, 5))
    for top, left in places:
        np.testing.assert_array_equal(crop(x).numpy(), x.numpy()[:, top : top + 4, left : left + 5])
    assert len(set(places)) > 4


def test_random_crop_with_borders():
    x = mg.ones(1, 4, 4)
    mg.manual_seed(0)
    found = [RandomCrop(4, padding=4)(x).sum().item() for _ in range(40)]
    assert min(found) < 6
    assert {tuple(RandomCrop(4, padding=4)(x).shape) for _ in range(5)} == {(1, 4, 4)}
    assert RandomCrop((6, 9), pad_if_needed=True)(x).shape == (1, 6, 9)
    with pytest.raises(ValueError, match=r"Required crop size \(6, 6\) is larger than input"):
        RandomCrop(6)(x)
    state = mg.get_rng_state()
    assert RandomCrop(4)(x) is x  # without a draw
    assert (mg.get_rng_state() == state).all()


# --- turns --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("flip", "axis"), [(RandomHorizontalFlip, 2), (RandomVerticalFlip, 1)])
def test_flips(flip, axis):
    x = numbered(3, 4)
    torch.manual_seed(2)
    chances = [bool(torch.rand(1) < 0.3) for _ in range(20)]
    mg.manual_seed(2)
    for chance in chances:
        expected = np.flip(x.numpy(), axis) if chance else x.numpy()
        np.testing.assert_array_equal(flip(0.3)(x).numpy(), expected)
    assert 2 < sum(chances) < 12
    picture = flip(1.0)(PICTURE)
    np.testing.assert_array_equal(picture, np.flip(PICTURE, axis - 1))
    np.testing.assert_array_equal(flip(0.0)(PICTURE), PICTURE)


@pytest.mark.parametrize("mode", ["nearest", "bilinear"])
@pytest.mark.parametrize("turns", [0, 1, 2, 3])
def test_quarter_turns_are_counter_clockwise(mode, turns):
    x = np.arange(2 * 5 * 5, dtype=np.float64).reshape(2, 5, 5)
    found = RandomRotation((90 * turns, 90 * turns), mode)(mg.tensor(x))
    np.testing.assert_allclose(found.numpy(), np.rot90(x, turns, (1, 2)), atol=1e-4)


def test_rotations_keep_proportions_and_fill_corners():
    x = mg.ones(1, 5, 9, dtype=mg.uint8)
    found = RandomRotation((90, 90), fill=3)(x)[0].numpy()
    expected = np.full((5, 9), 3)
    expected[:, 2:7] = 1
    np.testing.assert_array_equal(found, expected)
    assert found.dtype == np.uint8


def test_rotations_draw_as_torchvision_does():
    line = np.zeros((101, 101))
    line[50, 50:] = 1  # a hand that points to the right, and up after turning
    torch.manual_seed(4)
    angles = [float(torch.empty(1).uniform_(-30, 30)) for _ in range(5)]
    mg.manual_seed(4)
    for angle in angles:
        rows, columns = np.nonzero(RandomRotation(30)(line))
        measured = np.degrees(np.arctan2(50 - rows[-1 if angle < 0 else 0], columns.max() - 50))
        assert measured == pytest.approx(angle, abs=1.5)


def test_rotation_refuses():
    with pytest.raises(ValueError, match="it must be positive"):
        RandomRotation(-1)
    with pytest.raises(ValueError, match="of length 2"):
        RandomRotation((1, 2, 3))
    with pytest.raises(ValueError, match="neither nearest nor bilinear"):
        RandomRotation(1, "cubic")


# --- all of them --------------------------------------------------------------------------------

ALL = [
    Resize(4), Pad(1), CenterCrop(2), RandomCrop(2), RandomHorizontalFlip(1.0),
    RandomVerticalFlip(1.0), RandomRotation(9), Grayscale(3),
]  # fmt: skip


@pytest.mark.parametrize("transform", ALL, ids=repr)
def test_pil_images_and_arrays_are_the_same(transform):
    image = pytest.importorskip("PIL.Image")
    picture = np.random.default_rng(1).integers(0, 256, (6, 8, 3), dtype=np.uint8)
    mg.manual_seed(1)
    expected = transform(picture)
    mg.manual_seed(1)
    found = transform(image.fromarray(picture))
    assert isinstance(found, image.Image)
    # PIL weighs colours in integers: one step of 255.
    np.testing.assert_allclose(np.asarray(found).astype(int), expected, atol=1)


@pytest.mark.parametrize("transform", ALL, ids=repr)
def test_gradients_and_batches(transform):
    x = mg.randn(2, 3, 6, 8, requires_grad=True)
    mg.manual_seed(1)
    found = transform(x)
    assert found.shape[:2] == (2, 3)
    found.sum().backward()
    assert float(x.grad.abs().sum()) > 0


def test_other_things_are_refused():
    with pytest.raises(TypeError, match=r"expected a tensor, an array .* or a PIL image, got list"):
        Pad(1)([[1, 2]])
    with pytest.raises(TypeError, match=r"expected a picture \(\.\.\., H, W\), got shape \(3,\)"):
        Pad(1)(mg.ones(3))


def test_as_text():
    both = Compose([RandomCrop(32, padding=4), ToTensor(), Normalize((0.1,), (0.3,))])
    assert repr(both) == (
        "Compose(\n    RandomCrop(size=(32, 32), padding=4)\n    ToTensor()\n"
        "    Normalize(mean=(0.1,), std=(0.3,))\n)"
    )
    assert repr(RandomHorizontalFlip()) == "RandomHorizontalFlip(p=0.5)"
    assert repr(Resize(3)) == (
        "Resize(size=3, interpolation=bilinear, max_size=None, antialias=True)"
    )


class Flipping:
    def __len__(self):
        return 12

    def __getitem__(self, i):
        return RandomHorizontalFlip()(mg.tensor([[0.0, 1.0]]))


def test_worker_threads_draw_from_their_own_generator():
    def drawn():
        mg.manual_seed(8)
        loader = DataLoader(Flipping(), num_workers=2, worker_method="thread")
        return [x.tolist() for x in loader]

    first = drawn()
    assert first == drawn()
    assert len({str(x) for x in first}) == 2


def test_what_normalize_keeps_follows_its_settings():
    x = mg.tensor([[[1.0, 2.0]]])
    change = Normalize([1.0], [2.0])
    assert change(x).tolist() == [[[0.0, 0.5]]]
    assert change(x.double()).dtype == mg.float64
    change.mean = [0.0]
    assert change(x).tolist() == [[[0.5, 1.0]]]
    change.mean[0] = 2.0
    assert change(x).tolist() == [[[-0.5, 0.0]]]
    change.std = mg.tensor([4.0])
    assert change(x).tolist() == [[[-0.25, 0.0]]]
