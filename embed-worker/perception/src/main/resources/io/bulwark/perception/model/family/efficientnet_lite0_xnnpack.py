# EfficientNet-Lite0 for inference in fp32 on a CPU: efficientnet_lite0.py with every convolution packed for XNNPACK, bias
# and ReLU6 fused in. Activations lie channels-last throughout. It has no gradient: `raw` is there and is not called.
class Program(Module):
  def features(self: __torch__.Program,
    pixels: Tensor) -> Tensor:
    x = ops.prepacked.conv2d_clamp_run(torch.div(torch.sub(pixels, self.mean), self.std), self.stem)
    x = ops.prepacked.conv2d_clamp_run(x, self.block_0_depthwise)
    x = ops.prepacked.conv2d_clamp_run(x, self.block_0_project)
    x = (self).bottleneck(x, self.block_1_expand, self.block_1_depthwise, self.block_1_project, )
    x = torch.add(x, (self).bottleneck(x, self.block_2_expand, self.block_2_depthwise, self.block_2_project, ))
    x = (self).halving(x, self.block_3_expand, self.block_3_depthwise, self.block_3_project, )
    x = torch.add(x, (self).bottleneck(x, self.block_4_expand, self.block_4_depthwise, self.block_4_project, ))
    x = (self).bottleneck(x, self.block_5_expand, self.block_5_depthwise, self.block_5_project, )
    x = torch.add(x, (self).bottleneck(x, self.block_6_expand, self.block_6_depthwise, self.block_6_project, ))
    x = torch.add(x, (self).bottleneck(x, self.block_7_expand, self.block_7_depthwise, self.block_7_project, ))
    x = (self).bottleneck(x, self.block_8_expand, self.block_8_depthwise, self.block_8_project, )
    x = torch.add(x, (self).bottleneck(x, self.block_9_expand, self.block_9_depthwise, self.block_9_project, ))
    x = torch.add(x, (self).bottleneck(x, self.block_10_expand, self.block_10_depthwise, self.block_10_project, ))
    x = (self).halving(x, self.block_11_expand, self.block_11_depthwise, self.block_11_project, )
    x = torch.add(x, (self).bottleneck(x, self.block_12_expand, self.block_12_depthwise, self.block_12_project, ))
    x = torch.add(x, (self).bottleneck(x, self.block_13_expand, self.block_13_depthwise, self.block_13_project, ))
    x = torch.add(x, (self).bottleneck(x, self.block_14_expand, self.block_14_depthwise, self.block_14_project, ))
    x = (self).bottleneck(x, self.block_15_expand, self.block_15_depthwise, self.block_15_project, )
    x = ops.prepacked.conv2d_clamp_run(x, self.head)
    return torch.mean(x, [2, 3])

  def bottleneck(self: __torch__.Program,
    x: Tensor,
    expand: __torch__.torch.classes.xnnpack.Conv2dOpContext,
    depthwise: __torch__.torch.classes.xnnpack.Conv2dOpContext,
    project: __torch__.torch.classes.xnnpack.Conv2dOpContext) -> Tensor:
    h = ops.prepacked.conv2d_clamp_run(x, expand)
    h0 = ops.prepacked.conv2d_clamp_run(h, depthwise)
    return ops.prepacked.conv2d_clamp_run(h0, project)

  # A bottleneck whose 5x5 filters have a stride of 2: "same" pads them by 1 before and 2 after.
  def halving(self: __torch__.Program,
    x: Tensor,
    expand: __torch__.torch.classes.xnnpack.Conv2dOpContext,
    depthwise: __torch__.torch.classes.xnnpack.Conv2dOpContext,
    project: __torch__.torch.classes.xnnpack.Conv2dOpContext) -> Tensor:
    h = torch.constant_pad_nd(ops.prepacked.conv2d_clamp_run(x, expand), [1, 2, 1, 2], 0)
    h0 = ops.prepacked.conv2d_clamp_run(h, depthwise)
    return ops.prepacked.conv2d_clamp_run(h0, project)
