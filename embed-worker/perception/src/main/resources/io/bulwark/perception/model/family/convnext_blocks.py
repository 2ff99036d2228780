    x = (self).stage(x,
include convnext_stage_weights.py {0}
