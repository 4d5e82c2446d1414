"""Residual networks (basic and bottleneck blocks), trained, saved, read again and fine-tuned."""

import os
from collections import OrderedDict

import torch
import torch.nn as nn
import torch.nn.functional as F


def conv3x3(in_planes, out_planes, stride=1, groups=1, dilation=1):
    """3x3 convolution with padding."""
    return nn.Conv2d(
        in_planes,
        out_planes,
        kernel_size=3,
        stride=stride,
        padding=dilation,
        groups=groups,
        bias=False,
        dilation=dilation,
    )


def conv1x1(in_planes, out_planes, stride=1):
    return nn.Conv2d(in_planes, out_planes, kernel_size=1, stride=stride, bias=False)


class BasicBlock(nn.Module):
    expansion = 1

    def __init__(self, inplanes, planes, stride=1, downsample=None, norm_layer=None):
        super(BasicBlock, self).__init__()
        norm_layer = norm_layer or nn.BatchNorm2d
        self.conv1 = conv3x3(inplanes, planes, stride)
        self.bn1 = norm_layer(planes)
        self.relu = nn.ReLU(inplace=True)
        self.conv2 = conv3x3(planes, planes)
        self.bn2 = norm_layer(planes)
        self.downsample = downsample
        self.stride = stride

    def forward(self, x):
        identity = x
        out = self.relu(self.bn1(self.conv1(x)))
        out = self.bn2(self.conv2(out))
        if self.downsample is not None:
            identity = self.downsample(x)
        out += identity
        return self.relu(out)


class Bottleneck(nn.Module):
    expansion = 4

    def __init__(self, inplanes, planes, stride=1, downsample=None, norm_layer=None):
        super(Bottleneck, self).__init__()
        norm_layer = norm_layer or nn.BatchNorm2d
        self.conv1 = conv1x1(inplanes, planes)
        self.bn1 = norm_layer(planes)
        self.conv2 = conv3x3(planes, planes, stride)
        self.bn2 = norm_layer(planes)
        self.conv3 = conv1x1(planes, planes * self.expansion)
        self.bn3 = norm_layer(planes * self.expansion)
        self.relu = nn.ReLU(inplace=True)
        self.downsample = downsample

    def forward(self, x):
        residual = x
        out = self.relu(self.bn1(self.conv1(x)))
        out = self.relu(self.bn2(self.conv2(out)))
        out = self.bn3(self.conv3(out))
        if self.downsample is not None:
            residual = self.downsample(x)
        out += residual
        return self.relu(out)


