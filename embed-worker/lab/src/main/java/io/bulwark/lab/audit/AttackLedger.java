package io.bulwark.lab.audit;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.lab.evaluate.LedgerFile;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What is known of attacks, in a {@link LedgerFile} where one is named, so that a run that was stopped goes on. One
 * thread.
 *
 * @param <K> what an entry is about; of each there is one
 * @param <E> a record that Jackson can write and read
 */
public final class AttackLedger<K, E> {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Function<E, K> key;
    private final Map<K, E> entries = new LinkedHashMap<>();
    private Optional<LedgerFile> file = Optional.empty();

    private AttackLedger(Function<E, K> key) {
        this.key = key;
    }

    /** In memory alone. */
    public static <K, E> AttackLedger<K, E> unwritten(Function<E, K> key) {
        return new AttackLedger<>(key);
    }

    /**
     * Opens a file, or begins it.
     *
     * @param identity of all that the entries depend on, one line
     * @throws io.bulwark.lab.evaluate.LedgerException if the file is about something else, or is no ledger
     */
    public static <K, E> AttackLedger<K, E> open(Path path, String identity, Class<E> entries, Function<E, K> key) {
        AttackLedger<K, E> ledger = new AttackLedger<>(key);
        ledger.file = Optional.of(LedgerFile.open(
                path,
                identity,
                "attacks of another model, bank, policy or with other options",
                entry -> ledger.keep(JSON.convertValue(entry, entries))));
        return ledger;
    }

    /** The entry that is known, or one that is made now and kept. */
    public E of(K wanted, Supplier<E> made) {
        E known = entries.get(wanted);
        if (known != null) {
            return known;
        }
        E entry = made.get();
        keep(entry);
        file.ifPresent(written -> written.append(List.of(entry)));
        return entry;
    }

    private void keep(E entry) {
        entries.put(key.apply(entry), entry);
    }
}
