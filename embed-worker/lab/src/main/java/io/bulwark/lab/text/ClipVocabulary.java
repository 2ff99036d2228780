package io.bulwark.lab.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;

/**
 * CLIP's tokens and merges.
 *
 * @param ids token to id; tokens are spelt with {@link ByteAlphabet}, the end of a word is {@code </w>}
 * @param ranks pair of tokens, joined by a blank, to its rank; the lowest is merged first
 * @param start id that opens every text
 * @param end id that closes every text, the highest
 */
public record ClipVocabulary(Map<String, Integer> ids, Map<String, Integer> ranks, int start, int end) {

    /** Tokens of CLIP's published vocabulary, the two specials included. */
    private static final int PUBLISHED_SIZE = 49_408;

    private static final int PUBLISHED_MERGES = PUBLISHED_SIZE - 2 * ByteAlphabet.SIZE - 2;
    private static final String WORD_END = "</w>";

    public ClipVocabulary {
        ids = Map.copyOf(ids);
        ranks = Map.copyOf(ranks);
    }

    /**
     * Reads {@code tokenizer.json} (Hugging Face) or {@code bpe_simple_vocab_16e6.txt}, gzipped or not, told apart by
     * their first bytes.
     *
     * @throws IOException if the file cannot be read or is neither; the message names it
     */
    public static ClipVocabulary read(Path file) throws IOException {
        byte[] content = Files.readAllBytes(file);
        if (content.length > 1 && content[0] == 0x1F && (content[1] & 0xFF) == 0x8B) {
            content = new GZIPInputStream(new ByteArrayInputStream(content)).readAllBytes();
        }
        String text = new String(content, StandardCharsets.UTF_8);
        try {
            return text.stripLeading().startsWith("{")
                    ? fromTokenizerJson(new ObjectMapper().readTree(text))
                    : fromMerges(text.lines().skip(1).limit(PUBLISHED_MERGES).toList());
        } catch (IllegalArgumentException | IOException e) {
            throw new IOException(
                    file + " is no CLIP vocabulary: " + e.getMessage()
                            + ". Give tokenizer.json of a CLIP checkpoint or bpe_simple_vocab_16e6.txt.gz",
                    e);
        }
    }

    /** Builds the vocabulary that a list of merges implies: letters, letters at a word's end, merges, two specials. */
    static ClipVocabulary fromMerges(List<String> merges) {
        Map<String, Integer> ids = new HashMap<>();
        for (String letter : ByteAlphabet.inVocabularyOrder()) {
            ids.put(letter, ids.size());
        }
        for (String letter : ByteAlphabet.inVocabularyOrder()) {
            ids.put(letter + WORD_END, ids.size());
        }
        Map<String, Integer> ranks = new HashMap<>();
        for (String merge : merges) {
            if (merge.split(" ").length != 2) {
                throw new IllegalArgumentException("line " + (ranks.size() + 2) + " holds no pair of tokens");
            }
            ids.put(merge.replace(" ", ""), 2 * ByteAlphabet.SIZE + ranks.size());
            ranks.put(merge, ranks.size());
        }
        int start = 2 * ByteAlphabet.SIZE + ranks.size();
        return new ClipVocabulary(ids, ranks, start, start + 1);
    }

    private static ClipVocabulary fromTokenizerJson(JsonNode root) {
        JsonNode model = root.path("model");
        if (!WORD_END.equals(model.path("end_of_word_suffix").asText())) {
            throw new IllegalArgumentException("model.end_of_word_suffix is '"
                    + model.path("end_of_word_suffix").asText() + "', CLIP's is '</w>'");
        }
        Map<String, Integer> ids = new HashMap<>();
        model.path("vocab")
                .properties()
                .forEach(entry -> ids.put(entry.getKey(), entry.getValue().asInt()));
        Map<String, Integer> ranks = new HashMap<>();
        for (JsonNode merge : model.path("merges")) {
            ranks.put(
                    merge.isArray()
                            ? merge.path(0).asText() + " " + merge.path(1).asText()
                            : merge.asText(),
                    ranks.size());
        }
        return new ClipVocabulary(
                ids,
                ranks,
                special(ids, "<|startoftext|>", "<start_of_text>"),
                special(ids, "<|endoftext|>", "<end_of_text>"));
    }

    private static int special(Map<String, Integer> ids, String name, String otherName) {
        Integer id = ids.getOrDefault(name, ids.get(otherName));
        if (id == null) {
            throw new IllegalArgumentException("model.vocab has neither '" + name + "' nor '" + otherName + "'");
        }
        return id;
    }

    /**
     * A printable letter for each byte, so that any UTF-8 text is a word over 256 letters (GPT-2's byte-level BPE):
     * printable Latin-1 stands for itself, the other bytes for U+0100 and up.
     */
    static final class ByteAlphabet {

        static final int SIZE = 256;

        private static final char[] LETTERS = new char[SIZE];
        private static final List<String> VOCABULARY_ORDER = new ArrayList<>();

        static {
            for (int value = 0; value < SIZE; value++) {
                if (standsForItself(value)) {
                    LETTERS[value] = (char) value;
                    VOCABULARY_ORDER.add(String.valueOf(LETTERS[value]));
                }
            }
            char next = SIZE;
            for (int value = 0; value < SIZE; value++) {
                if (!standsForItself(value)) {
                    LETTERS[value] = next++;
                    VOCABULARY_ORDER.add(String.valueOf(LETTERS[value]));
                }
            }
        }

        private ByteAlphabet() {}

        /** The UTF-8 bytes of a text, a letter each. */
        static String spell(String text) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            char[] letters = new char[bytes.length];
            for (int i = 0; i < bytes.length; i++) {
                letters[i] = LETTERS[bytes[i] & 0xFF];
            }
            return new String(letters);
        }

        /** The letters in the order of their ids: letters that stand for themselves first. */
        static List<String> inVocabularyOrder() {
            return List.copyOf(VOCABULARY_ORDER);
        }

        private static boolean standsForItself(int value) {
            return (value >= '!' && value <= '~') || (value >= 0xA1 && value <= 0xFF && value != 0xAD);
        }
    }
}
