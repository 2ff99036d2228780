# Rows in bf16 and their products with queries.
class Program(Module):
  # [B, D] bf16, count, [Q, D] and [1] fp32 that bf16 can hold
  # -> [Q, count] fp32: products plus the offset, each within RowProduct's bound of the exact one.
  def forward(self: __torch__.Program,
    rows: Tensor,
    count: Tensor,
    queries: Tensor,
    offset: Tensor) -> Tensor:
    used = torch.slice(rows, 0, 0, int(count))
    if ops.mkldnn._is_mkldnn_bf16_supported():
      # A bias of each row is added before the sum is rounded to bf16 (what addmm adds is added afterwards).
      bias = torch.contiguous(torch.expand(torch.to(offset, 15), [torch.size(used, 0)]))
      products = torch.to(torch.linear(torch.to(queries, 15), used, bias), 6)
    else:
      # libtorch's own bf16 is slow, so some rows at a time as fp32, which stay in the core's cache.
      parts = annotate(List[Tensor], [])
      for part in torch.split(used, 256):
        _0 = torch.append(parts, torch.linear(queries, torch.to(part, 6)))
      products = torch.add(torch.cat(parts, 1), offset)
    return products

  # [2] of B and D -> [B, D] bf16 of whatever was in that memory.
  def empty(self: __torch__.Program,
    sizes: Tensor) -> Tensor:
    return torch.empty([int(torch.select(sizes, 0, 0)), int(torch.select(sizes, 0, 1))], dtype=15)
