package io.bulwark.perception.model.checkpoint;

import io.bulwark.perception.pickle.TorchFile;
import io.bulwark.perception.safetensors.ElementType;
import io.bulwark.perception.safetensors.SafetensorsFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** The tensors of a file, whichever of the two formats it has. */
sealed interface CheckpointTensors extends AutoCloseable {

    /**
     * Opens a file.
     *
     * @param file safetensors by its ending, else what {@code torch.save} writes
     */
    static CheckpointTensors open(Path file) throws IOException {
        return file.toString().endsWith(".safetensors")
                ? new OfSafetensors(SafetensorsFile.open(file))
                : new OfTorch(TorchFile.open(file));
    }

    /** What messages call it. */
    String name();

    Set<String> names();

    List<Long> shape(String tensor);

    ElementType type(String tensor);

    /** Little-endian, row-major. */
    ByteBuffer bytes(String tensor) throws IOException;

    /** Row-major. */
    float[] floats(String tensor) throws IOException;

    @Override
    void close();

    /** Safetensors. */
    record OfSafetensors(SafetensorsFile file) implements CheckpointTensors {

        @Override
        public String name() {
            return file.name();
        }

        @Override
        public Set<String> names() {
            return file.tensors().keySet();
        }

        @Override
        public List<Long> shape(String tensor) {
            return file.tensor(tensor).shape();
        }

        @Override
        public ElementType type(String tensor) {
            return file.tensor(tensor).type();
        }

        @Override
        public ByteBuffer bytes(String tensor) {
            return file.bytes(tensor);
        }

        @Override
        public float[] floats(String tensor) {
            return file.floats(tensor);
        }

        @Override
        public void close() {
            file.close();
        }
    }

    /** PyTorch's own. */
    record OfTorch(TorchFile file) implements CheckpointTensors {

        @Override
        public String name() {
            return file.name();
        }

        @Override
        public Set<String> names() {
            return file.tensors().keySet();
        }

        @Override
        public List<Long> shape(String tensor) {
            return file.tensor(tensor).shape();
        }

        @Override
        public ElementType type(String tensor) {
            return file.tensor(tensor).type();
        }

        @Override
        public ByteBuffer bytes(String tensor) throws IOException {
            return file.bytes(tensor);
        }

        @Override
        public float[] floats(String tensor) throws IOException {
            return file.floats(tensor);
        }

        @Override
        public void close() {
            file.close();
        }
    }
}
