"""Two generators and a buffer of pictures: instance norms, reflections, decayed rates."""

import argparse
import itertools
import os
import random
import sys

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.autograd import Variable
from torch.utils.data import DataLoader, Dataset

parser = argparse.ArgumentParser()
parser.add_argument("--epoch", type=int, default=0, help="starting epoch")
parser.add_argument("--n_epochs", type=int, default=3)
parser.add_argument("--batchSize", type=int, default=2)
parser.add_argument("--lr", type=float, default=0.0002)
parser.add_argument("--decay_epoch", type=int, default=1)
parser.add_argument("--size", type=int, default=16)
parser.add_argument("--cuda", action="store_true")
opt = parser.parse_args()
if torch.cuda.is_available() and not opt.cuda:
    print("WARNING: You have a CUDA device, so you should probably run with --cuda")
random.seed(0)
np.random.seed(0)
torch.manual_seed(0)


class ResidualBlock(nn.Module):
    def __init__(self, in_features):
        super(ResidualBlock, self).__init__()
        conv_block = [
            nn.ReflectionPad2d(1),
            nn.Conv2d(in_features, in_features, 3),
            nn.InstanceNorm2d(in_features),
            nn.ReLU(inplace=True),
            nn.ReplicationPad2d(1),
            nn.Conv2d(in_features, in_features, 3),
            nn.InstanceNorm2d(in_features, affine=True),
        ]
        self.conv_block = nn.Sequential(*conv_block)

    def forward(self, x):
        return x + self.conv_block(x)


class Generator(nn.Module):
    def __init__(self, input_nc, output_nc, n_residual_blocks=1):
        super(Generator, self).__init__()
        model = [
            nn.ReflectionPad2d(3),
            nn.Conv2d(input_nc, 4, 7),
            nn.InstanceNorm2d(4),
            nn.ReLU(inplace=True),
        ]
        model += [
            nn.Conv2d(4, 8, 3, stride=2, padding=1),
            nn.InstanceNorm2d(8),
            nn.ReLU(inplace=True),
        ]
        for _ in range(n_residual_blocks):
            model += [ResidualBlock(8)]
        model += [
            nn.ConvTranspose2d(8, 4, 3, stride=2, padding=1, output_padding=1),
            nn.GroupNorm(2, 4),
            nn.PReLU(),
        ]
        model += [nn.ReflectionPad2d(3), nn.Conv2d(4, output_nc, 7), nn.Tanh()]
        self.model = nn.Sequential(*model)

    def forward(self, x):
        return self.model(x)


class Discriminator(nn.Module):
    def __init__(self, input_nc):
        super(Discriminator, self).__init__()
        self.model = nn.Sequential(
            nn.utils.spectral_norm(nn.Conv2d(input_nc, 4, 4, stride=2, padding=1)),
            nn.LeakyReLU(0.2, inplace=True),
            nn.ZeroPad2d((1, 0, 1, 0)),
            nn.Conv2d(4, 1, 4, padding=1, bias=False),
        )

    def forward(self, x):
        x = self.model(x)
        return F.avg_pool2d(x, x.size()[2:]).view(x.size()[0], -1)


class ReplayBuffer:
    def __init__(self, max_size=4):
        self.max_size = max_size
        self.data = []

    def push_and_pop(self, data):
        to_return = []
        for element in data.data:
            element = torch.unsqueeze(element, 0)
            if len(self.data) < self.max_size:
                self.data.append(element)
                to_return.append(element)
            else:
                if random.uniform(0, 1) > 0.5:
                    i = random.randint(0, self.max_size - 1)
                    to_return.append(self.data[i].clone())
                    self.data[i] = element
                else:
                    to_return.append(element)
        return Variable(torch.cat(to_return))


class LambdaLR:
    def __init__(self, n_epochs, offset, decay_start_epoch):
        self.n_epochs, self.offset, self.decay_start_epoch = n_epochs, offset, decay_start_epoch

    def step(self, epoch):
        done = max(0, epoch + self.offset - self.decay_start_epoch)
        return 1.0 - done / (self.n_epochs - self.decay_start_epoch)


def weights_init_normal(m):
    classname = m.__class__.__name__
    if classname.find("Conv") != -1:
        torch.nn.init.normal(m.weight.data, 0.0, 0.02)
    elif hasattr(m, "weight") and classname.find("InstanceNorm") != -1 and m.weight is not None:
        torch.nn.init.normal(m.weight.data, 1.0, 0.02)
        torch.nn.init.constant(m.bias.data, 0.0)


