package io.bulwark.lab.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.bulwark.lab.picture.Stripes;
import io.bulwark.lab.text.ClipTokenizer;
import io.bulwark.lab.text.ClipVocabulary;
import io.bulwark.perception.encoder.DifferentiableEncoder;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.encoder.TextEncoder;
import io.bulwark.perception.metric.Cosine;
import io.bulwark.perception.model.ModelPackage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClassPrototypesTest {

    @Test
    void cornersOfASimplexAreAsFarFromEachOtherAsCanBe() {
        ClassPrototypes corners = ClassPrototypes.simplex(5, 8, 10);

        for (int a = 0; a < 5; a++) {
            assertThat(corners.rows()[a]).hasSize(8);
            for (int b = 0; b < a; b++) {
                assertThat((double) Cosine.similarity(corners.rows()[a], corners.rows()[b]))
                        .isCloseTo(-1.0 / 4, within(1e-6));
            }
        }
    }

    @Test
    void aSimplexNeedsADimensionForEachClass() {
        assertThatThrownBy(() -> ClassPrototypes.simplex(5, 4, 10))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("5 classes in 4 dimensions");
        assertThatThrownBy(() -> ClassPrototypes.simplex(2, 4, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("scale is 0");
    }

    @Test
    void aClassMeanIsNearerToItsOwnPicturesThanToOthers() {
        Stripes pictures = new Stripes(24, 32);
        try (DifferentiableEncoder encoder =
                ModelPackage.open(SmallTraining.PARENT).openDifferentiable(EncoderOptions.defaults())) {
            ClassPrototypes means = ClassPrototypes.means(encoder, pictures, 32, 5, 100);

            float[] pixels = new float[3 * 32 * 32];
            new Augmentation(pictures, new Recipe.Batches(32, 32, 1, 1, 0), new Recipe.Variation(false, 0))
                    .crop(3, Seeds.random(1, Seeds.CROP, 1, 1))
                    .write(32, pixels, 0);
            float[] embedding = encoder.embed(pixels, 1, 32, 32);
            int own = pictures.label(3);

            assertThat(means.rows()).hasDimensions(2, encoder.description().dimension());
            assertThat(Cosine.similarity(embedding, means.rows()[own]))
                    .isGreaterThan(Cosine.similarity(embedding, means.rows()[1 - own]));
        }
    }

    @Test
    void aClassOfSeveralTextsIsTheMeanOfTheirUnitEmbeddings(@TempDir Path folder) throws IOException {
        Path vocabulary = Files.writeString(
                folder.resolve("tokenizer.json"),
                "{\"model\": {\"type\": \"BPE\", \"end_of_word_suffix\": \"</w>\", \"vocab\": {\"c\": 1, \"a\": 2, \"t</w>\":"
                        + " 3, \"ca\": 4, \"cat</w>\": 5, \"<|startoftext|>\": 7, \"<|endoftext|>\": 8}, \"merges\": [\"c a\","
                        + " \"ca t</w>\"]}}");
        ClipTokenizer tokenizer = new ClipTokenizer(ClipVocabulary.read(vocabulary));
        try (TextEncoder encoder = ModelPackage.open("../perception/src/test/resources/golden/vit_a")
                .openText(EncoderOptions.defaults())) {
            float[] one = encoder.embed(new long[][] {tokenizer.tokenize("cat", encoder.contextLength())});
            float[] two = encoder.embed(new long[][] {tokenizer.tokenize("cat cat", encoder.contextLength())});

            ClassPrototypes texts =
                    ClassPrototypes.texts(encoder, tokenizer, List.of(List.of("Cat"), List.of("cat", "cat cat")), 100);

            assertThat(texts.rows()[0]).containsExactly(one, within(1e-6f));
            for (int d = 0; d < one.length; d++) {
                assertThat(texts.rows()[1][d]).isCloseTo((one[d] + two[d]) / 2, within(1e-6f));
            }
            assertThat(texts.tecoa(1).asksParent()).isTrue();
            assertThat(texts.tecoa(1).describe().get("goal")).contains("prototypes of 2 classes: texts");
        }
    }

    @Test
    void otherPrototypesAreAnotherTraining() {
        Map<String, String> five = ClassPrototypes.simplex(5, 8, 10).tecoa(1).describe();

        assertThat(five.get("goal")).startsWith("TeCoA, scale 10.0, prototypes of 5 classes: simplex, SHA-256 ");
        assertThat(ClassPrototypes.simplex(5, 8, 11).tecoa(1).describe()).isNotEqualTo(five);
        assertThat(ClassPrototypes.simplex(5, 9, 10).tecoa(1).describe()).isNotEqualTo(five);
        assertThat(ClassPrototypes.simplex(5, 8, 10).tecoa(1).describe()).isEqualTo(five);
    }
}
