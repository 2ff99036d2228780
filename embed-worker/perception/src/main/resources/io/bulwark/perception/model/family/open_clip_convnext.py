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
    return (self).answered(torch.to((self).projected(x, ), 6), )
