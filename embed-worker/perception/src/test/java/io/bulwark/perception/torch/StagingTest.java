package io.bulwark.perception.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.imaging.preprocess.PreprocessSpec.Interpolation;
import io.bulwark.perception.encoder.BatchShapes;
import io.bulwark.perception.encoder.Encoder;
import io.bulwark.perception.encoder.Encoder.Embeddings;
import io.bulwark.perception.encoder.EncoderDescription;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.encoder.EncoderOptions.Engine;
import io.bulwark.perception.model.ModelPackage;
import io.bulwark.perception.torch.Staging.PageLock;
import io.bulwark.perception.torch.Staging.PageableStaging;
import io.bulwark.perception.torch.Staging.PinnedStaging;
import io.bulwark.perception.torchscript.Attributes;
import io.bulwark.perception.torchscript.Program;
import io.bulwark.perception.torchscript.TorchScriptLinker;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Staging with ordinary memory where a machine with CUDA has page-locked memory; all else is the code that runs there. */
class StagingTest {

    private static final PreprocessSpec SMALL = PreprocessSpec.unit(8, Interpolation.BICUBIC);
    private static final int SMALL_BYTES = 8 * 8 * 3;

    private static final Program COPY = new Program("copy.py", """
            class Program(Module):
              def forward(self: __torch__.Program,
                x: Tensor) -> Tensor:
                return torch.clone(x)
            """);

    @TempDir
    static Path cache;

    private static EncoderOptions options;
    private static LoadedProgram copying;
    private static Encoder encoder;
    private static Encoder staged;

    @BeforeAll
    static void open() {
        options = EncoderOptions.defaults()
                .withEngine(Engine.LIBTORCH)
                .withThreads(1)
                .withCache(cache.resolve("encoder"));
        ModelPackage model = ModelPackage.open(ModelPackage.DEFAULT);
        encoder = model.openEncoder(options);
        EncoderDescription description = encoder.description();
        LoadedProgram program =
                LoadedProgram.load("staged", model.link(options).iterator().next(), options, false);
        copying = copying();
        staged = new TorchEncoder(
                description, program, PinnedStaging.open(program, description.preprocess(), StagingTest::copy));
    }

    private static LoadedProgram copying() {
        Path archive = new TorchScriptLinker(cache.resolve("copy"))
                .link("0123456789abcdef", COPY, () -> Attributes.of(List.of()));
        return LoadedProgram.load("copy", archive, options, false);
    }

    @AfterAll
    static void close() {
        staged.close();
        encoder.close();
        copying.close();
    }

    /** As {@link PageLock} does it, by a program. */
    private static NDArray copy(NDArray pageable) {
        return copying.forward(pageable).get(0);
    }

    private static byte[] noise(long seed, int bytes) {
        byte[] noise = new byte[bytes];
        new Random(seed).nextBytes(noise);
        return noise;
    }

