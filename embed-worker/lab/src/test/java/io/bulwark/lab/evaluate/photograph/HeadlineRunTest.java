package io.bulwark.lab.evaluate.photograph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.bulwark.lab.attack.Objective;
import io.bulwark.lab.attack.Oracle.Scores;
import io.bulwark.lab.attack.ThreatModel;
import io.bulwark.lab.attack.loss.BothEncoders;
import io.bulwark.lab.attack.loss.EmbeddingLoss;
import io.bulwark.lab.attack.loss.EncoderObjective;
import io.bulwark.lab.data.DataLayoutException;
import io.bulwark.lab.data.EvaluatedEncoder;
import io.bulwark.lab.evaluate.photograph.HeadlineResult.Decided;
import io.bulwark.lab.evaluate.photograph.HeadlineResult.Outcomes;
import io.bulwark.lab.evaluate.photograph.HeadlineResult.Row;
import io.bulwark.lab.evaluate.photograph.HeadlineSpec.Effort;
import io.bulwark.lab.experiment.EvaluationProgress;
import io.bulwark.perception.metric.Ranking.NeighbourVote;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On pictures that a thumbnail separates a little: their brighter half is above, below or beside. */
class HeadlineRunTest {

    private static final Set<String> FLAGGED = Set.of("above");
    private static final ThreatModel TWO = ThreatModel.linf(2 / 255.0);
    private static final Effort APGD = new Effort(10, 2, 0, 0);
    private static final Effort ALL = new Effort(6, 1, 10, 20);

    @TempDir
    Path folder;

    private final Random random = new Random(3);
    private final List<HeadlineResult> soFar = new ArrayList<>();
    private final EvaluationProgress progress = EvaluationProgress.silent();
    private List<Photograph> bank;
    private List<Photograph> questions;

    @BeforeEach
    void pictures() throws IOException {
        StringBuilder index = new StringBuilder("file,label,contributor,part\n");
        for (String part : List.of("train", "dev")) {
            for (int i = 0; i < 24; i++) {
                String label = i % 3 == 0 ? "above" : i % 3 == 1 ? "below" : "beside";
                String name = "%s-%d.png".formatted(part, i);
                write(name, label);
                index.append("%s,%s,%s%d,%s%n".formatted(name, label, part, i % 5, part));
            }
        }
        Path file = Files.writeString(folder.resolve("index.csv"), index);
        bank = Photograph.read(file).get("train");
        questions = Photograph.read(file).get("dev");
    }

    private void write(String name, String label) throws IOException {
        BufferedImage image = new BufferedImage(128, 128, BufferedImage.TYPE_INT_RGB);
        Graphics2D canvas = image.createGraphics();
        for (int y = 0; y < 128; y += 32) {
            for (int x = 0; x < 128; x += 32) {
                boolean bright = label.equals("above") ? y < 64 : label.equals("below") ? y >= 64 : x < 64;
                int grey = 110 + random.nextInt(36) + (bright ? 6 : 0);
                canvas.setColor(new Color(grey, grey, grey));
                canvas.fillRect(x, y, 32, 32);
            }
        }
        canvas.dispose();
        ImageIO.write(image, "png", folder.resolve(name).toFile());
    }

    private static HeadlineSpec spec(Effort effort, ThreatModel... threats) {
        return new HeadlineSpec(
                FLAGGED, new NeighbourVote(5, 0.07), List.of(threats), List.of(threats[0]), effort, 0.1, 0.3, 1);
    }

    private HeadlineResult run(HeadlineSpec spec) {
        return run(new BlockMeans(4), Optional.empty(), spec, 14, Optional.empty());
    }

    private HeadlineResult run(
            BlockMeans encoder, Optional<BlockMeans> parent, HeadlineSpec spec, int limit, Optional<Path> ledger) {
        return HeadlineRun.of(
                EvaluatedEncoder.of(encoder, 7),
                parent.map(other -> EvaluatedEncoder.of(other, 7)),
                bank,
                questions,
                limit,
                spec,
                ledger,
                soFar::add,
                progress);
    }

