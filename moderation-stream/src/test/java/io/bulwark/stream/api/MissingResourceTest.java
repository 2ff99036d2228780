package io.bulwark.stream.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.events.RecordCoordinates;
import io.bulwark.stream.api.MissingResource.MissingDocument;
import io.bulwark.stream.testing.Samples;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class MissingResourceTest {

    /** An earlier upload that came again after the last one would bring its picture back. */
    @Test
    void onlyTheLastUploadOfAnImageInEachPartitionIsRepeated() {
        assertThat(MissingResource.latest(Stream.of(
                        missing("acme", 0, 7), missing("acme", 0, 9), missing("acme", 1, 3), missing("kids", 0, 8))))
                .containsExactlyInAnyOrder(missing("acme", 0, 9), missing("acme", 1, 3), missing("kids", 0, 8));
    }

    private static MissingDocument missing(String tenant, int partition, long offset) {
        return MissingDocument.of(
                tenant, "i", "u1", new RecordCoordinates("images.uploaded", partition, offset), Samples.NOON);
    }
}
