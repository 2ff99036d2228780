package io.bulwark.lab.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClipVocabularyTest {

    private static final String MERGES = "\"bpe_simple_vocab#version: 0.2\nc a\nca t</w>\n";

    @TempDir
    Path folder;

    @Test
    void numbersLettersThenLettersAtAWordsEndThenMergesThenTheTwoSpecials() throws IOException {
        ClipVocabulary vocabulary = ClipVocabulary.read(write("merges.txt", MERGES));

        assertThat(vocabulary.ids())
                .containsEntry("!", 0)
                .containsEntry("a", 64)
                .containsEntry("a</w>", 320)
                .containsEntry("ca", 512)
                .containsEntry("cat</w>", 513);
        assertThat(vocabulary.start()).isEqualTo(514);
        assertThat(vocabulary.end()).isEqualTo(515);
    }

    @Test
    void readsTheMergesGzippedToo() throws IOException {
        Path file = folder.resolve("merges.txt.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write(MERGES.getBytes(StandardCharsets.UTF_8));
        }

        assertThat(ClipVocabulary.read(file)).isEqualTo(ClipVocabulary.read(write("merges.txt", MERGES)));
    }

    @Test
    void readsMergesOfTokenizerJsonAsTextOrAsPairs() throws IOException {
        String asText = tokenizerJson("</w>", "\"c a\", \"ca t</w>\"");
        String asPairs = tokenizerJson("</w>", "[\"c\", \"a\"], [\"ca\", \"t</w>\"]");

        ClipVocabulary vocabulary = ClipVocabulary.read(write("tokenizer.json", asText));

        assertThat(vocabulary).isEqualTo(ClipVocabulary.read(write("pairs.json", asPairs)));
        assertThat(new ClipTokenizer(vocabulary).encode("Cat")).isEqualTo(List.of(7, 5, 8));
    }

    @Test
    void refusesTheTokenizerOfAnotherKindOfModelNamingWhatItFound() throws IOException {
        Path file = write("tokenizer.json", tokenizerJson("##", "\"c a\""));

        assertThatThrownBy(() -> ClipVocabulary.read(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("tokenizer.json")
                .hasMessageContaining("'##'");
    }

    @Test
    void refusesATextThatHoldsNoPairs() throws IOException {
        Path file = write("notes.txt", "hello\nthese are no merges\n");

        assertThatThrownBy(() -> ClipVocabulary.read(file)).hasMessageContaining("line 2 holds no pair of tokens");
    }

    @Test
    void anIncompleteVocabularyIsNamedWhenATokenHasNoId() throws IOException {
        Path file = write("tokenizer.json", tokenizerJson("</w>", "\"c a\""));
        ClipTokenizer tokenizer = new ClipTokenizer(ClipVocabulary.read(file));

        assertThatThrownBy(() -> tokenizer.encode("dog"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("no id");
    }

    private static String tokenizerJson(String suffix, String merges) {
        return "{\"model\": {\"type\": \"BPE\", \"end_of_word_suffix\": \"" + suffix
                + "\", \"vocab\": {\"c\": 1, \"a\": 2, \"t</w>\": 3, \"ca\": 4, \"cat</w>\": 5,"
                + " \"<|startoftext|>\": 7, \"<|endoftext|>\": 8}, \"merges\": [" + merges + "]}}";
    }

    private Path write(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content);
    }
}
