"""A Wasserstein GAN with gradient penalty on a ring of Gaussians, and one with clipped weights."""

import argparse
import os

import numpy as np
import torch
import torch.autograd as autograd
import torch.nn as nn
from torch.autograd import Variable

os.makedirs("images", exist_ok=True)
parser = argparse.ArgumentParser()
parser.add_argument("--n_epochs", type=int, default=6, help="number of epochs of training")
parser.add_argument("--batch_size", type=int, default=32, help="size of the batches")
parser.add_argument("--lr", type=float, default=0.002, help="adam: learning rate")
parser.add_argument("--b1", type=float, default=0.5)
parser.add_argument("--b2", type=float, default=0.999)
parser.add_argument("--latent_dim", type=int, default=4)
parser.add_argument("--n_critic", type=int, default=2)
parser.add_argument("--clip_value", type=float, default=0.05)
opt = parser.parse_args()
print(opt)
cuda = True if torch.cuda.is_available() else False
# Doubles: the gradient of a bias before a batch norm is rounding alone, and Adam scales it up.
torch.set_default_dtype(torch.float64)
Tensor = torch.cuda.DoubleTensor if cuda else torch.DoubleTensor
np.random.seed(1)
torch.manual_seed(1)


class Generator(nn.Module):
    def __init__(self):
        super(Generator, self).__init__()

        def block(in_feat, out_feat, normalize=True):
            layers = [nn.Linear(in_feat, out_feat)]
            if normalize:
                layers.append(nn.BatchNorm1d(out_feat, 0.8))
            layers.append(nn.LeakyReLU(0.2, inplace=True))
            return layers

        self.model = nn.Sequential(
            *block(opt.latent_dim, 16, normalize=False), *block(16, 16), nn.Linear(16, 2)
        )

    def forward(self, z):
        return self.model(z)


class Discriminator(nn.Module):
    def __init__(self):
        super(Discriminator, self).__init__()
        self.model = nn.Sequential(
            nn.Linear(2, 24),
            nn.LeakyReLU(0.2, inplace=True),
            nn.Linear(24, 24),
            nn.LeakyReLU(0.2, inplace=True),
            nn.Linear(24, 1),
        )

    def forward(self, img):
        return self.model(img.view(img.shape[0], -1))


def ring(n):
    angle = np.random.randint(0, 8, n) * np.pi / 4
    points = np.stack([np.cos(angle), np.sin(angle)], 1) + 0.05 * np.random.randn(n, 2)
    return points


def compute_gradient_penalty(D, real_samples, fake_samples):
    """Calculates the gradient penalty loss for WGAN GP."""
    alpha = Tensor(np.random.random((real_samples.size(0), 1)))
    interpolates = (alpha * real_samples + ((1 - alpha) * fake_samples)).requires_grad_(True)
    d_interpolates = D(interpolates)
    fake = Variable(Tensor(real_samples.shape[0], 1).fill_(1.0), requires_grad=False)
    gradients = autograd.grad(
        outputs=d_interpolates,
        inputs=interpolates,
        grad_outputs=fake,
        create_graph=True,
        retain_graph=True,
        only_inputs=True,
    )[0]
    gradients = gradients.view(gradients.size(0), -1)
    gradient_penalty = ((gradients.norm(2, dim=1) - 1) ** 2).mean()
    return gradient_penalty


def run(penalty):
    generator, discriminator = Generator(), Discriminator()
    if cuda:
        generator.cuda()
        discriminator.cuda()
    if penalty:
        betas = (opt.b1, opt.b2)
        optimizer_G = torch.optim.Adam(generator.parameters(), lr=opt.lr, betas=betas)
        optimizer_D = torch.optim.Adam(discriminator.parameters(), lr=opt.lr, betas=betas)
    else:
        optimizer_G = torch.optim.RMSprop(generator.parameters(), lr=opt.lr)
        optimizer_D = torch.optim.RMSprop(discriminator.parameters(), lr=opt.lr)
    for epoch in range(opt.n_epochs):
        for i in range(4):
            real_imgs = Variable(torch.from_numpy(ring(opt.batch_size)).type(Tensor))
            optimizer_D.zero_grad()
            z = Variable(Tensor(np.random.normal(0, 1, (opt.batch_size, opt.latent_dim))))
            fake_imgs = generator(z)
            real_validity = discriminator(real_imgs)
            fake_validity = discriminator(fake_imgs.detach())
            d_loss = -torch.mean(real_validity) + torch.mean(fake_validity)
            if penalty:
                gp = compute_gradient_penalty(discriminator, real_imgs.data, fake_imgs.data)
                d_loss = d_loss + 10 * gp
            d_loss.backward()
            optimizer_D.step()
            if not penalty:
                for p in discriminator.parameters():
                    p.data.clamp_(-opt.clip_value, opt.clip_value)
            optimizer_G.zero_grad()
            if i % opt.n_critic == 0:
                fake_imgs = generator(z)
                g_loss = -torch.mean(discriminator(fake_imgs))
                g_loss.backward()
                optimizer_G.step()
        print(
            "[Epoch %d/%d] [Batch %d/%d] [D loss: %f] [G loss: %f]"
            % (epoch, opt.n_epochs, i, 4, d_loss.item(), g_loss.item())
        )
    with torch.no_grad():
        generator.eval()
        points = generator(Tensor(np.random.normal(0, 1, (5, opt.latent_dim))))
    print(points, points.norm(dim=1).mean())


run(penalty=True)
run(penalty=False)

# Unequal scales in the losses of other GANs: least squares, hinge, non-saturating.
torch.manual_seed(2)
real, fake = torch.randn(6, 1), torch.randn(6, 1)
valid, invalid = Variable(Tensor(6, 1).fill_(1.0)), Variable(Tensor(6, 1).fill_(0.0))
print(nn.MSELoss()(real, valid), nn.functional.relu(1 - real).mean(), nn.Softplus()(-fake).mean())
print(nn.BCEWithLogitsLoss()(real, valid) + nn.BCEWithLogitsLoss()(fake, invalid))
