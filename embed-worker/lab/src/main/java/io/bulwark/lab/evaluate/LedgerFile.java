package io.bulwark.lab.evaluate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.function.Consumer;

/**
 * A file of JSON, an entry a line, to which a run adds what it knows, so that one that was interrupted goes on where it was.
 * The first line says what the entries are about; a file about something else is refused. A last line that a kill cut short is
 * dropped. One thread.
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
     * @param entries takes each entry that stands there, in order; may throw {@link IllegalArgumentException} where it is none
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
}
