"""Transforms, compared with what torchvision 0.28 gave for the same pictures and seeds."""

import numpy as np
import pytest
from transforms_table import SPECS, pictures, recorded, results

pytest.importorskip("PIL")

import minigrad as mg
import minigrad_torch_compat.torchvision.transforms as T
import minigrad_torch_compat.torchvision.transforms.functional as F
from minigrad import nn

PICTURES = pictures(mg.tensor)


RECORD, TEXTS = recorded()


@pytest.mark.parametrize("kind", PICTURES)
@pytest.mark.parametrize("number", range(len(SPECS)), ids=lambda i: SPECS[i])
def test_as_torchvision(kind, number):
    found = results(T, mg.manual_seed, PICTURES[kind], SPECS[number])
    assert len(found) == sum(name.startswith(f"{kind}-{number}-") for name in RECORD)
    # Sums in another order; blurred bytes are such sums, rounded.
    tolerance = 1 if "Blur" in SPECS[number] else 0
    for k, array in enumerate(found):
        expected = RECORD[f"{kind}-{number}-{k}"]
        assert (array.dtype, array.shape) == (expected.dtype, expected.shape)
        if array.dtype.kind == "U":
            assert array == expected
            continue
        limit = 2e-5 if array.dtype == np.float32 else tolerance
        np.testing.assert_allclose(array.astype(float), expected.astype(float), atol=limit, rtol=0)


def test_texts():
    assert [repr(eval(spec, {"T": T})) for spec in SPECS] == TEXTS


def test_the_record_varies():
    """A record of pictures that no transform changed would let every test pass."""
    image = np.asarray(PICTURES["rgb"])
    changed = [
        i
        for i in range(len(SPECS))
        if any(
            not np.array_equal(value, image)
            for name, value in RECORD.items()
            if name.startswith(f"rgb-{i}-") and value.dtype.kind != "U"
        )
    ]
    assert len(changed) > len(SPECS) - 8


def test_layers_of_a_network():
    """Transforms of tensors are modules."""
    both = nn.Sequential(T.CenterCrop(4), T.Normalize((0.5,), (0.5,)))
    found = both(PICTURES["tensor"])
    assert found.shape == (3, 4, 4)
    expected = (PICTURES["tensor"].numpy()[:, 2:6, 4:8] - np.float32(0.5)) / np.float32(0.5)
    np.testing.assert_allclose(found.numpy(), expected, atol=1e-6)


@pytest.mark.parametrize(
    ("given", "dtype", "expected"),
    [
        (mg.tensor([0.0, 0.5, 1.0]), mg.uint8, [0, 127, 255]),  # int(0.5 * (256 - 0.001))
        (mg.tensor([0, 51, 255], dtype=mg.uint8), mg.float32, [0.0, 0.2, 1.0]),
        (mg.tensor([0, 1, 255], dtype=mg.uint8), mg.int16, [0, 128, 32640]),  # 128 = 32768 / 256
        (mg.tensor([0, 128, 32767], dtype=mg.int16), mg.uint8, [0, 1, 255]),
        (mg.tensor([0.25], dtype=mg.float64), mg.float32, [0.25]),
    ],
)
def test_converted_values(given, dtype, expected):
    found = F.convert_image_dtype(given, dtype)
    assert found.dtype == dtype
    np.testing.assert_allclose(found.numpy(), np.array(expected, dtype), rtol=1e-6)


def test_conversions_that_lose_values_are_refused():
    with pytest.raises(RuntimeError, match="from float32 to int32 cannot be performed safely"):
        F.convert_image_dtype(mg.ones(3), mg.int32)


def test_to_pil_image():
    grey = F.to_pil_image(mg.tensor([[[0.0, 1.0], [0.5, 0.25]]]))
    assert grey.mode == "L"
    assert np.asarray(grey).tolist() == [[0, 255], [127, 63]]  # cut, not rounded
    assert F.to_pil_image(np.zeros((2, 2), np.int32)).mode == "I"
    assert F.to_pil_image(np.zeros((2, 2), np.float32), mode="F").mode == "F"
    hues = F.to_pil_image(np.full((2, 3, 3), 9, np.uint8), mode="HSV")
    assert (hues.mode, hues.size) == ("HSV", (3, 2))
    with pytest.raises(ValueError, match=r"Only modes .* are supported for 3D inputs"):
        F.to_pil_image(mg.ones(3, 2, 2), mode="L")
    with pytest.raises(TypeError, match="pic should be Tensor or ndarray"):
        F.to_pil_image([[1]])


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: T.Resize("3"), TypeError, "Size should be int or sequence"),
        (lambda: T.Resize(3, "bilinear"), TypeError, "InterpolationMode or a corresponding"),
        (lambda: T.RandomRotation(-3), ValueError, "degrees is a single number, it must be posi"),
        (lambda: T.RandomAffine(3, translate=(0.1, 2)), ValueError, "between 0 and 1"),
        (lambda: T.ColorJitter(hue=0.7), ValueError, "hue values should be between"),
        (lambda: T.ColorJitter(brightness=-1), ValueError, "brightness is a single number"),
        (lambda: T.GaussianBlur(4), ValueError, "odd and positive"),
        (lambda: T.RandomErasing(value="blue"), ValueError, "it should be 'random'"),
        (lambda: T.RandomCrop(99)(PICTURES["rgb"]), ValueError, r"size \(99, 99\) is larger than"),
        (lambda: F.hflip([1]), TypeError, "expected a PIL image or a tensor"),
        (lambda: F.rotate(PICTURES["tensor"], 3, 3), ValueError, "'bicubic' is unsupported with"),
        (lambda: T.AutoAugment, AttributeError, r"no torchvision\.transforms\.AutoAugment"),
    ],
)
def test_refused(call, error, message):
    with pytest.raises(error, match=message):
        call()
