package io.bulwark.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.cli.demo.DemoReviews.ReviewTally;
import org.junit.jupiter.api.Test;

class ReviewTallyTest {

    @Test
    void a_demo_holds_once_every_decision_is_published() {
        assertThat(new ReviewTally(12, 3, 14, 14, 5).holds()).isTrue();
        assertThat(new ReviewTally(12, 3, 13, 14, 5).holds()).isFalse();
    }

    @Test
    void its_line_counts_reviews_what_they_overturned_and_what_is_left_open() {
        assertThat(new ReviewTally(12, 3, 14, 14, 5).text())
                .isEqualTo("reviews=12 overturned=3 open=5 (open items wait on the console's page Review)");
        assertThat(new ReviewTally(12, 3, 14, 14, 0).text()).isEqualTo("reviews=12 overturned=3 open=0");
        assertThat(new ReviewTally(12, 3, 14, 14, 5).fields()).containsEntry("open", 5);
    }
}
