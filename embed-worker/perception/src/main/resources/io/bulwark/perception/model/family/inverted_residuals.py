  def bottleneck(self: __torch__.Program,
    x: Tensor,
    expand: Tensor,
    expand_bias: Tensor,
    depthwise: Tensor,
    depthwise_bias: Tensor,
    project: Tensor,
    project_bias: Tensor,
    stride: int) -> Tensor:
    h = torch.hardtanh_(torch.conv2d(x, expand, expand_bias), 0., 6.)
    h0 = (self).depthwise(h, depthwise, depthwise_bias, stride, )
    return torch.conv2d(h0, project, project_bias)

  def residual(self: __torch__.Program,
    x: Tensor,
    expand: Tensor,
    expand_bias: Tensor,
    depthwise: Tensor,
    depthwise_bias: Tensor,
    project: Tensor,
    project_bias: Tensor) -> Tensor:
    h = (self).bottleneck(x, expand, expand_bias, depthwise, depthwise_bias, project, project_bias, 1, )
    return torch.add(x, h)
