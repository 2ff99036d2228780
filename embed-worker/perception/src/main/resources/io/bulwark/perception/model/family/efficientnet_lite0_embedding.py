
  # [B, H, W, 3] unsigned bytes -> unit embeddings [B, 1280], float32.
  def forward(self: __torch__.Program,
    pixels: Tensor) -> Tensor:
    embedding = (self).features(torch.div(torch.to(torch.permute(pixels, [0, 3, 1, 2]), 6), 255.), )
    return torch.div(embedding, torch.clamp_min(torch.norm(embedding, 2, [1], True), 1e-12))

  # [B, 3, H, W] floats in [0, 1] -> embeddings [B, 1280], not normalised: for gradients.
  def raw(self: __torch__.Program,
    x: Tensor) -> Tensor:
    return (self).features(torch.contiguous(x, memory_format=2), )
