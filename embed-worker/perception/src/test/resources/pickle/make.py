# Makes the files of this folder with PyTorch (2.6 made those committed). The tests need no Python.
import struct
import zipfile

import torch

torch.manual_seed(7)
base = torch.randn(4, 5, 3)
tensors = {
    "float32": torch.randn(3, 4),
    "half": torch.randn(5).half(),
    "bfloat16": torch.randn(2, 3).bfloat16(),
    "double": torch.randn(2).double(),
    "int64": torch.tensor([[1, -2], [1 << 40, 0]]),
    "transposed": torch.randn(6, 2).t(),
    "slice": base[1:, 2, :],
    "last": base[:, :, 2],
    "scalar": torch.tensor(2.5),
    "channels_last": torch.randn(2, 3, 4, 4).contiguous(memory_format=torch.channels_last),
}

state = dict(tensors, float32=torch.nn.Parameter(tensors["float32"]))
torch.save(state, "tensors.pt")
torch.save(tensors, "protocol4.pt", pickle_protocol=4)
torch.save({
    "epoch": 3,
    "pytorch-lightning_version": "2.1.0",
    "state_dict": tensors,
    "optimizer_states": [{"state": {0: {"step": torch.tensor(4.0)}}, "param_groups": [{"betas": (0.5, 0.999)}]}],
    "size": torch.Size([2, 3]),
    "large": 1 << 70,
    "loops": None,
    "use_lora": False,
}, "lightning.ckpt")

with zipfile.ZipFile("tensors.pt") as stored, zipfile.ZipFile("deflated.pt", "w", zipfile.ZIP_DEFLATED) as deflated:
    for entry in stored.namelist():
        deflated.writestr(entry, stored.read(entry))

# safetensors, written out: the tests need something that has not read a pickle.
TYPES = {torch.float32: "F32", torch.half: "F16", torch.bfloat16: "BF16", torch.double: "F64", torch.int64: "I64"}
header, body = [], b""
for name, tensor in tensors.items():
    raw = tensor.contiguous().reshape(-1).view(torch.uint8).numpy().tobytes()
    header.append('"%s":{"dtype":"%s","shape":%s,"data_offsets":[%d,%d]}' % (
        name, TYPES[tensor.dtype], list(tensor.shape), len(body), len(body) + len(raw)))
    body += raw
text = ("{" + ",".join(header) + "}").encode()
with open("tensors.safetensors", "wb") as out:
    out.write(struct.pack("<Q", len(text)) + text + body)
