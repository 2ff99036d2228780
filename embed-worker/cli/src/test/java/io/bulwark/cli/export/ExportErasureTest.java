package io.bulwark.cli.export;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.cli.export.ExportErasure.Progress;
import io.bulwark.cli.export.TopicExport.ExportedFile;
import io.bulwark.cli.export.TopicExport.ExportedFile.Source;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** An order that the broker has replaced by another tenant's on an equal id can no longer be carried out. */
class ExportErasureTest {

    private static final Instant UNTIL = Instant.parse("2026-11-30T10:00:00Z");
    private static final ExportedFile OLD = file(20);
    private static final ExportedFile NEW = file(1);

    @Test
    void orders_may_be_missed_by_who_was_away_for_two_weeks() {
        assertThat(missed(Optional.of(lastRun(15)), OLD)).isTrue();
        assertThat(missed(Optional.of(lastRun(13)), OLD)).isFalse();
        assertThat(missed(Optional.of(lastRun(15)), NEW))
                .as("each order on it is still there")
                .isFalse();
    }

    @Test
    void orders_may_be_missed_where_it_is_not_known_how_far_the_last_run_got() {
        assertThat(missed(Optional.empty(), OLD)).isTrue();
        assertThat(missed(Optional.empty(), NEW)).isFalse();
    }

    /** Erased decisions are not on their topic any more. */
    @Test
    void a_first_run_misses_none_on_what_it_wrote() {
        assertThat(ExportErasure.mayHaveMissed(Optional.empty(), UNTIL, List.of(OLD), Set.of(OLD)))
                .isFalse();
    }

    /** It is of the version before, under which the broker replaced no order. */
    @Test
    void a_last_run_without_a_time_missed_none() {
        assertThat(missed(Optional.of(new Progress(Map.of(0, 7L), List.of(), null)), OLD))
                .isFalse();
    }

    private static boolean missed(Optional<Progress> known, ExportedFile file) {
        return ExportErasure.mayHaveMissed(known, UNTIL, List.of(file), Set.of());
    }

    private static Progress lastRun(int daysAgo) {
        return new Progress(
                Map.of(), List.of(), UNTIL.minus(Duration.ofDays(daysAgo)).toEpochMilli());
    }

    private static ExportedFile file(int daysOld) {
        return new ExportedFile(Source.REVIEWS, UNTIL.minus(Duration.ofDays(daysOld)), 0, 0, 1);
    }
}
