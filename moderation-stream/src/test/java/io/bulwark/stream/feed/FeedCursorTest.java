package io.bulwark.stream.feed;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class FeedCursorTest {

    @Test
    void itsTextComesBack() {
        FeedCursor cursor = FeedCursor.start().after(2, 41).after(0, 6);
        assertThat(cursor).hasToString("7.0.42");
        assertThat(FeedCursor.parse("7.0.42")).contains(cursor);
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", ".", "1.", "-1", "1.x", "1..2", "9999999999999999999", "<script>", "1 2"})
    void whatIsNoCursorIsNone(String text) {
        assertThat(FeedCursor.parse(text)).isEmpty();
    }

    @Test
    void aTextWithoutEndIsNone() {
        assertThat(FeedCursor.parse("1." + "1.".repeat(5_000) + "1")).isEmpty();
    }

    @Test
    void itNeverMovesBack() {
        FeedCursor cursor = FeedCursor.start().after(0, 9);
        assertThat(cursor.after(0, 3)).isEqualTo(cursor);
        assertThat(cursor.next(0)).isEqualTo(10);
    }

    @Test
    void aPartitionThatItDoesNotNameStartsAtItsBeginning() {
        assertThat(FeedCursor.start().next(7)).isZero();
    }

    @Test
    void itIsBehindWhereOnePartitionIs() {
        FeedCursor here = FeedCursor.start().after(0, 9).after(1, 1);
        assertThat(here.isBehind(here)).isFalse();
        assertThat(here.isBehind(here.after(1, 2))).isTrue();
        assertThat(here.isBehind(here.after(5, 0))).isTrue();
        assertThat(here.after(0, 20).isBehind(here)).isFalse();
    }

    @Test
    void equalCursorsAreEqual() {
        assertThat(FeedCursor.start().after(1, 1))
                .isEqualTo(FeedCursor.start().after(1, 1))
                .hasSameHashCodeAs(FeedCursor.start().after(1, 1));
    }
}
