package io.bulwark.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DemoReviewsTest {

    /** The page for moderation leads has the reader work on them. */
    @Test
    void of_those_that_have_to_come_the_last_five_are_left_open() {
        List<String> images = IntStream.range(0, 12).mapToObj(i -> "image-" + i).toList();
        DemoReviews.Expected expected = new DemoReviews.Expected(Set.copyOf(images));

        List<String> left = images.stream().filter(expected::isLeft).toList();

        assertThat(left).containsExactly("image-7", "image-8", "image-9", "image-10", "image-11");
        assertThat(left).hasSize(DemoReviews.LEFT_OPEN);
        assertThat(expected.allCame()).isTrue();
    }

    @Test
    void an_item_that_is_not_awaited_is_never_left_in_place_of_another() {
        DemoReviews.Expected expected = new DemoReviews.Expected(Set.of("image-1"));

        assertThat(expected.isLeft("of an earlier run")).isFalse();
        assertThat(expected.missing()).containsExactly("image-1");
        assertThat(expected.isLeft("image-1")).isTrue();
        assertThat(expected.isLeft("image-1")).isFalse();
        assertThat(expected.allCame()).isTrue();
    }
}
