package io.bulwark.perception.model.family;

import io.bulwark.perception.model.family.Family.Piece;
import io.bulwark.perception.safetensors.ElementType;
import io.bulwark.perception.torchscript.LinkTensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * Equal blocks of a network: one tensor a name, stacked {@code [blocks, ...]}.
 *
 * @param blocks how many there are
 * @param prefix of a block's tensors by its number, such as {@code encoder.layer.3.}
 * @param parts what a block is made of
 */
record Stack(int blocks, IntFunction<String> prefix, List<Part> parts) {

    /**
     * One stacked tensor.
     *
     * @param attribute its name in the program
     * @param names of its pieces within a block; several are laid one after the other along the first extent
     * @param shape of one piece in the checkpoint
     */
    record Part(String attribute, List<String> names, List<Long> shape) {

        static Part of(String attribute, String name, long... shape) {
            return new Part(
                    attribute, List.of(name), Arrays.stream(shape).boxed().toList());
        }
    }

    /** Shapes by name in the checkpoint. */
    Map<String, List<Long>> tensors() {
        Map<String, List<Long>> shapes = new TreeMap<>();
        for (int block = 0; block < blocks; block++) {
            for (Part part : parts) {
                for (String name : part.names()) {
                    shapes.put(prefix.apply(block) + name, part.shape());
                }
            }
        }
        return shapes;
    }

    List<LinkTensor> layOut(Weights weights, ElementType type) {
        List<LinkTensor> tensors = new ArrayList<>();
        for (Part part : parts) {
            List<String> names = IntStream.range(0, blocks)
                    .boxed()
                    .flatMap(block -> part.names().stream().map(name -> prefix.apply(block) + name))
                    .toList();
            List<Long> shape = new ArrayList<>(part.shape());
            shape.set(0, shape.get(0) * part.names().size());
            shape.add(0, (long) blocks);
            tensors.add(LinkTensor.rowMajor(part.attribute(), type, shape, weights.data(names, type)));
        }
        return tensors;
    }

    /** Where each block's tensors lie in the stacked ones. */
    List<Piece> pieces() {
        List<Piece> pieces = new ArrayList<>();
        for (Part part : parts) {
            long offset = 0;
            for (int block = 0; block < blocks; block++) {
                for (String name : part.names()) {
                    Piece piece = new Piece(prefix.apply(block) + name, part.shape(), part.attribute(), offset);
                    pieces.add(piece);
                    offset += piece.elements();
                }
            }
        }
        return pieces;
    }
}
