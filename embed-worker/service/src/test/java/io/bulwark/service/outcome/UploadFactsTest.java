package io.bulwark.service.outcome;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.events.ImageUploaded;
import io.bulwark.service.testing.SampleUploads;
import org.junit.jupiter.api.Test;

class UploadFactsTest {

    @Test
    void an_ordinary_upload_is_not_odd() {
        assertThat(UploadFacts.oddity(SampleUploads.inline("image", new byte[0])))
                .isEmpty();
    }

    @Test
    void an_id_that_is_empty_or_as_long_as_a_book_is_odd() {
        ImageUploaded event = SampleUploads.inline("image", new byte[0]);
        String book = "x".repeat(UploadFacts.MAX_ID_CHARS + 1);

        assertThat(UploadFacts.oddity(SampleUploads.inline("", new byte[0])))
                .hasValueSatisfying(detail -> assertThat(detail).contains("imageId"));
        assertThat(UploadFacts.oddity(SampleUploads.inline(book, new byte[0])))
                .hasValueSatisfying(detail -> assertThat(detail).contains("imageId", "1025", "1024"));
        assertThat(UploadFacts.oddity(
                        ImageUploaded.newBuilder(event).setUploaderId(book).build()))
                .hasValueSatisfying(detail -> assertThat(detail).contains("uploaderId"));
        assertThat(UploadFacts.oddity(
                        ImageUploaded.newBuilder(event).setTenant(book).build()))
                .hasValueSatisfying(detail -> assertThat(detail).contains("tenant"));
    }
}
