package io.bulwark.lab.text;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Holds the tokenizer to open_clip's own answers, on the part of CLIP's vocabulary that they use. */
class ClipTokenizerGoldenTest {

    private final ClipTokenizer tokenizer = new ClipTokenizer(vocabulary());

    @TestFactory
    Stream<DynamicTest> cleansEveryTextAsOpenClipDoes() throws IOException {
        return rows().map(row -> DynamicTest.dynamicTest(
                name(row),
                () -> assertThat(tokenizer.clean(row.path("text").asText()))
                        .isEqualTo(row.path("cleaned").asText())));
    }

    @TestFactory
    Stream<DynamicTest> givesOpenClipsIdsAtFullAndShortContext() throws IOException {
        return rows().map(row -> DynamicTest.dynamicTest(name(row), () -> {
            String text = row.path("text").asText();
            assertThat(tokenizer.tokenize(text, ClipTokenizer.CONTEXT_LENGTH)).isEqualTo(ids(row, "ids"));
            assertThat(tokenizer.tokenize(text, 16)).isEqualTo(ids(row, "ids_context16"));
            assertThat(tokenizer.encode(text)).hasSize(row.path("full_length").asInt());
        }));
    }

    private static String name(JsonNode row) {
        return "'" + row.path("text").asText() + "'";
    }

    private static long[] ids(JsonNode row, String field) {
        List<Long> ids = new ArrayList<>();
        row.path(field).forEach(id -> ids.add(id.asLong()));
        return ids.stream().mapToLong(Long::longValue).toArray();
    }

    private static Stream<JsonNode> rows() throws IOException {
        try (InputStream tokens = ClipTokenizerGoldenTest.class.getResourceAsStream("/golden/tokenizer/tokens.json")) {
            return StreamSupport.stream(
                    new ObjectMapper().readTree(tokens).path("rows").spliterator(), false);
        }
    }

    static ClipVocabulary vocabulary() {
        try {
            return ClipVocabulary.read(Path.of("../perception/src/test/resources/golden/tokenizer/tokenizer.json"));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
