
  # The metric's MLP (Fu et al., NeurIPS 2023; Croce et al., SaTML 2025), on the embedding as it is, not normalised: one
  # hidden layer beside the embedding itself. [B, D] -> [B, D], float32.
  def answered(self: __torch__.Program,
    x: Tensor) -> Tensor:
    h = torch.relu(torch.linear(x, self.metric_head_fc1_weight, self.metric_head_fc1_bias))
    return torch.add(torch.linear(h, self.metric_head_fc2_weight, self.metric_head_fc2_bias), x)
