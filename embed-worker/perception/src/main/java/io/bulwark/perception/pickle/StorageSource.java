package io.bulwark.perception.pickle;

import java.io.IOException;
import java.nio.ByteBuffer;

/** A file of {@code torch.save} as its tensors need it: the storages that its pickle names. One thread. */
sealed interface StorageSource extends AutoCloseable permits TorchZip, TorchSequence {

    /** What messages call it. */
    String name();

    /**
     * Reads a part of a storage that is within its size; little-endian.
     *
     * @param from first byte
     * @param length in bytes
     */
    ByteBuffer read(String storage, long from, int length) throws IOException;

    @Override
    void close();
}
