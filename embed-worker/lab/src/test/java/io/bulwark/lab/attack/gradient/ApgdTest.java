package io.bulwark.lab.attack.gradient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.lab.attack.Attack.AttackResult;
import io.bulwark.lab.attack.Attack.Watch;
import io.bulwark.lab.attack.Bumps;
import io.bulwark.lab.attack.Norm;
import io.bulwark.lab.attack.Objective;
import io.bulwark.lab.attack.Oracle;
import io.bulwark.lab.attack.PointwiseObjective;
import io.bulwark.lab.attack.SmallEncoder;
import io.bulwark.lab.attack.ThreatModel;
import io.bulwark.lab.attack.gradient.Apgd.EarlyStop;
import io.bulwark.lab.attack.loss.EncoderObjective;
import io.bulwark.lab.attack.loss.LogitLoss;
import io.bulwark.lab.attack.loss.PrototypeLoss;
import io.bulwark.perception.encoder.DifferentiableEncoder;
import io.bulwark.perception.metric.Choice;
import io.bulwark.perception.safetensors.SafetensorsFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ApgdTest {

    private static final int COUNT = 6;

    @TempDir
    static Path cache;

    @AutoClose
    private static DifferentiableEncoder encoder;

    private static float[] clean;

    @BeforeAll
    static void open() throws IOException {
        encoder = SmallEncoder.open(cache);
        clean = SmallEncoder.floats("apgd/inputs.safetensors", "x");
    }

    @Test
    void isNotWeakerThanTheReference() throws IOException {
        for (String reference : new String[] {"linf_10", "linf_50", "l2_10", "l2_50"}) {
            float[] withstoodTheReference = SmallEncoder.floats("apgd/" + reference + ".safetensors", "acc");
            ThreatModel threat = reference.startsWith("linf") ? ThreatModel.linf(4 / 255.0) : ThreatModel.l2(0.5);
            int iterations = Integer.parseInt(reference.substring(reference.indexOf('_') + 1));
            for (LogitLoss loss : LogitLoss.values()) {
                AttackResult ours = new Apgd(iterations, 1, EarlyStop.EACH_FOOLED, 0)
                        .run(flip(loss), threat, clean, COUNT, Watch.silent());

                assertThat(robustShare(ours))
                        .as("%s, %s", reference, loss)
                        .isLessThanOrEqualTo(mean(withstoodTheReference));
            }
        }
    }

    /** Budgets so small that some samples withstand: here a weaker attack would show. */
    @Test
    void neitherMoreIterationsNorMoreRestartsRaiseRobustAccuracyOnTheFixture() throws IOException {
        for (double levels : new double[] {0.25, 0.5, 1}) {
            ThreatModel threat = ThreatModel.linf(levels / 255);
            double before = 1;
            for (int iterations : new int[] {1, 3, 10, 30}) {
                double one = robust(iterations, 1, threat);
                assertThat(one)
                        .as("%s levels, %d iterations", levels, iterations)
                        .isLessThanOrEqualTo(before);
                assertThat(robust(iterations, 3, threat)).isLessThanOrEqualTo(one);
                before = one;
            }
        }
    }

    private static double robust(int iterations, int restarts, ThreatModel threat) throws IOException {
        return robustShare(new Apgd(iterations, restarts, EarlyStop.NEVER, 5)
                .run(flip(LogitLoss.MARGIN), threat, clean, COUNT, Watch.silent()));
    }

    private static double robustShare(AttackResult result) {
        int standing = 0;
        for (boolean fooled : result.fooled()) {
            standing += fooled ? 0 : 1;
        }
        return (double) standing / result.fooled().length;
    }

    @Test
    void whatFoolsTheObjectiveFoolsTheMetric() throws IOException {
        ThreatModel threat = ThreatModel.linf(1 / 255.0);
        AttackResult result = new Apgd(10, 2, EarlyStop.EACH_FOOLED, 1)
                .run(flip(LogitLoss.MARGIN), threat, clean, COUNT, Watch.silent());

        threat.verify(clean, result.pixels(), COUNT).require();
        float[] embeddings = encoder.embed(result.pixels(), COUNT);
        Choice.Side[] people = people();
        for (int i = 0; i < COUNT; i++) {
            Choice choice = Choice.between(
                    row(embeddings, i),
                    row(SmallEncoder.floats("apgd/inputs.safetensors", "emb_left"), i),
                    row(SmallEncoder.floats("apgd/inputs.safetensors", "emb_right"), i));
            assertThat(result.fooled()[i]).isEqualTo(choice.side() != people[i]);
        }
    }

    @Property(tries = 60)
    void staysWithinBallAndBoxWhateverTheObjective(
            @ForAll Norm norm, @ForAll @IntRange(min = 1, max = 30) int iterations, @ForAll long seed) {
        Bumps bumps = new Bumps(3, 3 * 4, seed);
        ThreatModel threat = new ThreatModel(norm, 0.1);

        AttackResult result = new Apgd(iterations, 2, EarlyStop.NEVER, seed)
                .run(bumps, threat, bumps.clean(), bumps.count(), Watch.silent());

        assertThat(threat.verify(bumps.clean(), result.pixels(), bumps.count()).holds())
                .isTrue();
        assertThat(bumps.ask(result.pixels(), bumps.samples()).fooled()).isEqualTo(result.fooled());
    }

    @Property(tries = 60)
    void moreRestartsNeverRaiseRobustAccuracyWhateverTheObjective(
            @ForAll Norm norm, @ForAll @IntRange(min = 1, max = 12) int iterations, @ForAll long seed) {
        Bumps bumps = new Bumps(5, 3 * 4, seed);
        ThreatModel threat = new ThreatModel(norm, 0.1);
        boolean[] before = new boolean[bumps.count()];
        for (int restarts = 1; restarts <= 4; restarts++) {
            boolean[] fooled = new Apgd(iterations, restarts, EarlyStop.EACH_FOOLED, 3)
                    .run(bumps, threat, bumps.clean(), bumps.count(), Watch.silent())
                    .fooled();
            for (int i = 0; i < fooled.length; i++) {
                assertThat(fooled[i] || !before[i]).isTrue();
            }
            before = fooled;
        }
    }

    /** Where the loss has one slope everywhere, each iteration can only go on. */
    @Property(tries = 60)
    void moreIterationsNeverRaiseRobustAccuracyOnLinearObjectives(
            @ForAll Norm norm, @ForAll @IntRange(min = 1, max = 20) int iterations, @ForAll long seed) {
        Random random = new Random(seed);
        float[] start = {random.nextFloat(), random.nextFloat(), random.nextFloat()};
        double needed = random.nextDouble();
        Objective linear = new PointwiseObjective(pixel -> pixel, pixel -> 1, pixel -> pixel > needed);
        ThreatModel threat = new ThreatModel(norm, 0.2);

        boolean few = new Apgd(iterations, 1, EarlyStop.NEVER, 0)
                .run(linear, threat, start, 1, Watch.silent())
                .fooled()[0];
        boolean more = new Apgd(iterations + 1 + random.nextInt(30), 1, EarlyStop.NEVER, 0)
                .run(linear, threat, start, 1, Watch.silent())
                .fooled()[0];

        assertThat(more || !few).isTrue();
    }

    @Property(tries = 40)
    void aSampleIsAttackedAlikeInWhateverCompany(@ForAll Norm norm, @ForAll long seed) {
        Bumps bumps = new Bumps(4, 3 * 4, seed);
        ThreatModel threat = new ThreatModel(norm, 0.1);
        Apgd attack = new Apgd(10, 1, EarlyStop.EACH_FOOLED, 0);

        AttackResult together = attack.run(bumps, threat, bumps.clean(), 4, Watch.silent());
        Bumps last = bumps.alone(3);
        AttackResult alone = attack.run(last, threat, last.clean(), 1, Watch.silent());

        assertThat(alone.fooled()[0]).isEqualTo(together.fooled()[3]);
        assertThat(alone.pixels()).isEqualTo(Arrays.copyOfRange(together.pixels(), 36, 48));
    }

    @Test
    void samplesThatAreFooledLeaveOffWhereThatIsAskedFor() throws IOException {
        ThreatModel threat = ThreatModel.linf(4 / 255.0);
        AttackResult all =
                new Apgd(10, 2, EarlyStop.NEVER, 0).run(flip(LogitLoss.MARGIN), threat, clean, COUNT, Watch.silent());
        AttackResult leaving = new Apgd(10, 2, EarlyStop.EACH_FOOLED, 0)
                .run(flip(LogitLoss.MARGIN), threat, clean, COUNT, Watch.silent());

        assertThat(leaving.fooled()).isEqualTo(all.fooled()).containsOnly(true);
        assertThat(all.gradientSteps()).isEqualTo(10 * COUNT);
        assertThat(all.queries()).isEqualTo(COUNT);
        assertThat(leaving.gradientSteps()).isLessThanOrEqualTo(2 * COUNT);
        // The last sample is misjudged from the start: not a pixel of it need change.
        assertThat(Arrays.copyOfRange(leaving.pixels(), 5 * 3072, 6 * 3072))
                .isEqualTo(Arrays.copyOfRange(clean, 5 * 3072, 6 * 3072));
    }

    @Test
    void withoutABudgetNothingChanges() throws IOException {
        AttackResult result = new Apgd(5, 2, EarlyStop.NEVER, 0)
                .run(flip(LogitLoss.MARGIN), ThreatModel.l2(0), clean, COUNT, Watch.silent());

        assertThat(result.pixels()).isEqualTo(clean);
        assertThat(result.fooled()).containsOnlyOnce(true);
    }

    @Test
    void canBeCancelledBetweenSteps() {
        Bumps bumps = new Bumps(2, 3, 1);
        int[] steps = {0};
        Watch watch = new Watch() {
            @Override
            public void step(int done, int total, int fooled) {
                steps[0] = done;
                assertThat(total).isEqualTo(200);
            }

            @Override
            public boolean cancelled() {
                return steps[0] >= 7;
            }
        };

        assertThatThrownBy(() ->
                        new Apgd(100, 2, EarlyStop.NEVER, 0).run(bumps, ThreatModel.linf(0), bumps.clean(), 2, watch))
                .isInstanceOf(CancellationException.class);
        assertThat(steps[0]).isEqualTo(7);
    }

    @Test
    void refusesAnAttackOfNoSteps() {
        assertThatThrownBy(() -> new Apgd(0, 1, EarlyStop.NEVER, 0)).hasMessageContaining("0 iterations");
        assertThatThrownBy(() -> new Apgd(1, 0, EarlyStop.NEVER, 0)).hasMessageContaining("0 restarts");
    }

    private static Objective flip(LogitLoss loss) throws IOException {
        return EncoderObjective.of(
                encoder,
                PrototypeLoss.flipChoice(
                                loss,
                                rows(SmallEncoder.floats("apgd/inputs.safetensors", "emb_left")),
                                rows(SmallEncoder.floats("apgd/inputs.safetensors", "emb_right")),
                                people())
                        .batched());
    }

    private static Choice.Side[] people() throws IOException {
        try (SafetensorsFile file = SafetensorsFile.open(SmallEncoder.GOLDEN.resolve("apgd/inputs.safetensors"))) {
            ByteBuffer labels = file.bytes("y");
            Choice.Side[] people = new Choice.Side[COUNT];
            for (int i = 0; i < COUNT; i++) {
                people[i] = Choice.Side.values()[(int) labels.getLong(labels.position() + i * Long.BYTES)];
            }
            return people;
        }
    }

    private static float[][] rows(float[] values) {
        float[][] rows = new float[COUNT][];
        for (int i = 0; i < COUNT; i++) {
            rows[i] = row(values, i);
        }
        return rows;
    }

    private static float[] row(float[] values, int row) {
        int length = values.length / COUNT;
        return Arrays.copyOfRange(values, row * length, (row + 1) * length);
    }

    private static double mean(float[] values) {
        double sum = 0;
        for (float value : values) {
            sum += value;
        }
        return sum / values.length;
    }

    /** The places that an attack asks about first, sample by sample. */
    private static float[][] firstAsked(Apgd apgd, ThreatModel threat, Bumps bumps) {
        List<float[]> asked = new ArrayList<>();
        Objective recording = new Objective() {
            @Override
            public Scores ask(float[] pixels, int[] samples) {
                return bumps.ask(pixels, samples);
            }

            @Override
            public Evaluation differentiate(float[] pixels, int[] samples) {
                asked.add(pixels.clone());
                return bumps.differentiate(pixels, samples);
            }

            @Override
            public long identity(int sample) {
                return 100 + sample;
            }
        };
        apgd.run(recording, threat, bumps.clean(), bumps.count(), Watch.silent());
        int length = bumps.clean().length / bumps.count();
        float[][] first = new float[bumps.count()][];
        for (int sample = 0; sample < first.length; sample++) {
            first[sample] = Arrays.copyOfRange(asked.get(0), sample * length, (sample + 1) * length);
        }
        return first;
    }

    @Property(tries = 20)
    void theAuthorsAttackStartsAtRandomInTheBallAndNotAtThePicture(@ForAll Norm norm, @ForAll long seed) {
        Bumps bumps = new Bumps(3, 12, seed);
        ThreatModel threat = new ThreatModel(norm, 0.05);

        float[][] first = firstAsked(new Apgd(1, 1, EarlyStop.NEVER, seed, new FirstStart.AtRandom()), threat, bumps);

        for (int sample = 0; sample < 3; sample++) {
            float[] picture = Arrays.copyOfRange(bumps.clean(), sample * 12, (sample + 1) * 12);
            assertThat(first[sample]).isNotEqualTo(picture);
            assertThat(threat.verify(picture, first[sample], 1).holds()).isTrue();
        }
    }

    @Test
    void aSamplesRandomStartDoesNotDependOnItsBatch() {
        Bumps bumps = new Bumps(3, 12, 5);
        ThreatModel threat = ThreatModel.linf(0.1);
        FirstStart random = new FirstStart.AtRandom();
        float[] last = Arrays.copyOfRange(bumps.clean(), 24, 36);

        float[] inBatch = firstAsked(new Apgd(1, 1, EarlyStop.NEVER, 7, random), threat, bumps)[2];
        Oracle alone = new Bumps(1, 12, 5) {
            @Override
            public long identity(int sample) {
                return 102;
            }
        };

        assertThat(random.of(threat, last, alone, 0, 7)).isEqualTo(inBatch);
        assertThat(random.of(threat, last, alone, 0, 8)).isNotEqualTo(inBatch);
    }

    @Test
    void givenNoiseIsAddedInUnitsOfEpsilon() {
        Bumps bumps = new Bumps(2, 12, 5);
        Arrays.fill(bumps.clean(), 0.5f);
        FirstStart given = new FirstStart.Given("made up", (norm, identity, length) -> {
            float[] noise = new float[length];
            Arrays.fill(noise, identity == 101 ? -1 : 0.5f);
            return noise;
        });

        float[][] first = firstAsked(new Apgd(1, 1, EarlyStop.NEVER, 7, given), ThreatModel.linf(0.1), bumps);

        assertThat(first[0]).containsOnly(0.55f);
        assertThat(first[1]).containsOnly(0.4f);
        assertThat(new Apgd(1, 1, EarlyStop.NEVER, 7, given).describe())
                .isEqualTo("apgd 1 iterations x 1, given start");
    }

    @Test
    void aGivenStartIsBroughtIntoTheBallAndClimbedFrom() {
        Bumps bumps = new Bumps(3, 12, 5);
        ThreatModel threat = ThreatModel.linf(0.1);
        Apgd apgd = new Apgd(1, 1, EarlyStop.NEVER, 1);
        float[] far = new float[bumps.clean().length];
        Arrays.fill(far, 7);

        AttackResult fromFar = apgd.from(far).run(bumps, threat, bumps.clean(), 3, Watch.silent());
        AttackResult fromClean = apgd.from(bumps.clean()).run(bumps, threat, bumps.clean(), 3, Watch.silent());

        assertThat(threat.verify(bumps.clean(), fromFar.pixels(), 3).holds()).isTrue();
        assertThat(fromFar.pixels()).isNotEqualTo(fromClean.pixels());
        assertThat(fromClean.pixels())
                .isEqualTo(apgd.run(bumps, threat, bumps.clean(), 3, Watch.silent())
                        .pixels());
        assertThat(far).containsOnly(7);
    }
}
