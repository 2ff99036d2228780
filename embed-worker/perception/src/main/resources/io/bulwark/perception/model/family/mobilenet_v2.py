# MobileNetV2 at width 1.0 (Sandler et al., CVPR 2018, table 2) as Keras lays it out: BatchNorm folded into the
# convolutions, strided convolutions padded at the bottom and right alone, ReLU6, average pooling to the embedding,
# and NSFWJS's classifier of three dense layers on top. Kernels lie channels-last; every activation follows them.
class Program(Module):
  # [B, H, W, 3] unsigned bytes -> unit embeddings [B, 1280], class probabilities [B, C]; both float32.
  def forward(self: __torch__.Program,
    pixels: Tensor) -> Tuple[Tensor, Tensor]:
    x = torch.div(torch.to(torch.permute(pixels, [0, 3, 1, 2]), 6), 255.)
    embedding = (self).features(x, )
    length = torch.norm(embedding, 2, [1], True)
    unit = torch.div(embedding, torch.clamp_min(length, 1e-12))
    return (unit, torch.softmax((self).logits(embedding, ), 1))

  # [B, 3, H, W] floats in [0, 1] -> embeddings [B, 1280], not normalised, and logits [B, C]: for gradients.
  def raw(self: __torch__.Program,
    x: Tensor) -> Tuple[Tensor, Tensor]:
    embedding = (self).features(torch.contiguous(x, memory_format=2), )
    return (embedding, (self).logits(embedding, ))

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
    x = (self).residual(x, self.block_5_expand_weight, self.block_5_expand_bias,
      self.block_5_depthwise_weight, self.block_5_depthwise_bias,
      self.block_5_project_weight, self.block_5_project_bias, )
    x = (self).bottleneck(x, self.block_6_expand_weight, self.block_6_expand_bias,
      self.block_6_depthwise_weight, self.block_6_depthwise_bias,
      self.block_6_project_weight, self.block_6_project_bias, 2, )
    x = (self).residual(x, self.block_7_expand_weight, self.block_7_expand_bias,
      self.block_7_depthwise_weight, self.block_7_depthwise_bias,
      self.block_7_project_weight, self.block_7_project_bias, )
    x = (self).residual(x, self.block_8_expand_weight, self.block_8_expand_bias,
      self.block_8_depthwise_weight, self.block_8_depthwise_bias,
      self.block_8_project_weight, self.block_8_project_bias, )
    x = (self).residual(x, self.block_9_expand_weight, self.block_9_expand_bias,
      self.block_9_depthwise_weight, self.block_9_depthwise_bias,
      self.block_9_project_weight, self.block_9_project_bias, )
    x = (self).bottleneck(x, self.block_10_expand_weight, self.block_10_expand_bias,
      self.block_10_depthwise_weight, self.block_10_depthwise_bias,
      self.block_10_project_weight, self.block_10_project_bias, 1, )
    x = (self).residual(x, self.block_11_expand_weight, self.block_11_expand_bias,
      self.block_11_depthwise_weight, self.block_11_depthwise_bias,
      self.block_11_project_weight, self.block_11_project_bias, )
    x = (self).residual(x, self.block_12_expand_weight, self.block_12_expand_bias,
      self.block_12_depthwise_weight, self.block_12_depthwise_bias,
      self.block_12_project_weight, self.block_12_project_bias, )
    x = (self).bottleneck(x, self.block_13_expand_weight, self.block_13_expand_bias,
      self.block_13_depthwise_weight, self.block_13_depthwise_bias,
      self.block_13_project_weight, self.block_13_project_bias, 2, )
    x = (self).residual(x, self.block_14_expand_weight, self.block_14_expand_bias,
      self.block_14_depthwise_weight, self.block_14_depthwise_bias,
      self.block_14_project_weight, self.block_14_project_bias, )
    x = (self).residual(x, self.block_15_expand_weight, self.block_15_expand_bias,
      self.block_15_depthwise_weight, self.block_15_depthwise_bias,
      self.block_15_project_weight, self.block_15_project_bias, )
    x = (self).bottleneck(x, self.block_16_expand_weight, self.block_16_expand_bias,
      self.block_16_depthwise_weight, self.block_16_depthwise_bias,
      self.block_16_project_weight, self.block_16_project_bias, 1, )
    x = torch.hardtanh_(torch.conv2d(x, self.last_weight, self.last_bias), 0., 6.)
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
