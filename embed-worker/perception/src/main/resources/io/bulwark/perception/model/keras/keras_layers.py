# The entries of networks of Keras layers. Their layers are written behind this, as the methods features, from pixels to
# the embedding, and logits, from the embedding to what the last softmax gets. Kernels lie channels-last; every
# activation follows them.
class Program(Module):
include ../family/unit_embedding_and_classes.py D
