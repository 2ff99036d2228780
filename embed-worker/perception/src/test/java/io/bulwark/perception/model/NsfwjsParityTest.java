package io.bulwark.perception.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.perception.encoder.Encoder;
import io.bulwark.perception.encoder.Encoder.Embeddings;
import io.bulwark.perception.encoder.EncoderOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The bundled package against what nsfwjs itself answered in Node; {@code nsfwjs/make-answers.mjs} made the files. */
class NsfwjsParityTest {

    private static final int IMAGE_BYTES = 224 * 224 * 3;

    @TempDir
    static Path cache;

    private static List<String> names;
    private static JsonNode answers;
    private static ByteBuffer pixels;

    @AutoClose
    private static Encoder encoder;

    @BeforeAll
    static void read() throws IOException {
        answers = new ObjectMapper().readTree(resource("answers.json")).path("answers");
        names = new ArrayList<>();
        answers.fieldNames().forEachRemaining(names::add);
        byte[] bytes = new GZIPInputStream(resource("pixels.bin.gz")).readAllBytes();
        assertThat(bytes).hasSize(names.size() * IMAGE_BYTES);
        pixels = ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
        encoder = ModelPackage.open(ModelPackage.CLASSIFIER)
                .openEncoder(EncoderOptions.defaults().withThreads(1).withCache(cache));
    }

    private static InputStream resource(String name) {
        return NsfwjsParityTest.class.getResourceAsStream("nsfwjs/" + name);
    }

    @Test
    void everyClassOfEveryPictureIsWithinAThousandthOfNsfwjs() {
        Embeddings embeddings = encoder.embed(pixels, names.size());
        List<String> classes = encoder.description().headClasses();
        for (int i = 0; i < names.size(); i++) {
            JsonNode wanted = answers.path(names.get(i)).path("probabilities");
            float[] found = embeddings.classProbabilities(i);
            assertThat(wanted.size()).isEqualTo(classes.size());
            for (int c = 0; c < classes.size(); c++) {
                assertThat((double) found[c])
                        .as("%s of %s", classes.get(c), names.get(i))
                        .isCloseTo(wanted.path(classes.get(c)).asDouble(), within(1e-3));
            }
        }
    }

    @Test
    void embeddingsPointWhereNsfwjsPooledFeaturesPoint() {
        Embeddings embeddings = encoder.embed(pixels, names.size());
        for (int i = 0; i < names.size(); i++) {
            JsonNode wanted = answers.path(names.get(i));
            double length = wanted.path("embeddingLength").asDouble();
            JsonNode start = wanted.path("embeddingStart");
            float[] found = embeddings.embedding(i);
            for (int d = 0; d < start.size(); d++) {
                assertThat((double) found[d])
                        .as("component %d of %s", d, names.get(i))
                        .isCloseTo(start.get(d).asDouble() / length, within(1e-4));
            }
        }
    }

    @Test
    void thePicturesReachSeveralClassesSoThatTheComparisonMeansSomething() {
        List<String> likeliest = new ArrayList<>();
        for (JsonNode answer : answers) {
            String best = "";
            for (String name : encoder.description().headClasses()) {
                JsonNode probabilities = answer.path("probabilities");
                if (best.isEmpty()
                        || probabilities.path(name).asDouble()
                                > probabilities.path(best).asDouble()) {
                    best = name;
                }
            }
            likeliest.add(best);
        }
        assertThat(likeliest).contains("Drawing", "Neutral", "Hentai");
    }
}
