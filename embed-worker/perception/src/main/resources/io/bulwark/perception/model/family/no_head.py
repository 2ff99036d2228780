
  # Nothing stands behind the projection. [B, D] -> [B, D].
  def answered(self: __torch__.Program,
    x: Tensor) -> Tensor:
    return x
