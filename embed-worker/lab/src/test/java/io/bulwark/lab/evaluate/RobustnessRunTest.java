package io.bulwark.lab.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.cli.report.Share.Proportion;
import io.bulwark.lab.attack.Attack;
import io.bulwark.lab.attack.Attack.AttackResult;
import io.bulwark.lab.attack.Attack.Watch;
import io.bulwark.lab.attack.Objective;
import io.bulwark.lab.attack.Oracle.Scores;
import io.bulwark.lab.attack.ThreatModel;
import io.bulwark.lab.attack.gradient.Pgd;
import io.bulwark.lab.attack.loss.EmbeddingLoss;
import io.bulwark.lab.attack.loss.EmbeddingLoss.Row.Score;
import io.bulwark.lab.data.EvaluatedEncoder;
import io.bulwark.lab.data.PictureSource;
import io.bulwark.lab.data.PictureSource.PictureFile;
import io.bulwark.lab.evaluate.Task.Scorer;
import io.bulwark.lab.experiment.EvaluationProgress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A world in which everything is known: a picture is one number, the encoder is the identity, and question i is right
 * above {@code 0.5 - margin_i} with the picture at 0.5. So question i stands under l∞ ε exactly where {@code margin_i > ε}.
 */
class RobustnessRunTest {

    private static final double[] MARGINS = {-0.1, 0.015, 0.025, 0.035, 0.045, 0.3, 0.031};
    private static final Attack PGD = new Pgd(20, 0.01, 0, false, 0);

    @TempDir
    Path folder;

    private final AtomicInteger gradients = new AtomicInteger();
    private final List<String> stages = new ArrayList<>();
    private Ledger ledger;

    @BeforeEach
    void emptyLedger() {
        ledger = open();
    }

    @Test
    void robustAccuracyIsTheShareWhoseMarginExceedsTheBall() {
        evaluate(ledger, PGD, 0.01, 0.02, 0.03, 0.05);

        assertThat(ledger.clean()).isEqualTo(Proportion.of(6, 7));
        assertThat(ledger.robust(ThreatModel.linf(0.01))).isEqualTo(Proportion.of(6, 7));
        assertThat(ledger.robust(ThreatModel.linf(0.02))).isEqualTo(Proportion.of(5, 7));
        assertThat(ledger.robust(ThreatModel.linf(0.03))).isEqualTo(Proportion.of(4, 7));
        assertThat(ledger.robust(ThreatModel.linf(0.05))).isEqualTo(Proportion.of(1, 7));
    }

    @Test
    void weakerThreatModelsComeFirstAndWhatFellThereIsNotAttackedAgain() {
        evaluate(ledger, PGD, 0.05, 0.02);

        assertThat(stages).containsExactly("clean 7", "linf 0.02 6", "linf 0.05 5");
    }

    @Test
    void aRunThatIsRepeatedAsksNothing() {
        evaluate(ledger, PGD, 0.02);
        Proportion before = ledger.robust(ThreatModel.linf(0.02));
        stages.clear();
        gradients.set(0);

        evaluate(open(), PGD, 0.02);

        assertThat(stages).containsExactly("clean 0", "linf 0.02 0");
        assertThat(gradients).hasValue(0);
        assertThat(open().robust(ThreatModel.linf(0.02))).isEqualTo(before);
    }

    @Test
    void anInterruptedRunGoesOnWhereItWas() {
        AtomicInteger batches = new AtomicInteger();
        Attack dying = attack((objective, threat, clean, count) -> {
            if (batches.incrementAndGet() == 2) {
                throw new IllegalStateException("killed");
            }
            return PGD.run(objective, threat, clean, count, Watch.silent());
        });
        assertThatThrownBy(() -> evaluate(ledger, dying, 0.04)).hasMessage("killed");
        stages.clear();

        Ledger again = open();
        evaluate(again, PGD, 0.04);

        assertThat(stages).as("three of six were attacked before").containsExactly("clean 0", "linf 0.04 3");
        assertThat(again.robust(ThreatModel.linf(0.04))).isEqualTo(Proportion.of(2, 7));
    }

