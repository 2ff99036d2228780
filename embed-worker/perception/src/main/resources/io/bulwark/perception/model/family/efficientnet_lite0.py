# EfficientNet-Lite0 (Tan and Le, ICML 2019; the Lite variants have ReLU6 throughout and no squeeze-and-excitation):
# BatchNorm folded into the convolutions, TensorFlow's "same" padding, mean over space to the embedding. Rows and columns
# of pictures are multiples of 32. Kernels lie channels-last; every activation follows them.
class Program(Module):
  def features(self: __torch__.Program,
    pixels: Tensor) -> Tensor:
    x = torch.to(torch.div(torch.sub(pixels, self.mean), self.std), self.stem_weight)
    x = torch.conv2d(torch.constant_pad_nd(x, [0, 1, 0, 1], 0), self.stem_weight, self.stem_bias, [2, 2])
    x = torch.hardtanh_(x, 0., 6.)
    x = (self).depthwise(x, self.block_0_depthwise_weight, self.block_0_depthwise_bias, 1, )
    x = torch.conv2d(x, self.block_0_project_weight, self.block_0_project_bias)
include inverted_residual_halved.py 1
include inverted_residual_added.py 2
include inverted_residual_halved.py 3
include inverted_residual_added.py 4
include inverted_residual_halved.py 5
include inverted_residual_added.py 6 7
include inverted_residual.py 8
include inverted_residual_added.py 9 10
include inverted_residual_halved.py 11
include inverted_residual_added.py 12 13 14
include inverted_residual.py 15
    x = torch.hardtanh_(torch.conv2d(x, self.head_weight, self.head_bias), 0., 6.)
    return torch.mean(x, [2, 3], False, dtype=6)

include inverted_residuals.py

  # A filter of 3x3 or 5x5 for each channel. "Same" pads a stride of 1 evenly, a stride of 2 by one less before than after.
  def depthwise(self: __torch__.Program,
    x: Tensor,
    weight: Tensor,
    bias: Tensor,
    stride: int) -> Tensor:
    channels = torch.size(weight, 0)
    half = torch.floordiv(torch.size(weight, 2), 2)
    if torch.eq(stride, 1):
      h = torch.conv2d(x, weight, bias, [1, 1], [half, half], [1, 1], channels)
    else:
      less = torch.sub(half, 1)
      padded = torch.constant_pad_nd(x, [less, half, less, half], 0)
      h = torch.conv2d(padded, weight, bias, [2, 2], [0, 0], [1, 1], channels)
    return torch.hardtanh_(h, 0., 6.)
