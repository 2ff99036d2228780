package io.bulwark.service.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ReviewAllowanceTest {

    private final AtomicLong now = new AtomicLong(-7);
    private final ReviewAllowance allowance = new ReviewAllowance(now::get);

    @Test
    void an_uploader_has_so_many_files_an_hour_and_others_have_their_own() {
        for (int i = 0; i < ReviewAllowance.MOST; i++) {
            assertThat(allowance.takes("default", "ann")).isTrue();
        }

        assertThat(allowance.takes("default", "ann")).isFalse();
        assertThat(allowance.takes("default", "bob")).isTrue();
        assertThat(allowance.takes("other", "ann")).isTrue();
    }

    @Test
    void after_the_hour_it_begins_again() {
        for (int i = 0; i <= ReviewAllowance.MOST; i++) {
            allowance.takes("default", "ann");
        }
        now.addAndGet(ReviewAllowance.SPAN.toNanos() - 1);
        assertThat(allowance.takes("default", "ann")).isFalse();

        now.incrementAndGet();
        assertThat(allowance.takes("default", "ann")).isTrue();
    }

    @Test
    void who_asked_longest_ago_is_forgotten_first() {
        for (int i = 0; i < ReviewAllowance.MOST; i++) {
            allowance.takes("default", "ann");
            allowance.takes("default", "bob");
        }
        for (int i = 0; i < ReviewAllowance.UPLOADERS - 1; i++) {
            allowance.takes("default", "account-" + i);
            assertThat(allowance.takes("default", "ann")).isFalse();
        }

        assertThat(allowance.takes("default", "bob")).isTrue();
    }
}
