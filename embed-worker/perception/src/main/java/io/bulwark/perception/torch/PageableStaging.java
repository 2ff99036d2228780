package io.bulwark.perception.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.bulwark.imaging.preprocess.PreprocessSpec;
import java.nio.ByteBuffer;

/**
 * Out of the JVM's memory as it is. On a CPU nothing is copied but a batch that has to be padded: the array reads the
 * buffer. To another device libtorch copies before it answers.
 */
final class PageableStaging implements Staging {

    private final PreprocessSpec input;
    private final int imageBytes;
    private ByteBuffer scratch = ByteBuffer.allocateDirect(0);

    PageableStaging(PreprocessSpec input) {
        this.input = input;
        this.imageBytes = input.height() * input.width() * 3;
    }

    @Override
    public NDArray stage(NDManager batch, ByteBuffer views, int shape) {
        ByteBuffer pixels = views.remaining() == shape * imageBytes ? views : padded(views, shape);
        return batch.create(pixels, new Shape(shape, input.height(), input.width(), 3), DataType.UINT8);
    }

    private ByteBuffer padded(ByteBuffer views, int shape) {
        if (scratch.capacity() < shape * imageBytes) {
            scratch = ByteBuffer.allocateDirect(shape * imageBytes);
        }
        scratch.put(0, views, 0, views.remaining());
        return scratch.slice(0, shape * imageBytes);
    }

    @Override
    public void close() {}
}
