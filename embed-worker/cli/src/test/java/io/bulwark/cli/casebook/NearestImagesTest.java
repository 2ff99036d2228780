package io.bulwark.cli.casebook;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.cli.casebook.EmbeddingMatch.NearImage;
import io.bulwark.cli.casebook.EmbeddingMatch.NearestImages;
import io.bulwark.cli.casebook.EmbeddingMatch.WantedRow;
import io.bulwark.events.Decision;
import java.time.Instant;
import java.util.Optional;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class NearestImagesTest {

    private final NearestImages nearest = new NearestImages(2);

    @Test
    void onlyTheNearestAreKeptNearestFirst() {
        nearest.add(image("a", "one", 0.91));
        nearest.add(image("a", "two", 0.95));
        nearest.add(image("a", "three", 0.93));
        assertThat(nearest.toList()).extracting(NearImage::imageId).containsExactly("two", "three");
    }

    @Test
    void aLaterRecordReplacesThatOfTheSameTenantAlone() {
        nearest.add(image("a", "one", 0.91));
        nearest.add(image("b", "one", 0.92));
        nearest.forget("a", "one");
        assertThat(nearest.toList()).extracting(NearImage::tenant).containsExactly("b");
    }

    @Test
    void anErasedImageIsNobodysAnyMore() {
        nearest.add(image("a", "one", 0.91));
        nearest.add(image("b", "one", 0.92));
        nearest.erased("one");
        nearest.erased("another");
        assertThat(nearest.toList()).isEmpty();
    }

    @Test
    void aRowOfAnotherLengthIsNearNothing() {
        assertThat(new WantedRow("reference", new float[] {1, 0}).cosine(new float[] {1, 0, 0}))
                .isNaN();
        assertThat(new WantedRow("reference", new float[] {1, 0}).cosine(new float[] {3, 4}))
                .isEqualTo(0.6, Offset.offset(1e-6));
    }

    private static NearImage image(String tenant, String id, double similarity) {
        return new NearImage(
                tenant, id, Optional.empty(), similarity, "whole", "reference", Decision.SAFE, 0.1, Instant.EPOCH);
    }
}
