package io.bulwark.stream.topology;

import static io.bulwark.stream.testing.Samples.NOON;
import static io.bulwark.stream.testing.Samples.audit;
import static io.bulwark.stream.testing.Samples.review;
import static io.bulwark.stream.testing.Samples.verdict;
import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.events.Decision;
import io.bulwark.stream.state.StoreNames;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A node whose clock is wrong, while the brokers' time is right. */
class WrongClockTest extends TopologyTestCase {

    @Test
    void aNodeAMonthAheadForgetsNothing() {
        rig.send(verdict("i").setDecision(Decision.REVIEW));
        rig.send(review("i", Decision.NSFW).build());
        rig.send(audit("i"));
        rig.decided();
        rig.set(Duration.ofDays(31));
        rig.send(verdict("later").setDecidedAt(NOON.plusSeconds(90)));
        rig.set(Duration.ofSeconds(1));

        assertThat(rig.inForce("i").getDecision()).isEqualTo(Decision.NSFW);
        assertThat(rig.inForce("later")).isNotNull();
        assertThat(rig.all(StoreNames.UPLOADER_AUDITS)).hasSize(1);
        assertThat(rig.window("u1", NOON).getImages()).isEqualTo(2);
        assertThat(rig.reports).doesNotContain("late").noneMatch(report -> report.startsWith("expired"));
        assertThat(rig.apart.values()).isNotEmpty().allMatch(apart -> apart.compareTo(Duration.ofDays(30)) > 0);
    }

    @Test
    void aNodeAMonthBehindExpiresNothingAndIsReported() {
        rig.send(verdict("i").setDecidedAt(NOON.plus(Duration.ofDays(20))));
        rig.send(verdict("newest").setDecidedAt(NOON.plus(Duration.ofDays(60))));
        rig.set(Duration.ofSeconds(1));

        assertThat(rig.inForce("i")).isNotNull();
        assertThat(rig.apart).isNotEmpty();
    }

    @Test
    void onceTheClockIsRightWhatIsDueExpires() {
        rig.send(verdict("i"));
        rig.set(Duration.ofDays(31));
        assertThat(rig.inForce("i")).isNotNull();
        rig.send(verdict("newest").setDecidedAt(NOON.plus(Duration.ofDays(31))));
        rig.set(Duration.ofSeconds(11));

        assertThat(rig.inForce("i")).isNull();
        assertThat(rig.inForce("newest")).isNotNull();
        assertThat(rig.apart).isEmpty();
    }
}