class Pictures(Dataset):
    def __init__(self, n):
        ramp = torch.linspace(-1, 1, opt.size)
        self.a = torch.randn(n, 3, 1, 1) * ramp + torch.randn(n, 3, 1, 1) * ramp.view(-1, 1)
        self.b = torch.randn(n, 3, opt.size, opt.size).clamp_(-1, 1)

    def __getitem__(self, index):
        return {"A": self.a[index % len(self.a)], "B": self.b[random.randint(0, len(self.b) - 1)]}

    def __len__(self):
        return len(self.a)


netG_A2B, netG_B2A = Generator(3, 3), Generator(3, 3)
netD_A, netD_B = Discriminator(3), Discriminator(3)
if opt.cuda:
    netG_A2B.cuda()
netG_A2B.apply(weights_init_normal)
netG_B2A.apply(weights_init_normal)
print(netG_A2B)
criterion_GAN = torch.nn.MSELoss()
criterion_cycle = torch.nn.L1Loss()
criterion_identity = torch.nn.L1Loss()
optimizer_G = torch.optim.Adam(
    itertools.chain(netG_A2B.parameters(), netG_B2A.parameters()), lr=opt.lr, betas=(0.5, 0.999)
)
optimizer_D = torch.optim.Adam(
    itertools.chain(netD_A.parameters(), netD_B.parameters()), lr=opt.lr, betas=(0.5, 0.999)
)
schedule = LambdaLR(opt.n_epochs, opt.epoch, opt.decay_epoch).step
lr_scheduler_G = torch.optim.lr_scheduler.LambdaLR(optimizer_G, lr_lambda=schedule)
lr_scheduler_D = torch.optim.lr_scheduler.LambdaLR(optimizer_D, lr_lambda=schedule)
Tensor = torch.cuda.FloatTensor if opt.cuda else torch.Tensor
input_A = Tensor(opt.batchSize, 3, opt.size, opt.size)
input_B = Tensor(opt.batchSize, 3, opt.size, opt.size)
target_real = Variable(Tensor(opt.batchSize, 1).fill_(1.0), requires_grad=False)
target_fake = Variable(Tensor(opt.batchSize, 1).fill_(0.0), requires_grad=False)
fake_A_buffer, fake_B_buffer = ReplayBuffer(), ReplayBuffer()
dataloader = DataLoader(Pictures(6), batch_size=opt.batchSize, shuffle=True, num_workers=0)

for epoch in range(opt.epoch, opt.n_epochs):
    for i, batch in enumerate(dataloader):
        real_A = Variable(input_A.copy_(batch["A"]))
        real_B = Variable(input_B.copy_(batch["B"]))
        optimizer_G.zero_grad()
        same_B = netG_A2B(real_B)
        loss_identity = criterion_identity(same_B, real_B) * 5.0
        fake_B = netG_A2B(real_A)
        loss_GAN_A2B = criterion_GAN(netD_B(fake_B), target_real)
        fake_A = netG_B2A(real_B)
        loss_GAN_B2A = criterion_GAN(netD_A(fake_A), target_real)
        loss_cycle = criterion_cycle(netG_B2A(fake_B), real_A) * 10.0
        loss_cycle += criterion_cycle(netG_A2B(fake_A), real_B) * 10.0
        loss_G = loss_identity + loss_GAN_A2B + loss_GAN_B2A + loss_cycle
        loss_G.backward()
        optimizer_G.step()
        optimizer_D.zero_grad()
        for netD, real, fake, buffer in (
            (netD_A, real_A, fake_A, fake_A_buffer),
            (netD_B, real_B, fake_B, fake_B_buffer),
        ):
            loss_real = criterion_GAN(netD(real), target_real)
            fake = buffer.push_and_pop(fake)
            loss_fake = criterion_GAN(netD(fake.detach()), target_fake)
            loss_D = (loss_real + loss_fake) * 0.5
            loss_D.backward()
        optimizer_D.step()
        sys.stdout.write(
            "\rEpoch %03d/%03d [%04d/%04d] -- loss_G: %.4f | loss_D: %.4f | cycle: %.4f\n"
            % (epoch + 1, opt.n_epochs, i + 1, len(dataloader), loss_G, loss_D, loss_cycle)
        )
    lr_scheduler_G.step()
    lr_scheduler_D.step()
    print("%.6f" % optimizer_G.param_groups[0]["lr"])
os.makedirs("output", exist_ok=True)
torch.save(netG_A2B.state_dict(), "output/netG_A2B.pth")
state = torch.load("output/netG_A2B.pth")
print(len(state), [k for k in state if "10" in k])
image = 127.5 * (fake_B.data[0].cpu().float().numpy() + 1.0)
print(image.astype(np.uint8).shape, image.mean().round(1))
