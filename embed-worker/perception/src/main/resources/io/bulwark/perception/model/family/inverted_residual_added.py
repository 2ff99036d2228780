    x = (self).residual(x, self.block_{0}_expand_weight, self.block_{0}_expand_bias,
      self.block_{0}_depthwise_weight, self.block_{0}_depthwise_bias,
      self.block_{0}_project_weight, self.block_{0}_project_bias, )
