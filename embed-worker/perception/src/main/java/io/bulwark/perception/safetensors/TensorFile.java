package io.bulwark.perception.safetensors;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A file of named tensors: safetensors, or what {@code torch.save} writes. */
public interface TensorFile extends AutoCloseable {

    /** What messages call it. */
    String name();

    /** All tensors by name. */
    Map<String, ? extends Tensor> tensors();

    /** The tensor of that name; the file's own exception if there is none. */
    Tensor tensor(String tensor);

    /** Little-endian, row-major. */
    ByteBuffer bytes(String tensor) throws IOException;

    /** Row-major, widened or narrowed to binary32. */
    float[] floats(String tensor) throws IOException;

    @Override
    void close();

    default Set<String> names() {
        return tensors().keySet();
    }

    default List<Long> shape(String tensor) {
        return tensor(tensor).shape();
    }

    default ElementType type(String tensor) {
        return tensor(tensor).type();
    }

    /** What a file says of one tensor. */
    interface Tensor {

        ElementType type();

        /** Extents, none negative; empty for a scalar. */
        List<Long> shape();
    }
}
