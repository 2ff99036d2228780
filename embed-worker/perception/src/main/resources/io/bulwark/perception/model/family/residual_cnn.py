# A small residual network of plain 3x3 convolutions and nothing that counts on a batch: two stages, each a strided
# convolution and blocks of two convolutions behind rectifiers (He et al., ECCV 2016), then every place of the last
# activation to the embedding at once. Activations lie channels-last from the first convolution on: a picture of one
# channel lies in either order at once, so the others would follow it plane by plane. The blocks' weights are stacked
# [blocks, ...] and taken apart once: indexing them in the loop would make a full-size gradient for each.
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
    x = torch.to((self).standardised(x, ), self.head_weight)
    if self.grey:
      seen = torch.mean(x, [1], True)
    else:
      seen = x
    h = (self).stage(seen,
      self.stages_0_entry_weight, self.stages_0_entry_bias,
      self.stages_0_blocks_conv_0_weight, self.stages_0_blocks_conv_0_bias,
      self.stages_0_blocks_conv_1_weight, self.stages_0_blocks_conv_1_bias, )
    h = (self).stage(h,
      self.stages_1_entry_weight, self.stages_1_entry_bias,
      self.stages_1_blocks_conv_0_weight, self.stages_1_blocks_conv_0_bias,
      self.stages_1_blocks_conv_1_weight, self.stages_1_blocks_conv_1_bias, )
    return torch.to(torch.linear(torch.flatten(h, 1), self.head_weight, self.head_bias), 6)

  def standardised(self: __torch__.Program,
    x: Tensor) -> Tensor:
    device = ops.prim.device(x)
    mean = torch.tensor([self.mean_0, self.mean_1, self.mean_2], dtype=6, device=device)
    std = torch.tensor([self.std_0, self.std_1, self.std_2], dtype=6, device=device)
    return torch.div(torch.sub(x, torch.reshape(mean, [1, 3, 1, 1])), torch.reshape(std, [1, 3, 1, 1]))

  # Halves height and width, odd ones rounded up; the answer is rectified. Rectified and added in place is what no
  # gradient needs as it was.
  def stage(self: __torch__.Program,
    x: Tensor,
    entry_weight: Tensor,
    entry_bias: Tensor,
    first_weights: Tensor,
    first_biass: Tensor,
    second_weights: Tensor,
    second_biass: Tensor) -> Tensor:
    first_weight = torch.unbind(first_weights, 0)
    first_bias = torch.unbind(first_biass, 0)
    second_weight = torch.unbind(second_weights, 0)
    second_bias = torch.unbind(second_biass, 0)
    h = torch.contiguous(torch.conv2d(x, entry_weight, entry_bias, [2, 2], [1, 1]), memory_format=2)
    for i in range(torch.len(first_weight)):
      r = torch.conv2d(torch.relu(h), first_weight[i], first_bias[i], [1, 1], [1, 1])
      r = torch.conv2d(torch.relu_(r), second_weight[i], second_bias[i], [1, 1], [1, 1])
      h = torch.add_(r, h)
    return torch.relu_(h)
