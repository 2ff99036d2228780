package io.bulwark.stream.topology;

import static io.bulwark.stream.testing.Samples.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.events.Decision;
import io.bulwark.events.RecordCoordinates;
import io.bulwark.events.UploaderStats;
import io.bulwark.stream.testing.Samples;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class UploaderWindowsTest {

    private final UploaderDeltas deltas = new UploaderDeltas(new WindowGrid(Duration.ofHours(1)));

    @Test
    void countsAddUp() {
        UploaderStats one =
                deltas.counted(Samples.verdict("a").setDecision(Decision.NSFW).build(), NOON);
        UploaderStats sum =
                UploaderWindows.add(one, deltas.counted(Samples.verdict("b").build(), NOON.plusSeconds(9)));

        assertThat(sum.getImages()).isEqualTo(2);
        assertThat(sum.getNsfw()).isEqualTo(1);
        assertThat(sum.getSafe()).isEqualTo(1);
        assertThat(sum.getLastSeenAt()).isEqualTo(NOON.plusSeconds(9));
    }

    @Test
    void theTenantIsThatOfTheLatest() {
        UploaderStats late =
                deltas.counted(Samples.verdict("a").setTenant("late").build(), NOON.plusSeconds(9));
        UploaderStats early =
                deltas.counted(Samples.verdict("b").setTenant("early").build(), NOON);

        assertThat(UploaderWindows.add(late, early).getTenant()).isEqualTo("late");
        assertThat(UploaderWindows.add(early, late).getTenant()).isEqualTo("late");
    }

    @Test
    void aMoveTakesFromOneDecisionAndGivesToTheOther() {
        var from = new StoredVerdict(
                Samples.verdict("a").setDecision(Decision.REVIEW).build(),
                new RecordCoordinates("moderation.verdicts", 0, 0L),
                NOON);
        UploaderStats delta =
                deltas.moved(from, Samples.review("a", Decision.REFUSED).build());

        assertThat(delta.getImages()).isZero();
        assertThat(delta.getReview()).isEqualTo(-1);
        assertThat(delta.getRefused()).isEqualTo(1);
        assertThat(delta.getWindowStart()).isEqualTo(NOON);
    }

    @Test
    void aDecisionThatThisVersionDoesNotKnowCountsAsAnImageOnly() {
        UploaderStats delta = deltas.counted(
                Samples.verdict("a").setDecision(Decision.UNKNOWN).build(), NOON);

        assertThat(delta.getImages()).isEqualTo(1);
        assertThat(delta.getSafe() + delta.getNsfw() + delta.getReview() + delta.getRefused())
                .isZero();
    }
}
