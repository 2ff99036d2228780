package io.bulwark.perception.model.family;

import io.bulwark.perception.safetensors.ElementType;
import io.bulwark.perception.torchscript.LinkTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Tensors of convolutional networks as their programs want them. */
public final class ChannelsLast {

    private ChannelsLast() {}

    /**
     * Each under its own name, kernels channels-last and all else row-major.
     *
     * @param shapes by name, in the order that is wanted
     * @param type to store a tensor as, by its name
     */
    public static List<LinkTensor> layOut(
            Map<String, List<Long>> shapes, Weights weights, Function<String, ElementType> type) {
        List<LinkTensor> laidOut = new ArrayList<>();
        shapes.forEach((name, shape) -> {
            float[] values = weights.floats(name);
            laidOut.add(
                    shape.size() == 4
                            ? LinkTensor.channelsLast(name, type.apply(name), shape, values)
                            : LinkTensor.of(name, type.apply(name), shape, values));
        });
        return laidOut;
    }

    /** Each whole, under its own name. */
    static List<Piece> pieces(Map<String, List<Long>> shapes) {
        List<Piece> pieces = new ArrayList<>();
        shapes.forEach((name, shape) -> pieces.add(Piece.whole(name, shape, name)));
        return pieces;
    }
}
