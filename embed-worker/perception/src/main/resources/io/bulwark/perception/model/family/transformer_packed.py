
  # All blocks but the last.
  # [B, L, D], which it overwrites -> [B, L, D].
  def blocks(self: __torch__.Program,
    x: Tensor) -> Tensor:
    if torch.eq(torch.len(self.in_weight), 0):
      _1 = (self).pack()
    for i in range(torch.sub(torch.size(self.blocks_ln_1_weight, 0), 1)):
      parts = torch.split((self).qkv(x, i, ), torch.size(x, 2), 2)
      h = (self).attention(parts[0], parts[1], parts[2], )
      x = (self).rest(x, h, i, )
    return x

  # Its other tokens are not read: beyond keys and values only the class token's row is computed.
  # [B, L, D] -> [B, D].
  def last_block(self: __torch__.Program,
    x: Tensor) -> Tensor:
    i = torch.sub(torch.size(self.blocks_ln_1_weight, 0), 1)
    parts = torch.split((self).qkv(x, i, ), torch.size(x, 2), 2)
    h = (self).attention(torch.slice(parts[0], 1, 0, 1), parts[1], parts[2], )
    return torch.select((self).rest(torch.contiguous(torch.slice(x, 1, 0, 1)), h, i, ), 1, 0)

  def qkv(self: __torch__.Program,
    x: Tensor,
    i: int) -> Tensor:
    h = (self).norm(x, torch.select(self.blocks_ln_1_weight, 0, i), torch.select(self.blocks_ln_1_bias, 0, i), )
    return (self).product(h, self.in_weight[i], torch.select(self.blocks_attn_in_proj_bias, 0, i), "none", )

  # What follows the attention.
  def rest(self: __torch__.Program,
    x: Tensor,
    h: Tensor,
    i: int) -> Tensor:
    bias = torch.select(self.blocks_attn_out_proj_bias, 0, i)
    x = ops.mkldnn._linear_pointwise(h, x, self.out_weight[i], bias, "add")
    h = (self).norm(x, torch.select(self.blocks_ln_2_weight, 0, i), torch.select(self.blocks_ln_2_bias, 0, i), )
    activation = "gelu"
    if self.quick_gelu:
      activation = "swish"
    h = (self).product(h, self.fc_weight[i], torch.select(self.blocks_mlp_c_fc_bias, 0, i), activation, )
    bias = torch.select(self.blocks_mlp_c_proj_bias, 0, i)
    return ops.mkldnn._linear_pointwise(h, x, self.proj_weight[i], bias, "add")

  def product(self: __torch__.Program,
    x: Tensor,
    weight: Tensor,
    bias: Tensor,
    activation: str) -> Tensor:
    return ops.mkldnn._linear_pointwise(x, weight, bias, activation, annotate(List[Optional[number]], []), "none")

  # Puts every matrix of the blocks into the order that oneDNN multiplies it in, and lets the row-major ones go. What
  # QuickGELU multiplies with is put into the matrices around it: x * sigmoid(1.702 x) is swish(1.702 x) / 1.702.
  def pack(self: __torch__.Program) -> int:
    scale = 1.
    if self.quick_gelu:
      scale = 1.702
    self.blocks_mlp_c_fc_bias = torch.mul(self.blocks_mlp_c_fc_bias, scale)
    self.in_weight = (self).packed(self.blocks_attn_in_proj_weight, 1., )
    self.blocks_attn_in_proj_weight = torch.empty([0])
    self.out_weight = (self).packed(self.blocks_attn_out_proj_weight, 1., )
    self.blocks_attn_out_proj_weight = torch.empty([0])
    self.fc_weight = (self).packed(self.blocks_mlp_c_fc_weight, scale, )
    self.blocks_mlp_c_fc_weight = torch.empty([0])
    self.proj_weight = (self).packed(self.blocks_mlp_c_proj_weight, torch.div(1., scale), )
    self.blocks_mlp_c_proj_weight = torch.empty([0])
    return 0

  # [layers, ...] -> a packed matrix for each layer.
  def packed(self: __torch__.Program,
    matrices: Tensor,
    factor: float) -> List[Tensor]:
    packed = annotate(List[Tensor], [])
    for matrix in torch.unbind(matrices, 0):
      _2 = torch.append(packed, ops.mkldnn._reorder_linear_weight(torch.mul(matrix, factor)))
    return packed
