
  # [B, H, W, 3] unsigned bytes -> [B, D]: what the blocks make of the class token. As many images at a time as give a
  # product rows enough and leave its result in the caches; the last block, where few rows are left, has them all.
  def class_tokens(self: __torch__.Program,
    pixels: Tensor) -> Tensor:
    parts = annotate(List[Tensor], [])
    images = ops.prim.max(1, torch.floordiv(1600, torch.size(self.positional_embedding, -2)))
    for part in torch.split(pixels, images, 0):
      _0 = torch.append(parts, (self).blocks((self).embedded(part, ), ))
    return (self).last_block(torch.cat(parts, 0), )

  # [B, H, W, 3] unsigned bytes -> standardised [B, L, 3 * P * P]: what a convolution of stride P sees. Rows and columns
  # beyond the last patch are cut, as it would. Bytes are put in order before they grow to floats.
  def patches(self: __torch__.Program,
    pixels: Tensor) -> Tensor:
    p = self.patch
    rows = torch.floordiv(torch.size(pixels, 1), p)
    columns = torch.floordiv(torch.size(pixels, 2), p)
    x = torch.slice(torch.slice(pixels, 1, 0, torch.mul(rows, p)), 2, 0, torch.mul(columns, p))
    x = torch.permute(torch.reshape(x, [torch.size(x, 0), rows, p, columns, p, 3]), [0, 1, 3, 5, 2, 4])
    x = torch.to(torch.reshape(x, [-1, 3, torch.mul(p, p)]), 6)
    mean = torch.reshape(torch.tensor([self.mean_0, self.mean_1, self.mean_2], dtype=6), [3, 1])
    std = torch.reshape(torch.tensor([self.std_0, self.std_1, self.std_2], dtype=6), [3, 1])
    x = torch.div_(torch.sub_(torch.div_(x, 255.), mean), std)
    return torch.to(torch.reshape(x, [torch.size(pixels, 0), torch.mul(rows, columns), -1]), self.blocks_ln_1_weight)

  def norm(self: __torch__.Program,
    x: Tensor,
    weight: Tensor,
    bias: Tensor) -> Tensor:
    return torch.layer_norm(x, [torch.size(weight, 0)], weight, bias, self.eps)

  # q [B, M, D], k and v [B, L, D] -> [B, M, D].
  def attention(self: __torch__.Program,
    q: Tensor,
    k: Tensor,
    v: Tensor) -> Tensor:
    shape = [torch.size(q, 0), -1, self.heads, torch.floordiv(torch.size(q, 2), self.heads)]
    q = torch.transpose(torch.reshape(q, shape), 1, 2)
    k = torch.transpose(torch.reshape(k, shape), 1, 2)
    v = torch.transpose(torch.reshape(v, shape), 1, 2)
    return torch.flatten(torch.transpose(torch.scaled_dot_product_attention(q, k, v), 1, 2), 2, 3)
