package io.bulwark.lab.experiment;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.cli.terminal.CommandFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A file of JSON, an entry a line, to which a run adds what it knows, so that one that was interrupted goes on where it
 * was. The first line says what the entries are about; a file about something else is refused. A last line that a kill
 * cut short is dropped. One thread.
 */
public final class LedgerFile {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path file;

    private LedgerFile(Path file) {
        this.file = file;
    }

    /**
     * Opens a file, or begins it.
     *
     * @param identity of what the entries depend on, one line
     * @param otherwise what a file of another identity holds, for its refusal
     * @param entries takes each entry that stands there, in order; may throw {@link IllegalArgumentException} where it
     *     is none
     * @throws LedgerException if the file is about something else, or is no ledger
     * @throws UncheckedIOException if it cannot be read or written
     */
    public static LedgerFile open(Path file, String identity, String otherwise, Consumer<JsonNode> entries) {
        String header = JSON.createObjectNode().put("identity", identity).toString();
        try {
            if (file.getParent() != null) {
                Files.createDirectories(file.getParent());
            }
            if (!Files.exists(file) || Files.size(file) == 0) {
                Files.writeString(file, header + "\n");
                return new LedgerFile(file);
            }
            String text = Files.readString(file);
            int end = text.lastIndexOf('\n') + 1;
            List<String> lines = text.substring(0, end).lines().toList();
            if (lines.isEmpty() || !lines.get(0).equals(header)) {
                throw new LedgerException(file + " holds " + otherwise + ": name another output folder, or delete it");
            }
            for (String line : lines.subList(1, lines.size())) {
                entries.accept(JSON.readTree(line));
            }
            if (end < text.length()) {
                Files.write(file, text.substring(0, end).getBytes(StandardCharsets.UTF_8));
            }
            return new LedgerFile(file);
        } catch (JsonProcessingException | IllegalArgumentException e) {
            throw new LedgerException(file + " is damaged, delete it: " + e.getMessage());
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be read or written", e);
        }
    }

    /**
     * The same with entries of one type.
     *
     * @param type what Jackson can make of a line
     */
    public static <E> LedgerFile open(
            Path file, String identity, String otherwise, Class<E> type, Consumer<E> entries) {
        return open(file, identity, otherwise, line -> entries.accept(JSON.convertValue(line, type)));
    }

    /**
     * Adds entries, in one write.
     *
     * @param entries what Jackson can write
     * @throws UncheckedIOException if the file cannot be written
     */
    public void append(List<?> entries) {
        StringBuilder text = new StringBuilder();
        entries.forEach(entry -> text.append(JSON.<JsonNode>valueToTree(entry)).append('\n'));
        try {
            Files.writeString(file, text, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be written", e);
        }
    }

    /** A ledger is not the one of this run. The message names the file and the fix. */
    public static final class LedgerException extends CommandFailure {

        public LedgerException(String message) {
            super(message, null);
        }
    }

    /**
     * Entries that are known, in a file where one is named, so that a run that was stopped goes on. One thread.
     *
     * @param <K> what an entry is about; of each there is one
     * @param <E> a record that Jackson can write and read
     */
    public static final class Entries<K, E> {

        private final Function<E, K> key;
        private final Map<K, E> known = new HashMap<>();
        private Optional<LedgerFile> file = Optional.empty();

        private Entries(Function<E, K> key) {
            this.key = key;
        }

        /** In memory alone. */
        public static <K, E> Entries<K, E> unwritten(Function<E, K> key) {
            return new Entries<>(key);
        }

        /** Opens a file, or begins it, as {@link LedgerFile#open} does. */
        public static <K, E> Entries<K, E> open(
                Path path, String identity, String otherwise, Class<E> type, Function<E, K> key) {
            Entries<K, E> entries = new Entries<>(key);
            entries.file = Optional.of(LedgerFile.open(path, identity, otherwise, type, entries::keep));
            return entries;
        }

        /** The entry that is known. */
        public Optional<E> of(K wanted) {
            return Optional.ofNullable(known.get(wanted));
        }

        /** The entry that is known, or one that is made now and recorded. */
        public E of(K wanted, Supplier<E> made) {
            return of(wanted).orElseGet(() -> record(made.get()));
        }

        /** Keeps an entry and writes it. */
        public E record(E entry) {
            keep(entry);
            file.ifPresent(written -> written.append(List.of(entry)));
            return entry;
        }

        private void keep(E entry) {
            known.put(key.apply(entry), entry);
        }
    }
}
