package io.bulwark.lab.evaluate.paper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.imaging.preprocess.PreprocessSpec.Interpolation;
import io.bulwark.imaging.preprocess.PreprocessSpec.ResizeMode;
import io.bulwark.lab.attack.SmallEncoder;
import io.bulwark.lab.attack.loss.EmbeddingLoss;
import io.bulwark.lab.data.DataLayoutException;
import io.bulwark.lab.data.EvaluatedEncoder;
import io.bulwark.lab.data.PublishedSets;
import io.bulwark.lab.evaluate.Task;
import io.bulwark.lab.experiment.FileBootstrap;
import io.bulwark.perception.encoder.DifferentiableEncoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The data sets of the paper's tables, each from a small made-up set in its published layout. */
class PaperDataTest {

    @TempDir
    Path folder;

    @Test
    void nightsReportsItsHalvesApartAndTogether() throws IOException {
        PaperData nights = PaperData.nights(PublishedSets.nights(folder, 3, 1), null);

        assertThat(nights.parts())
                .containsExactly("ImageNet", "ImageNet", "ImageNet", "no ImageNet", "no ImageNet", "no ImageNet");
        assertThat(nights.ids()).containsExactly("0", "2", "4", "1", "3", "5");
        Map<String, FileBootstrap> scores = nights.scores(question -> question < 2 ? 1 : 0);
        assertThat(scores).containsOnlyKeys("agreement", "ImageNet", "no ImageNet");
        assertThat(scores.get("agreement").value()).isCloseTo(2 / 6.0, within(1e-9));
        assertThat(scores.get("ImageNet").value()).isCloseTo(2 / 3.0, within(1e-9));
        assertThat(nights.whole()).isEqualTo("all");
    }

    @Test
    void bappsIsRightOrWrongByMostPeopleAndItsTotalIsTheMeanOfItsSets() throws IOException {
        PublishedSets.bapps(folder, 2, 1);
        // A set with more questions than the others counts no more.
        for (String part : List.of("ref", "p0", "p1", "judge")) {
            String ending = part.equals("judge") ? ".npy" : ".png";
            Files.copy(
                    folder.resolve("cnn").resolve(part).resolve("000001" + ending),
                    folder.resolve("cnn").resolve(part).resolve("000002" + ending));
        }

        PaperData bapps = PaperData.bapps(folder, null);

        assertThat(bapps.parts().stream().distinct()).containsExactlyElementsOf(PublishedSets.BAPPS);
        Map<String, FileBootstrap> scores = bapps.scores(question -> question < 3 ? 1 : 0);
        assertThat(scores.get("cnn").value()).isEqualTo(1);
        assertThat(scores.get("agreement").value()).isCloseTo(1 / 6.0, within(1e-9));
        assertThat(scores.get("agreement").pictures()).isEqualTo(13);
        assertThat(bapps.whole()).isEqualTo("mean");
    }

    @Test
    void bappsSquaresAreResizedByBilinearInterpolationWhateverThePackageSays() throws IOException {
        PaperData bapps = PaperData.bapps(PublishedSets.bapps(folder, 1, 1), null);
        PreprocessSpec own = new PreprocessSpec(
                224, 224, 256, ResizeMode.SQUASH, Interpolation.BICUBIC, false, 0, new float[3], new float[3]);

        PreprocessSpec seen = bapps.task().seen(own);

        assertThat(seen.resizeTo()).isEqualTo(224);
        assertThat(seen.resizeMode()).isEqualTo(ResizeMode.SHORTEST);
        assertThat(seen.interpolation()).isEqualTo(Interpolation.BILINEAR);
        assertThat(seen.convertFirst()).isTrue();
        assertThat(PaperData.nights(PublishedSets.nights(folder, 1, 1), null)
                        .task()
                        .seen(own))
                .isSameAs(own);
    }

    /** Two people of ten disagree: their share would be 0.8 at best and 0.2 of a fooled one. */
    @Test
    void anAnswerToBappsIsWorthOneOrNothing() throws IOException {
        PaperData bapps = PaperData.bapps(PublishedSets.bapps(folder, 1, 1), null);
        try (DifferentiableEncoder network = SmallEncoder.open(folder.resolve("cache"));
                Task.Scorer judge = bapps.task().judge(EvaluatedEncoder.of(network, 4), n -> {})) {
            float[] embedding = new float[network.description().dimension()];
            for (int question = 0; question < bapps.ids().size(); question++) {
                embedding[question] = 1;
                assertThat(judge.score(question, embedding)).isIn(0.0, 1.0);
            }
        }
    }

    @Test
    void aTripletOfThingsIsRightWhereTheOthersAreTheMostSimilarPairAndTheLossKnowsIt() throws IOException {
        PaperData things = PaperData.things(PublishedSets.things(folder, 6, 20, 4), null);
        assertThat(things.task().prepared()).isLessThanOrEqualTo(6);

        try (DifferentiableEncoder network = SmallEncoder.open(folder.resolve("cache"))) {
            EvaluatedEncoder encoder = EvaluatedEncoder.of(network, 4);
            float[][] odd = encoder.embed(things.task().pictures(), n -> {});
            try (Task.Scorer judge = things.task().judge(encoder, n -> {})) {
                int right = 0;
                for (int question = 0; question < odd.length; question++) {
                    EmbeddingLoss.Values values = judge.loss().evaluate(odd[question], new int[] {question});
                    boolean wrong = judge.score(question, odd[question]) == 0;
                    assertThat(values.scores().fooled()[0]).isEqualTo(wrong);
                    assertThat(values.scores().losses()[0] > 0).isEqualTo(wrong);
                    assertSlope(judge.loss(), odd[question], question, values.slope());
                    right += wrong ? 0 : 1;
                }
                assertThat(right).isBetween(1, odd.length - 1);
            }
        }
    }

    private static void assertSlope(EmbeddingLoss loss, float[] embedding, int question, float[] slope) {
        float step = 1e-3f;
        for (int d = 0; d < 3; d++) {
            float[] up = embedding.clone();
            float[] down = embedding.clone();
            up[d] += step;
            down[d] -= step;
            double rise = (loss.evaluate(up, new int[] {question}).scores().losses()[0]
                            - loss.evaluate(down, new int[] {question}).scores().losses()[0])
                    / (2 * step);
            assertThat((double) slope[d]).isCloseTo(rise, within(2e-3));
        }
    }

    @Test
    void landmarksAreAskedUnderEachProtocolThatHasAnAnswer() throws IOException {
        List<PaperData> protocols = PaperData.landmarks(PublishedSets.landmarks(folder, 3, 1), null);

        String name = folder.getFileName().toString();
        assertThat(protocols)
                .extracting(PaperData::name)
                .containsExactly(name + " EASY", name + " MEDIUM", name + " HARD");
        assertThat(protocols.get(0).task().name())
                .isNotEqualTo(protocols.get(1).task().name());
    }

    @Test
    void fewerQuestionsAreSpreadOverAllPartsAndTheLayoutIsStillHeldTo() throws IOException {
        PublishedSets.bapps(folder, 4, 1);

        assertThat(PaperData.bapps(folder, 6).parts()).containsExactlyElementsOf(PublishedSets.BAPPS);
        Files.delete(folder.resolve("cnn/p1/000003.png"));
        assertThatThrownBy(() -> PaperData.bapps(folder, 6))
                .isInstanceOf(DataLayoutException.class)
                .hasMessageContaining("000003");
    }
}
