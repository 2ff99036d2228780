# ConvNeXt (Liu et al., CVPR 2022) as timm builds it and open_clip saves it, with open_clip's projection: four stages of
# blocks, each a 7x7 filter for each channel, a norm, an MLP and a learnt scale; then average pool, norm, projection.
# Activations are [B, H, W, C], which the convolutions see as channels-last: no copy between them. The blocks' weights
# are stacked [blocks, ...] and taken apart once: indexing them in the loop would make a full-size gradient for each.
class Program(Module):
  # [B, H, W, 3] unsigned bytes -> unit embeddings [B, D], float32.
  def forward(self: __torch__.Program,
    pixels: Tensor) -> Tensor:
    x = torch.div(torch.to(torch.permute(pixels, [0, 3, 1, 2]), 6), 255.)
    embedding = (self).raw(x, )
    length = torch.norm(embedding, 2, [1], True)
    return torch.div(embedding, torch.clamp_min(length, 1e-12))

  # [B, 3, H, W] floats in [0, 1] -> embeddings [B, D], not normalised, float32: for gradients.
  def raw(self: __torch__.Program,
    x: Tensor) -> Tensor:
    x = torch.to((self).standardised(x, ), self.stem_0_weight)
    x = torch.permute(torch.contiguous(x, memory_format=2), [0, 2, 3, 1])
    x = (self).convolution(x, self.stem_0_weight, self.stem_0_bias, )
    x = (self).norm(x, self.stem_1_weight, self.stem_1_bias, )
    x = (self).stage(x,
      self.stages_0_blocks_conv_dw_weight, self.stages_0_blocks_conv_dw_bias,
      self.stages_0_blocks_norm_weight, self.stages_0_blocks_norm_bias,
      self.stages_0_blocks_mlp_fc1_weight, self.stages_0_blocks_mlp_fc1_bias,
      self.stages_0_blocks_mlp_fc2_weight, self.stages_0_blocks_mlp_fc2_bias,
      self.stages_0_blocks_gamma, )
    x = (self).norm(x, self.stages_1_downsample_0_weight, self.stages_1_downsample_0_bias, )
    x = (self).convolution(x, self.stages_1_downsample_1_weight, self.stages_1_downsample_1_bias, )
    x = (self).stage(x,
      self.stages_1_blocks_conv_dw_weight, self.stages_1_blocks_conv_dw_bias,
      self.stages_1_blocks_norm_weight, self.stages_1_blocks_norm_bias,
      self.stages_1_blocks_mlp_fc1_weight, self.stages_1_blocks_mlp_fc1_bias,
      self.stages_1_blocks_mlp_fc2_weight, self.stages_1_blocks_mlp_fc2_bias,
      self.stages_1_blocks_gamma, )
    x = (self).norm(x, self.stages_2_downsample_0_weight, self.stages_2_downsample_0_bias, )
    x = (self).convolution(x, self.stages_2_downsample_1_weight, self.stages_2_downsample_1_bias, )
    x = (self).stage(x,
      self.stages_2_blocks_conv_dw_weight, self.stages_2_blocks_conv_dw_bias,
      self.stages_2_blocks_norm_weight, self.stages_2_blocks_norm_bias,
      self.stages_2_blocks_mlp_fc1_weight, self.stages_2_blocks_mlp_fc1_bias,
      self.stages_2_blocks_mlp_fc2_weight, self.stages_2_blocks_mlp_fc2_bias,
      self.stages_2_blocks_gamma, )
    x = (self).norm(x, self.stages_3_downsample_0_weight, self.stages_3_downsample_0_bias, )
    x = (self).convolution(x, self.stages_3_downsample_1_weight, self.stages_3_downsample_1_bias, )
    x = (self).stage(x,
      self.stages_3_blocks_conv_dw_weight, self.stages_3_blocks_conv_dw_bias,
      self.stages_3_blocks_norm_weight, self.stages_3_blocks_norm_bias,
      self.stages_3_blocks_mlp_fc1_weight, self.stages_3_blocks_mlp_fc1_bias,
      self.stages_3_blocks_mlp_fc2_weight, self.stages_3_blocks_mlp_fc2_bias,
      self.stages_3_blocks_gamma, )
    x = (self).norm(torch.mean(x, [1, 2]), self.head_norm_weight, self.head_norm_bias, )
    return torch.to((self).projected(x, ), 6)

  def standardised(self: __torch__.Program,
    x: Tensor) -> Tensor:
    device = ops.prim.device(x)
    mean = torch.tensor([self.mean_0, self.mean_1, self.mean_2], dtype=6, device=device)
    std = torch.tensor([self.std_0, self.std_1, self.std_2], dtype=6, device=device)
    return torch.div(torch.sub(x, torch.reshape(mean, [1, 3, 1, 1])), torch.reshape(std, [1, 3, 1, 1]))

  # Patches side by side: the stride is the kernel's size.
  def convolution(self: __torch__.Program,
    x: Tensor,
    weight: Tensor,
    bias: Tensor) -> Tensor:
    size = torch.size(weight, 2)
    h = torch.conv2d(torch.permute(x, [0, 3, 1, 2]), weight, bias, [size, size])
    return torch.permute(h, [0, 2, 3, 1])

  def norm(self: __torch__.Program,
    x: Tensor,
    weight: Tensor,
    bias: Tensor) -> Tensor:
    return torch.layer_norm(x, [torch.size(weight, 0)], weight, bias, self.eps)

  def stage(self: __torch__.Program,
    x: Tensor,
    depthwise_weights: Tensor,
    depthwise_biass: Tensor,
    norm_weights: Tensor,
    norm_biass: Tensor,
    fc1_weights: Tensor,
    fc1_biass: Tensor,
    fc2_weights: Tensor,
    fc2_biass: Tensor,
    gammas: Tensor) -> Tensor:
    depthwise_weight = torch.unbind(depthwise_weights, 0)
    depthwise_bias = torch.unbind(depthwise_biass, 0)
    norm_weight = torch.unbind(norm_weights, 0)
    norm_bias = torch.unbind(norm_biass, 0)
    fc1_weight = torch.unbind(fc1_weights, 0)
    fc1_bias = torch.unbind(fc1_biass, 0)
    fc2_weight = torch.unbind(fc2_weights, 0)
    fc2_bias = torch.unbind(fc2_biass, 0)
    gamma = torch.unbind(gammas, 0)
    for i in range(torch.len(gamma)):
      h = (self).depthwise(x, depthwise_weight[i], depthwise_bias[i], )
      h = (self).norm(h, norm_weight[i], norm_bias[i], )
      h = torch.gelu(torch.linear(h, fc1_weight[i], fc1_bias[i]))
      h = torch.mul(torch.linear(h, fc2_weight[i], fc2_bias[i]), gamma[i])
      x = torch.add(x, h)
    return x

  # A 7x7 filter for each channel.
  def depthwise(self: __torch__.Program,
    x: Tensor,
    weight: Tensor,
    bias: Tensor) -> Tensor:
    channels = torch.size(weight, 0)
    h = torch.conv2d(torch.permute(x, [0, 3, 1, 2]), weight, bias, [1, 1], [3, 3], [1, 1], channels)
    return torch.permute(h, [0, 2, 3, 1])
