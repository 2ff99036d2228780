package io.bulwark.lab.evaluate.policy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.lab.evaluate.LedgerException;
import io.bulwark.lab.evaluate.LedgerFile;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Outcomes of attacks, in a {@link LedgerFile}. One thread.
 */
public final class OutcomeLedger {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<OutcomeEntry.Key, OutcomeEntry> entries = new HashMap<>();
    private LedgerFile file;

    private OutcomeLedger() {}

    /**
     * Opens a file, or begins it.
     *
     * @param identity of what decides, one line; attacks and pictures are named by each entry
     * @throws LedgerException if the file is about something else, or is no ledger
     */
    public static OutcomeLedger open(Path file, String identity) {
        OutcomeLedger ledger = new OutcomeLedger();
        ledger.file = LedgerFile.open(
                file,
                identity,
                "outcomes of another model, bank or policy",
                entry -> ledger.keep(JSON.convertValue(entry, OutcomeEntry.class)));
        return ledger;
    }

    /** Outcome of an attack, where it is known. */
    Optional<OutcomeEntry> of(OutcomeEntry.Key key) {
        return Optional.ofNullable(entries.get(key));
    }

    void record(OutcomeEntry entry) {
        keep(entry);
        file.append(List.of(entry));
    }

    private void keep(OutcomeEntry entry) {
        entries.put(entry.key(), entry);
    }
}
