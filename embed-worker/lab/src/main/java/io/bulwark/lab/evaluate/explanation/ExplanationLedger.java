package io.bulwark.lab.evaluate.explanation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.lab.evaluate.LedgerException;
import io.bulwark.lab.evaluate.LedgerFile;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What is known of each picture, in a {@link LedgerFile}. One thread. */
final class ExplanationLedger {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<String, Map<String, Double>> entries = new HashMap<>();
    private LedgerFile file;

    private ExplanationLedger() {}

    /**
     * A line of it.
     *
     * @param file which picture
     * @param scores by what was scored; empty where the picture is not flagged
     */
    private record Entry(String file, Map<String, Double> scores) {

        static Entry of(JsonNode line) {
            Map<String, Double> scores = new LinkedHashMap<>();
            line.path("scores")
                    .fields()
                    .forEachRemaining(
                            each -> scores.put(each.getKey(), each.getValue().asDouble()));
            return new Entry(line.path("file").asText(), scores);
        }
    }

    /**
     * Opens a file, or begins it.
     *
     * @param identity of what scores depend on, one line
     * @throws LedgerException if the file is about something else, or is no ledger
     */
    static ExplanationLedger open(Path file, String identity) {
        ExplanationLedger ledger = new ExplanationLedger();
        ledger.file = LedgerFile.open(file, identity, "maps of other encoders, another bank or other options", line -> {
            Entry entry = Entry.of(line);
            ledger.entries.put(entry.file(), entry.scores());
        });
        return ledger;
    }

    /** The scores of a picture, none where it is not flagged; empty where it was not looked at. */
    Optional<Map<String, Double>> of(String picture) {
        return Optional.ofNullable(entries.get(picture));
    }

    /** Remembers the scores of a picture, none where it is not flagged. */
    void record(String picture, Map<String, Double> scores) {
        entries.put(picture, scores);
        file.append(List.of(JSON.valueToTree(new Entry(picture, scores))));
    }
}
