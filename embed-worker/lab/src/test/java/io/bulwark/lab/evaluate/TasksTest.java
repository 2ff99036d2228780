package io.bulwark.lab.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.cli.report.Share.Proportion;
import io.bulwark.lab.attack.ThreatModel;
import io.bulwark.lab.attack.gradient.Apgd;
import io.bulwark.lab.attack.gradient.Apgd.EarlyStop;
import io.bulwark.lab.attack.loss.LogitLoss;
import io.bulwark.lab.data.EvaluatedEncoder;
import io.bulwark.lab.data.PictureSource;
import io.bulwark.lab.data.PictureSource.PictureFile;
import io.bulwark.lab.data.RetrievalSet;
import io.bulwark.lab.data.RetrievalSet.Protocol;
import io.bulwark.lab.data.RetrievalSet.Query;
import io.bulwark.lab.data.TestPictures;
import io.bulwark.lab.data.Triplet;
import io.bulwark.lab.data.Triplet.GeneratedTriplets;
import io.bulwark.lab.evaluate.KnnTask.Labelled;
import io.bulwark.lab.evaluate.Task.Scorer;
import io.bulwark.lab.evaluate.Track.ResizedPixels;
import io.bulwark.lab.experiment.EvaluationProgress;
import io.bulwark.perception.encoder.DifferentiableEncoder;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.metric.Ranking.NeighbourVote;
import io.bulwark.perception.model.ModelPackage;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tasks on a small encoder with random weights, which tells colours apart and withstands nothing. */
class TasksTest {

    private static final ThreatModel SMALL = ThreatModel.linf(1 / 255.0);
    private static final ThreatModel LARGE = ThreatModel.linf(64 / 255.0);

    @TempDir
    static Path folder;

    @AutoClose
    private static DifferentiableEncoder network;

    private static EvaluatedEncoder encoder;

    @BeforeAll
    static void open() {
        network = ModelPackage.open("../perception/src/test/resources/golden/vit_a")
                .openDifferentiable(EncoderOptions.defaults().withThreads(1).withCache(folder.resolve("cache")));
        encoder = EvaluatedEncoder.of(network, 4);
    }

    @Test
    void kNnAnswersByTheNearestReferencesAndFallsUnderALargeBall() throws IOException {
        KnnTask task = colours();

        Ledger ledger = run(task, SMALL, LARGE);

        assertThat(ledger.clean()).isEqualTo(Proportion.of(6, 6));
        assertThat(ledger.robust(LARGE).value()).isLessThan(0.5);
        assertThat(ledger.robust(SMALL).value())
                .isGreaterThanOrEqualTo(ledger.robust(LARGE).value());
    }

