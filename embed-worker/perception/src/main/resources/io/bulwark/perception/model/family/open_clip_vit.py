# CLIP's vision transformer as open_clip builds it (Radford et al., ICML 2021; Dosovitskiy et al., ICLR 2021): patches,
# a class token, learnt positions, a norm before the blocks; the class token, normed and projected, is the embedding.
# Activations are contiguous [B, L, D] throughout; each block's q, k and v are one product. The blocks' weights are
# stacked [layers, ...] and taken apart once: indexing them in the loop would make a full-size gradient for each layer.
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
    x = torch.to((self).standardised(x, ), self.conv1_weight)
    x = torch.linear((self).patches(x, ), self.conv1_weight)
    classes = torch.expand(self.class_embedding, [torch.size(x, 0), 1, -1])
    x = torch.add(torch.cat([classes, x], 1), self.positional_embedding)
    x = torch.layer_norm(x, [torch.size(x, 2)], self.ln_pre_weight, self.ln_pre_bias, self.eps_pre)
    x = torch.select((self).blocks(x, ), 1, 0)
    x = (self).norm(x, self.ln_post_weight, self.ln_post_bias, )
    return (self).answered(torch.to(torch.matmul(x, self.proj), 6), )

  def standardised(self: __torch__.Program,
    x: Tensor) -> Tensor:
    device = ops.prim.device(x)
    mean = torch.tensor([self.mean_0, self.mean_1, self.mean_2], dtype=6, device=device)
    std = torch.tensor([self.std_0, self.std_1, self.std_2], dtype=6, device=device)
    return torch.div(torch.sub(x, torch.reshape(mean, [1, 3, 1, 1])), torch.reshape(std, [1, 3, 1, 1]))

  # [B, 3, H, W] -> [B, L, 3 * P * P]: what a convolution of stride P sees. Rows and columns beyond the last patch are
  # cut, as it would.
  def patches(self: __torch__.Program,
    x: Tensor) -> Tensor:
    p = self.patch
    rows = torch.floordiv(torch.size(x, 2), p)
    columns = torch.floordiv(torch.size(x, 3), p)
    x = torch.slice(torch.slice(x, 2, 0, torch.mul(rows, p)), 3, 0, torch.mul(columns, p))
    x = torch.reshape(x, [torch.size(x, 0), 3, rows, p, columns, p])
    x = torch.permute(x, [0, 2, 4, 1, 3, 5])
    return torch.reshape(x, [torch.size(x, 0), torch.mul(rows, columns), -1])

  def norm(self: __torch__.Program,
    x: Tensor,
    weight: Tensor,
    bias: Tensor) -> Tensor:
    return torch.layer_norm(x, [torch.size(weight, 0)], weight, bias, self.eps)

  def blocks(self: __torch__.Program,
    x: Tensor) -> Tensor:
    ln_1_weight = torch.unbind(self.blocks_ln_1_weight, 0)
    ln_1_bias = torch.unbind(self.blocks_ln_1_bias, 0)
    in_weight = torch.unbind(self.blocks_attn_in_proj_weight, 0)
    in_bias = torch.unbind(self.blocks_attn_in_proj_bias, 0)
    out_weight = torch.unbind(self.blocks_attn_out_proj_weight, 0)
    out_bias = torch.unbind(self.blocks_attn_out_proj_bias, 0)
    ln_2_weight = torch.unbind(self.blocks_ln_2_weight, 0)
    ln_2_bias = torch.unbind(self.blocks_ln_2_bias, 0)
    fc_weight = torch.unbind(self.blocks_mlp_c_fc_weight, 0)
    fc_bias = torch.unbind(self.blocks_mlp_c_fc_bias, 0)
    proj_weight = torch.unbind(self.blocks_mlp_c_proj_weight, 0)
    proj_bias = torch.unbind(self.blocks_mlp_c_proj_bias, 0)
    for i in range(torch.len(in_weight)):
      h = (self).norm(x, ln_1_weight[i], ln_1_bias[i], )
      h = (self).attention(h, in_weight[i], in_bias[i], out_weight[i], out_bias[i], )
      x = torch.add(x, h)
      h = (self).norm(x, ln_2_weight[i], ln_2_bias[i], )
      h = (self).activation(torch.linear(h, fc_weight[i], fc_bias[i]), )
      x = torch.add(x, torch.linear(h, proj_weight[i], proj_bias[i]))
    return x

  def attention(self: __torch__.Program,
    x: Tensor,
    in_weight: Tensor,
    in_bias: Tensor,
    out_weight: Tensor,
    out_bias: Tensor) -> Tensor:
    b = torch.size(x, 0)
    l = torch.size(x, 1)
    qkv = torch.reshape(torch.linear(x, in_weight, in_bias), [b, l, 3, self.heads, -1])
    parts = torch.unbind(torch.permute(qkv, [2, 0, 3, 1, 4]), 0)
    h = torch.scaled_dot_product_attention(parts[0], parts[1], parts[2])
    h = torch.reshape(torch.transpose(h, 1, 2), [b, l, -1])
    return torch.linear(h, out_weight, out_bias)

  # OpenAI's weights were trained with x * sigmoid(1.702 x); the others with the exact GELU.
  def activation(self: __torch__.Program,
    x: Tensor) -> Tensor:
    if self.quick_gelu:
      h = torch.mul(x, torch.sigmoid(torch.mul(x, 1.702)))
    else:
      h = torch.gelu(x)
    return h
