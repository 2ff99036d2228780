
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

include attention_parts.py
    h = torch.scaled_dot_product_attention(parts[0], parts[1], parts[2])
    h = torch.reshape(torch.transpose(h, 1, 2), [b, l, -1])
    return torch.linear(h, out_weight, out_bias)
