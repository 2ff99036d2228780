# MobileNetV2 at width 1.0 for inference on an x86 CPU: mobilenet_v2.py with its kernels packed for oneDNN at the first
# call, bias, ReLU6 and residual sum fused in. Activations are [B, H, W, C]; a 1x1 convolution is a product of matrices,
# whose packed form suits any number of rows, where a packed convolution is bound to a size of picture. The stem's kernels
# are those for pixels in 0 to 255. It has no gradient and no entry `raw`.
class Program(Module):
  # [B, H, W, 3] unsigned bytes -> unit embeddings [B, 1280], class probabilities [B, C]; both float32.
  def forward(self: __torch__.Program,
    pixels: Tensor) -> Tuple[Tensor, Tensor]:
    if torch.eq(torch.len(self.expand), 0):
      _0 = (self).pack()
    x = (self).early(pixels, )
    for i in range(torch.sub(torch.len(self.expand), 5)):
      x = (self).bottleneck(x, torch.add(i, 5), )
    x = (self).clamped_product(x, self.last_weight, self.last_bias, )
    embedding = torch.mean(x, [1, 2], False, dtype=6)
    unit = torch.div(embedding, torch.clamp_min(torch.norm(embedding, 2, [1], True), 1e-12))
    h = torch.relu(torch.linear(embedding, self.head_dense_1_weight, self.head_dense_1_bias))
    h0 = torch.relu(torch.linear(h, self.head_dense_2_weight, self.head_dense_2_bias))
    logits = torch.linear(h0, self.head_dense_3_weight, self.head_dense_3_bias)
    return (unit, torch.softmax(logits, 1))

  # The stem and the blocks to 5, four images at a time: their activations are large, and stay in the cache so.
  def early(self: __torch__.Program,
    pixels: Tensor) -> Tensor:
    parts = annotate(List[Tensor], [])
    for i in range(torch.floordiv(torch.add(torch.size(pixels, 0), 3), 4)):
      first = torch.mul(i, 4)
      part = (self).first_blocks(torch.slice(pixels, 0, first, torch.add(first, 4)), )
      _0 = torch.append(parts, part)
    return torch.cat(parts)

  def first_blocks(self: __torch__.Program,
    pixels: Tensor) -> Tensor:
    x = torch.to(pixels, self.stem_bias)
    x = (self).convolution(x, self.stem_weight, self.stem_bias, 2, 1, )
    x = (self).convolution(x, self.depthwise[0], self.depthwise_bias[0], 1, torch.size(x, 3), )
    x = (self).product(x, self.project[0], self.project_bias[0], )
    for i in range(5):
      x = (self).bottleneck(x, i, )
    return x

  def bottleneck(self: __torch__.Program,
    x: Tensor,
    i: int) -> Tensor:
    h = (self).clamped_product(x, self.expand[i], self.expand_bias[i], )
    layer = torch.add(i, 1)
    stride = (self).stride(layer, )
    h = (self).convolution(h, self.depthwise[layer], self.depthwise_bias[layer], stride, torch.size(h, 3), )
    weight = self.project[layer]
    bias = self.project_bias[layer]
    if torch.eq(torch.size(x, 3), torch.size(bias, 0)):
      h = ops.mkldnn._linear_pointwise(h, x, weight, bias, "add")
    else:
      h = (self).product(h, weight, bias, )
    return h

  # Of a block's depthwise convolution.
  def stride(self: __torch__.Program,
    block: int) -> int:
    strides = [1, 2, 1, 2, 1, 1, 2, 1, 1, 1, 1, 1, 1, 2, 1, 1, 1]
    return strides[block]

  def product(self: __torch__.Program,
    x: Tensor,
    weight: Tensor,
    bias: Tensor) -> Tensor:
    return ops.mkldnn._linear_pointwise(x, weight, bias, "none", annotate(List[Optional[number]], []), "")

  def clamped_product(self: __torch__.Program,
    x: Tensor,
    weight: Tensor,
    bias: Tensor) -> Tensor:
    return ops.mkldnn._linear_pointwise(x, weight, bias, "hardtanh", annotate(List[Optional[number]], [0., 6.]), "")

  # With ReLU6.
  def convolution(self: __torch__.Program,
    x: Tensor,
    weight: Tensor,
    bias: Tensor,
    stride: int,
    groups: int) -> Tensor:
    x = torch.permute(x, [0, 3, 1, 2])
    clamp = annotate(List[Optional[number]], [0., 6.])
    h = ops.mkldnn._convolution_pointwise(x, weight, bias, [1, 1], [stride, stride], [1, 1], groups, "hardtanh", clamp, "")
    return torch.permute(h, [0, 2, 3, 1])

  def pack(self: __torch__.Program) -> int:
    self.stem_weight = (self).packed_convolution(self.stem_weight, 2, 1, )
    self.last_weight = (self).packed_matrix(self.last_weight, )
    for weight in self.expand_weight:
      _1 = torch.append(self.expand, (self).packed_matrix(weight, ))
    for weight in self.project_weight:
      _2 = torch.append(self.project, (self).packed_matrix(weight, ))
    for i in range(torch.len(self.depthwise_weight)):
      weight = self.depthwise_weight[i]
      packed = (self).packed_convolution(weight, (self).stride(i, ), torch.size(weight, 0), )
      _3 = torch.append(self.depthwise, packed)
    self.expand_weight = annotate(List[Tensor], [])
    self.project_weight = annotate(List[Tensor], [])
    self.depthwise_weight = annotate(List[Tensor], [])
    return 0

  def packed_matrix(self: __torch__.Program,
    weight: Tensor) -> Tensor:
    return ops.mkldnn._reorder_linear_weight(torch.contiguous(torch.flatten(weight, 1)))

  # Strided layers pad at the bottom and right alone. Padded by one on all sides, a kernel with a row and a column of zeros
  # before it sees the same, which spares a padded copy of the activations.
  def packed_convolution(self: __torch__.Program,
    weight: Tensor,
    stride: int,
    groups: int) -> Tensor:
    if torch.eq(stride, 2):
      weight = torch.constant_pad_nd(weight, [1, 0, 1, 0], 0)
    else:
      pass
    return ops.mkldnn._reorder_convolution_weight(weight, [1, 1], [stride, stride], [1, 1], groups, None)
