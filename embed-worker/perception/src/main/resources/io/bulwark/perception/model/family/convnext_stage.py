
  def stage(self: __torch__.Program,
    x: Tensor,
    depthwise_weights: Tensor,
    depthwise_biass: Tensor,
    norm_weights: Tensor,
    norm_biass: Tensor,
    fc1_weights: Tensor,
    fc1_biass: Tensor,
    fc2_weights: Tensor,
    fc2_biass: Tensor,
    gammas: Tensor) -> Tensor:
    depthwise_weight = torch.unbind(depthwise_weights, 0)
    depthwise_bias = torch.unbind(depthwise_biass, 0)
    norm_weight = torch.unbind(norm_weights, 0)
    norm_bias = torch.unbind(norm_biass, 0)
    fc1_weight = torch.unbind(fc1_weights, 0)
    fc1_bias = torch.unbind(fc1_biass, 0)
    fc2_weight = torch.unbind(fc2_weights, 0)
    fc2_bias = torch.unbind(fc2_biass, 0)
    gamma = torch.unbind(gammas, 0)
    for i in range(torch.len(gamma)):
      h = (self).depthwise(x, depthwise_weight[i], depthwise_bias[i], )
      h = (self).norm(h, norm_weight[i], norm_bias[i], )
      h = torch.gelu(torch.linear(h, fc1_weight[i], fc1_bias[i]))
      h = torch.mul(torch.linear(h, fc2_weight[i], fc2_bias[i]), gamma[i])
      x = torch.add(x, h)
    return x

  # A 7x7 filter for each channel.
  def depthwise(self: __torch__.Program,
    x: Tensor,
    weight: Tensor,
    bias: Tensor) -> Tensor:
    channels = torch.size(weight, 0)
    h = torch.conv2d(torch.permute(x, [0, 3, 1, 2]), weight, bias, [1, 1], [3, 3], [1, 1], channels)
    return torch.permute(h, [0, 2, 3, 1])
