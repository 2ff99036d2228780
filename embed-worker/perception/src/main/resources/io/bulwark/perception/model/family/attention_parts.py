  def attention(self: __torch__.Program,
    x: Tensor,
    in_weight: Tensor,
    in_bias: Tensor,
    out_weight: Tensor,
    out_bias: Tensor) -> Tensor:
    b = torch.size(x, 0)
    l = torch.size(x, 1)
    qkv = torch.reshape(torch.linear(x, in_weight, in_bias), [b, l, 3, self.heads, -1])
    parts = torch.unbind(torch.permute(qkv, [2, 0, 3, 1, 4]), 0)
