package io.bulwark.robustness.evaluate.policy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.robustness.evaluate.LedgerException;
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

/**
 * What came of attacks, a line each in a file, so that a run that was interrupted goes on where it was. The first line says
 * what was attacked; a file about something else is refused. A last line that a kill cut short is dropped. One thread.
 */
public final class OutcomeLedger {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path file;
    private final Map<OutcomeEntry.Key, OutcomeEntry> entries = new HashMap<>();

    private OutcomeLedger(Path file) {
        this.file = file;
    }

    /**
     * Opens a file, or begins it.
     *
     * @param identity of what decides, one line; attacks and pictures are named by each entry
     * @throws LedgerException if the file is about something else, or is no ledger
     */
    public static OutcomeLedger open(Path file, String identity) {
        OutcomeLedger ledger = new OutcomeLedger(file);
        String header = JSON.createObjectNode().put("identity", identity).toString();
        try {
            if (file.getParent() != null) {
                Files.createDirectories(file.getParent());
            }
            if (!Files.exists(file) || Files.size(file) == 0) {
                Files.writeString(file, header + "\n");
                return ledger;
            }
            String text = Files.readString(file);
            int end = text.lastIndexOf('\n') + 1;
            List<String> lines = text.substring(0, end).lines().toList();
            if (lines.isEmpty() || !lines.get(0).equals(header)) {
                throw new LedgerException(file + " holds outcomes of another model, bank or policy: name another output"
                        + " folder, or delete it");
            }
            for (String line : lines.subList(1, lines.size())) {
                ledger.keep(JSON.readValue(line, OutcomeEntry.class));
            }
            if (end < text.length()) {
                Files.write(file, text.substring(0, end).getBytes(StandardCharsets.UTF_8));
            }
            return ledger;
        } catch (JsonProcessingException e) {
            throw new LedgerException(file + " is damaged, delete it: " + e.getMessage());
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be read or written", e);
        }
    }

    /** What came of an attack, where it is known. */
    Optional<OutcomeEntry> of(OutcomeEntry.Key key) {
        return Optional.ofNullable(entries.get(key));
    }

    void record(OutcomeEntry entry) {
        keep(entry);
        try {
            Files.writeString(file, JSON.writeValueAsString(entry) + "\n", StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be written", e);
        }
    }

    private void keep(OutcomeEntry entry) {
        entries.put(entry.key(), entry);
    }
}
