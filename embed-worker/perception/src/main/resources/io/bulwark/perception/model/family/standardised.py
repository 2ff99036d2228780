
  # [B, 3, H, W] in [0, 1] -> less the mean, divided by the deviation.
  def standardised(self: __torch__.Program,
    x: Tensor) -> Tensor:
    device = ops.prim.device(x)
    mean = torch.tensor([self.mean_0, self.mean_1, self.mean_2], dtype=6, device=device)
    std = torch.tensor([self.std_0, self.std_1, self.std_2], dtype=6, device=device)
    return torch.div(torch.sub(x, torch.reshape(mean, [1, 3, 1, 1])), torch.reshape(std, [1, 3, 1, 1]))
