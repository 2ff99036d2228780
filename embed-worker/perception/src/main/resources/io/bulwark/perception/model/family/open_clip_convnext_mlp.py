
  # open_clip's head with timm_proj: mlp, timm's Mlp of 2 D hidden units. [B, C] -> [B, D].
  def projected(self: __torch__.Program,
    x: Tensor) -> Tensor:
    h = torch.gelu(torch.linear(x, self.head_mlp_fc1_weight, self.head_mlp_fc1_bias))
    return torch.linear(h, self.head_mlp_fc2_weight)
