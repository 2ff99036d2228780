package io.bulwark.lab.audit.query;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.robustness.evaluate.LedgerFile;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What is known of attacks, in a {@link LedgerFile} where one is named, so that a run that was stopped goes on. One thread. */
final class QueryLedger {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<QueryEntry.Key, QueryEntry> entries = new LinkedHashMap<>();
    private Optional<LedgerFile> file = Optional.empty();

    private QueryLedger() {}

    /** In memory alone. */
    static QueryLedger unwritten() {
        return new QueryLedger();
    }

    /**
     * Opens a file, or begins it.
     *
     * @param identity of all that the entries depend on, one line
     * @throws io.bulwark.robustness.evaluate.LedgerException if the file is about something else, or is no ledger
     */
    static QueryLedger open(Path path, String identity) {
        QueryLedger ledger = new QueryLedger();
        ledger.file = Optional.of(LedgerFile.open(
                path,
                identity,
                "attacks of another model, bank, policy or with other options",
                entry -> ledger.keep(JSON.convertValue(entry, QueryEntry.class))));
        return ledger;
    }

    Optional<QueryEntry> of(QueryEntry.Key key) {
        return Optional.ofNullable(entries.get(key));
    }

    void record(QueryEntry entry) {
        keep(entry);
        file.ifPresent(written -> written.append(List.of(entry)));
    }

    private void keep(QueryEntry entry) {
        entries.put(entry.key(), entry);
    }
}
