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
import java.util.List;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * NSFWJS's Inception V3, imported, against what nsfwjs itself answered in Node; {@code nsfwjs/make-answers.mjs} made the
 * files. Its 22 MB are not kept here: {@code npm pack nsfwjs@4.4.0}, unpack it, {@code bulwark model import-tfjs
 * package/dist/models/inception_v3 OUT}, and run this with {@code -Dbulwark.nsfwjs.inception=OUT}.
 */
@EnabledIfSystemProperty(named = NsfwjsInceptionTest.PACKAGE, matches = ".+")
class NsfwjsInceptionTest {

    static final String PACKAGE = "bulwark.nsfwjs.inception";

    private static final int IMAGE_BYTES = 299 * 299 * 3;

    @TempDir
    Path cache;

    private static InputStream resource(String name) {
        return NsfwjsInceptionTest.class.getResourceAsStream("nsfwjs/inception-v3/" + name);
    }

    @Test
    void everyClassIsWithinAThousandthOfNsfwjsAndEmbeddingsPointWhereItsPooledFeaturesPoint() throws IOException {
        JsonNode answers = new ObjectMapper().readTree(resource("answers.json")).path("answers");
        byte[] bytes = new GZIPInputStream(resource("pixels.bin.gz")).readAllBytes();
        assertThat(bytes).hasSize(answers.size() * IMAGE_BYTES);
        ByteBuffer pixels = ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
        try (Encoder encoder = ModelPackage.open(System.getProperty(PACKAGE))
                .openEncoder(EncoderOptions.defaults().withThreads(1).withCache(cache))) {
            assertThat(encoder.description().dimension()).isEqualTo(2048);
            Embeddings embeddings = encoder.embed(pixels, answers.size());
            List<String> classes = encoder.description().headClasses();
            double ofClasses = 0;
            double ofEmbeddings = 0;
            int i = 0;
            for (JsonNode wanted : answers) {
                for (int c = 0; c < classes.size(); c++) {
                    double probability =
                            wanted.path("probabilities").path(classes.get(c)).asDouble();
                    ofClasses = Math.max(ofClasses, Math.abs(embeddings.classProbabilities(i)[c] - probability));
                }
                double length = wanted.path("embeddingLength").asDouble();
                JsonNode start = wanted.path("embeddingStart");
                for (int d = 0; d < start.size(); d++) {
                    double component = start.get(d).asDouble() / length;
                    ofEmbeddings = Math.max(ofEmbeddings, Math.abs(embeddings.embedding(i)[d] - component));
                }
                i++;
            }
            System.out.printf(
                    Locale.ROOT,
                    "%d pictures: class probabilities differ by at most %.1e, components of embeddings by %.1e%n",
                    answers.size(),
                    ofClasses,
                    ofEmbeddings);
            assertThat(ofClasses).isCloseTo(0, within(1e-3));
            assertThat(ofEmbeddings).isCloseTo(0, within(1e-4));
        }
    }
}
