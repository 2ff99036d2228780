# Makes expected.safetensors with PyTorch (Debian's python3-torch 2.6 made the one committed). The tests need no Python.
# CLIP's two towers are written out below, for the random weights of perception's golden vit_a; the script first checks
# that they give the embeddings that open_clip gave.
import json
import struct

import torch
import torch.nn.functional as F

GOLDEN = "../../../../../perception/src/test/resources/golden/vit_a/"
STEPS = 10
torch.set_num_threads(1)


def read(path):
    data = open(path, "rb").read()
    length = struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8:8 + length])
    kinds = {"F32": torch.float32, "I64": torch.int64}
    tensors = {}
    for name, info in header.items():
        if name != "__metadata__":
            begin, end = info["data_offsets"]
            raw = bytearray(data[8 + length + begin:8 + length + end])
            tensors[name] = torch.frombuffer(raw, dtype=kinds[info["dtype"]]).reshape(info["shape"]).clone()
    return tensors


def write(path, tensors):
    header, body = {}, b""
    for name, tensor in sorted(tensors.items()):
        raw = tensor.detach().contiguous().numpy().tobytes()
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [len(body), len(body) + len(raw)]}
        body += raw
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    open(path, "wb").write(struct.pack("<Q", len(text)) + text + body)


weights = read(GOLDEN + "open_clip_model.safetensors")


def norm(x, name):
    return F.layer_norm(x, x.shape[-1:], weights[name + ".weight"], weights[name + ".bias"], 1e-5)


def blocks(x, prefix, layers, heads, mask):
    for layer in range(layers):
        name = f"{prefix}transformer.resblocks.{layer}."
        h = norm(x, name + "ln_1")
        qkv = h @ weights[name + "attn.in_proj_weight"].T + weights[name + "attn.in_proj_bias"]
        b, n, w = h.shape
        q, k, v = (part.reshape(b, n, heads, w // heads).transpose(1, 2) for part in qkv.chunk(3, -1))
        score = q @ k.transpose(-1, -2) / (w // heads) ** 0.5
        h = ((score + mask).softmax(-1) @ v).transpose(1, 2).reshape(b, n, w)
        x = x + h @ weights[name + "attn.out_proj.weight"].T + weights[name + "attn.out_proj.bias"]
        h = norm(x, name + "ln_2") @ weights[name + "mlp.c_fc.weight"].T + weights[name + "mlp.c_fc.bias"]
        h = h * torch.sigmoid(1.702 * h)
        x = x + h @ weights[name + "mlp.c_proj.weight"].T + weights[name + "mlp.c_proj.bias"]
    return x


def image(pixels):
    mean = torch.tensor([0.48145466, 0.4578275, 0.40821073]).reshape(1, 3, 1, 1)
    std = torch.tensor([0.26862954, 0.26130258, 0.27577711]).reshape(1, 3, 1, 1)
    x = F.conv2d((pixels - mean) / std, weights["visual.conv1.weight"], stride=8).flatten(2).transpose(1, 2)
    first = weights["visual.class_embedding"].expand(x.shape[0], 1, -1)
    x = norm(torch.cat([first, x], 1) + weights["visual.positional_embedding"], "visual.ln_pre")
    x = blocks(x, "visual.", 3, 4, torch.zeros(1))
    return norm(x[:, 0], "visual.ln_post") @ weights["visual.proj"]


def text(tokens):
    n = tokens.shape[1]
    x = weights["token_embedding.weight"][tokens] + weights["positional_embedding"]
    mask = torch.full((n, n), float("-inf")).triu(1)
    x = norm(blocks(x, "", 2, 4, mask), "ln_final")
    return x[torch.arange(len(tokens)), tokens.argmax(-1)] @ weights["text_projection"]


def cosines(pixels, targets):
    return (F.normalize(image(pixels), dim=-1) * F.normalize(targets, dim=-1)).sum(-1)


def ball(targets, step, epsilon):
    start = torch.full((len(targets), 3, 32, 32), 0.5)
    x = start.clone()
    for _ in range(STEPS):
        x = x.detach().requires_grad_(True)
        gradient, = torch.autograd.grad(cosines(x, targets).sum(), x)
        x = x.detach() + step * gradient / gradient.flatten(1).norm(dim=1).clamp(min=1e-12).reshape(-1, 1, 1, 1)
        change = x - start
        length = change.flatten(1).norm(dim=1).reshape(-1, 1, 1, 1)
        x = (start + change * (epsilon / length).clamp(max=1)).clamp(0, 1)
    return x


def free(targets, rate, variation):
    x = torch.full((len(targets), 3, 16, 16), 0.5)
    for step in range(STEPS):
        if step == STEPS // 3:
            x = F.interpolate(x.detach(), size=(32, 32), mode="bilinear", align_corners=False)
        if step in (0, STEPS // 3):
            x = x.clone().requires_grad_(True)
            adam = torch.optim.Adam([x], lr=rate)
        adam.zero_grad()
        shown = F.interpolate(x, size=(32, 32), mode="bilinear", align_corners=False)
        right = (x[..., 1:] - x[..., :-1]).square().sum((1, 2, 3))
        down = (x[..., 1:, :] - x[..., :-1, :]).square().sum((1, 2, 3))
        cost = variation * (right + down) / (3 * x.shape[-1] * x.shape[-2]) - cosines(shown, targets)
        cost.sum().backward()
        adam.step()
        with torch.no_grad():
            x.clamp_(0, 1)
    return x


seen = read(GOLDEN + "vision.safetensors")
read_texts = read(GOLDEN + "text.safetensors")
assert (image(seen["input"]) - seen["embedding"]).abs().max() < 1e-5
assert (text(read_texts["tokens"]) - read_texts["embedding"]).abs().max() < 1e-5
features = image(seen["input"][:2])
texts = text(read_texts["tokens"][:2])
found = {
    "ball_feature": ball(features, 0.5, 3.0),
    "ball_text": ball(texts, 0.5, 3.0),
    "free_feature": free(features, 0.03, 20.0),
    "free_text": free(texts, 0.03, 20.0),
}
for name, pixels in list(found.items()):
    targets = features if name.endswith("feature") else texts
    found[name + "_cosine"] = cosines(pixels, targets)
    print(name, found[name + "_cosine"].tolist())
write("expected.safetensors", found)
