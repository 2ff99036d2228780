  # [B, H, W, 3] unsigned bytes -> unit embeddings [B, {0}], class probabilities [B, C]; both float32.
  def forward(self: __torch__.Program,
    pixels: Tensor) -> Tuple[Tensor, Tensor]:
    x = torch.div(torch.to(torch.permute(pixels, [0, 3, 1, 2]), 6), 255.)
    embedding = (self).features(x, )
    length = torch.norm(embedding, 2, [1], True)
    unit = torch.div(embedding, torch.clamp_min(length, 1e-12))
    return (unit, torch.softmax((self).logits(embedding, ), 1))

  # [B, 3, H, W] floats in [0, 1] -> embeddings [B, {0}], not normalised, and logits [B, C]: for gradients.
  def raw(self: __torch__.Program,
    x: Tensor) -> Tuple[Tensor, Tensor]:
    embedding = (self).features(torch.contiguous(x, memory_format=2), )
    return (embedding, (self).logits(embedding, ))
