# CLIP's text transformer as open_clip builds it (Radford et al., ICML 2021): token and position embeddings, causal
# blocks; the token with the highest id (the end of the text), normed and projected, is the embedding. Activations are
# contiguous [B, L, D]; the blocks' weights are stacked [layers, ...] and taken apart once.
class Program(Module):
  # [B, L] token ids -> unit embeddings [B, D], float32.
  def forward(self: __torch__.Program,
    tokens: Tensor) -> Tensor:
    embedding = (self).raw(tokens, )
    length = torch.norm(embedding, 2, [1], True)
    return torch.div(embedding, torch.clamp_min(length, 1e-12))

  # [B, L] token ids -> embeddings [B, D], not normalised, float32.
  def raw(self: __torch__.Program,
    tokens: Tensor) -> Tensor:
    x = torch.add(torch.embedding(self.token_embedding_weight, tokens), self.positional_embedding)
    x = (self).blocks(x, )
    end = torch.reshape((self).end(tokens, ), [-1, 1, 1])
    x = torch.squeeze(torch.gather(x, 1, torch.expand(end, [-1, -1, torch.size(x, 2)])), 1)
    x = (self).norm(x, self.ln_final_weight, self.ln_final_bias, )
    return torch.to(torch.matmul(x, self.text_projection), 6)

  # Where each row's highest id stands first. PyTorch's argmax promises no order among equals: the position decides.
  def end(self: __torch__.Program,
    tokens: Tensor) -> Tensor:
    highest = torch.eq(tokens, torch.amax(tokens, [1], True))
    early = torch.arange(torch.size(tokens, 1), 0, -1, dtype=4, device=ops.prim.device(tokens))
    return torch.argmax(torch.mul(highest, early), 1)

  def norm(self: __torch__.Program,
    x: Tensor,
    weight: Tensor,
    bias: Tensor) -> Tensor:
    return torch.layer_norm(x, [torch.size(weight, 0)], weight, bias, self.eps)

  # No token sees a later one.
include attention_parts.py
    h = torch.scaled_dot_product_attention(parts[0], parts[1], parts[2], None, 0., True)
    h = torch.reshape(torch.transpose(h, 1, 2), [b, l, -1])
    return torch.linear(h, out_weight, out_bias)