    private static ByteBuffer direct(byte[] bytes) {
        return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 8, 16, 32})
    void whatIsWrittenToTheTensorsMemoryIsWhatTheArrayHolds(int shape) {
        try (Staging staging = PinnedStaging.open(copying, SMALL, StagingTest::copy)) {
            for (int round = 0; round < 3; round++) {
                byte[] bytes = noise(round, shape * SMALL_BYTES);
                try (NDManager batch = copying.newManager()) {
                    NDArray array = staging.stage(batch, direct(bytes), shape);

                    assertThat(array.toByteArray()).isEqualTo(bytes);
                    assertThat(array.getShape()).isEqualTo(new Shape(shape, 8, 8, 3));
                    assertThat(array.getDataType()).isEqualTo(DataType.UINT8);
                    assertThat(array.getManager()).isSameAs(batch);
                }
            }
        }
    }

    @Test
    void imagesBeyondTheViewsAreThoseOfTheBatchBefore() {
        byte[] first = noise(1, 4 * SMALL_BYTES);
        byte[] second = noise(2, 3 * SMALL_BYTES);
        for (Staging staging :
                List.of(new PageableStaging(SMALL), PinnedStaging.open(copying, SMALL, StagingTest::copy))) {
            try (staging;
                    NDManager batch = copying.newManager()) {
                staging.stage(batch, direct(Arrays.copyOf(first, 3 * SMALL_BYTES)), 4);
                byte[] found = staging.stage(batch, direct(second), 4).toByteArray();

                assertThat(found).startsWith(second).hasSize(4 * SMALL_BYTES);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {35, 1, 2, 3, 5, 8, 32, 4})
    void aStagedBatchIsEmbeddedBitForBitAsOneThatWasNot(int count) {
        PreprocessSpec input = encoder.description().preprocess();
        ByteBuffer views = direct(noise(count, count * input.height() * input.width() * 3));

        Embeddings wanted = encoder.embed(views, count);
        Embeddings found = staged.embed(views, count);

        assertThat(found.values()).isEqualTo(wanted.values());
        assertThat(found.headProbabilities()).isEqualTo(wanted.headProbabilities());
    }

    @Test
    void manyBatchesLeaveNothingOnTheManagerOfTheStagingMemory() {
        AtomicReference<NDManager> memory = new AtomicReference<>();
        UnaryOperator<NDArray> watched = pageable -> {
            memory.set(pageable.getManager());
            return copy(pageable);
        };
        try (Staging staging = PinnedStaging.open(copying, SMALL, watched)) {
            ByteBuffer views = direct(noise(1, 3 * SMALL_BYTES));
            for (int i = 0; i < 1000; i++) {
                try (NDManager batch = copying.newManager()) {
                    staging.stage(batch, views, 4);
                }
            }
            assertThat(memory.get().getManagedArrays()).hasSize(1);
        }
        assertThat(memory.get().isOpen()).isFalse();
    }

    @Test
    void nativeMemoryDoesNotGrowWithTheNumberOfStagedBatches() throws Exception {
        PreprocessSpec input = encoder.description().preprocess();
        ByteBuffer views = direct(noise(1, 4 * input.height() * input.width() * 3));
        for (int i = 0; i < 20; i++) {
            staged.embed(views, 4);
        }
        long before = residentKilobytes();
        for (int i = 0; i < 300; i++) {
            staged.embed(views, 4);
        }
        // Pixels alone, kept from each batch, are 59 MB; activations a hundred times that.
        assertThat(residentKilobytes() - before).isLessThan(50_000);
    }

    private static long residentKilobytes() throws Exception {
        Path status = Path.of("/proc/self/status");
        assumeTrue(Files.exists(status), "resident memory is read from /proc");
        return Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void whereLibtorchHasNoPageLockedMemoryItSaysSoAndPageableMemoryServes() {
        assumeTrue(LoadedProgram.gpus() == 0, "here it has");
        PageLock pageLock = new PageLock(options.withCache(cache.resolve("lock")));
        try (NDManager memory = copying.newManager()) {
            NDArray pageable = memory.zeros(new Shape(1, 8, 8, 3), DataType.UINT8);
            assertThatThrownBy(() -> pageLock.apply(pageable)).hasStackTraceContaining("pin_memory");
        }
        assertServes(Staging.pinnedOrPageable(copying, SMALL, pageLock));
    }

    @Test
    void aCacheThatCannotBeWrittenCostsThePageLockedMemoryAndNoMore() throws Exception {
        Path file = Files.writeString(cache.resolve("file"), "in the way");

        assertServes(Staging.pinnedOrPageable(copying, SMALL, new PageLock(options.withCache(file))));
    }

    @Test
    void memoryThatIsNotTheTensorsIsFoundOutBeforeTheFirstBatch() {
        // Not contiguous: what DJL hands out is then the memory of a copy.
        UnaryOperator<NDArray> gaps = pageable -> pageable.getManager()
                .zeros(new Shape(BatchShapes.LARGEST, 8, 8, 4), DataType.UINT8)
                .get(":, :, :, 0:3");

        assertThatThrownBy(() -> PinnedStaging.open(copying, SMALL, gaps))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("a batch of 1 did not come to the device");
        assertServes(Staging.pinnedOrPageable(copying, SMALL, gaps));
    }

    private static void assertServes(Staging staging) {
        assertThat(staging).isInstanceOf(PageableStaging.class);
        byte[] bytes = noise(1, 3 * SMALL_BYTES);
        try (staging;
                NDManager batch = copying.newManager()) {
            assertThat(staging.stage(batch, direct(bytes), 4).toByteArray()).startsWith(bytes);
        }
    }

    @Test
    void onACpuNothingIsLockedOrLinkedForIt() throws Exception {
        assumeTrue(LoadedProgram.gpus() == 0, "auto is no CPU here");
        EncoderOptions fresh = options.withCache(cache.resolve("fresh"));
        for (String device : List.of("cpu", "auto")) {
            assertThat(Staging.open(copying, SMALL, fresh.withDevice(device))).isInstanceOf(PageableStaging.class);
        }
        assertThat(fresh.cache()).doesNotExist();
        try (NDManager batch = copying.newManager()) {
            ByteBuffer views = direct(noise(1, SMALL_BYTES));
            NDArray array = new PageableStaging(SMALL).stage(batch, views, 1);
            views.put(0, (byte) 7);

            // The array reads the caller's bytes: nothing was copied.
            assertThat(array.toByteArray()[0]).isEqualTo((byte) 7);
        }
    }

    @Test
    void afterItIsClosedNothingIsWrittenToMemoryThatIsGone() {
        Staging staging = PinnedStaging.open(copying, SMALL, StagingTest::copy);
        staging.close();
        staging.close();
        try (NDManager batch = copying.newManager()) {
            ByteBuffer views = direct(noise(1, SMALL_BYTES));
            assertThatThrownBy(() -> staging.stage(batch, views, 1)).isInstanceOf(IndexOutOfBoundsException.class);
        }
    }
}
