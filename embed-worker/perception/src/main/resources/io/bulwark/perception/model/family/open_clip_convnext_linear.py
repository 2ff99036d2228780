
  # open_clip's head with timm_proj: linear. [B, C] -> [B, D].
  def projected(self: __torch__.Program,
    x: Tensor) -> Tensor:
    return torch.linear(x, self.head_proj_weight)
