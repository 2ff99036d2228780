package io.bulwark.perception.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.perception.encoder.Encoder;
import io.bulwark.perception.encoder.EncoderDescription;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.encoder.EncoderOptions.Engine;
import io.bulwark.perception.encoder.EncoderOptions.Precision;
import io.bulwark.perception.metric.Cosine;
import io.bulwark.perception.model.AutoPrecision.Cpu;
import io.bulwark.perception.torch.LoadedProgram;
import io.bulwark.perception.torch.TorchEncoder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The program that infers on a CPU against the readable one, which the originals' numbers are checked with. */
class InferenceProgramTest {

    /** Of 226 tokens the first, which are seven images at a time. */
    private static final Map<String, String> MADE = Map.of(
            "many tokens",
            "{'model_cfg': {'embed_dim': 24, 'quick_gelu': true, 'vision_cfg': {'image_size': 60, 'patch_size': 4,"
                    + " 'layers': 2, 'width': 64, 'head_width': 32}, 'text_cfg': {}}}",
            "convnext with an mlp",
            "{'model_cfg': {'embed_dim': 24, 'vision_cfg': {'timm_model_name': 'convnext_base', 'timm_proj': 'mlp',"
                    + " 'timm_model_kwargs': {'depths': [1, 1, 2, 1], 'dims': [16, 24, 32, 48]}, 'image_size': 96},"
                    + " 'text_cfg': {}}}");

    @TempDir
    Path folder;

    private ModelPackage model(String name) throws IOException {
        if (!MADE.containsKey(name)) {
            return ModelPackage.open(name.startsWith("classpath:") ? name : "src/test/resources/golden/" + name);
        }
        Path made = folder.resolve("made");
        new FreshPackage(MADE.get(name).replace('\'', '"').getBytes(StandardCharsets.UTF_8), 1).write(made);
        return ModelPackage.open(made.toString());
    }

    private EncoderOptions options() {
        return EncoderOptions.defaults().withThreads(2).withCache(folder.resolve("cache"));
    }

    private static ByteBuffer noise(ModelPackage model, int images) {
        PreprocessSpec input = model.manifest().preprocess();
        byte[] pixels = new byte[images * input.height() * input.width() * 3];
        new Random(3).nextBytes(pixels);
        return ByteBuffer.allocateDirect(pixels.length).put(pixels).flip();
    }

    private float[] readable(ModelPackage model, Precision precision, ByteBuffer views, int images) {
        EncoderDescription description = model.describe(precision);
        Path archive = ((LinkedPackage) model).link(description, options().cache());
        try (Encoder encoder =
                TorchEncoder.of(description, LoadedProgram.load("readable", archive, options(), false), options())) {
            return encoder.embed(views, images).values();
        }
    }

    @ParameterizedTest
    @CsvSource({"vit_a,5", "dino_a,1", "convnext_a,1", ModelPackage.DEFAULT + ",3"})
    void inFp32EmbeddingsAreTheReadableProgramsToItsRounding(String name, int images) throws IOException {
        assertFp32IsTheReadablePrograms(name, images);
    }

    @ParameterizedTest
    @CsvSource({
        "vit_a,1",
        "vit_b,8",
        "vit_c,3",
        "dino_a,8",
        "convnext_a,8",
        "convnext with an mlp,2",
        "many tokens,1",
        "many tokens,32",
        ModelPackage.DEFAULT + ",8"
    })
    @Tag("proof")
    void soAreThoseOfEveryFamilyAndBatch(String name, int images) throws IOException {
        assertFp32IsTheReadablePrograms(name, images);
    }

    private void assertFp32IsTheReadablePrograms(String name, int images) throws IOException {
        ModelPackage model = model(name);
        ByteBuffer views = noise(model, images);

        try (Encoder encoder = model.openEncoder(options())) {
            assertThat(encoder.embed(views, images).values())
                    .containsExactly(readable(model, Precision.FP32, views, images), within(1e-6f));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"vit_a", ModelPackage.DEFAULT})
    void inBf16EmbeddingsAreAsNearFp32AsTheReadableProgramsAndStayWhatTheyWereAtTheNextCall(String name)
            throws IOException {
        assertBf16IsAsNearFp32AsTheReadablePrograms(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"vit_b", "vit_c", "dino_a", "convnext_a", "convnext with an mlp", "many tokens"})
    @Tag("proof")
    void soAreThoseOfEveryFamilyInBf16(String name) throws IOException {
        assertBf16IsAsNearFp32AsTheReadablePrograms(name);
    }

