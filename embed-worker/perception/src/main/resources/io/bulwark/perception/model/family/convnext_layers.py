
  def standardised(self: __torch__.Program,
    x: Tensor) -> Tensor:
    device = ops.prim.device(x)
    mean = torch.tensor([self.mean_0, self.mean_1, self.mean_2], dtype=6, device=device)
    std = torch.tensor([self.std_0, self.std_1, self.std_2], dtype=6, device=device)
    return torch.div(torch.sub(x, torch.reshape(mean, [1, 3, 1, 1])), torch.reshape(std, [1, 3, 1, 1]))

  # Patches side by side: the stride is the kernel's size.
  def convolution(self: __torch__.Program,
    x: Tensor,
    weight: Tensor,
    bias: Tensor) -> Tensor:
    size = torch.size(weight, 2)
    h = torch.conv2d(torch.permute(x, [0, 3, 1, 2]), weight, bias, [size, size])
    return torch.permute(h, [0, 2, 3, 1])

  def norm(self: __torch__.Program,
    x: Tensor,
    weight: Tensor,
    bias: Tensor) -> Tensor:
    return torch.layer_norm(x, [torch.size(weight, 0)], weight, bias, self.eps)
