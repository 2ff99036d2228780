package io.bulwark.lab.invert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bulwark.lab.attack.SmallEncoder;
import io.bulwark.lab.invert.Inversion.BallDescent;
import io.bulwark.lab.invert.Inversion.InversionMethod;
import io.bulwark.lab.invert.Inversion.InversionState;
import io.bulwark.perception.encoder.DifferentiableEncoder;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.encoder.TextEncoder;
import io.bulwark.perception.model.ModelPackage;
import io.bulwark.perception.safetensors.SafetensorsFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ten steps against what PyTorch computed: {@code src/test/resources/inversion/make.py}. */
class InversionGoldenTest {

    private static final Path EXPECTED = Path.of("src/test/resources/inversion/expected.safetensors");
    private static final float TOLERANCE = 1e-4f;
    private static final int SIDE = 32;
    private static final int DIMENSION = 32;
    private static final int CONTEXT = 16;

    @TempDir
    static Path cache;

    @AutoClose
    private static DifferentiableEncoder encoder;

    @BeforeAll
    static void open() {
        encoder = SmallEncoder.open(cache);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ball_feature", "ball_text", "free_feature", "free_text"})
    void tenStepsEqualThoseOfPyTorch(String name) throws IOException {
        InversionMethod method =
                name.startsWith("ball") ? new BallDescent(10, 0.5, 3) : new FreePixels(10, 0.03, 20, 1, 1);
        float[] rows = name.endsWith("feature") ? features() : texts();
        List<InversionTarget> targets = List.of(target(rows, 0), target(rows, 1));
        Inversion inversion = new Inversion(encoder, SIDE, SIDE, method, targets, 1);
        InversionState state = inversion.begin(InversionStart.grey());
        while (state.step() < inversion.steps()) {
            state = inversion.step(state);
        }

        try (SafetensorsFile expected = SafetensorsFile.open(EXPECTED)) {
            assertThat(state.pixels()).containsExactly(expected.floats(name), within(TOLERANCE));
            assertThat(inversion.scores(state.pixels()))
                    .containsExactly(expected.floats(name + "_cosine"), within(TOLERANCE));
        }
    }

    private static InversionTarget target(float[] rows, int row) {
        return InversionTarget.of("row " + row, Arrays.copyOfRange(rows, row * DIMENSION, (row + 1) * DIMENSION));
    }

    private static float[] features() throws IOException {
        return SmallEncoder.floats("vit_a/vision.safetensors", "embedding");
    }

    /** By our own text tower, from the golden set's token ids. */
    private static float[] texts() throws IOException {
        long[][] tokens = new long[2][CONTEXT];
        try (SafetensorsFile file = SafetensorsFile.open(SmallEncoder.GOLDEN.resolve("vit_a/text.safetensors"))) {
            var ids = file.bytes("tokens").asLongBuffer();
            ids.get(tokens[0]).get(tokens[1]);
        }
        ModelPackage model =
                ModelPackage.open(SmallEncoder.GOLDEN.resolve("vit_a").toString());
        try (TextEncoder text =
                model.openText(EncoderOptions.defaults().withThreads(1).withCache(cache))) {
            return text.embedRaw(tokens);
        }
    }
}
