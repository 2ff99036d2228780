package io.bulwark.stream.review;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.stream.review.KafkaReferences.SeenPicture.Look;
import io.bulwark.stream.review.KafkaReferences.SeenPicture.Row;
import io.bulwark.stream.testing.SeenPictures;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Views of an embedding as rows of references. */
class KafkaReferencesTest {

    @ParameterizedTest
    @ValueSource(strings = {"whole/white", "sampled-whole/white"})
    void aTransparentPictureHasARowOnEachGroundThoughNotAllItsViewsWereJudged(String first) {
        List<Row> rows = rows(List.of(), first, "whole/black", "tile-1/white");

        assertThat(rows).extracting(Row::ground).containsExactly("@white", "@black");
        assertThat(rows).extracting(row -> row.look().view()).containsExactly("whole/white", "whole/black");
    }

    @Test
    void aVariantDoesNotHaveTheMarkOfTheFile() {
        List<Row> rows = rows(
                List.of("frame-0/sampled-whole", "frame-2/whole"),
                "frame-0/sampled-whole",
                "frame-1/whole",
                "frame-2/whole");

        assertThat(rows).singleElement().satisfies(row -> {
            assertThat(row.ground()).isEmpty();
            assertThat(row.look().view()).isEqualTo("frame-0/whole");
            assertThat(row.variants()).extracting(Look::view).containsExactly("frame-2/whole");
        });
    }

    private static List<Row> rows(List<String> wanted, String... views) {
        return KafkaReferences.rows(SeenPictures.of("image", "model", views), wanted);
    }
}
