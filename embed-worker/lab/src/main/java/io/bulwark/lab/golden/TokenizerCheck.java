package io.bulwark.lab.golden;

import com.fasterxml.jackson.databind.JsonNode;
import io.bulwark.lab.text.ClipTokenizer;
import io.bulwark.lab.text.ClipVocabulary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.StreamSupport;

/** Texts to cleaned texts and token ids. The vocabulary is given, or lies beside the case. */
record TokenizerCheck(Optional<Path> vocabulary) implements GoldenCheck {

    private static final int SHORT_CONTEXT = 16;

    @Override
    public void check(GoldenCase golden, GoldenFiles files, Findings findings) throws IOException {
        String data = golden.file("data");
        JsonNode tokens = files.json(data);
        Path file = vocabulary.orElseGet(() -> files.unlisted(
                data.replaceFirst("[^/]*$", "") + tokens.path("vocab_file").asText()));
        if (!Files.isRegularFile(file)) {
            throw new SkippedException("CLIP's vocabulary is not there: give it with --vocabulary");
        }
        ClipTokenizer tokenizer = new ClipTokenizer(ClipVocabulary.read(file));
        int context = tokens.path("context_length").asInt(ClipTokenizer.CONTEXT_LENGTH);
        for (JsonNode row : tokens.path("rows")) {
            compare(tokenizer, row, context, findings);
        }
    }

    private static void compare(ClipTokenizer tokenizer, JsonNode row, int context, Findings findings) {
        String text = row.path("text").asText();
        String cleaned = tokenizer.clean(text);
        findings.exact(
                "cleaned text",
                cleaned.equals(row.path("cleaned").asText()),
                "'%s' is cleaned to '%s'".formatted(text, cleaned));
        ids(tokenizer, row, "ids", context, findings);
        ids(tokenizer, row, "ids_context" + SHORT_CONTEXT, SHORT_CONTEXT, findings);
    }

    private static void ids(ClipTokenizer tokenizer, JsonNode row, String field, int context, Findings findings) {
        if (row.hasNonNull(field)) {
            long[] wanted = StreamSupport.stream(row.path(field).spliterator(), false)
                    .mapToLong(JsonNode::asLong)
                    .toArray();
            String text = row.path("text").asText();
            findings.exact(
                    field, Arrays.equals(tokenizer.tokenize(text, context), wanted), "those of '" + text + "' differ");
        }
    }
}
