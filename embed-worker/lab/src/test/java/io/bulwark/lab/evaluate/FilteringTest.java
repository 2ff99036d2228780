package io.bulwark.lab.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.lab.attack.ThreatModel;
import io.bulwark.lab.data.PictureSource.PictureFile;
import io.bulwark.lab.evaluate.EvaluateCommand.EvaluateFilterCommand.Filtering;
import io.bulwark.lab.evaluate.KnnTask.Labelled;
import io.bulwark.lab.evaluate.Ledger.Attempt;
import io.bulwark.lab.experiment.FileBootstrap;
import io.bulwark.perception.metric.Ranking.NeighbourVote;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FilteringTest {

    private static final ThreatModel THREAT = ThreatModel.linf(4 / 255.0);
    private static final List<Boolean> FLAGGED = List.of(true, true, true, false, false);

    @TempDir
    Path folder;

    @Test
    void recallCountsFlaggedPicturesAndPrecisionRemovedOnes() {
        Ledger ledger = ledger(Map.of(0, 1.0, 1, 1.0, 2, 0.0, 3, 1.0, 4, 0.0), Set.of(2, 4));

        Filtering clean = Filtering.clean(ledger, task(), FLAGGED);

        assertThat(clean.recall().value()).isEqualTo(2 / 3.0);
        assertThat(clean.precision().orElseThrow().value()).isEqualTo(2 / 3.0);
        assertThat(clean.precision().orElseThrow().pictures()).isEqualTo(3);
    }

    @Test
    void evasionLowersRecallAndFalseFlagsLowerPrecision() {
        Ledger ledger = ledger(Map.of(0, 1.0, 1, 1.0, 2, 1.0, 3, 1.0, 4, 1.0), Set.of());
        ledger.record(List.of(
                new Attempt(0, THREAT.toString(), 0, true, 0.01, 1),
                new Attempt(3, THREAT.toString(), 0, true, 0.01, 1)));

        Filtering robust = Filtering.robust(ledger, task(), FLAGGED, THREAT);

        assertThat(Filtering.clean(ledger, task(), FLAGGED).recall().value()).isEqualTo(1);
        assertThat(robust.recall().value()).isEqualTo(2 / 3.0);
        assertThat(robust.precision().orElseThrow().value()).isEqualTo(2 / 3.0);
    }

    @Test
    void whereNothingIsRemovedThereIsNoPrecision() {
        Ledger ledger = ledger(Map.of(0, 0.0, 1, 0.0, 2, 0.0, 3, 1.0, 4, 1.0), Set.of(0, 1, 2));

        assertThat(Filtering.clean(ledger, task(), FLAGGED).precision()).isEmpty();
        assertThat(Filtering.clean(ledger, task(), FLAGGED).recall().value()).isZero();
    }

    @Test
    void squaresOfOneFileMakeAnIntervalThatIsAsWideAsThatOfTheFile() {
        Map<Integer, Double> scores = new HashMap<>();
        List<Labelled> squares = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            scores.put(i, i < 200 ? 1.0 : 0.0);
            squares.add(query("photo-%012x-%02d.png".formatted(i / 200, i % 200), "flagged"));
        }
        Ledger ledger = ledger(scores, Set.of());

        FileBootstrap recall = Filtering.clean(ledger, task(squares), Collections.nCopies(squares.size(), true))
                .recall();

        assertThat(recall.files()).isEqualTo(2);
        assertThat(recall.pictures()).isEqualTo(400);
        assertThat(recall.value()).isEqualTo(0.5);
        assertThat(recall.high() - recall.low())
                .as("Wilson's over 400 squares is a tenth wide")
                .isGreaterThan(0.8);
    }

    private static Labelled query(String file, String label) {
        return new Labelled(PictureFile.of(Path.of(file)), label);
    }

    private static KnnTask task() {
        return task(IntStream.range(0, FLAGGED.size())
                .mapToObj(i -> query(i + ".png", FLAGGED.get(i) ? "flagged" : "harmless"))
                .toList());
    }

    private static KnnTask task(List<Labelled> queries) {
        return new KnnTask(
                List.of(query("a.png", "flagged"), query("b.png", "harmless")), queries, new NeighbourVote(1, 0.07));
    }

    private Ledger ledger(Map<Integer, Double> scores, Set<Integer> fooled) {
        Ledger ledger = Ledger.open(folder.resolve("ledger.jsonl"), "test");
        ledger.recordClean(scores, fooled);
        return ledger;
    }
}
