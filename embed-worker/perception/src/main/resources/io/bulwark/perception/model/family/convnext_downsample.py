    x = (self).norm(x, self.stages_{0}_downsample_0_weight, self.stages_{0}_downsample_0_bias, )
    x = (self).convolution(x, self.stages_{0}_downsample_1_weight, self.stages_{0}_downsample_1_bias, )
