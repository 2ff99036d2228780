# MobileNetV2 at width 1.0 (Sandler et al., CVPR 2018, table 2) as Keras lays it out: BatchNorm folded into the
# convolutions, strided convolutions padded at the bottom and right alone, ReLU6, average pooling to the embedding,
# and NSFWJS's classifier of three dense layers on top. Kernels lie channels-last; every activation follows them.
class Program(Module):
include unit_embedding_and_classes.py 1280

  def logits(self: __torch__.Program,
    embedding: Tensor) -> Tensor:
    x = torch.relu(torch.linear(embedding, self.head_dense_1_weight, self.head_dense_1_bias))
    x0 = torch.relu(torch.linear(x, self.head_dense_2_weight, self.head_dense_2_bias))
    return torch.linear(x0, self.head_dense_3_weight, self.head_dense_3_bias)

  def features(self: __torch__.Program,
    pixels: Tensor) -> Tensor:
    x = torch.to(pixels, self.stem_weight)
    x = torch.conv2d(torch.constant_pad_nd(x, [0, 1, 0, 1], 0), self.stem_weight, self.stem_bias, [2, 2])
    x = torch.hardtanh_(x, 0., 6.)
    x = (self).depthwise(x, self.block_0_depthwise_weight, self.block_0_depthwise_bias, 1, )
    x = torch.conv2d(x, self.block_0_project_weight, self.block_0_project_bias)
include inverted_residual_halved.py 1
include inverted_residual_added.py 2
include inverted_residual_halved.py 3
include inverted_residual_added.py 4 5
include inverted_residual_halved.py 6
include inverted_residual_added.py 7 8 9
include inverted_residual.py 10
include inverted_residual_added.py 11 12
include inverted_residual_halved.py 13
include inverted_residual_added.py 14 15
include inverted_residual.py 16
    x = torch.hardtanh_(torch.conv2d(x, self.last_weight, self.last_bias), 0., 6.)
    return torch.mean(x, [2, 3], False, dtype=6)

include inverted_residuals.py

  # A 3x3 filter for each channel. Stride 2 pads (0, 1, 0, 1).
  def depthwise(self: __torch__.Program,
    x: Tensor,
    weight: Tensor,
    bias: Tensor,
    stride: int) -> Tensor:
    channels = torch.size(weight, 0)
    if torch.eq(stride, 1):
      h = torch.conv2d(x, weight, bias, [1, 1], [1, 1], [1, 1], channels)
    else:
      padded = torch.constant_pad_nd(x, [0, 1, 0, 1], 0)
      h = torch.conv2d(padded, weight, bias, [2, 2], [0, 0], [1, 1], channels)
    return torch.hardtanh_(h, 0., 6.)
