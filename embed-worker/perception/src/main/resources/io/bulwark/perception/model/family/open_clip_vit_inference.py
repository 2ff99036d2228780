# open_clip_vit.py for inference on a CPU: the same function, without gradients or an entry `raw`.
class Program(Module):
  # [B, H, W, 3] unsigned bytes -> unit embeddings [B, D], float32.
  def forward(self: __torch__.Program,
    pixels: Tensor) -> Tensor:
    x = (self).norm((self).class_tokens(pixels, ), self.ln_post_weight, self.ln_post_bias, )
    embedding = (self).answered(torch.to(torch.matmul(x, self.proj), 6), )
    length = torch.norm(embedding, 2, [1], True)
    return torch.div(embedding, torch.clamp_min(length, 1e-12))

  # [B, H, W, 3] unsigned bytes -> [B, L, D], the class token first.
  def embedded(self: __torch__.Program,
    pixels: Tensor) -> Tensor:
    x = torch.linear((self).patches(pixels, ), self.conv1_weight)
    classes = torch.expand(self.class_embedding, [torch.size(x, 0), 1, -1])
    x = torch.add_(torch.cat([classes, x], 1), self.positional_embedding)
    return torch.layer_norm(x, [torch.size(x, 2)], self.ln_pre_weight, self.ln_pre_bias, self.eps_pre)
