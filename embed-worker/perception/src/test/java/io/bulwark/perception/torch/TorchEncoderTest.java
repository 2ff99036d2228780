package io.bulwark.perception.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.bulwark.imaging.jpeg.JpegReduction;
import io.bulwark.perception.encoder.BatchShapes;
import io.bulwark.perception.encoder.Encoder;
import io.bulwark.perception.encoder.Encoder.Embeddings;
import io.bulwark.perception.encoder.Encoder.EncoderException;
import io.bulwark.perception.encoder.EncoderDescription;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.encoder.EncoderOptions.Precision;
import io.bulwark.perception.metric.Cosine;
import io.bulwark.perception.model.ModelPackage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TorchEncoderTest {

    private static final int IMAGE_BYTES = 224 * 224 * 3;

    @TempDir
    static Path cache;

    private static ModelPackage model;
    private static EncoderOptions options;

    @AutoClose
    private static Encoder encoder;

    @BeforeAll
    static void open() {
        model = ModelPackage.open(ModelPackage.CLASSIFIER);
        options = EncoderOptions.defaults().withThreads(1).withCache(cache);
        encoder = model.openEncoder(options);
    }

    private static ByteBuffer noise(int images) {
        byte[] bytes = new byte[images * IMAGE_BYTES];
        new Random(7).nextBytes(bytes);
        return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    }

    @Test
    void saysWhatItIs() {
        EncoderDescription description = encoder.description();
        assertThat(description.fingerprint()).matches("[0-9a-f]{64}");
        assertThat(description.family()).isEqualTo("mobilenet-v2");
        assertThat(description.dimension()).isEqualTo(1280);
        assertThat(description.precision()).isEqualTo("fp32");
        assertThat(description.headClasses()).containsExactly("Drawing", "Hentai", "Neutral", "Porn", "Sexy");
    }

    @Test
    void severalThreadsAnOperationRunAnotherProgramThatGivesTheSameEmbeddings() throws IOException {
        EncoderOptions fresh = options.withCache(cache.resolve("threads"));
        try (Encoder several = model.openEncoder(fresh.withThreads(2));
                Encoder one = model.openEncoder(fresh)) {
            assertThat(several.description()).isEqualTo(one.description());
            Embeddings wanted = one.embed(noise(1), 1);
            Embeddings found = several.embed(noise(1), 1);
            assertThat(Cosine.similarity(wanted.embedding(0), found.embedding(0)))
                    .isCloseTo(1, within(1e-5));
        }
        try (Stream<Path> archives = Files.list(fresh.cache())) {
            assertThat(archives).hasSize(2);
        }
    }

    @Test
    void embeddingsHaveLengthOneAndProbabilitiesSumToOne() {
        Embeddings embeddings = encoder.embed(noise(2), 2);
        for (int i = 0; i < 2; i++) {
            double square = 0;
            for (float value : embeddings.embedding(i)) {
                square += value * value;
            }
            double sum = 0;
            for (float probability : embeddings.classProbabilities(i)) {
                sum += probability;
            }
            assertThat(square).isCloseTo(1, within(1e-5));
            assertThat(sum).isCloseTo(1, within(1e-5));
        }
    }

    @Test
    void anImageIsEmbeddedAlikeInWhateverBatchItComes() {
        ByteBuffer views = noise(5);
        Embeddings together = encoder.embed(views, 5);
        for (int i = 0; i < 5; i++) {
            Embeddings alone = encoder.embed(views.slice(i * IMAGE_BYTES, IMAGE_BYTES), 1);
            for (int d = 0; d < 1280; d++) {
                assertThat(together.embedding(i)[d]).isCloseTo(alone.values()[d], within(1e-5f));
            }
        }
    }

    @Test
    void aBatchBeyondTheLargestShapeIsCutAndComesBackInOrder() {
        ByteBuffer views = noise(35);
        Embeddings all = encoder.embed(views, 35);
        Embeddings last = encoder.embed(views.slice(34 * IMAGE_BYTES, IMAGE_BYTES), 1);
        assertThat(all.count()).isEqualTo(35);
        for (int d = 0; d < 1280; d++) {
            assertThat(all.embedding(34)[d]).isCloseTo(last.values()[d], within(1e-5f));
        }
    }

    @Test
    void readsFromTheBuffersPositionAndLeavesItThere() {
        ByteBuffer views = noise(2).position(IMAGE_BYTES);
        float[] second = encoder.embed(views, 1).values();
        assertThat(views.position()).isEqualTo(IMAGE_BYTES);
        assertThat(second)
                .isEqualTo(encoder.embed(noise(2).slice(IMAGE_BYTES, IMAGE_BYTES), 1)
                        .values());
    }

    @Test
    void refusesBuffersThatAreTooShortOrOnTheHeap() {
        assertThatThrownBy(() -> encoder.embed(noise(1), 2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("direct buffer of 150528 bytes for each of 2 views");
        assertThatThrownBy(() -> encoder.embed(ByteBuffer.allocate(IMAGE_BYTES), 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> encoder.embed(noise(1), 0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void bf16PointsAlmostWhereFp32PointsAndHasAnotherFingerprint() {
        try (Encoder half = model.openEncoder(options.withPrecision(Precision.BF16))) {
            assertThat(half.description().fingerprint())
                    .isNotEqualTo(encoder.description().fingerprint());
            ByteBuffer views = noise(1);
            float[] one = encoder.embed(views, 1).values();
            float[] other = half.embed(views, 1).values();
            double cosine = 0;
            for (int d = 0; d < one.length; d++) {
                cosine += one[d] * other[d];
            }
            assertThat(cosine).isGreaterThan(0.99);
        }
    }

    @Test
    void nativeMemoryDoesNotGrowWithTheNumberOfBatches() throws Exception {
        ByteBuffer views = noise(4);
        for (int i = 0; i < 20; i++) {
            encoder.embed(views, 4);
        }
        long before = residentKilobytes();
        for (int i = 0; i < 100; i++) {
            encoder.embed(views, 4);
        }
        // A batch of 4 has 100 MB of activations: one that stayed in each call would show as gigabytes.
        assertThat(residentKilobytes() - before).isLessThan(300_000);
    }

    private static long residentKilobytes() throws Exception {
        Path status = Path.of("/proc/self/status");
        org.junit.jupiter.api.Assumptions.assumeTrue(Files.exists(status), "resident memory is read from /proc");
        return Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void measuredShapesAreThoseAskedForAndTheBestIsTheFastest() {
        BatchShapes shapes = BatchShapes.measure(encoder, 4, Duration.ofMillis(1));
        assertThat(shapes.imagesPerSecond()).containsOnlyKeys(1, 2, 4);
        shapes.imagesPerSecond()
                .values()
                .forEach(rate -> assertThat(rate)
                        .isPositive()
                        .isLessThanOrEqualTo(shapes.imagesPerSecond().get(shapes.best())));
        assertThat(shapes.toString()).startsWith("batch " + shapes.best() + " of {1: ");
    }

    @Test
    void aBatchThatIsExpectedToOutlastItsTimeIsMeasuredInOneCall() {
        List<Integer> calls = new ArrayList<>();
        Encoder counting = new Encoder() {
            @Override
            public EncoderDescription description() {
                return encoder.description();
            }

            @Override
            public Embeddings embed(ByteBuffer views, int count) {
                calls.add(count);
                return encoder.embed(views, count);
            }

            @Override
            public void close() {}
        };

        BatchShapes.measure(counting, 4, Duration.ofNanos(1));
        assertThat(calls).containsExactly(1, 1, 2, 4);

        calls.clear();
        BatchShapes.measure(counting, List.of(2), Duration.ofNanos(1));
        assertThat(calls).containsExactly(2, 2);
    }

    @Test
    void aBrokenArchiveInTheCacheIsNamedWithTheWayToMendIt(@TempDir Path other) throws Exception {
        EncoderOptions elsewhere = options.withCache(other);
        model.openEncoder(elsewhere).close();
        Path archive;
        try (var files = Files.list(other)) {
            archive = files.findFirst().orElseThrow();
        }
        Files.write(archive, new byte[100]);
        assertThatThrownBy(() -> model.openEncoder(elsewhere))
                .isInstanceOf(EncoderException.class)
                .hasMessageContainingAll(archive.toString(), "delete that file");
        Files.delete(archive);
        model.openEncoder(elsewhere).close();
    }

    @Test
    void theErrorNamesAMissingDevice() {
        EncoderOptions gpu = EncoderOptions.defaults().withDevice("cuda:7").withCache(cache);
        assertThatThrownBy(() -> model.openEncoder(gpu))
                .isInstanceOf(EncoderException.class)
                .hasStackTraceContaining("CUDA devices here: ");
    }

    @Test
    void fedWithReducedPicturesItGoesByAnotherFingerprintAndEmbedsTheSame() {
        JpegReduction reduction = new JpegReduction(448);
        EncoderDescription fed = encoder.after(reduction).description();

        assertThat(fed.fingerprint())
                .matches("[0-9a-f]{64}")
                .isNotEqualTo(encoder.description().fingerprint())
                .isEqualTo(model.describe(Precision.FP32).after(reduction).fingerprint())
                .isNotEqualTo(
                        encoder.after(new JpegReduction(512)).description().fingerprint());
        assertThat(fed.dimension()).isEqualTo(1280);
        assertThat(encoder.after(JpegReduction.none())).isSameAs(encoder);
        assertThat(encoder.after(reduction).embed(noise(1), 1).values())
                .isEqualTo(encoder.embed(noise(1), 1).values());
    }
}
