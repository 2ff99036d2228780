
  # All blocks but the last. Products add to what their result already holds: a bias, or the residual stream itself with
  # the bias put on it. The wide results have one buffer each for all blocks, which stays in the caches.
  # [B, L, D], which it overwrites -> [B, L, D].
  def blocks(self: __torch__.Program,
    x: Tensor) -> Tensor:
    qkv = (self).buffer(x, self.blocks_attn_in_proj_bias, )
    wide = (self).buffer(x, self.blocks_mlp_c_fc_bias, )
    for i in range(torch.sub(torch.size(self.blocks_ln_1_weight, 0), 1)):
      qkv = (self).qkv(x, i, qkv, )
      parts = torch.split(qkv, torch.size(x, 2), 2)
      h = (self).attention(parts[0], parts[1], parts[2], )
      x = (self).rest(x, h, i, wide, )
    return x

  # Its other tokens are not read: beyond keys and values only the class token's row is computed.
  # [B, L, D] -> [B, D].
  def last_block(self: __torch__.Program,
    x: Tensor) -> Tensor:
    i = torch.sub(torch.size(self.blocks_ln_1_weight, 0), 1)
    qkv = (self).qkv(x, i, (self).buffer(x, self.blocks_attn_in_proj_bias, ), )
    parts = torch.split(qkv, torch.size(x, 2), 2)
    h = (self).attention(torch.slice(parts[0], 1, 0, 1), parts[1], parts[2], )
    x = torch.contiguous(torch.slice(x, 1, 0, 1))
    x = (self).rest(x, h, i, (self).buffer(x, self.blocks_mlp_c_fc_bias, ), )
    return torch.select(x, 1, 0)

  # For activations that have a stack of biases added.
  def buffer(self: __torch__.Program,
    x: Tensor,
    biases: Tensor) -> Tensor:
    return torch.empty([torch.size(x, 0), torch.size(x, 1), torch.size(biases, 1)], dtype=ops.prim.dtype(x))

  def qkv(self: __torch__.Program,
    x: Tensor,
    i: int,
    buffer: Tensor) -> Tensor:
    h = (self).norm(x, torch.select(self.blocks_ln_1_weight, 0, i), torch.select(self.blocks_ln_1_bias, 0, i), )
    qkv = torch.copy_(buffer, torch.select(self.blocks_attn_in_proj_bias, 0, i))
    return (self).add_product(qkv, h, torch.select(self.blocks_attn_in_proj_weight, 0, i), 1., )

  # What follows the attention.
  def rest(self: __torch__.Program,
    x: Tensor,
    h: Tensor,
    i: int,
    buffer: Tensor) -> Tensor:
    x = torch.add_(x, torch.select(self.blocks_attn_out_proj_bias, 0, i))
    x = (self).add_product(x, h, torch.select(self.blocks_attn_out_proj_weight, 0, i), 1., )
    h = (self).norm(x, torch.select(self.blocks_ln_2_weight, 0, i), torch.select(self.blocks_ln_2_bias, 0, i), )
    bias = torch.select(self.blocks_mlp_c_fc_bias, 0, i)
    weight = torch.select(self.blocks_mlp_c_fc_weight, 0, i)
    scale = 1.
    if self.quick_gelu:
      # x * sigmoid(1.702 x) is silu(1.702 x) / 1.702, and products have factors for nothing.
      scale = 1.702
      h = torch.silu_((self).add_product(torch.copy_(buffer, torch.mul(bias, scale)), h, weight, scale, ))
    else:
      h = torch.gelu_((self).add_product(torch.copy_(buffer, bias), h, weight, scale, ))
    x = torch.add_(x, torch.select(self.blocks_mlp_c_proj_bias, 0, i))
    return (self).add_product(x, h, torch.select(self.blocks_mlp_c_proj_weight, 0, i), torch.div(1., scale), )

  # sum [B, L, E] += factor * h [B, L, F] weight [E, F]'.
  def add_product(self: __torch__.Program,
    sum: Tensor,
    h: Tensor,
    weight: Tensor,
    factor: float) -> Tensor:
    rows = torch.view(sum, [-1, torch.size(sum, 2)])
    _1 = torch.addmm_(rows, torch.view(h, [-1, torch.size(h, 2)]), torch.t(weight), beta=1., alpha=factor)
    return sum
