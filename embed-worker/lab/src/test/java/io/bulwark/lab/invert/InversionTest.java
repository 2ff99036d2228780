package io.bulwark.lab.invert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.bulwark.lab.attack.SmallEncoder;
import io.bulwark.lab.invert.Inversion.BallDescent;
import io.bulwark.lab.invert.Inversion.InversionMethod;
import io.bulwark.lab.invert.Inversion.InversionState;
import io.bulwark.lab.invert.InversionRun.InversionFile;
import io.bulwark.perception.encoder.DifferentiableEncoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class InversionTest {

    private static final int SIDE = 32;
    private static final int DIMENSION = 32;
    private static final Map<String, String> BELONGS = Map.of("encoder", "small", "seed", "1");

    @TempDir
    static Path cache;

    @TempDir
    Path folder;

    @AutoClose
    private static DifferentiableEncoder encoder;

    @BeforeAll
    static void open() {
        encoder = SmallEncoder.open(cache);
    }

    static Stream<InversionMethod> methods() {
        return Stream.of(BallDescent.standard(6), new BallDescent(6, 1, 2), new FreePixels(6, 0.03, 20, 1, 2));
    }

    @ParameterizedTest
    @MethodSource("methods")
    void thePictureComesNearerToItsTargetAndStaysAPicture(InversionMethod method) {
        Inversion inversion = inversion(method, targets(2), 1);
        InversionState start = inversion.begin(InversionStart.noise());
        float[] before = inversion.scores(inversion.pictures(start));

        float[] pictures = inversion.pictures(run(inversion, start));

        float[] after = inversion.scores(pictures);
        for (int i = 0; i < before.length; i++) {
            assertThat(after[i]).isGreaterThan(before[i] + 0.05f);
        }
        for (float value : pictures) {
            assertThat(value).isBetween(0f, 1f);
        }
    }

    @ParameterizedTest
    @MethodSource("methods")
    void aRunThatWasCutOffEndsInTheSamePixels(InversionMethod method) throws IOException {
        Inversion inversion = inversion(method, targets(2), 7);
        InversionState whole = run(inversion, inversion.begin(InversionStart.noise()));
        InversionFile file = new InversionFile(folder.resolve("unfinished.safetensors"));
        InversionState state = inversion.begin(InversionStart.noise());
        List<float[]> way = new ArrayList<>();
        for (int step = 0; step < 3; step++) {
            state = inversion.step(state);
            way.add(inversion.pictures(state));
        }
        file.write(new InversionFile.Progress(state, way), BELONGS);

        InversionFile.Progress read = file.read(BELONGS).orElseThrow();

        assertThat(read.state().step()).isEqualTo(3);
        assertThat(read.way()).hasSize(3);
        assertThat(read.way().get(2)).containsExactly(way.get(2));
        assertThat(run(inversion, read.state()).pixels()).containsExactly(whole.pixels());
    }

    @Test
    void aFileOfAnotherInversionIsNotGoneOnFrom() throws IOException {
        InversionFile file = new InversionFile(folder.resolve("unfinished.safetensors"));
        assertThat(file.read(BELONGS)).isEmpty();
        Inversion inversion = inversion(BallDescent.standard(1), targets(1), 1);
        file.write(new InversionFile.Progress(inversion.begin(InversionStart.grey()), List.of()), BELONGS);

        assertThatThrownBy(() -> file.read(Map.of("encoder", "other")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("another inversion")
                .hasMessageContaining("small");

        Files.writeString(file.file(), "no tensors");
        assertThatThrownBy(() -> file.read(BELONGS))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no inversion");
    }

    @Test
    void anotherSeedGivesOtherPixelsAndTheSameSeedTheSame() {
        InversionMethod method = new FreePixels(3, 0.03, 20, 0, 2);

        float[] one = run(inversion(method, targets(1), 1), InversionStart.grey());

        assertThat(run(inversion(method, targets(1), 1), InversionStart.grey())).containsExactly(one);
        assertThat(run(inversion(method, targets(1), 2), InversionStart.grey())).isNotEqualTo(one);
    }

    @Test
    void samplesOfABatchDoNotDisturbEachOther() {
        List<InversionTarget> targets = targets(3);
        float[] together = run(inversion(BallDescent.standard(2), targets, 1), InversionStart.grey());

        float[] alone = run(inversion(BallDescent.standard(2), targets.subList(1, 2), 1), InversionStart.grey());

        assertThat(Arrays.copyOfRange(together, alone.length, 2 * alone.length)).containsExactly(alone, within(1e-3f));
    }

    @Test
    void aCanvasGrowsToTheSizeOfTheEncoder() {
        Inversion inversion = inversion(new FreePixels(8, 0.03, 20, 2, 1), targets(1), 1);
        InversionState state = inversion.begin(InversionStart.grey());
        List<Integer> sides = new ArrayList<>(List.of(state.height()));
        while (state.step() < inversion.steps()) {
            state = inversion.step(state);
            sides.add(state.height());
            assertThat(inversion.pictures(state)).hasSize(3 * SIDE * SIDE);
        }

        assertThat(sides).containsExactly(8, 8, 8, 16, 16, 32, 32, 32, 32);
    }

    @Test
    void aTargetOfAnotherEncoderIsNamed() {
        InversionTarget wrong = InversionTarget.of("seven wide", new float[] {1, 0, 0, 0, 0, 0, 0});

        assertThatThrownBy(() -> inversion(BallDescent.standard(1), List.of(wrong), 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("seven wide")
                .hasMessageContaining("32");
    }

    @Test
    void theCostIsThatOfAllSteps() {
        Inversion few = inversion(BallDescent.standard(10), targets(1), 1);

        assertThat(few.cost(few.begin(InversionStart.grey()))).isPositive();
    }

    private static Inversion inversion(InversionMethod method, List<InversionTarget> targets, long seed) {
        return new Inversion(encoder, SIDE, SIDE, method, targets, seed);
    }

    private static float[] run(Inversion inversion, InversionStart start) {
        return run(inversion, inversion.begin(start)).pixels();
    }

    private static InversionState run(Inversion inversion, InversionState from) {
        InversionState state = from;
        while (state.step() < inversion.steps()) {
            state = inversion.step(state);
        }
        return state;
    }

    private static List<InversionTarget> targets(int count) {
        SplittableRandom random = new SplittableRandom(3);
        float[] pixels = new float[count * 3 * SIDE * SIDE];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (i / 64 * 37 + i / 4 * 11) % 97 / 96f * (float) (0.8 + 0.2 * random.nextDouble());
        }
        float[] rows = encoder.embed(pixels, count);
        List<InversionTarget> targets = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            targets.add(
                    InversionTarget.of("picture " + i, Arrays.copyOfRange(rows, i * DIMENSION, (i + 1) * DIMENSION)));
        }
        return targets;
    }
}
