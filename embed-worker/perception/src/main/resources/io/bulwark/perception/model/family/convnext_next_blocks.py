include convnext_downsample.py {0}
include convnext_blocks.py {0}
