package io.bulwark.lab.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.lab.attack.ThreatModel;
import io.bulwark.lab.data.PictureSource.PictureFile;
import io.bulwark.lab.evaluate.KnnTask.Labelled;
import io.bulwark.perception.metric.Ranking.NeighbourVote;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HeadlineTableTest {

    private static final ThreatModel LINF = ThreatModel.linf(4 / 255.0);
    private static final ThreatModel L2 = ThreatModel.l2(0.5);
    private static final String RIGHT = """
        {"identity":"test"}
        {"question":0,"score":1.0,"fooled":false}
        {"question":1,"score":1.0,"fooled":false}
        """;

    /** Two squares of one file. */
    private static final Task TASK = new KnnTask(
            List.of(picture("a.png", "one"), picture("b.png", "other")),
            List.of(picture("photo-0123456789ab-00.png", "one"), picture("photo-0123456789ab-01.png", "one")),
            new NeighbourVote(1, 0.07));

    @TempDir
    Path folder;

    private final HeadlineTable table = new HeadlineTable("Two pictures.", List.of("parent", "tuned"));

    @Test
    void aRowOfEachThreatModelFollowsTheCleanOne() throws IOException {
        String fallen =
                RIGHT + "{\"question\":1,\"threat\":\"linf 4/255\",\"score\":0.0,\"fooled\":true,\"linf\":0.0156,"
                        + "\"l2\":2.5}\n";
        table.add("accuracy", TASK, List.of(ledger("a", fallen), ledger("b", RIGHT)), List.of(LINF));

        assertThat(table.markdown())
                .contains("Two pictures.")
                .contains("| score, track, pictures asked | threat model | parent | tuned |")
                .contains("| accuracy | clean | 1.000 [0.207, 1.000] | 1.000 [0.207, 1.000] |\n"
                        + "| accuracy | linf 4/255 | 0.500 [0.055, 0.945] | 1.000 [0.207, 1.000] |")
                .contains("over files (bootstrap)");
    }

    @Test
    void aCellOfTheSameQuestionsAddsToItsSectionAndItsNumbersAreReadAgain() throws IOException {
        Ledger before = ledger("a", RIGHT);
        table.add("accuracy", TASK, List.of(before, before), List.of(LINF));
        table.add("other", TASK, List.of(before, before), List.of());
        Ledger after = ledger(
                "later",
                RIGHT
                        + "{\"question\":0,\"threat\":\"l2"
                        + " 0.5\",\"score\":0.0,\"fooled\":true,\"linf\":0.01,\"l2\":0.5}\n");
        table.add("accuracy", TASK, List.of(after, before), List.of(L2));

        JsonNode rows = new ObjectMapper().valueToTree(table.json()).path("rows");

        assertThat(rows.findValuesAsText("score")).containsExactly("accuracy", "accuracy", "accuracy", "other");
        assertThat(rows.findValuesAsText("threat")).containsExactly("clean", "linf 4/255", "l2 0.5", "clean");
        assertThat(rows.path(1).path("clean").path("value").asDouble())
                .as("what was found in l2 lies in the l∞ ball, too")
                .isEqualTo(0.5);
        assertThat(rows.path(2).path("clean").path("value").asDouble()).isEqualTo(0.5);
        assertThat(rows.path(2).path("robust").path("value").asDouble()).isEqualTo(1);
    }

    @Test
    void publishedNumbersAreMarkedAsNotMeasuredHere() throws IOException {
        table.add("accuracy", TASK, List.of(ledger("a", RIGHT), ledger("b", RIGHT)), List.of());

        assertThat(table.markdown()).containsSubsequence("| accuracy |", "not measured here", "OpenCLIP ConvNeXt-B");
    }

    private static Labelled picture(String file, String label) {
        return new Labelled(PictureFile.of(Path.of(file)), label);
    }

    private Ledger ledger(String name, String lines) throws IOException {
        Path file = folder.resolve(name + ".jsonl");
        Files.writeString(file, lines);
        return Ledger.open(file, "test");
    }
}
