"""Transforms that are compared with torchvision's results, which were recorded once.

torchvision is not needed to run the tests. To record again, with torchvision and torch installed:
``python tests/torch_compat/transforms_table.py`` writes ``torchvision_results.npz`` beside itself.
"""

import random
from pathlib import Path

import numpy as np

RECORDED = Path(__file__).with_name("torchvision_results.npz")
SEEDS = (0, 1, 2)
SPECS = """
T.Resize(7)
T.Resize((20, 15))
T.Resize(7, interpolation=T.InterpolationMode.BICUBIC)
T.Resize((5, 20), interpolation=0)
T.Resize(7, max_size=8)
T.CenterCrop(7)
T.CenterCrop((14, 5))
T.Pad(2)
T.Pad((1, 2, 3, 4), fill=7)
T.Pad([2, 3], padding_mode="reflect")
T.Pad(2, padding_mode="symmetric")
T.Grayscale()
T.Grayscale(3)
T.RandomCrop(6)
T.RandomCrop((10, 6), padding=2)
T.RandomCrop(14, pad_if_needed=True, fill=3)
T.RandomHorizontalFlip()
T.RandomVerticalFlip(0.3)
T.RandomRotation(30)
T.RandomRotation((10, 80), expand=True)
T.RandomRotation(30, interpolation=T.InterpolationMode.BILINEAR, fill=5)
T.RandomRotation(30, center=(3, 4), fill=(1, 2, 3))
T.RandomResizedCrop(8)
T.RandomResizedCrop((8, 5), scale=(0.9, 1.0), ratio=(3, 4))
T.RandomAffine(20)
T.RandomAffine(20, translate=(0.1, 0.2), scale=(0.8, 1.2), shear=10)
T.RandomAffine((0, 30), shear=(-5, 5, -10, 10), interpolation=T.InterpolationMode.BILINEAR)
T.RandomAffine(0, translate=(0.2, 0.2), center=(0, 0))
T.RandomPerspective(p=0.8)
T.RandomPerspective(0.3, 1.0, T.InterpolationMode.NEAREST, fill=4)
T.ColorJitter(0.4, 0.4, 0.4, 0.1)
T.ColorJitter(brightness=0.5, saturation=(0.2, 3))
T.RandomGrayscale(0.5)
T.GaussianBlur(5)
T.GaussianBlur((3, 7), sigma=1.5)
T.RandomErasing()
T.RandomErasing(1, value="random")
T.RandomErasing(1, value=(1, 2, 3))
T.RandomInvert()
T.RandomApply([T.ColorJitter(0.4)], p=0.6)
T.RandomChoice([T.Pad(1), T.RandomCrop(5)])
T.RandomOrder([T.Pad(1), T.RandomCrop(11), T.RandomHorizontalFlip()])
T.FiveCrop(5)
T.TenCrop((5, 4), vertical_flip=True)
T.ToTensor()
T.PILToTensor()
T.ToPILImage()
T.Normalize((0.5, 0.4, 0.3), (0.2, 0.2, 0.1))
T.Compose([T.RandomCrop(8, padding=2), T.ToTensor(), T.Normalize((0.5,), (0.2,))])
T.Lambda(lambda x: T.functional.adjust_gamma(x, 1.7, 1.1))
T.Lambda(lambda x: T.functional.rotate(x, 33.0))
T.Lambda(lambda x: T.functional.affine(x, 33.0, (1, 2), 1.2, 3.0))
T.Lambda(lambda x: T.functional.crop(x, -3, -2, 12, 16))
""".strip().splitlines()


def pictures(tensor) -> dict:
    """Return a smooth picture of 9 x 12 pixels as PIL images and as a tensor."""
    from PIL import Image

    coarse = np.random.RandomState(0).randint(0, 256, (3, 4, 3)).astype(np.uint8)
    image = Image.fromarray(coarse).resize((12, 9), Image.Resampling.BICUBIC)
    planes = np.ascontiguousarray(np.asarray(image).transpose(2, 0, 1))
    floats = tensor(planes.astype(np.float32) / 255)
    return {"rgb": image, "L": image.convert("L"), "tensor": floats}


def results(transforms, manual_seed, picture, spec) -> list:
    """Return what a transform gives under each seed, as arrays; an error as its type's name."""
    transform = eval(spec, {"T": transforms})
    found = []
    for seed in SEEDS:
        manual_seed(seed)
        random.seed(seed)
        try:
            out = transform(picture)
        except (AttributeError, TypeError, ValueError) as error:
            found.append(np.array(type(error).__name__))
            continue
        parts = out if isinstance(out, tuple) else (out,)
        found += [x.numpy() if hasattr(x, "numpy") else np.asarray(x) for x in parts]
    return found


def record() -> None:
    """Write the results of all transforms, one array after the other."""
    import torch
    import torchvision

    names, arrays = [], []
    for kind, picture in pictures(torch.tensor).items():
        for i, spec in enumerate(SPECS):
            found = results(torchvision.transforms, torch.manual_seed, picture, spec)
            names += [f"{kind}-{i}-{k}" for k in range(len(found))]
            arrays += found
    texts = [array.dtype.kind == "U" for array in arrays]
    values = [a.ravel() for a, text in zip(arrays, texts) if not text]
    np.savez_compressed(
        RECORDED,
        version=torchvision.__version__,
        texts=[repr(eval(spec, {"T": torchvision.transforms})) for spec in SPECS],
        names=names,
        kinds=[str(a) if text else str(a.dtype) for a, text in zip(arrays, texts)],
        shapes=[",".join(map(str, array.shape)) for array in arrays],
        values=np.concatenate(values).astype(np.float32),  # which holds bytes, too
    )


def recorded() -> tuple[dict, list[str]]:
    """Return the recorded arrays by name (errors by their type's name), and the texts."""
    found = {}
    with np.load(RECORDED) as file:
        values = iter(np.split(file["values"], np.cumsum([
            np.prod([int(n) for n in shape.split(",") if n])
            for shape, kind in zip(file["shapes"], file["kinds"])
            if not kind.endswith("Error")
        ], dtype=int)))  # fmt: skip
        for name, kind, shape in zip(file["names"], file["kinds"], file["shapes"]):
            if kind.endswith("Error"):
                found[str(name)] = np.array(kind)
            else:
                sizes = [int(n) for n in shape.split(",")]
                found[str(name)] = next(values).reshape(sizes).astype(str(kind))
        return found, file["texts"].tolist()


if __name__ == "__main__":
    record()
