# DINO's vision transformer (Caron et al., ICCV 2021) under the names of Hugging Face's ViTModel: patches with a bias, a
# class token, learnt positions, no norm before the blocks, exact GELU; the class token of the last norm is the embedding.
# Activations are contiguous [B, L, D] throughout; each block's q, k and v are one product. The blocks' weights are
# stacked [layers, ...] and taken apart once: indexing them in the loop would make a full-size gradient for each layer.
class Program(Module):
include unit_embedding.py

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
