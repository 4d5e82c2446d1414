"""Networks for pictures: their shapes, names, and what a seed makes of them."""

import hashlib

import numpy as np
import pytest

import minigrad as mg
from minigrad import nn
from minigrad_torch_compat.torchvision import models

# Parameters of torchvision 0.28's networks with 1000 classes, as its documentation counts them.
PARAMETERS = {
    "alexnet": 61_100_840,
    "resnet18": 11_689_512,
    "resnet34": 21_797_672,
    "resnet50": 25_557_032,
    "resnext50_32x4d": 25_028_904,
    "vgg11_bn": 132_868_840,
    "wide_resnet50_2": 68_883_240,
}
# The first 16 digits of the SHA-256 of torchvision 0.28's names and shapes, with 10 classes.
KEYS = {
    "alexnet": "04c3dc5f927a65e2",
    "resnet18": "65d17c067d0b1ce3",
    "resnet50": "9a3ff6723a21ce33",
    "resnext50_32x4d": "368c300e65a1e734",
    "vgg11": "06e822cdb354065e",
    "vgg16_bn": "1d24661906224728",
}
# Of torchvision's resnet18 with 10 classes and seed 3, and of the random numbers after it.
CONV1 = [0.00688179, 0.01889439, 0.009146201]
FC = [-0.01307788, 0.005672186, 0.01740543]
NEXT = [0.684819, 0.9624613]


def digest(state) -> str:
    text = "\n".join(f"{name} {tuple(value.shape)}" for name, value in state.items())
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@pytest.mark.parametrize("name", ["alexnet", "resnet18", "resnet50", "resnext50_32x4d"])
def test_sizes(name):
    network = models.get_model(name)
    assert sum(p.numel() for p in network.parameters()) == PARAMETERS[name]


@pytest.mark.slow
@pytest.mark.parametrize("name", PARAMETERS)
def test_more_sizes(name):
    network = models.get_model(name)
    assert sum(p.numel() for p in network.parameters()) == PARAMETERS[name]


@pytest.mark.parametrize("name", ["resnet18", "resnet50", "resnext50_32x4d"])
def test_names_and_shapes(name):
    assert digest(models.get_model(name, num_classes=10).state_dict()) == KEYS[name]


@pytest.mark.slow
@pytest.mark.parametrize("name", KEYS)
def test_more_names_and_shapes(name):
    assert digest(models.get_model(name, num_classes=10).state_dict()) == KEYS[name]


def test_a_seed_gives_the_same_network():
    """Of seed 3, torchvision's conv1 and fc begin with these; the latter are drawn last but one."""
    mg.manual_seed(3)
    network = models.resnet18(num_classes=10)
    np.testing.assert_allclose(network.conv1.weight[0, 0, 0, :3].tolist(), CONV1, rtol=1e-5)
    np.testing.assert_allclose(network.fc.weight[0, :3].tolist(), FC, rtol=1e-5)
    np.testing.assert_allclose(mg.rand(2).tolist(), NEXT, rtol=1e-6)


def test_outputs_and_gradients():
    network = models.ResNet(models.resnet.BasicBlock, [1, 1, 1, 1], num_classes=5)
    out = network(mg.randn(2, 3, 40, 40))
    assert out.shape == (2, 5)
    out.sum().backward()
    assert all(p.grad is not None for p in network.parameters())


def test_blocks_that_add_nothing_at_first():
    network = models.resnet18(num_classes=3, zero_init_residual=True)
    block = network.layer1[0]
    x = mg.rand(1, 64, 8, 8)
    assert mg.equal(block(x), x)  # the input is positive: the last ReLU keeps it


def test_dilation_keeps_the_size():
    network = models.ResNet(
        models.resnet.Bottleneck, [1, 1, 1, 1], 3, replace_stride_with_dilation=[False, True, True]
    )
    assert network.layer4[0].conv2.dilation == (2, 2)
    stem = nn.Sequential(network.conv1, network.bn1, network.relu, network.maxpool)
    x = stem(mg.randn(1, 3, 64, 64))
    for layer in (network.layer1, network.layer2, network.layer3, network.layer4):
        x = layer(x)
    assert x.shape == (1, 2048, 8, 8)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: models.resnet18(pretrained=True), RuntimeError, "no pretrained weights"),
        (lambda: models.alexnet(weights="DEFAULT"), RuntimeError, "load a checkpoint file"),
        (lambda: models.ResNet18_Weights.DEFAULT, RuntimeError, "no ResNet18_Weights.DEFAULT"),
        (lambda: models.densenet121, AttributeError, "no torchvision.models.densenet121"),
        (lambda: models.get_model("vit_b_16"), ValueError, "Unknown model vit_b_16"),
    ],
)
def test_refused(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_a_checkpoint_from_a_pytorch_file(tmp_path):
    """What PyTorch saved is loaded under the same names, and gives the same scores."""
    import torch

    import minigrad_torch_compat as facade

    mg.manual_seed(5)
    saved = models.resnet18(num_classes=4)
    saved(mg.randn(4, 3, 32, 32))  # which gives batch normalisation other statistics
    state = {name: torch.from_numpy(t.numpy().copy()) for name, t in saved.state_dict().items()}
    torch.save(state, tmp_path / "resnet18.pth")
    loaded = models.resnet18(num_classes=4)
    found = loaded.load_state_dict(facade.load(tmp_path / "resnet18.pth"))
    assert not found.missing_keys
    assert not found.unexpected_keys
    x = mg.randn(2, 3, 32, 32)
    with mg.no_grad():
        assert mg.equal(loaded.eval()(x), saved.eval()(x))
    assert int(loaded.bn1.num_batches_tracked) == 1
