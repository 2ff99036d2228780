package io.bulwark.perception.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.management.ThreadMXBean;
import io.bulwark.perception.encoder.Encoder;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.encoder.EncoderOptions.Precision;
import io.bulwark.perception.safetensors.SafetensorsFile;
import io.bulwark.perception.safetensors.SafetensorsFile.TensorInfo;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A checkpoint of more than 2 GiB: a small one whose vocabulary was made enormous, its embeddings a hole in the file. */
@Tag("proof")
class LargeCheckpointTest {

    private static final Path ORIGINAL = Path.of("src/test/resources/golden/vit_b");
    private static final String WEIGHTS = "open_clip_model.safetensors";
    private static final String HUGE = "token_embedding.weight";
    private static final long MORE_THAN_2_GIB = (2L << 30) + (16 << 20);
    private static final long ALLOWED_ON_THE_HEAP = 64 << 20;

    @TempDir
    Path folder;

    @Test
    void aCheckpointBeyondTwoGibibytesEmbedsAsTheSmallOneWithoutTheHeapGrowingByItsSize() throws IOException {
        assumeTrue(
                folder.toFile().getUsableSpace() > 2 * MORE_THAN_2_GIB,
                "needs room for the file where the file system has no holes");
        long tokens = write();
        assertThat(Files.size(folder.resolve(WEIGHTS))).isGreaterThan(MORE_THAN_2_GIB);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();

        float[] found;
        try (Encoder encoder = ModelPackage.open(folder.toString()).openEncoder(options())) {
            found = encoder.embed(noise(), 1).values();
        }

        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(ALLOWED_ON_THE_HEAP);
        assertThat(tokens).isGreaterThan(1_000_000);
        try (Encoder encoder = ModelPackage.open(ORIGINAL.toString()).openEncoder(options())) {
            assertThat(found).containsExactly(encoder.embed(noise(), 1).values(), within(0f));
        }
    }

    private EncoderOptions options() {
        return EncoderOptions.defaults()
                .withThreads(1)
                .withPrecision(Precision.FP32)
                .withCache(folder.resolve("cache"));
    }

    private static ByteBuffer noise() {
        byte[] pixels = new byte[30 * 30 * 3];
        new Random(5).nextBytes(pixels);
        return ByteBuffer.allocateDirect(pixels.length).put(pixels).flip();
    }

    /** @return the vocabulary's size */
    private long write() throws IOException {
        try (SafetensorsFile original = SafetensorsFile.open(ORIGINAL.resolve(WEIGHTS))) {
            long width = original.tensor(HUGE).shape().get(1);
            long tokens = MORE_THAN_2_GIB / (width * Float.BYTES) + 1;
            Map<String, Object> header = new LinkedHashMap<>();
            List<String> others = new ArrayList<>();
            long at = 0;
            for (TensorInfo tensor : original.tensors().values()) {
                if (!tensor.name().equals(HUGE)) {
                    header.put(tensor.name(), entry(tensor.shape(), at, at + tensor.bytes()));
                    others.add(tensor.name());
                    at += tensor.bytes();
                }
            }
            header.put(HUGE, entry(List.of(tokens, width), at, at + tokens * width * Float.BYTES));
            byte[] json = new ObjectMapper().writeValueAsBytes(header);
            try (FileChannel channel = FileChannel.open(
                    folder.resolve(WEIGHTS),
                    StandardOpenOption.CREATE_NEW,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.SPARSE)) {
                channel.write(ByteBuffer.allocate(Long.BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(json.length)
                        .flip());
                channel.write(ByteBuffer.wrap(json));
                for (String name : others) {
                    original.copyTo(name, channel);
                }
                // The last byte alone: what lies before it is a hole of zeros.
                channel.write(ByteBuffer.allocate(1), channel.position() + tokens * width * Float.BYTES - 1);
            }
            String config = Files.readString(ORIGINAL.resolve("open_clip_config.json"));
            Files.writeString(
                    folder.resolve("open_clip_config.json"),
                    config.replaceFirst("\"vocab_size\": *\\d+", "\"vocab_size\": " + tokens));
            return tokens;
        }
    }

    private static Map<String, Object> entry(List<Long> shape, long from, long to) {
        return Map.of("dtype", "F32", "shape", shape, "data_offsets", List.of(from, to));
    }
}
