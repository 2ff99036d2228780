# Rows in bf16 and their products with queries.
class Program(Module):
  # [B, D] bf16, count, [Q, D] fp32 -> [Q, count] fp32, each within RowProduct's bound of the exact product.
  def forward(self: __torch__.Program,
    rows: Tensor,
    count: Tensor,
    queries: Tensor) -> Tensor:
    used = torch.slice(rows, 0, 0, int(count))
    if ops.mkldnn._is_mkldnn_bf16_supported():
      products = torch.to(torch.linear(torch.to(queries, 15), used), 6)
    else:
      # libtorch's own bf16 is slow, so some rows at a time as fp32, which stay in the core's cache.
      parts = annotate(List[Tensor], [])
      for part in torch.split(used, 256):
        _0 = torch.append(parts, torch.linear(queries, torch.to(part, 6)))
      products = torch.cat(parts, 1)
    return products

  # [2] of B and D -> [B, D] bf16 of whatever was in that memory.
  def empty(self: __torch__.Program,
    sizes: Tensor) -> Tensor:
    return torch.empty([int(torch.select(sizes, 0, 0)), int(torch.select(sizes, 0, 1))], dtype=15)