    @Test
    void aReferenceSetOfOneClassIsNoTask() {
        Labelled red = new Labelled(PictureFile.of(folder.resolve("a.png")), "red");

        assertThatThrownBy(() -> new KnnTask(List.of(red), List.of(red), new NeighbourVote(1, 0.07)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("[red]");
    }

    @Test
    void aQueryOfAClassWithoutReferencesIsNamed() {
        Labelled red = new Labelled(PictureFile.of(folder.resolve("a.png")), "red");
        Labelled blue = new Labelled(PictureFile.of(folder.resolve("b.png")), "blue");
        Labelled green = new Labelled(PictureFile.of(folder.resolve("c.png")), "green");

        assertThatThrownBy(() -> new KnnTask(List.of(red, blue), List.of(green), new NeighbourVote(1, 0.07)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("c.png")
                .hasMessageContaining("'green'");
    }

    @Test
    void choicesOfAGeneratedSetAreMostlyRightAndFallUnderALargeBall() {
        ChoiceTask task = new ChoiceTask(GeneratedTriplets.of(pictures("choice", 12), 3), LogitLoss.MARGIN);

        Ledger ledger = run(task, LARGE);

        assertThat(ledger.clean().value()).isGreaterThan(0.7);
        assertThat(ledger.robust(LARGE).value()).isLessThan(ledger.clean().value() / 2);
    }

    @Test
    void aChoiceOfDividedPeopleScoresTheShareThatAgrees() {
        List<PictureFile> pictures = pictures("divided", 2);
        Triplet own = new Triplet("own", pictures.get(0), pictures.get(0), pictures.get(1), 0.25);

        Ledger ledger = run(new ChoiceTask(List.of(own), LogitLoss.MARGIN));

        assertThat(ledger.clean()).isEqualTo(new Proportion(0.75, 1));
    }

    @Test
    void copiesAreFoundAndAreNotFoundUnderALargeBall() {
        RetrievalTask task = new RetrievalTask(RetrievalSet.ofCopies(pictures("copies", 10), 5), Protocol.MEDIUM);

        Ledger ledger = run(task, LARGE);

        assertThat(ledger.clean().value()).isGreaterThan(0.5);
        assertThat(ledger.robust(LARGE).value()).isLessThan(ledger.clean().value() / 2);
    }

    @Test
    void junkNeitherHelpsNorHurtsAQuery() {
        List<PictureFile> pictures = pictures("junk", 4);
        List<PictureSource> gallery = List.copyOf(pictures);
        Query strict = new Query("q", pictures.get(0), Set.of(1), Set.of(), Set.of());
        Query lenient = new Query("q", pictures.get(0), Set.of(1), Set.of(), Set.of(0, 2, 3));

        Ledger withJunk = run(new RetrievalTask(new RetrievalSet(gallery, List.of(lenient)), Protocol.EASY));
        Ledger without = run(new RetrievalTask(new RetrievalSet(gallery, List.of(strict)), Protocol.EASY));

        assertThat(withJunk.clean().value()).isEqualTo(1);
        assertThat(without.clean().value()).as("the query itself ranks first").isLessThanOrEqualTo(0.25);
    }

    /** They are ignored, so the one hard answer ranks first: there is something to lose, and it is attacked. */
    @Test
    void aHardQueryThatHasTenEasyNeighboursIsAttacked() throws IOException {
        List<PictureSource> gallery = new ArrayList<>();
        for (int i = 1; i <= 10; i++) {
            gallery.add(colour("red", i).picture());
        }
        gallery.add(colour("purple", 0).picture());
        for (int i = 0; i < 6; i++) {
            gallery.add(colour("blue", i).picture());
        }
        Set<Integer> easy = IntStream.range(0, 10).boxed().collect(Collectors.toSet());
        Query query = new Query("q", (PictureFile) colour("red", 11).picture(), easy, Set.of(10), Set.of());

        Ledger ledger = run(new RetrievalTask(new RetrievalSet(gallery, List.of(query)), Protocol.HARD), LARGE);

        assertThat(ledger.clean().value()).isEqualTo(1);
        assertThat(ledger.robust(LARGE).value()).isLessThan(0.6);
    }

    @Test
    void queriesWithoutAnAnswerUnderTheProtocolAreLeftOut() {
        List<PictureFile> pictures = pictures("left-out", 3);
        Query easy = new Query("easy", pictures.get(0), Set.of(1), Set.of(), Set.of());
        Query hard = new Query("hard", pictures.get(1), Set.of(), Set.of(2), Set.of());
        RetrievalSet set = new RetrievalSet(List.copyOf(pictures), List.of(easy, hard));

        assertThat(new RetrievalTask(set, Protocol.EASY).pictures()).containsExactly(pictures.get(0));
        assertThat(new RetrievalTask(set, Protocol.HARD).pictures()).containsExactly(pictures.get(1));
        assertThat(new RetrievalTask(set, Protocol.MEDIUM).pictures()).hasSize(2);
    }

    @Test
    void progressCountsEveryPictureThatIsEmbedded() throws IOException {
        KnnTask task = colours();
        AtomicInteger embedded = new AtomicInteger();

        task.judge(encoder, embedded::addAndGet).close();

        assertThat(embedded).hasValue(task.prepared());
    }

    private static KnnTask colours() throws IOException {
        List<Labelled> references = new ArrayList<>();
        List<Labelled> queries = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            references.add(colour("red", i));
            references.add(colour("blue", i));
        }
        for (int i = 6; i < 9; i++) {
            queries.add(colour("red", i));
            queries.add(colour("blue", i));
        }
        return new KnnTask(references, queries, new NeighbourVote(3, 0.07));
    }

    private static Labelled colour(String label, int number) throws IOException {
        BufferedImage image = new BufferedImage(20, 20, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < 400; i++) {
            int shade = 140 + (i * 7 + number * 31) % 90;
            image.setRGB(
                    i % 20,
                    i / 20,
                    switch (label) {
                        case "red" -> shade << 16;
                        case "purple" -> shade << 16 | shade / 2;
                        default -> shade;
                    });
        }
        Path file = folder.resolve(label + number + ".png");
        ImageIO.write(image, "png", file.toFile());
        return new Labelled(PictureFile.of(file), label);
    }

    private static List<PictureFile> pictures(String name, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> PictureFile.of(TestPictures.write(
                        folder.resolve(name).resolve(i + ".png"), 40, 40, name.hashCode() + 31L * i)))
                .toList();
    }

    private static Ledger run(Task task, ThreatModel... threats) {
        Path file = folder.resolve(System.nanoTime() + ".jsonl");
        Ledger ledger = Ledger.open(file, "test");
        try (Scorer judge = task.judge(encoder, n -> {})) {
            RobustnessRun run =
                    new RobustnessRun(encoder, task, judge, new ResizedPixels(), ledger, EvaluationProgress.silent());
            run.answerClean();
            run.attack(new Apgd(10, 1, EarlyStop.EACH_FOOLED, 1), List.of(threats));
        }
        return ledger;
    }
}
