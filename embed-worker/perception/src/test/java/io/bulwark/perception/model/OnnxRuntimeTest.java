package io.bulwark.perception.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.bulwark.perception.encoder.BatchShapes;
import io.bulwark.perception.encoder.Encoder;
import io.bulwark.perception.encoder.Encoder.EncoderException;
import io.bulwark.perception.encoder.EncoderDescription;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.encoder.EncoderOptions.Engine;
import io.bulwark.perception.encoder.EncoderOptions.Precision;
import io.bulwark.perception.onnx.OnnxEncoder;
import io.bulwark.perception.torch.TorchEncoder;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What ONNX Runtime answers, beside libtorch. */
class OnnxRuntimeTest {

    private static final float AS_IN_THE_BANK = 1e-5f;

    @TempDir
    Path cache;

    private EncoderOptions options(Engine engine) {
        return EncoderOptions.defaults().withEngine(engine).withCache(cache);
    }

    private static ByteBuffer noise(EncoderDescription description, int images) {
        byte[] pixels = new byte[images * description.viewBytes()];
        new Random(5).nextBytes(pixels);
        return ByteBuffer.allocateDirect(pixels.length).put(pixels).flip();
    }

    @ParameterizedTest
    @CsvSource({
        ModelPackage.DEFAULT + ",1",
        ModelPackage.DEFAULT + ",4",
        ModelPackage.DEFAULT + ",70",
        ModelPackage.CLEAN_PARENT + ",16"
    })
    void embeddingsAreLibtorchsToTheFifthDigitUnderTheSameFingerprint(String location, int images) {
        ModelPackage model = ModelPackage.open(location);
        try (Encoder libtorch = model.openEncoder(options(Engine.LIBTORCH));
                Encoder onnx = model.openEncoder(options(Engine.ONNXRUNTIME))) {
            ByteBuffer views = noise(onnx.description(), images);

            assertThat(libtorch).isInstanceOf(TorchEncoder.class);
            assertThat(onnx).isInstanceOf(OnnxEncoder.class);
            assertThat(onnx.description()).isEqualTo(libtorch.description());
            assertThat(onnx.embed(views, images).values())
                    .containsExactly(libtorch.embed(views, images).values(), within(AS_IN_THE_BANK));
        }
    }

    @Test
    void aBatchIsCutWhereSessionsKeepMemory() {
        assertThat(BatchShapes.LARGEST).isLessThan(70);
    }

    @Test
    void anImagesEmbeddingDoesNotDependOnWhereTheBatchBeginsInItsBuffer() {
        try (Encoder encoder = ModelPackage.open(ModelPackage.DEFAULT).openEncoder(options(Engine.ONNXRUNTIME))) {
            ByteBuffer views = noise(encoder.description(), 3);
            float[] third = encoder.embed(views, 3).embedding(2);

            ByteBuffer last =
                    views.duplicate().position(2 * encoder.description().viewBytes());
            assertThat(encoder.embed(last, 1).embedding(0)).containsExactly(third, within(1e-6f));
            assertThat(last.position()).isEqualTo(2 * encoder.description().viewBytes());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {ModelPackage.CLASSIFIER, "src/test/resources/golden/vit_a"})
    void modelsWithoutAGraphStayWithLibtorch(String location) {
        try (Encoder encoder = ModelPackage.open(location).openEncoder(options(Engine.ONNXRUNTIME))) {
            assertThat(encoder).isInstanceOf(TorchEncoder.class);
        }
    }

    @Test
    void soDoOtherPrecisions() {
        EncoderOptions options = options(Engine.ONNXRUNTIME).withPrecision(Precision.BF16);
        try (Encoder encoder = ModelPackage.open(ModelPackage.DEFAULT).openEncoder(options)) {
            assertThat(encoder).isInstanceOf(TorchEncoder.class);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, -1})
    void autoTakesItOnACpuWithoutAvx512(int threads) {
        EncoderOptions options = options(Engine.AUTO).withThreads(threads);
        try (Encoder encoder = ModelPackage.open(ModelPackage.DEFAULT).openEncoder(options)) {
            assertThat(encoder instanceof OnnxEncoder).isEqualTo(AutoPrecision.Cpu.lacksAvx512());
        }
    }

    @Test
    void threadsOfAnOperationAreNotSharedBetweenEncoders() {
        EncoderOptions options = options(Engine.ONNXRUNTIME).withThreads(2);
        ModelPackage model = ModelPackage.open(ModelPackage.DEFAULT);
        try (Encoder one = model.openEncoder(options(Engine.ONNXRUNTIME));
                Encoder two = model.openEncoder(options)) {
            ByteBuffer views = noise(two.description(), 2);

            assertThat(two).isInstanceOf(OnnxEncoder.class);
            assertThat(two.another()).isEmpty();
            assertThat(two.embed(views, 2).values())
                    .containsExactly(one.embed(views, 2).values(), within(AS_IN_THE_BANK));
        }
    }

    @Test
    void threadsThatShareASessionEachEmbedAsOneAlone() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try (Encoder encoder = ModelPackage.open(ModelPackage.DEFAULT).openEncoder(options(Engine.ONNXRUNTIME))) {
            ByteBuffer views = noise(encoder.description(), 4);
            float[] wanted = encoder.embed(views, 4).values();
            List<Future<Boolean>> same = new ArrayList<>();
            for (int thread = 0; thread < 2; thread++) {
                same.add(threads.submit(() -> {
                    try (Encoder another = encoder.another().orElseThrow()) {
                        return IntStream.range(0, 50)
                                .allMatch(i ->
                                        Arrays.equals(another.embed(views, 4).values(), wanted));
                    }
                }));
            }
            for (Future<Boolean> all : same) {
                assertThat(all.get()).isTrue();
            }
        } finally {
            threads.shutdown();
        }
    }

