      self.stages_{0}_blocks_conv_dw_weight, self.stages_{0}_blocks_conv_dw_bias,
      self.stages_{0}_blocks_norm_weight, self.stages_{0}_blocks_norm_bias,
      self.stages_{0}_blocks_mlp_fc1_weight, self.stages_{0}_blocks_mlp_fc1_bias,
      self.stages_{0}_blocks_mlp_fc2_weight, self.stages_{0}_blocks_mlp_fc2_bias,
      self.stages_{0}_blocks_gamma, )
