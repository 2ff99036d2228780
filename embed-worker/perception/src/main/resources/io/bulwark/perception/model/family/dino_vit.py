# DINO's vision transformer (Caron et al., ICCV 2021) under the names of Hugging Face's ViTModel: patches with a bias, a
# class token, learnt positions, no norm before the blocks, exact GELU; the class token of the last norm is the embedding.
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
    x = torch.select((self).features(x, ), 1, 0)
    return torch.to((self).norm(x, self.layernorm_weight, self.layernorm_bias, ), 6)

  # [B, 3, H, W] floats in [0, 1] -> all tokens [B, L, D], the class token first, float32.
  def tokens(self: __torch__.Program,
    x: Tensor) -> Tensor:
    return torch.to((self).norm((self).features(x, ), self.layernorm_weight, self.layernorm_bias, ), 6)

  def features(self: __torch__.Program,
    x: Tensor) -> Tensor:
    x = torch.to((self).standardised(x, ), self.patch_weight)
    x = torch.linear((self).patches(x, ), self.patch_weight, self.patch_bias)
    classes = torch.expand(self.cls_token, [torch.size(x, 0), 1, -1])
    return (self).blocks(torch.add(torch.cat([classes, x], 1), self.position_embeddings), )

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
    before_weight = torch.unbind(self.layers_layernorm_before_weight, 0)
    before_bias = torch.unbind(self.layers_layernorm_before_bias, 0)
    qkv_weight = torch.unbind(self.layers_qkv_weight, 0)
    qkv_bias = torch.unbind(self.layers_qkv_bias, 0)
    attention_weight = torch.unbind(self.layers_attention_output_weight, 0)
    attention_bias = torch.unbind(self.layers_attention_output_bias, 0)
    after_weight = torch.unbind(self.layers_layernorm_after_weight, 0)
    after_bias = torch.unbind(self.layers_layernorm_after_bias, 0)
    intermediate_weight = torch.unbind(self.layers_intermediate_weight, 0)
    intermediate_bias = torch.unbind(self.layers_intermediate_bias, 0)
    output_weight = torch.unbind(self.layers_output_weight, 0)
    output_bias = torch.unbind(self.layers_output_bias, 0)
    for i in range(torch.len(qkv_weight)):
      h = (self).norm(x, before_weight[i], before_bias[i], )
      h = (self).attention(h, qkv_weight[i], qkv_bias[i], attention_weight[i], attention_bias[i], )
      x = torch.add(x, h)
      h = (self).norm(x, after_weight[i], after_bias[i], )
      h = torch.gelu(torch.linear(h, intermediate_weight[i], intermediate_bias[i]))
      x = torch.add(x, torch.linear(h, output_weight[i], output_bias[i]))
    return x

  def attention(self: __torch__.Program,
    x: Tensor,
    qkv_weight: Tensor,
    qkv_bias: Tensor,
    output_weight: Tensor,
    output_bias: Tensor) -> Tensor:
    b = torch.size(x, 0)
    l = torch.size(x, 1)
    qkv = torch.reshape(torch.linear(x, qkv_weight, qkv_bias), [b, l, 3, self.heads, -1])
    parts = torch.unbind(torch.permute(qkv, [2, 0, 3, 1, 4]), 0)
    h = torch.scaled_dot_product_attention(parts[0], parts[1], parts[2])
    h = torch.reshape(torch.transpose(h, 1, 2), [b, l, -1])
    return torch.linear(h, output_weight, output_bias)
