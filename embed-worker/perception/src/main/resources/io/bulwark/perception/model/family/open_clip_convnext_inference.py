# ConvNeXt for inference on a CPU: open_clip_convnext.py with a block's learnt scale put into the matrix before it, and a
# few images at a time. It has no gradient and no entry `raw`.
class Program(Module):
  # [B, H, W, 3] unsigned bytes -> unit embeddings [B, D], float32.
  def forward(self: __torch__.Program,
    pixels: Tensor) -> Tensor:
    if torch.eq(torch.len(self.fc1_weight), 0):
      _1 = (self).take_stages()
    x = torch.div(torch.to(torch.permute(pixels, [0, 3, 1, 2]), 6), 255.)
    x = torch.to((self).standardised(x, ), self.stem_0_weight)
    x = torch.permute(torch.contiguous(x, memory_format=2), [0, 2, 3, 1])
    x = (self).convolution(x, self.stem_0_weight, self.stem_0_bias, )
    x = (self).norm(x, self.stem_1_weight, self.stem_1_bias, )
    end = torch.size(self.stages_0_blocks_gamma, 0)
    x = (self).stage(x, 0, end, )
include convnext_downsample.py 1
    end0 = torch.add(end, torch.size(self.stages_1_blocks_gamma, 0))
    x = (self).stage(x, end, end0, )
include convnext_downsample.py 2
    end1 = torch.add(end0, torch.size(self.stages_2_blocks_gamma, 0))
    x = (self).stage(x, end0, end1, )
include convnext_downsample.py 3
    x = (self).stage(x, end1, torch.len(self.fc1_weight), )
    x = (self).norm(torch.mean(x, [1, 2]), self.head_norm_weight, self.head_norm_bias, )
    embedding = (self).answered(torch.to((self).projected(x, ), 6), )
    length = torch.norm(embedding, 2, [1], True)
    return torch.div(embedding, torch.clamp_min(length, 1e-12))

  # Blocks from `first` to before `end`. As many images at a time as give some 1600 rows, so that a block's activations
  # stay in the caches. [B, H, W, C] -> [B, H, W, C].
  def stage(self: __torch__.Program,
    x: Tensor,
    first: int,
    end: int) -> Tensor:
    images = ops.prim.max(1, torch.floordiv(1600, torch.mul(torch.size(x, 1), torch.size(x, 2))))
    count = torch.floordiv(torch.sub(torch.add(torch.size(x, 0), images), 1), images)
    parts = annotate(List[Tensor], [])
    for part in range(count):
      from0 = torch.mul(part, images)
      h = torch.contiguous(torch.slice(x, 0, from0, torch.add(from0, images)))
      h = (self).blocks(h, first, end, )
      _2 = torch.append(parts, h)
    return torch.cat(parts)

  # A 7x7 filter for each channel, and a norm.
  def filtered(self: __torch__.Program,
    x: Tensor,
    i: int) -> Tensor:
    weight = self.depthwise_weight[i]
    channels = torch.size(weight, 0)
    h = torch.conv2d(torch.permute(x, [0, 3, 1, 2]), weight, self.depthwise_bias[i], [1, 1], [3, 3], [1, 1], channels)
    return (self).norm(torch.permute(h, [0, 2, 3, 1]), self.norm_weight[i], self.norm_bias[i], )

  def take_stages(self: __torch__.Program) -> int:
include convnext_take.py 0 1 2 3
    return 0

  # Puts a stage's blocks behind the blocks taken so far.
  def take(self: __torch__.Program,
    depthwise_weight: Tensor,
    depthwise_bias: Tensor,
    norm_weight: Tensor,
    norm_bias: Tensor,
    fc1_weight: Tensor,
    fc1_bias: Tensor,
    fc2_weight: Tensor,
    fc2_bias: Tensor,
    gamma: Tensor) -> int:
    for i in range(torch.size(gamma, 0)):
      _7 = torch.append(self.depthwise_weight, torch.select(depthwise_weight, 0, i))
      _8 = torch.append(self.depthwise_bias, torch.select(depthwise_bias, 0, i))
      _9 = torch.append(self.norm_weight, torch.select(norm_weight, 0, i))
      _10 = torch.append(self.norm_bias, torch.select(norm_bias, 0, i))
      scale = torch.select(gamma, 0, i)
      _11 = torch.append(self.fc1_weight, (self).matrix(torch.select(fc1_weight, 0, i), ))
      _12 = torch.append(self.fc1_bias, torch.select(fc1_bias, 0, i))
      scaled = torch.mul(torch.select(fc2_weight, 0, i), torch.unsqueeze(scale, 1))
      _13 = torch.append(self.fc2_weight, (self).matrix(scaled, ))
      _14 = torch.append(self.fc2_bias, torch.mul(torch.select(fc2_bias, 0, i), scale))
    return 0