    @Test
    void aLargerBoundIsNeverBetterForTheEncoderAndBothSidesTogetherAreWorstForIt() {
        HeadlineResult result = run(spec(APGD, ThreatModel.linf(1 / 255.0), ThreatModel.linf(4 / 255.0)));

        List<Double> areas = result.rows().stream()
                .skip(1)
                .filter(row -> List.of("", "everything").contains(row.has()))
                .map(row -> row.both().value())
                .toList();
        assertThat(areas).hasSize(3);
        assertThat(areas.get(0)).isGreaterThan(0.5);
        assertThat(areas.get(1)).isLessThanOrEqualTo(areas.get(0));
        assertThat(areas.get(2)).isLessThan(areas.get(1));
        for (Row row : result.rows()) {
            assertThat(row.both().value())
                    .isLessThanOrEqualTo(
                            Math.min(row.evasion().value(), row.falseFlag().value()));
        }
        Row clean = result.rows().get(0);
        assertThat(clean.questions()).isEqualTo(24);
        assertThat(clean.alone().safe().nsfw().value()).isLessThanOrEqualTo(0.1);
        assertThat(clean.alone().safe().toPeople().value()).isLessThanOrEqualTo(0.3);
        assertThat(result.classes().value()).isBetween(0.3, 1.0);
        assertThat(result.attacked()).isEqualTo(14);
    }

    @Test
    void whoHasEverythingGetsNoLessThanWhoHasLess() {
        HeadlineResult result =
                run(new BlockMeans(4), Optional.of(new BlockMeans(8)), spec(ALL, TWO), 14, Optional.empty());

        List<String> known = result.rows().stream().map(Row::has).toList();
        assertThat(known)
                .containsExactly(
                        "",
                        "",
                        "scores alone",
                        "decisions alone",
                        "the public parent",
                        "all weights, no bank",
                        "everything");
        Row everything = result.rows().get(6);
        for (Row row : result.rows().subList(1, 6)) {
            assertThat(row.both().value())
                    .as(row.has())
                    .isGreaterThanOrEqualTo(everything.both().value());
            assertThat(row.balanced().value())
                    .as(row.has())
                    .isGreaterThanOrEqualTo(everything.balanced().value());
            assertThat(row.mean().orElseThrow().value())
                    .as(row.has())
                    .isGreaterThanOrEqualTo(everything.mean().orElseThrow().value());
            assertThat(row.pair().orElseThrow().flagged().safe().value())
                    .as(row.has())
                    .isLessThanOrEqualTo(
                            everything.pair().orElseThrow().flagged().safe().value());
            assertThat(row.alone().safe().nsfw().value())
                    .as(row.has())
                    .isLessThanOrEqualTo(everything.alone().safe().nsfw().value());
        }
    }

    @Test
    void theThreeOutcomesAreAllThereAre() {
        Row row = run(new BlockMeans(4), Optional.of(new BlockMeans(8)), spec(APGD, TWO), 14, Optional.empty())
                .rows()
                .get(2);

        for (Decided decided : List.of(row.alone(), row.pair().orElseThrow())) {
            for (Outcomes side : List.of(decided.flagged(), decided.safe())) {
                assertThat(side.safe().value()
                                + side.toPeople().value()
                                + side.nsfw().value())
                        .isCloseTo(1, within(1e-9));
            }
        }
    }

    @Test
    void balancedAccuracyIsTheMeanShareOfBothSidesThatTheMarginHasRight() {
        Row row = run(spec(APGD, TWO)).rows().get(2);
        double right = 0;
        for (int i = 0; i < 14; i++) { // flagged and safe ones in turn
            double margin = i % 2 == 0 ? row.margins()[i] : -row.margins()[i];
            right += margin > 0 ? 1 : margin == 0 ? 0.5 : 0;
        }

        assertThat(row.balanced().value()).isCloseTo(right / 14, within(1e-9));
        assertThat(row.mean()).isEmpty();
    }

    @Test
    void attackedMarginsAllMoveTowardsTheOtherSide() {
        HeadlineResult result = run(spec(APGD, TWO));

        double[] clean = result.rows().get(0).margins();
        double[] attacked = result.rows().get(2).margins();
        int moved = 0;
        for (int i = 0; i < 14; i++) {
            // Flagged and safe ones are attacked in turn.
            double towards = i % 2 == 0 ? clean[i] - attacked[i] : attacked[i] - clean[i];
            assertThat(towards).as("question " + i).isNotNegative();
            moved += towards > 0 ? 1 : 0;
        }
        assertThat(moved).isGreaterThanOrEqualTo(12);
        assertThat(soFar).extracting(HeadlineResult::attacked).containsExactly(7, 14);
        assertThat(attacked[14]).isEqualTo(clean[14]);
    }

