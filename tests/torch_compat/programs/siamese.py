"""A siamese network with a contrastive loss and BCE, old and new idioms in one file."""

import random

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn, optim
from torch.autograd import Variable
from torch.utils.data import DataLoader, Dataset

random.seed(0)
np.random.seed(0)
torch.manual_seed(0)


class Pairs(Dataset):
    """Two noisy copies of patterns, and whether they are of the same pattern."""

    def __init__(self, size):
        self.patterns = np.random.rand(4, 1, 16, 16).astype(np.float32)
        self.pairs = []
        for _ in range(size):
            i = random.randrange(4)
            j = i if random.random() < 0.5 else random.choice([k for k in range(4) if k != i])
            noise = np.random.randn(2, 1, 16, 16).astype("float32") * 0.2
            self.pairs.append((self.patterns[i] + noise[0], self.patterns[j] + noise[1], i == j))

    def __getitem__(self, index):
        a, b, same = self.pairs[index]
        return torch.from_numpy(a), torch.from_numpy(b), torch.FloatTensor([not same])

    def __len__(self):
        return len(self.pairs)


class SiameseNetwork(nn.Module):
    def __init__(self):
        super(SiameseNetwork, self).__init__()
        self.cnn1 = nn.Sequential(
            nn.ReflectionPad2d(1),
            nn.Conv2d(1, 4, kernel_size=3),
            nn.ReLU(inplace=True),
            nn.BatchNorm2d(4),
            nn.ReflectionPad2d(1),
            nn.Conv2d(4, 4, kernel_size=3),
            nn.ReLU(inplace=True),
            nn.BatchNorm2d(4),
            nn.MaxPool2d(2, stride=2),
        )
        self.fc1 = nn.Sequential(nn.Linear(4 * 8 * 8, 20), nn.ReLU(inplace=True), nn.Linear(20, 5))

    def forward_once(self, x):
        output = self.cnn1(x)
        output = output.view(output.size()[0], -1)
        output = self.fc1(output)
        return output

    def forward(self, input1, input2):
        return self.forward_once(input1), self.forward_once(input2)


class ContrastiveLoss(torch.nn.Module):
    def __init__(self, margin=2.0):
        super(ContrastiveLoss, self).__init__()
        self.margin = margin

    def forward(self, output1, output2, label):
        euclidean_distance = F.pairwise_distance(output1, output2, keepdim=True)
        loss_contrastive = torch.mean(
            (1 - label) * torch.pow(euclidean_distance, 2)
            + (label) * torch.pow(torch.clamp(self.margin - euclidean_distance, min=0.0), 2)
        )
        return loss_contrastive


train_dataloader = DataLoader(Pairs(64), shuffle=True, num_workers=0, batch_size=16)
net = SiameseNetwork()
if torch.cuda.is_available():
    net = net.cuda()
criterion = ContrastiveLoss()
optimizer = optim.Adam(net.parameters(), lr=0.005)

counter = []
loss_history = []
iteration_number = 0
for epoch in range(0, 4):
    for i, data in enumerate(train_dataloader, 0):
        img0, img1, label = data
        img0, img1, label = Variable(img0), Variable(img1), Variable(label)
        output1, output2 = net(img0, img1)
        optimizer.zero_grad()
        loss_contrastive = criterion(output1, output2, label)
        loss_contrastive.backward()
        optimizer.step()
        if i % 2 == 0:
            print("Epoch number {}\n Current loss {}\n".format(epoch, loss_contrastive.item()))
            iteration_number += 2
            counter.append(iteration_number)
            loss_history.append(loss_contrastive.item())

net.eval()
anchor, other, label = next(iter(DataLoader(Pairs(6), batch_size=6)))
with torch.no_grad():
    one, two = net(Variable(anchor), Variable(other))
    dissimilarity = F.pairwise_distance(one, two)
print("Dissimilarity: {:.4f}".format(dissimilarity.mean().item()))
print(dissimilarity, F.cosine_similarity(one, two), label.squeeze().byte())
triplet = nn.TripletMarginLoss(margin=1.0, p=2)
print(triplet(one[:2], two[:2], one[2:4]).data)
hinge = nn.CosineEmbeddingLoss(margin=0.1)
print(hinge(one, two, 1 - 2 * label.view(-1)), nn.HingeEmbeddingLoss()(one, one.sign()))
