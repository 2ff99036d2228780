
  # [B, H, W, C] -> [B, H, W, C].
  def blocks(self: __torch__.Program,
    x: Tensor,
    first: int,
    end: int) -> Tensor:
    none = annotate(List[Optional[number]], [])
    for j in range(torch.sub(end, first)):
      i = torch.add(first, j)
      h = (self).filtered(x, i, )
      h = ops.mkldnn._linear_pointwise(h, self.fc1_weight[i], self.fc1_bias[i], "gelu", none, "none")
      x = ops.mkldnn._linear_pointwise(h, x, self.fc2_weight[i], self.fc2_bias[i], "add")
    return x

  # In the order that oneDNN multiplies it in.
  def matrix(self: __torch__.Program,
    weight: Tensor) -> Tensor:
    return ops.mkldnn._reorder_linear_weight(torch.contiguous(weight))