    @Test
    void aRunThatIsStartedAgainTakesItsAttacksFromTheLedgerAndALongerOneAddsToThem() throws IOException {
        HeadlineSpec spec = spec(ALL, TWO);
        HeadlineResult first = run(new BlockMeans(4), Optional.empty(), spec, 14, Optional.of(folder));
        Path ledger = folder.resolve("photographs-block-means-4-block-me.jsonl");
        List<String> lines = Files.readAllLines(ledger);

        HeadlineResult again = run(new BlockMeans(4), Optional.empty(), spec, 14, Optional.of(folder));
        assertThat(again.rows().get(2).margins()).isEqualTo(first.rows().get(2).margins());
        assertThat(Files.readAllLines(ledger)).isEqualTo(lines);

        run(new BlockMeans(4), Optional.empty(), spec, 16, Optional.of(folder));
        assertThat(Files.readAllLines(ledger))
                .startsWith(lines.toArray(String[]::new))
                .hasSizeGreaterThan(lines.size());

        HeadlineSpec otherVote =
                new HeadlineSpec(FLAGGED, new NeighbourVote(3, 0.07), List.of(TWO), List.of(), APGD, 0.1, 0.3, 1);
        assertThatThrownBy(() -> run(new BlockMeans(4), Optional.empty(), otherVote, 14, Optional.of(folder)))
                .hasMessageContaining("another encoder, bank, vote or thresholds");
    }

    @Test
    void theGradientOfAPairIsThatOfItsLoss() {
        for (boolean worse : new boolean[] {true, false}) {
            Objective objective = new BothEncoders(
                    List.of(squares(new BlockMeans(2)), squares(new BlockMeans(4))),
                    new double[] {2, 0.5},
                    new double[] {0.1, 0.3},
                    worse);
            float[] pixels = new float[3 * 128 * 128];
            for (int i = 0; i < pixels.length; i++) {
                pixels[i] = 0.6f + 0.4f * random.nextFloat();
            }
            float[] gradient = objective.differentiate(pixels, new int[] {0}).gradient();
            float[] moved = pixels.clone();
            double wanted = 0;
            for (int i = 0; i < pixels.length; i++) {
                float step = 0.002f * random.nextFloat();
                moved[i] += step;
                wanted += step * gradient[i];
            }

            double found = objective.ask(moved, new int[] {0}).losses()[0]
                    - objective.ask(pixels, new int[] {0}).losses()[0];
            assertThat(found).isCloseTo(wanted, within(0.02 * Math.abs(wanted)));
        }
    }

    private static Objective squares(BlockMeans means) {
        return EncoderObjective.of(
                means,
                (embeddings, samples) -> new EmbeddingLoss.Values(
                        new Scores(new float[] {(float) halfSquares(embeddings)}, new boolean[1]), embeddings.clone()));
    }

    @Test
    void aContributorOnBothSidesIsRefused() {
        List<Photograph> mixed = new ArrayList<>(bank);
        mixed.add(questions.get(0));

        bank = mixed;
        assertThatThrownBy(() -> run(spec(APGD, TWO)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("[dev0]");
    }

    @Test
    void anIndexOfAnotherLayoutIsRefusedWithItsLine() throws IOException {
        Path header = Files.writeString(folder.resolve("other.csv"), "image,label\n");
        Path line = Files.writeString(folder.resolve("short.csv"), "file,label,contributor,part\na.jpg,dress\n");

        assertThatThrownBy(() -> Photograph.read(header)).isInstanceOf(DataLayoutException.class);
        assertThatThrownBy(() -> Photograph.read(line))
                .isInstanceOf(DataLayoutException.class)
                .hasMessageContaining("line 2 has 2 fields");
    }

    @Test
    void theGradientOfAThumbnailIsThatOfItsMeans() {
        BlockMeans means = new BlockMeans(2);
        float[] pixels = new float[2 * 3 * 8 * 8];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = random.nextFloat();
        }
        float[] found = means.gradient(pixels, 2, 8, 8, float[]::clone).inputGradient();

        for (int i = 0; i < pixels.length; i += 17) {
            double before = halfSquares(means.embed(pixels, 2, 8, 8));
            pixels[i] += 0.1f;
            double after = halfSquares(means.embed(pixels, 2, 8, 8));
            pixels[i] -= 0.1f;
            assertThat((after - before) / 0.1).isCloseTo(found[i], within(1e-2));
        }
    }

    private static double halfSquares(float[] values) {
        double sum = 0;
        for (float value : values) {
            sum += value * value / 2.0;
        }
        return sum;
    }
}
