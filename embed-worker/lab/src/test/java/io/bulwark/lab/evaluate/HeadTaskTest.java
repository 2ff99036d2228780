package io.bulwark.lab.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.cli.report.Share.Proportion;
import io.bulwark.lab.attack.ThreatModel;
import io.bulwark.lab.attack.gradient.Apgd;
import io.bulwark.lab.attack.gradient.Apgd.EarlyStop;
import io.bulwark.lab.data.EvaluatedEncoder;
import io.bulwark.lab.data.PictureSource;
import io.bulwark.lab.data.PictureSource.PictureFile;
import io.bulwark.lab.data.TestPictures;
import io.bulwark.lab.evaluate.Task.Scorer;
import io.bulwark.lab.evaluate.Track.ResizedPixels;
import io.bulwark.lab.experiment.EvaluationProgress;
import io.bulwark.perception.encoder.DenseHead;
import io.bulwark.perception.encoder.DifferentiableEncoder;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.encoder.TrainableEncoder;
import io.bulwark.perception.model.ModelPackage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On the clean encoder that ships, whose head is the one that matters. */
class HeadTaskTest {

    private static final int PICTURES = 3;
    private static final ThreatModel LARGE = ThreatModel.linf(16 / 255.0);
    private static final EncoderOptions OPTIONS = EncoderOptions.defaults().withThreads(1);

    @TempDir
    static Path folder;

    @AutoClose
    private static DifferentiableEncoder network;

    private static EvaluatedEncoder parent;
    private static DenseHead head;
    private static List<PictureSource> pictures;
    private static HeadTask task;

    @BeforeAll
    static void ask() {
        ModelPackage model = ModelPackage.open(ModelPackage.CLASSIFIER);
        try (TrainableEncoder weights = model.openTrainable(OPTIONS)) {
            head = DenseHead.of(weights);
        }
        network = model.openDifferentiable(OPTIONS);
        parent = EvaluatedEncoder.of(network, PICTURES);
        List<PictureSource> made = new ArrayList<>();
        for (int i = 0; i < PICTURES; i++) {
            made.add(PictureFile.of(TestPictures.write(folder.resolve(i + ".png"), 80, 60, 40 + i)));
        }
        pictures = List.copyOf(made);
        AtomicInteger embedded = new AtomicInteger();
        task = HeadTask.of(parent, head, pictures, embedded::addAndGet);
        assertThat(embedded).hasValue(PICTURES);
    }

    @Test
    void theParentAgreesWithItselfOnCleanPicturesAndNotUnderALargeBall() {
        Ledger ledger = Ledger.open(folder.resolve("head.jsonl"), "test");
        try (Scorer judge = task.judge(parent, n -> {})) {
            RobustnessRun run =
                    new RobustnessRun(parent, task, judge, new ResizedPixels(), ledger, EvaluationProgress.silent());
            run.answerClean();
            run.attack(new Apgd(6, 1, EarlyStop.EACH_FOOLED, 1), List.of(LARGE));
        }

        assertThat(ledger.clean()).isEqualTo(Proportion.of(PICTURES, PICTURES));
        assertThat(ledger.robust(LARGE).value()).isLessThan(0.5);
    }

    @Test
    void anAnswerOtherThanTheParentsIsWrongWithoutAnAttack() {
        List<Integer> others =
                task.answers().stream().map(answer -> (answer + 1) % 5).toList();
        HeadTask wrong = new HeadTask(pictures, head, others, task.parent());
        Ledger ledger = Ledger.open(folder.resolve("wrong.jsonl"), "test");
        try (Scorer judge = wrong.judge(parent, n -> {})) {
            new RobustnessRun(parent, wrong, judge, new ResizedPixels(), ledger, EvaluationProgress.silent())
                    .answerClean();
        }

        assertThat(ledger.clean()).isEqualTo(Proportion.of(0, PICTURES));
        assertThat(ledger.isStanding(0, LARGE)).as("lost, and not attacked").isFalse();
        assertThat(wrong.canonical()).isNotEqualTo(task.canonical());
    }

    @Test
    void anEncoderWhoseEmbeddingsTheHeadDoesNotTakeIsNamedWithBothLengths() {
        try (DifferentiableEncoder small = ModelPackage.open("../perception/src/test/resources/golden/vit_a")
                .openDifferentiable(OPTIONS.withCache(folder.resolve("cache")))) {
            assertThatThrownBy(() -> task.judge(EvaluatedEncoder.of(small, 1), n -> {}))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(String.valueOf(small.description().dimension()))
                    .hasMessageContaining("1280");
        }
    }
}
