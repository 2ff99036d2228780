    _3{0} = (self).take(
include convnext_stage_weights.py {0}
    self.stages_{0}_blocks_mlp_fc1_weight = torch.empty([0])
    self.stages_{0}_blocks_mlp_fc2_weight = torch.empty([0])
