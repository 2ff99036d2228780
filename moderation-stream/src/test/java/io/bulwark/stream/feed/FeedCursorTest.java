package io.bulwark.stream.feed;

import static io.bulwark.stream.feed.FeedCursor.FeedTopic.AUDITS;
import static io.bulwark.stream.feed.FeedCursor.FeedTopic.DECISIONS;
import static io.bulwark.stream.feed.FeedCursor.FeedTopic.VERDICTS;
import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.stream.feed.FeedCursor.FeedTopic;
import io.bulwark.stream.feed.FeedEvent.FeedFilter;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class FeedCursorTest {

    private static final Set<FeedTopic> ALL = EnumSet.allOf(FeedTopic.class);

    @Test
    void itsTextComesBack() {
        FeedCursor cursor = FeedCursor.start().after(VERDICTS, 2, 41).after(VERDICTS, 0, 6);
        assertThat(cursor).hasToString("7.0.42");
        assertThat(FeedCursor.parse("7.0.42")).contains(cursor);
    }

    @Test
    void theAuditsFollowAHyphenThoughThereBeNoVerdict() {
        FeedCursor both = FeedCursor.start().after(VERDICTS, 0, 6).after(AUDITS, 1, 2);
        assertThat(both).hasToString("7-0.3");
        assertThat(FeedCursor.parse("7-0.3")).contains(both);
        FeedCursor audits = FeedCursor.start().after(AUDITS, 0, 0);
        assertThat(audits).hasToString("-1");
        assertThat(FeedCursor.parse("-1")).contains(audits);
    }

    @Test
    void theDecisionsComeThirdThoughThereBeNothingElse() {
        FeedCursor decisions = FeedCursor.start().after(DECISIONS, 1, 4);
        assertThat(decisions).hasToString("--0.5");
        assertThat(FeedCursor.parse("--0.5")).contains(decisions);
        assertThat(FeedCursor.parse("7-0.3-0.5"))
                .contains(decisions.after(VERDICTS, 0, 6).after(AUDITS, 1, 2));
    }

    /** Who watches verdicts misses nothing where decisions are gone. */
    @Test
    void itIsBehindInThoseTopicsThatAreAskedFor() {
        FeedCursor here = FeedCursor.start().after(VERDICTS, 0, 9);
        FeedCursor there = here.after(DECISIONS, 0, 3);
        assertThat(here.isBehind(there, FeedFilter.BY_WORKERS)).isFalse();
        assertThat(here.isBehind(there, Set.of(DECISIONS))).isTrue();
    }

    @Test
    void theTopicsMoveApart() {
        FeedCursor cursor = FeedCursor.start().after(VERDICTS, 0, 9);
        assertThat(cursor.next(AUDITS, 0)).isZero();
        assertThat(cursor.isBehind(cursor.after(AUDITS, 0, 0), ALL)).isTrue();
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(
            strings = {
                "",
                ".",
                "1.",
                "-",
                "--",
                "---1",
                "1-2-3-4",
                "1-x",
                "1.x",
                "1..2",
                "9999999999999999999",
                "<script>",
                "1 2"
            })
    void whatIsNoCursorIsNone(String text) {
        assertThat(FeedCursor.parse(text)).isEmpty();
    }

    @Test
    void aTextWithoutEndIsNone() {
        assertThat(FeedCursor.parse("1." + "1.".repeat(5_000) + "1")).isEmpty();
    }

    @Test
    void twoThousandPartitionsAreRead() {
        String text = "1.".repeat(1_999) + "1-" + "2.".repeat(1_999) + "2";
        FeedCursor cursor = FeedCursor.parse(text).orElseThrow();
        assertThat(cursor.next(VERDICTS, 1_999)).isEqualTo(1);
        assertThat(cursor.next(AUDITS, 1_999)).isEqualTo(2);
    }

    @Test
    void itNeverMovesBack() {
        FeedCursor cursor = FeedCursor.start().after(VERDICTS, 0, 9);
        assertThat(cursor.after(VERDICTS, 0, 3)).isEqualTo(cursor);
        assertThat(cursor.next(VERDICTS, 0)).isEqualTo(10);
    }

    @Test
    void aPartitionThatItDoesNotNameStartsAtItsBeginning() {
        assertThat(FeedCursor.start().next(VERDICTS, 7)).isZero();
    }

    @Test
    void itIsBehindWhereOnePartitionIs() {
        FeedCursor here = FeedCursor.start().after(VERDICTS, 0, 9).after(VERDICTS, 1, 1);
        assertThat(here.isBehind(here, ALL)).isFalse();
        assertThat(here.isBehind(here.after(VERDICTS, 1, 2), ALL)).isTrue();
        assertThat(here.isBehind(here.after(VERDICTS, 5, 0), ALL)).isTrue();
        assertThat(here.after(VERDICTS, 0, 20).isBehind(here, ALL)).isFalse();
    }

    @Test
    void equalCursorsAreEqual() {
        assertThat(FeedCursor.start().after(AUDITS, 1, 1))
                .isEqualTo(FeedCursor.start().after(AUDITS, 1, 1))
                .hasSameHashCodeAs(FeedCursor.start().after(AUDITS, 1, 1))
                .isNotEqualTo(FeedCursor.start().after(VERDICTS, 1, 1));
    }
}
