package io.bulwark.perception.pickle;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Puts the elements of a tensor that is not stored row by row in that order. */
final class Strided {

    private Strided() {}

    /**
     * Copies.
     *
     * @param stored the storage from the tensor's first element to its last
     * @return row-major, little-endian
     */
    static ByteBuffer rowMajor(TorchTensor tensor, ByteBuffer stored) {
        int size = tensor.type().bytes();
        int dimensions = tensor.shape().size();
        int elements = Math.toIntExact(tensor.elements());
        ByteBuffer ordered =
                ByteBuffer.allocate(Math.multiplyExact(elements, size)).order(ByteOrder.LITTLE_ENDIAN);
        long[] index = new long[dimensions];
        long at = 0;
        for (int element = 0; element < elements; element++) {
            ordered.put(element * size, stored, (int) at * size, size);
            for (int d = dimensions - 1; d >= 0; d--) {
                at += tensor.strides().get(d);
                if (++index[d] < tensor.shape().get(d)) {
                    break;
                }
                at -= tensor.strides().get(d) * index[d];
                index[d] = 0;
            }
        }
        return ordered;
    }
}
