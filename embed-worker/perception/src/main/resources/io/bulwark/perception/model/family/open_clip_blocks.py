
  def blocks(self: __torch__.Program,
    x: Tensor) -> Tensor:
    ln_1_weight = torch.unbind(self.blocks_ln_1_weight, 0)
    ln_1_bias = torch.unbind(self.blocks_ln_1_bias, 0)
    in_weight = torch.unbind(self.blocks_attn_in_proj_weight, 0)
    in_bias = torch.unbind(self.blocks_attn_in_proj_bias, 0)
    out_weight = torch.unbind(self.blocks_attn_out_proj_weight, 0)
    out_bias = torch.unbind(self.blocks_attn_out_proj_bias, 0)
    ln_2_weight = torch.unbind(self.blocks_ln_2_weight, 0)
    ln_2_bias = torch.unbind(self.blocks_ln_2_bias, 0)
    fc_weight = torch.unbind(self.blocks_mlp_c_fc_weight, 0)
    fc_bias = torch.unbind(self.blocks_mlp_c_fc_bias, 0)
    proj_weight = torch.unbind(self.blocks_mlp_c_proj_weight, 0)
    proj_bias = torch.unbind(self.blocks_mlp_c_proj_bias, 0)
    for i in range(torch.len(in_weight)):
      h = (self).norm(x, ln_1_weight[i], ln_1_bias[i], )
      h = (self).attention(h, in_weight[i], in_bias[i], out_weight[i], out_bias[i], )
      x = torch.add(x, h)
      h = (self).norm(x, ln_2_weight[i], ln_2_bias[i], )
      h = (self).activation(torch.linear(h, fc_weight[i], fc_bias[i]), )
      x = torch.add(x, torch.linear(h, proj_weight[i], proj_bias[i]))
    return x

  # OpenAI's weights were trained with x * sigmoid(1.702 x); the others with the exact GELU.
  def activation(self: __torch__.Program,
    x: Tensor) -> Tensor:
    if self.quick_gelu:
      h = torch.mul(x, torch.sigmoid(torch.mul(x, 1.702)))
    else:
      h = torch.gelu(x)
    return h
