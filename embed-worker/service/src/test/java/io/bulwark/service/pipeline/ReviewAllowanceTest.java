package io.bulwark.service.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.schemas.topic.UploadOrigin;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ReviewAllowanceTest {

    private final AtomicLong now = new AtomicLong(-7);
    private long offset = 1_000;
    private final ReviewAllowance allowance = new ReviewAllowance(ReviewAllowance.WITH_TOO_MANY_VIEWS, now::get);

    @Test
    void an_uploader_has_so_many_files_an_hour_and_others_have_their_own() {
        for (int i = 0; i < ReviewAllowance.WITH_TOO_MANY_VIEWS; i++) {
            assertThat(takes("default", "ann")).isTrue();
        }

        assertThat(takes("default", "ann")).isFalse();
        assertThat(takes("default", "bob")).isTrue();
        assertThat(takes("other", "ann")).isTrue();
    }

    /** After a transaction that failed, or while no bank may be used. */
    @Test
    void a_file_that_is_read_again_is_counted_once() {
        for (int i = 0; i < 3 * ReviewAllowance.WITH_TOO_MANY_VIEWS; i++) {
            assertThat(allowance.takes("default", "ann", upload(0))).isTrue();
        }
        for (int i = 1; i < ReviewAllowance.WITH_TOO_MANY_VIEWS; i++) {
            assertThat(allowance.takes("default", "ann", upload(i))).isTrue();
        }

        assertThat(allowance.takes("default", "ann", upload(ReviewAllowance.WITH_TOO_MANY_VIEWS)))
                .isFalse();
        assertThat(allowance.takes("default", "ann", upload(2))).isTrue();
    }

    /** All uploads without an uploader are not one uploader's. */
    @Test
    void files_of_no_uploader_are_not_bounded() {
        for (int i = 0; i < 3 * ReviewAllowance.WITH_TOO_MANY_VIEWS; i++) {
            assertThat(takes("default", " ")).isTrue();
            assertThat(takes("default", "")).isTrue();
        }
    }

    private boolean takes(String tenant, String uploaderId) {
        return allowance.takes(tenant, uploaderId, upload(offset++));
    }

    private static UploadOrigin upload(long offset) {
        return new UploadOrigin("images.uploaded", 0, offset, 0);
    }

    @Test
    void after_the_hour_it_begins_again() {
        for (int i = 0; i <= ReviewAllowance.WITH_TOO_MANY_VIEWS; i++) {
            takes("default", "ann");
        }
        now.addAndGet(ReviewAllowance.SPAN.toNanos() - 1);
        assertThat(takes("default", "ann")).isFalse();

        now.incrementAndGet();
        assertThat(takes("default", "ann")).isTrue();
    }

    @Test
    void who_asked_longest_ago_is_forgotten_first() {
        for (int i = 0; i < ReviewAllowance.WITH_TOO_MANY_VIEWS; i++) {
            takes("default", "ann");
            takes("default", "bob");
        }
        for (int i = 0; i < ReviewAllowance.UPLOADERS - 1; i++) {
            takes("default", "account-" + i);
            assertThat(takes("default", "ann")).isFalse();
        }

        assertThat(takes("default", "bob")).isTrue();
    }
}
