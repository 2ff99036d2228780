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
    x = (self).bottleneck(x, self.block_1_expand_weight, self.block_1_expand_bias,
      self.block_1_depthwise_weight, self.block_1_depthwise_bias,
      self.block_1_project_weight, self.block_1_project_bias, 2, )
    x = (self).residual(x, self.block_2_expand_weight, self.block_2_expand_bias,
      self.block_2_depthwise_weight, self.block_2_depthwise_bias,
      self.block_2_project_weight, self.block_2_project_bias, )
    x = (self).bottleneck(x, self.block_3_expand_weight, self.block_3_expand_bias,
      self.block_3_depthwise_weight, self.block_3_depthwise_bias,
      self.block_3_project_weight, self.block_3_project_bias, 2, )
    x = (self).residual(x, self.block_4_expand_weight, self.block_4_expand_bias,
      self.block_4_depthwise_weight, self.block_4_depthwise_bias,
      self.block_4_project_weight, self.block_4_project_bias, )
    x = (self).bottleneck(x, self.block_5_expand_weight, self.block_5_expand_bias,
      self.block_5_depthwise_weight, self.block_5_depthwise_bias,
      self.block_5_project_weight, self.block_5_project_bias, 2, )
    x = (self).residual(x, self.block_6_expand_weight, self.block_6_expand_bias,
      self.block_6_depthwise_weight, self.block_6_depthwise_bias,
      self.block_6_project_weight, self.block_6_project_bias, )
    x = (self).residual(x, self.block_7_expand_weight, self.block_7_expand_bias,
      self.block_7_depthwise_weight, self.block_7_depthwise_bias,
      self.block_7_project_weight, self.block_7_project_bias, )
    x = (self).bottleneck(x, self.block_8_expand_weight, self.block_8_expand_bias,
      self.block_8_depthwise_weight, self.block_8_depthwise_bias,
      self.block_8_project_weight, self.block_8_project_bias, 1, )
    x = (self).residual(x, self.block_9_expand_weight, self.block_9_expand_bias,
      self.block_9_depthwise_weight, self.block_9_depthwise_bias,
      self.block_9_project_weight, self.block_9_project_bias, )
    x = (self).residual(x, self.block_10_expand_weight, self.block_10_expand_bias,
      self.block_10_depthwise_weight, self.block_10_depthwise_bias,
      self.block_10_project_weight, self.block_10_project_bias, )
    x = (self).bottleneck(x, self.block_11_expand_weight, self.block_11_expand_bias,
      self.block_11_depthwise_weight, self.block_11_depthwise_bias,
      self.block_11_project_weight, self.block_11_project_bias, 2, )
    x = (self).residual(x, self.block_12_expand_weight, self.block_12_expand_bias,
      self.block_12_depthwise_weight, self.block_12_depthwise_bias,
      self.block_12_project_weight, self.block_12_project_bias, )
    x = (self).residual(x, self.block_13_expand_weight, self.block_13_expand_bias,
      self.block_13_depthwise_weight, self.block_13_depthwise_bias,
      self.block_13_project_weight, self.block_13_project_bias, )
    x = (self).residual(x, self.block_14_expand_weight, self.block_14_expand_bias,
      self.block_14_depthwise_weight, self.block_14_depthwise_bias,
      self.block_14_project_weight, self.block_14_project_bias, )
    x = (self).bottleneck(x, self.block_15_expand_weight, self.block_15_expand_bias,
      self.block_15_depthwise_weight, self.block_15_depthwise_bias,
      self.block_15_project_weight, self.block_15_project_bias, 1, )
    x = torch.hardtanh_(torch.conv2d(x, self.head_weight, self.head_bias), 0., 6.)
    return torch.mean(x, [2, 3], False, dtype=6)

  def bottleneck(self: __torch__.Program,
    x: Tensor,
    expand: Tensor,
    expand_bias: Tensor,
    depthwise: Tensor,
    depthwise_bias: Tensor,
    project: Tensor,
    project_bias: Tensor,
    stride: int) -> Tensor:
    h = torch.hardtanh_(torch.conv2d(x, expand, expand_bias), 0., 6.)
    h0 = (self).depthwise(h, depthwise, depthwise_bias, stride, )
    return torch.conv2d(h0, project, project_bias)

  def residual(self: __torch__.Program,
    x: Tensor,
    expand: Tensor,
    expand_bias: Tensor,
    depthwise: Tensor,
    depthwise_bias: Tensor,
    project: Tensor,
    project_bias: Tensor) -> Tensor:
    h = (self).bottleneck(x, expand, expand_bias, depthwise, depthwise_bias, project, project_bias, 1, )
    return torch.add(x, h)

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
