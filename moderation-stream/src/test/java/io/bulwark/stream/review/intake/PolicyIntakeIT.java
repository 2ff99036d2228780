package io.bulwark.stream.review.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.bulwark.events.Decision;
import io.bulwark.events.ModerationPolicy;
import io.bulwark.events.Verdict;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.schemas.serde.EventSerializer;
import io.bulwark.schemas.topic.Topics;
import io.bulwark.stream.policy.Policies;
import io.bulwark.stream.policy.Policies.Proposal;
import io.bulwark.stream.policy.Policies.Standing;
import io.bulwark.stream.review.PolicyDesk;
import io.bulwark.stream.review.intake.VerdictIntake.PolicyIntake;
import io.bulwark.stream.state.Restriction;
import io.bulwark.stream.testing.CommandPolicies;
import io.bulwark.stream.testing.ReviewDesk;
import io.bulwark.stream.testing.Samples;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Policies and shadow decisions between a real Kafka and a real PostgreSQL. */
class PolicyIntakeIT extends IntakeRig {

    @Test
    void theTopicIsFollowedAndVerdictsOfAProposalAreCounted() throws Exception {
        Policies policies = PolicyDesk.policies(database.database());
        try (var records = new EventSerializer<>(ModerationPolicy.class);
                IntakeLoop loop = intake(
                        new PolicyIntake(new EventDecoder<>(ModerationPolicy.class)),
                        new VerdictIntake(
                                new EventDecoder<>(Verdict.class), new Restriction(Set.of()), ReviewDesk.NO_CASES))) {
            records.configure(SERDES, false);
            String topic = Topics.POLICIES.topicName();
            ModerationPolicy first = CommandPolicies.inForce("default", 0.6, 0.4);
            producer.send(topic, "default", records.serialize(topic, first));
            producer.send(topic, "shop", records.serialize(topic, first)); // under a key that is not its tenant's
            loop.start();
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> policies.standing("default").revision() == 1);
            Standing proposed =
                    policies.propose("default", "sara", new Proposal(1L, 0.7, null, null, "Too many false flags."));

            producer.send(Samples.verdict("plain").setTenant("default").build());
            for (int i = 0; i < 3; i++) {
                producer.send(Samples.verdict("image-" + i)
                        .setTenant(i == 0 ? "without-a-record" : "default")
                        .setDecision(Decision.NSFW)
                        .setShadowDecision(Decision.REVIEW)
                        .setShadowPolicyVersion(proposed.proposal().version())
                        .build());
            }
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> policies.standing("default").shadow().verdicts() == 3);
            assertThat(policies.standing("default").shadow().otherwise()).isEqualTo(3);
            assertThat(policies.standing("shop").revision()).isZero();
        }
    }
}