    private void assertBf16IsAsNearFp32AsTheReadablePrograms(String name) throws IOException {
        assumeThat(Cpu.multipliesBf16()).isTrue();
        ModelPackage model = model(name);
        int images = 8;
        ByteBuffer views = noise(model, images);
        float[] wanted = readable(model, Precision.FP32, views, images);

        double allowed = 2 * farthest(wanted, readable(model, Precision.BF16, views, images), images);
        try (Encoder encoder = model.openEncoder(options().withPrecision(Precision.BF16))) {
            float[] first = encoder.embed(views, images).values();
            assertThat(farthest(wanted, first, images)).isLessThan(allowed);
            assertThat(encoder.embed(views, images).values()).isEqualTo(first);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "vit_a,FP32",
        "vit_a,BF16",
        "dino_a,FP32",
        "convnext_a,FP32",
        "convnext_a,BF16",
        ModelPackage.DEFAULT + ",BF16"
    })
    void threadsThatShareWeightsEachEmbedAsOneAlone(String name, Precision precision) throws Exception {
        ModelPackage model = model(name);
        EncoderOptions options =
                options().withThreads(name.startsWith("classpath:") ? 2 : 1).withPrecision(precision);
        ByteBuffer views = noise(model, 4);
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try (Encoder encoder = model.openEncoder(options)) {
            float[] wanted = encoder.embed(views, 4).values();
            List<Future<Boolean>> same = new ArrayList<>();
            for (int thread = 0; thread < 2; thread++) {
                same.add(threads.submit(() -> {
                    try (Encoder another = encoder.another().orElseThrow()) {
                        assertThat(another.description()).isEqualTo(encoder.description());
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
    void weightsStayWhileAnyThreadHasThem() {
        ModelPackage model = ModelPackage.open("src/test/resources/golden/vit_a");
        ByteBuffer views = noise(model, 1);
        Encoder first = model.openEncoder(options());
        float[] wanted = first.embed(views, 1).values();
        Encoder second = first.another().orElseThrow();

        first.close();
        first.close();
        assertThat(second.embed(views, 1).values()).isEqualTo(wanted);
        assertThat(first.another()).hasValueSatisfying(Encoder::close);
        second.close();
        assertThat(first.another()).isEmpty();
    }

    @Test
    void xnnpacksConvolutionsAreForOneThreadAlone() {
        EncoderOptions options = options().withThreads(1).withEngine(Engine.LIBTORCH);
        try (Encoder encoder = ModelPackage.open(ModelPackage.DEFAULT).openEncoder(options)) {
            assertThat(encoder.another()).isEmpty();
        }
    }

    /** 1 - the least cosine. */
    private static double farthest(float[] wanted, float[] found, int images) {
        int dimension = wanted.length / images;
        double farthest = 0;
        for (int image = 0; image < images; image++) {
            float[] left = Arrays.copyOfRange(wanted, image * dimension, (image + 1) * dimension);
            float[] right = Arrays.copyOfRange(found, image * dimension, (image + 1) * dimension);
            farthest = Math.max(farthest, 1 - Cosine.similarity(left, right));
        }
        return farthest;
    }

    @Test
    void workThatTheEmbeddingDoesNotDependOnIsNotDone() {
        ModelPackage model = ModelPackage.open("src/test/resources/golden/vit_a");

        // 16 patches, of which the last block of width 64 spares out_proj, attention over 17 keys, and the MLP.
        assertThat(model.multiplications() - model.multiplications(options()))
                .isEqualTo(16 * (64 * 64 + 2 * 17 * 64 + 2 * 64 * 256));
        assertThat(model.multiplications(options().withPrecision(Precision.FP16)))
                .isEqualTo(model.multiplications());
    }
}
