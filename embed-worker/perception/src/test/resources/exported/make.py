# Makes the files of this folder with PyTorch (2.6 made those committed). The tests need no Python.
import json

import torch
from torch import nn


class Small(nn.Module):
    def __init__(self, dropout):
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(3, 8, 3, stride=2, bias=False), nn.BatchNorm2d(8), nn.ReLU6())
        self.drop = nn.Dropout(dropout)
        self.project = nn.Linear(8 * 5 * 5, 6)

    def forward(self, x):
        # reshape's stricter sibling: it takes contiguous planes alone, as much exported code does.
        return self.project(self.drop(self.body(x)).view(x.size(0), -1))


torch.manual_seed(3)
model = Small(0.5)
for _ in range(20):
    model(torch.randn(8, 3, 12, 12))
model.eval()

torch.jit.trace(model, torch.randn(2, 3, 12, 12)).save("traced.pt")
torch.jit.script(model).save("scripted.pt")
torch.save(model.state_dict(), "state_dict.pth")
torch.save(model.state_dict(), "legacy.pth", _use_new_zipfile_serialization=False)

count = 3
pixels = torch.tensor([(i * 7 + i // 36 * 5 + 3) % 256 for i in range(count * 12 * 12 * 3)], dtype=torch.uint8)
planes = pixels.reshape(count, 12, 12, 3).permute(0, 3, 1, 2).contiguous().float() / 255
mean = torch.tensor([0.48145466, 0.4578275, 0.40821073]).reshape(1, 3, 1, 1)
std = torch.tensor([0.26862954, 0.26130258, 0.27577711]).reshape(1, 3, 1, 1)
planes.requires_grad_(True)
embedding = model((planes - mean) / std)
embedding[:, 2].sum().backward()
with open("expected.json", "w") as out:
    json.dump({
        "embedding": embedding.detach().flatten().tolist(),
        "unit": nn.functional.normalize(embedding.detach()).flatten().tolist(),
        "gradientOfThird": planes.grad[0].flatten().tolist(),
    }, out)
