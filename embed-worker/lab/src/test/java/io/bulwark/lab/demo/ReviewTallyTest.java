package io.bulwark.lab.demo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ReviewTallyTest {

    @Test
    void a_demo_holds_once_every_decision_is_published() {
        assertThat(new ReviewTally(12, 3, 14, 14).holds()).isTrue();
        assertThat(new ReviewTally(12, 3, 13, 14).holds()).isFalse();
    }

    @Test
    void its_line_counts_reviews_and_what_they_overturned() {
        assertThat(new ReviewTally(12, 3, 14, 14).text()).isEqualTo("reviews=12 overturned=3");
    }
}