    @Test
    void aPerturbationThatBreaksItsBallIsNoResult() {
        Attack cheat = attack((objective, threat, clean, count) -> {
            float[] pixels = clean.clone();
            Arrays.fill(pixels, 0);
            boolean[] fooled = new boolean[count];
            Arrays.fill(fooled, true);
            return new AttackResult(pixels, fooled, new float[count], 0, 0);
        });

        assertThatThrownBy(() -> evaluate(ledger, cheat, 0.02))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("linf 0.02")
                .hasMessageContaining("0.5");
        assertThat(open().isStanding(1, ThreatModel.linf(0.02))).isTrue();
    }

    @Test
    void anAttackThatOnlyClaimsToHaveFooledIsNotBelieved() {
        Attack boaster = attack((objective, threat, clean, count) -> {
            boolean[] fooled = new boolean[count];
            Arrays.fill(fooled, true);
            return new AttackResult(clean.clone(), fooled, new float[count], 0, 0);
        });

        evaluate(ledger, boaster, 0.4);

        assertThat(ledger.robust(ThreatModel.linf(0.4))).isEqualTo(ledger.clean());
    }

    private void evaluate(Ledger to, Attack attack, double... epsilons) {
        EvaluationProgress progress = new EvaluationProgress() {
            @Override
            public void begin(String stage, int questions) {
                stages.add(stage + " " + questions);
            }

            @Override
            public void advanced(int questions, int fooled) {
                assertThat(fooled).isBetween(0, questions);
            }
        };
        EvaluatedEncoder encoder = new EvaluatedEncoder(null, null, 3);
        RobustnessRun run = new RobustnessRun(
                encoder, new Margins(), new Margins().judge(encoder, n -> {}), new Identity(), to, progress);
        run.answerClean();
        run.attack(attack, Arrays.stream(epsilons).mapToObj(ThreatModel::linf).toList());
    }

    private Ledger open() {
        return Ledger.open(folder.resolve("ledger.jsonl"), "the world of numbers");
    }

    private interface Run {
        AttackResult of(Objective objective, ThreatModel threat, float[] clean, int count);
    }

    private static Attack attack(Run run) {
        return new Attack() {
            @Override
            public AttackResult run(Objective objective, ThreatModel threat, float[] clean, int count, Watch watch) {
                return run.of(objective, threat, clean, count);
            }

            @Override
            public String describe() {
                return "made up";
            }
        };
    }

    private record Margins() implements Task {

        @Override
        public String name() {
            return "margins";
        }

        @Override
        public List<PictureSource> pictures() {
            return IntStream.range(0, MARGINS.length)
                    .mapToObj(i -> (PictureSource) PictureFile.of(Path.of("number-" + i)))
                    .toList();
        }

        @Override
        public String canonical() {
            return Arrays.toString(MARGINS);
        }

        @Override
        public int prepared() {
            return 0;
        }

        @Override
        public Scorer judge(EvaluatedEncoder encoder, IntConsumer embedded) {
            EmbeddingLoss.Row row = (question, embedding, slope) -> {
                slope[0] = -1;
                return new Score(-embedding[0], embedding[0] <= 0.5 - MARGINS[question]);
            };
            return new Scorer() {
                @Override
                public double score(int question, float[] embedding) {
                    return embedding[0] <= 0.5 - MARGINS[question] ? 0 : 1;
                }

                @Override
                public EmbeddingLoss loss() {
                    return row.batched();
                }
            };
        }
    }

    private final class Identity implements Track {

        @Override
        public String label() {
            return "numbers";
        }

        @Override
        public int batch(int ofEncoder) {
            return ofEncoder;
        }

        @Override
        public float[] pixels(EvaluatedEncoder encoder, List<PictureSource> pictures) {
            float[] pixels = new float[pictures.size()];
            Arrays.fill(pixels, 0.5f);
            return pixels;
        }

        @Override
        public Objective objective(
                EvaluatedEncoder encoder, List<PictureSource> pictures, ThreatModel threat, EmbeddingLoss loss) {
            return new Objective() {
                @Override
                public Scores ask(float[] pixels, int[] samples) {
                    return loss.evaluate(pixels, samples).scores();
                }

                @Override
                public Evaluation differentiate(float[] pixels, int[] samples) {
                    gradients.incrementAndGet();
                    EmbeddingLoss.Values values = loss.evaluate(pixels, samples);
                    return new Evaluation(values.scores(), values.slope());
                }
            };
        }

        @Override
        public Submission submit(
                EvaluatedEncoder encoder, List<PictureSource> pictures, ThreatModel threat, float[] pixels) {
            return new Submission(pixels, pixels);
        }
    }
}
