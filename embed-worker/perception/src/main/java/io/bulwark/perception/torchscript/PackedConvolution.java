package io.bulwark.perception.torchscript;

import java.util.List;
import java.util.OptionalDouble;

/**
 * A convolution whose weights XNNPACK packs once, when the archive is loaded: an attribute of type {@code
 * __torch__.torch.classes.xnnpack.Conv2dOpContext} that {@code ops.prepacked.conv2d_clamp_run(x, self.name)} runs with
 * bias and clamp fused in. For inference in fp32 on a CPU: it has no gradient.
 *
 * @param name the attribute, dots become underscores
 * @param weight {@code [O, I / groups, H, W]}, F32
 * @param bias {@code [O]}, F32
 * @param stride of both axes
 * @param padding of all four sides
 * @param groups 1, or the channels for a depthwise convolution
 * @param min lower bound of the output, if it is clamped
 * @param max upper bound of the output, if it is clamped
 * @see <a href="https://github.com/google/XNNPACK">XNNPACK</a>, which PyTorch's CPU libraries contain
 */
public record PackedConvolution(
        String name,
        LinkTensor weight,
        LinkTensor bias,
        long stride,
        long padding,
        long groups,
        OptionalDouble min,
        OptionalDouble max) {

    static final String TYPE = "__torch__.torch.classes.xnnpack.Conv2dOpContext";

    String attribute() {
        return name.replace('.', '_');
    }

    /** The tuple that the class restores itself from; the storages of weight and bias have the given keys. */
    void pickle(PickleWriter pickle, int weightKey, int biasKey) {
        int dot = TYPE.lastIndexOf('.');
        pickle.global(TYPE.substring(0, dot), TYPE.substring(dot + 1))
                .emptyTuple()
                .newObject();
        pickle.mark().tensor(weight, weightKey).tensor(bias, biasKey);
        pickle.integerList(List.of(stride, stride));
        pickle.integerList(List.of(padding, padding));
        pickle.integerList(List.of(1L, 1L)).integer(groups);
        bound(pickle, min);
        bound(pickle, max);
        pickle.tuple().build();
    }

    private static void bound(PickleWriter pickle, OptionalDouble bound) {
        if (bound.isPresent()) {
            pickle.real(bound.getAsDouble());
        } else {
            pickle.none();
        }
    }
}
