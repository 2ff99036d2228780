# ConvNeXt (Liu et al., CVPR 2022) as timm builds it and open_clip saves it, with open_clip's projection: four stages of
# blocks, each a 7x7 filter for each channel, a norm, an MLP and a learnt scale; then average pool, norm, projection.
# Activations are [B, H, W, C], which the convolutions see as channels-last: no copy between them. The blocks' weights
# are stacked [blocks, ...] and taken apart once: indexing them in the loop would make a full-size gradient for each.
class Program(Module):
include unit_embedding.py

  # [B, 3, H, W] floats in [0, 1] -> embeddings [B, D], not normalised, float32: for gradients.
  def raw(self: __torch__.Program,
    x: Tensor) -> Tensor:
    x = torch.to((self).standardised(x, ), self.stem_0_weight)
    x = torch.permute(torch.contiguous(x, memory_format=2), [0, 2, 3, 1])
    x = (self).convolution(x, self.stem_0_weight, self.stem_0_bias, )
    x = (self).norm(x, self.stem_1_weight, self.stem_1_bias, )
include convnext_blocks.py 0
include convnext_next_blocks.py 1 2 3
    x = (self).norm(torch.mean(x, [1, 2]), self.head_norm_weight, self.head_norm_bias, )
    return (self).answered(torch.to((self).projected(x, ), 6), )