class ResNet(nn.Module):
    def __init__(self, block, layers, num_classes=5, zero_init_residual=False, width=4):
        super(ResNet, self).__init__()
        self.inplanes = width
        self.conv1 = nn.Conv2d(3, width, kernel_size=7, stride=2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.relu = nn.ReLU(inplace=True)
        self.maxpool = nn.MaxPool2d(kernel_size=3, stride=2, padding=1)
        self.layer1 = self._make_layer(block, width, layers[0])
        self.layer2 = self._make_layer(block, width * 2, layers[1], stride=2)
        self.avgpool = nn.AdaptiveAvgPool2d((1, 1))
        self.fc = nn.Linear(width * 2 * block.expansion, num_classes)
        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")
            elif isinstance(m, (nn.BatchNorm2d, nn.GroupNorm)):
                nn.init.constant_(m.weight, 1)
                nn.init.constant_(m.bias, 0)
        if zero_init_residual:
            for m in self.modules():
                if isinstance(m, Bottleneck):
                    nn.init.constant_(m.bn3.weight, 0)
                elif isinstance(m, BasicBlock):
                    nn.init.constant_(m.bn2.weight, 0)

    def _make_layer(self, block, planes, blocks, stride=1):
        downsample = None
        if stride != 1 or self.inplanes != planes * block.expansion:
            downsample = nn.Sequential(
                conv1x1(self.inplanes, planes * block.expansion, stride),
                nn.BatchNorm2d(planes * block.expansion),
            )
        layers = [block(self.inplanes, planes, stride, downsample)]
        self.inplanes = planes * block.expansion
        for _ in range(1, blocks):
            layers.append(block(self.inplanes, planes))
        return nn.Sequential(*layers)

    def forward(self, x):
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        x = self.layer2(self.layer1(x))
        x = self.avgpool(x)
        x = x.view(x.size(0), -1)
        return self.fc(x)


def train(model, images, labels, steps, optimizer):
    criterion = nn.CrossEntropyLoss()
    model.train()
    for step in range(steps):
        index = torch.randperm(len(images))[:16]
        loss = criterion(model(images[index]), labels[index])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        print("step %d loss %.4f" % (step, loss))


def accuracy(output, target, topk=(1,)):
    with torch.no_grad():
        maxk = max(topk)
        batch_size = target.size(0)
        _, pred = output.topk(maxk, 1, True, True)
        pred = pred.t()
        correct = pred.eq(target.view(1, -1).expand_as(pred))
        res = []
        for k in topk:
            correct_k = correct[:k].reshape(-1).float().sum(0, keepdim=True)
            res.append(correct_k.mul_(100.0 / batch_size))
        return res


torch.manual_seed(7)
images = torch.randn(40, 3, 32, 32)
labels = torch.randint(0, 5, (40,))
images[torch.arange(40), 0, labels * 4] += 2

checkpoint = os.environ.get("PROGRAMS_CHECKPOINT")
for block, layers in ((BasicBlock, [1, 1]), (Bottleneck, [1, 1])):
    model = ResNet(block, layers, zero_init_residual=block is Bottleneck)
    print(sum(p.numel() for p in model.parameters() if p.requires_grad), "parameters")
    optimizer = torch.optim.SGD(
        model.parameters(), lr=0.05, momentum=0.9, weight_decay=1e-4, nesterov=True
    )
    train(model, images, labels, 4, optimizer)
    state = {
        "epoch": 1,
        "arch": block.__name__,
        "state_dict": OrderedDict(("module." + k, v) for k, v in model.state_dict().items()),
        "best_acc1": torch.tensor(12.5),
        "optimizer": optimizer.state_dict(),
    }
    torch.save(state, "checkpoint.pth.tar")

    loaded = torch.load("checkpoint.pth.tar", map_location=torch.device("cpu"))
    parallel = nn.DataParallel(ResNet(block, layers))
    parallel.load_state_dict(loaded["state_dict"])
    model = parallel.module
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9, nesterov=True)
    optimizer.load_state_dict(loaded["optimizer"])
    print(loaded["epoch"], loaded["arch"], loaded["best_acc1"], optimizer.param_groups[0]["lr"])
    train(model, images, labels, 2, optimizer)
    parallel.eval()
    for value in accuracy(parallel(images), labels, topk=(1, 3)):
        print(value)
    print(model.bn1.running_mean, model.bn1.num_batches_tracked)

    # Fine-tuning: all is frozen but a new last layer.
    for param in model.parameters():
        param.requires_grad = False
    model.fc = nn.Linear(model.fc.in_features, 2)
    tuned = torch.optim.Adam([p for p in model.parameters() if p.requires_grad], lr=0.01)
    train(model, images, labels % 2, 2, tuned)
    print(model.conv1.weight.grad is None or model.conv1.weight.grad.abs().sum() >= 0)
    probabilities = F.softmax(model.eval()(images[:3]), dim=1)
    print(probabilities)
    missing = model.load_state_dict({"conv1.weight": model.conv1.weight}, strict=False)
    print(len(missing.missing_keys), missing.unexpected_keys)
    try:
        model.load_state_dict({"fc.weight": torch.zeros(3, 3)}, strict=False)
    except RuntimeError as error:
        print(str(error).splitlines()[-1].strip())
