package io.bulwark.service.follow;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.events.ModerationPolicy;
import io.bulwark.perception.verdict.Policies;
import io.bulwark.perception.verdict.PolicySettings;
import io.bulwark.perception.verdict.VotingPolicy;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.service.follow.MadeFor.ConfiguredFit;
import io.bulwark.service.lifecycle.Readiness;
import io.bulwark.service.telemetry.WorkerMetrics;
import io.bulwark.service.testing.PolicyRecords;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PolicyTopicTest {

    private static final MadeFor OURS = new MadeFor("default", "model", "views");
    private static final MadeFor OTHER = new MadeFor("default", "other-model", "views");

    private final VotingPolicy settings = new VotingPolicy(PolicySettings.flagging(Set.of("nsfw")), "settings");
    private final SnapshotHolder<PolicySnapshot> shelf = PolicySnapshot.holder();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

    @Test
    void a_broker_without_the_topic_is_decided_by_the_settings_if_they_fit() {
        PolicyTopic policies = policies(Optional.of(OURS.toString()));
        assertThat(shelf.status()).isInstanceOf(Readiness.Reading.class);

        policies.missing();

        assertThat(shelf.status()).isInstanceOf(Readiness.Usable.class);
        assertThat(PolicySnapshot.version(shelf, "anybody")).isEqualTo("settings");
    }

    @Test
    void a_broker_without_the_topic_leaves_a_worker_whose_settings_do_not_fit_unready() {
        policies(Optional.of(OTHER.toString())).missing();

        assertThat(shelf.status())
                .isInstanceOfSatisfying(
                        Readiness.Unusable.class,
                        status -> assertThat(status.message()).contains("bulwark.policy.made-for", "other-model"));
        assertThat(PolicySnapshot.version(shelf, "anybody")).isEmpty();
    }

    @Test
    void a_topic_that_goes_missing_takes_no_policy_away() {
        PolicyTopic policies = policies(Optional.of(OURS.toString()));
        policies.begin();
        policies.apply(PolicyRecords.read(PolicyRecords.record(
                "default", PolicyRecords.document("d", OURS).build())));
        policies.publish();

        policies.missing();
        policies.unreadable("The broker denies access.");

        assertThat(PolicySnapshot.version(shelf, "anybody")).isEqualTo("d");
    }

    @Test
    void a_topic_that_cannot_be_read_keeps_the_worker_unready_with_the_reason() {
        policies(Optional.of(OURS.toString())).unreadable("The broker denies access.");

        assertThat(shelf.status())
                .isEqualTo(new Readiness.Reading("The policies cannot be read. The broker denies access."));
    }

    @Test
    void settings_that_do_not_fit_do_not_matter_where_default_has_a_policy_that_does() {
        PolicyTopic policies = policies(Optional.empty());
        policies.begin();
        policies.publish();
        assertThat(shelf.status().message()).contains("bulwark.policy.made-for");

        policies.apply(PolicyRecords.read(
                PolicyRecords.record("acme", PolicyRecords.document("a", OURS).build())));
        policies.publish();
        assertThat(shelf.status().message()).contains("bulwark.policy.made-for");

        policies.apply(PolicyRecords.read(PolicyRecords.record(
                "default", PolicyRecords.document("d", OURS).build())));
        assertThat(policies.isStale()).isTrue();
        policies.publish();
        assertThat(policies.isStale()).isFalse();
        assertThat(shelf.status()).isInstanceOf(Readiness.Usable.class);
        assertThat(PolicySnapshot.version(shelf, "other")).isEqualTo("d");
    }

    @Test
    void policies_that_no_longer_fit_are_withdrawn_and_the_metrics_name_none() {
        PolicyTopic policies = policies(Optional.of(OURS.toString()));
        policies.begin();
        policies.apply(PolicyRecords.read(PolicyRecords.withShadow(
                PolicyRecords.record(
                        "default", PolicyRecords.document("d", OURS).build()),
                PolicyRecords.document("s", OURS).build())));
        policies.publish();
        assertThat(meters.get("bulwark.policy.info")
                        .tags("version", "d", "shadow", "s")
                        .gauge()
                        .value())
                .isOne();

        policies.apply(PolicyRecords.read(PolicyRecords.record(
                "default", PolicyRecords.document("x", OTHER).build())));
        policies.publish();

        assertThat(shelf.current()).isEmpty();
        assertThat(shelf.status().message()).contains("tenant \"default\"", "bulwark policy propose");
        assertThat(meters.find("bulwark.policy.info").gauges()).isEmpty();
    }

    @Test
    void what_is_in_force_is_judged_together_with_the_bank_s_labels() {
        policies(Optional.of(OURS.toString())).missing();

        assertThat(PolicySnapshot.status(shelf, Set.of("nsfw", "safe"))).isInstanceOf(Readiness.Usable.class);
        assertThat(PolicySnapshot.status(shelf, Set.of("cats", "dogs")))
                .isInstanceOfSatisfying(
                        Readiness.Unusable.class,
                        status -> assertThat(status.message()).contains("bulwark.policy.flagged-labels"));
    }

    private PolicyTopic policies(Optional<String> madeFor) {
        return new PolicyTopic(
                "moderation.policies",
                new EventDecoder<>(ModerationPolicy.class),
                Policies.always(settings),
                Map.of(settings.settings().watchedLabels(), "bulwark.policy.flagged-labels"),
                new ConfiguredFit(madeFor, OURS, "bulwark bank calibrate"),
                shelf,
                new WorkerMetrics(meters));
    }
}
