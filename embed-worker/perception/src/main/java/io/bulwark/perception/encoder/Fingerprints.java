package io.bulwark.perception.encoder;

import io.bulwark.perception.hash.Sha256;
import io.bulwark.perception.safetensors.SafetensorsFile;
import io.bulwark.perception.safetensors.SafetensorsFile.TensorInfo;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.TreeMap;

/** SHA-256 over what makes an embedding, part by part, each with its length before it. */
public final class Fingerprints {

    private static final int CHUNK_BYTES = 1 << 20;

    private final MessageDigest digest = Sha256.newDigest();

    public Fingerprints text(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        digest.update(ByteBuffer.allocate(Long.BYTES).putLong(utf8.length).flip());
        digest.update(utf8);
        return this;
    }

    /** All tensors by name: the same weights in another order of the file have the same fingerprint. */
    public Fingerprints tensors(SafetensorsFile file) {
        try {
            for (TensorInfo tensor : new TreeMap<>(file.tensors()).values()) {
                text(tensor.name()).text(tensor.type() + " " + tensor.shape());
                file.copyTo(tensor.name(), new Sink());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(file.name() + ": cannot be read", e);
        }
        return this;
    }

    /** Numbers, bit by bit. */
    Fingerprints floats(float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES);
        bytes.asFloatBuffer().put(values);
        digest.update(ByteBuffer.allocate(Long.BYTES).putLong(values.length).flip());
        digest.update(bytes);
        return this;
    }

    /** A file's bytes. */
    public Fingerprints file(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file)) {
            digest.update(
                    ByteBuffer.allocate(Long.BYTES).putLong(channel.size()).flip());
            ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES);
            while (channel.read(chunk.clear()) >= 0) {
                digest.update(chunk.flip());
            }
        }
        return this;
    }

    public String hex() {
        return HexFormat.of().formatHex(digest.digest());
    }

    private final class Sink implements WritableByteChannel {

        @Override
        public int write(ByteBuffer bytes) {
            int count = bytes.remaining();
            digest.update(bytes);
            return count;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }
}
