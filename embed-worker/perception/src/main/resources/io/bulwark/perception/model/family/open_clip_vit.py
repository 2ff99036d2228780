# CLIP's vision transformer as open_clip builds it (Radford et al., ICML 2021; Dosovitskiy et al., ICLR 2021): patches,
# a class token, learnt positions, a norm before the blocks; the class token, normed and projected, is the embedding.
# Activations are contiguous [B, L, D] throughout; each block's q, k and v are one product. The blocks' weights are
# stacked [layers, ...] and taken apart once: indexing them in the loop would make a full-size gradient for each layer.
class Program(Module):
include unit_embedding.py

  # [B, 3, H, W] floats in [0, 1] -> embeddings [B, D], not normalised, float32: for gradients.
  def raw(self: __torch__.Program,
    x: Tensor) -> Tensor:
    x = torch.to((self).standardised(x, ), self.conv1_weight)
    x = torch.linear((self).patches(x, ), self.conv1_weight)
    classes = torch.expand(self.class_embedding, [torch.size(x, 0), 1, -1])
    x = torch.add(torch.cat([classes, x], 1), self.positional_embedding)
    x = torch.layer_norm(x, [torch.size(x, 2)], self.ln_pre_weight, self.ln_pre_bias, self.eps_pre)
    x = torch.select((self).blocks(x, ), 1, 0)
    x = (self).norm(x, self.ln_post_weight, self.ln_post_bias, )
    return (self).answered(torch.to(torch.matmul(x, self.proj), 6), )
