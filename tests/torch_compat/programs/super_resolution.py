"""Sub-pixel convolution: learn to double the size of drawn discs; PSNR, whole model saved."""

from __future__ import print_function

import math
from math import log10

import torch
import torch.nn as nn
import torch.nn.init as init
import torch.optim as optim
from torch.utils.data import DataLoader, Dataset


class Net(nn.Module):
    def __init__(self, upscale_factor):
        super(Net, self).__init__()
        self.relu = nn.ReLU()
        self.conv1 = nn.Conv2d(1, 8, (5, 5), (1, 1), (2, 2))
        self.conv2 = nn.Conv2d(8, 8, (3, 3), (1, 1), (1, 1))
        self.conv3 = nn.Conv2d(8, 4, (3, 3), (1, 1), (1, 1))
        self.conv4 = nn.Conv2d(4, upscale_factor**2, (3, 3), (1, 1), (1, 1))
        self.pixel_shuffle = nn.PixelShuffle(upscale_factor)
        self._initialize_weights()

    def forward(self, x):
        x = self.relu(self.conv1(x))
        x = self.relu(self.conv2(x))
        x = self.relu(self.conv3(x))
        x = self.pixel_shuffle(self.conv4(x))
        return x

    def _initialize_weights(self):
        init.orthogonal_(self.conv1.weight, init.calculate_gain("relu"))
        init.orthogonal_(self.conv2.weight, init.calculate_gain("relu"))
        init.orthogonal_(self.conv3.weight, init.calculate_gain("relu"))
        init.orthogonal_(self.conv4.weight)


class Discs(Dataset):
    def __init__(self, n):
        self.centres = torch.rand(n, 2) * 16
        self.radii = torch.rand(n) * 5 + 2

    def __len__(self):
        return self.radii.size(0)

    def __getitem__(self, i):
        yy, xx = torch.meshgrid(torch.arange(16.0), torch.arange(16.0), indexing="ij")
        cy, cx = self.centres[i]
        far = torch.sqrt((yy - cy) ** 2 + (xx - cx) ** 2)
        big = torch.clamp(self.radii[i] - far, 0, 1).unsqueeze(0)
        small = nn.functional.avg_pool2d(big, 2)
        return small, big


torch.manual_seed(123)
device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
training_data_loader = DataLoader(dataset=Discs(40), num_workers=0, batch_size=8, shuffle=True)
testing_data_loader = DataLoader(dataset=Discs(8), num_workers=0, batch_size=4, shuffle=False)
model = Net(upscale_factor=2).to(device)
criterion = nn.MSELoss()
optimizer = optim.Adam(model.parameters(), lr=0.01)


def train(epoch):
    epoch_loss = 0
    for iteration, batch in enumerate(training_data_loader, 1):
        input, target = batch[0].to(device), batch[1].to(device)
        optimizer.zero_grad()
        loss = criterion(model(input), target)
        epoch_loss += loss.item()
        loss.backward()
        optimizer.step()
        print(
            "===> Epoch[{}]({}/{}): Loss: {:.4f}".format(
                epoch, iteration, len(training_data_loader), loss.item()
            )
        )
    average = epoch_loss / len(training_data_loader)
    print("===> Epoch {} Complete: Avg. Loss: {:.4f}".format(epoch, average))


def test():
    avg_psnr = 0
    with torch.no_grad():
        for batch in testing_data_loader:
            input, target = batch[0].to(device), batch[1].to(device)
            prediction = model(input)
            mse = criterion(prediction, target)
            psnr = 10 * log10(1 / mse.item())
            avg_psnr += psnr
    print("===> Avg. PSNR: {:.4f} dB".format(avg_psnr / len(testing_data_loader)))


def checkpoint(epoch):
    model_out_path = "model_epoch_{}.pth".format(epoch)
    torch.save(model, model_out_path)
    print("Checkpoint saved to {}".format(model_out_path))


for epoch in range(1, 4):
    train(epoch)
    test()
    checkpoint(epoch)

loaded = torch.load("model_epoch_3.pth", weights_only=False)
small, big = Discs(1)[0]
out = loaded(small.unsqueeze(0))
print(out.size(), math.isclose(criterion(out, big[None]).item(), 0, abs_tol=0.5))
bicubic = nn.functional.interpolate(small[None], scale_factor=2, mode="bicubic")
nearest = nn.functional.interpolate(small[None], scale_factor=2)
bilinear = nn.Upsample(scale_factor=2, mode="bilinear", align_corners=False)(small[None])
for guess in (bicubic, nearest, bilinear):
    print("%.5f" % criterion(guess, big[None]))