    @Test
    void aSessionStaysWhileAnyThreadHasIt() {
        Encoder first = ModelPackage.open(ModelPackage.DEFAULT).openEncoder(options(Engine.ONNXRUNTIME));
        ByteBuffer views = noise(first.description(), 1);
        float[] wanted = first.embed(views, 1).values();
        Encoder second = first.another().orElseThrow();

        first.close();
        first.close();
        assertThat(second.embed(views, 1).values()).isEqualTo(wanted);
        second.close();
        assertThat(first.another()).isEmpty();
    }

    @Test
    void buffersThatAreTooSmallOrOnTheHeapAreRefused() {
        try (Encoder encoder = ModelPackage.open(ModelPackage.DEFAULT).openEncoder(options(Engine.ONNXRUNTIME))) {
            ByteBuffer views = noise(encoder.description(), 1);

            assertThatThrownBy(() -> encoder.embed(views, 2)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> encoder.embed(views, 0)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> encoder.embed(ByteBuffer.allocate(views.capacity()), 1))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void aWorkerThatDrainsStillOpensAndEmbedsAfterTheRuntimesShutdownHook() throws Exception {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        Path output = cache.resolve("output");
        Process child = new ProcessBuilder(
                        java.toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-Dai.djl.offline=true",
                        DrainingChild.class.getName(),
                        cache.toString())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(child.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(Files.readString(output)).endsWith("drained" + System.lineSeparator());
            assertThat(child.exitValue()).isZero();
        } finally {
            child.destroyForcibly();
        }
    }

    /** Ends while it embeds, and a second later opens another encoder, as a worker does after a failed batch. */
    static final class DrainingChild {

        private DrainingChild() {}

        public static void main(String[] args) {
            EncoderOptions options =
                    EncoderOptions.defaults().withEngine(Engine.ONNXRUNTIME).withCache(Path.of(args[0]));
            ModelPackage model = ModelPackage.open(ModelPackage.DEFAULT);
            Encoder encoder = model.openEncoder(options);
            ByteBuffer views = noise(encoder.description(), BatchShapes.LARGEST);
            encoder.embed(views, 1);
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
                encoder.embed(views, BatchShapes.LARGEST);
                encoder.close();
                try (Encoder again = model.openEncoder(options)) {
                    again.embed(views, 1);
                }
                System.out.println("drained");
            }));
        }
    }

    @Test
    void aModelThatIsNoneIsRefusedByName() {
        EncoderDescription description = ModelPackage.open(ModelPackage.DEFAULT).describe(Precision.FP32);

        assertThatThrownBy(() -> OnnxEncoder.load(description, new byte[] {1, 2, 3}, 1, () -> {}))
                .isInstanceOf(EncoderException.class)
                .hasMessage("model 'r-lite0-f' cannot be loaded by ONNX Runtime");
    }

    @Test
    void anEngineThatIsNotKnownIsRefused() {
        assertThatThrownBy(() -> Engine.labelled("tensorrt"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("engine 'tensorrt' is not one of libtorch, onnxruntime, auto");
    }
}
