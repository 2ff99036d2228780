package io.bulwark.perception.encoder;

import io.bulwark.imaging.jpeg.JpegReduction;
import io.bulwark.imaging.preprocess.PreprocessSpec;
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
import java.util.List;
import java.util.TreeMap;

/**
 * What an encoder is.
 *
 * @param fingerprint SHA-256 of program, weights, precision class and preprocessing, lower-case hexadecimal; embeddings
 *     of different fingerprints are never compared
 * @param name the package's name, for people
 * @param family the program's family, such as {@code mobilenet-v2} or {@code open-clip-vit}
 * @param dimension length of an embedding
 * @param precision {@code fp32}, {@code bf16} or {@code fp16}, as resolved
 * @param preprocess input size, interpolation and the rest of what happens between decoder and encoder
 * @param headClasses classes of the classifier head in the order of its output, empty where there is none
 */
public record EncoderDescription(
        String fingerprint,
        String name,
        String family,
        int dimension,
        String precision,
        PreprocessSpec preprocess,
        List<String> headClasses) {

    public EncoderDescription {
        headClasses = List.copyOf(headClasses);
    }

    /**
     * What a policy's numbers hold for where another encoder holds back this one's SAFE: both fingerprints, joined by a
     * plus. Numbers of a pair are those of neither alone.
     */
    public String pairedWith(EncoderDescription twin) {
        return fingerprint + "+" + twin.fingerprint;
    }

    /**
     * This encoder fed with pictures that were decoded otherwise than whole: with its own fingerprint, because a bank
     * of the one must not answer for the other.
     */
    public EncoderDescription after(JpegReduction reduction) {
        if (reduction.isNone()) {
            return this;
        }
        String fed =
                new Fingerprints().text(fingerprint).text(reduction.canonical()).hex();
        return new EncoderDescription(fed, name, family, dimension, precision, preprocess, headClasses);
    }

    /** Bytes of one view: a row of pixels after the other, three bytes each. */
    public int viewBytes() {
        return preprocess.height() * preprocess.width() * 3;
    }

    /**
     * Holds a batch to what {@link Encoder#embed} takes.
     *
     * @throws IllegalArgumentException unless count is at least 1 and the buffer is direct and has that many views left
     */
    public void requireViews(ByteBuffer views, int count) {
        if (count < 1 || !views.isDirect() || views.remaining() < (long) count * viewBytes()) {
            throw new IllegalArgumentException("wanted: a direct buffer of %d bytes for each of %d views; found: %s"
                    .formatted(viewBytes(), count, views));
        }
    }

    /** SHA-256 over what makes an embedding, part by part, each with its length before it. */
    public static final class Fingerprints {

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
}
