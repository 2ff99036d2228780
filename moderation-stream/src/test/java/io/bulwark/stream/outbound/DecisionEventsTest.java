package io.bulwark.stream.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.events.Decider;
import io.bulwark.events.DeciderKind;
import io.bulwark.events.Decision;
import io.bulwark.events.ModerationDecision;
import io.bulwark.events.ReplacedDecision;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.schemas.serde.EventSerializer;
import io.bulwark.stream.outbound.Receiver.Event;
import io.opentelemetry.context.Context;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DecisionEventsTest {

    private static final Decider WORKER = new Decider(DeciderKind.WORKER, "worker-1");

    private final SettableClock clock = new SettableClock();
    private final Instant start = clock.instant();
    private final DecisionEvents changes =
            new DecisionEvents(Set.of(), Set.of(), true, new EventDecoder<>(ModerationDecision.class, Map.of()), clock);

    /** The first NSFW of minute 10 is compacted away in minute 90; what comes in minute 100 only renews it. */
    @Test
    void aRenewalOfADecisionThatWasCompactedAwayUnreadIsSent() {
        assertThat(isSent(1, 0, 0, null)).isTrue();
        at(100);
        assertThat(isSent(9, 80, 80, 10)).as("what it renews was never read").isTrue();
        assertThat(isSent(11, 81, 81, 80)).as("what it renews was read").isFalse();
    }

    @Test
    void aRenewalOfADecisionThatWasReadIsNotSentHoweverOldThatIs() {
        assertThat(isSent(1, 0, 0, null)).isTrue();
        at(600);
        assertThat(isSent(3, 600, 600, 0)).isFalse();
        at(1200);
        assertThat(isSent(5, 1200, 1200, 600)).isFalse();
    }

    @Test
    void afterAStartThatFindsOldEventsNothingBeforeThemIsTakenAsKnown() {
        at(200);
        assertThat(isSent(7, 100, 100, 10)).isTrue();
    }

    @Test
    void afterAStartThatIsUpToDateWhatWasSentBeforeIsNotSentAgain() {
        at(200);
        assertThat(isSent(7, 199, 199, 10)).isFalse();
    }

    private void at(int minute) {
        clock.pass(Duration.between(clock.instant(), minute(minute)));
    }

    private Instant minute(int minute) {
        return start.plus(Duration.ofMinutes(minute));
    }

    private boolean isSent(long offset, int written, int since, Integer replacedSince) {
        ModerationDecision decision = ModerationDecision.newBuilder()
                .setTenant("shop")
                .setImageId("img-1")
                .setUploaderId("u1")
                .setDecision(Decision.NSFW)
                .setScore(0.9)
                .setDecidedBy(WORKER)
                .setSince(minute(since))
                .setReplaced(
                        replacedSince == null
                                ? null
                                : new ReplacedDecision(Decision.NSFW, WORKER, minute(replacedSince), null))
                .build();
        byte[] value = new EventSerializer<>(ModerationDecision.class).serialize("moderation.decisions", decision);
        return changes.change(new Event(
                        "moderation.decisions", 0, offset, minute(written), "shop/img-1", value, Context.root()))
                .isPresent();
    }
}
