package io.bulwark.service.follow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.events.LabelAction;
import io.bulwark.events.LabelRule;
import io.bulwark.events.ModerationPolicy;
import io.bulwark.events.PolicyDocument;
import io.bulwark.perception.verdict.Policies;
import io.bulwark.perception.verdict.Policies.TenantPolicy;
import io.bulwark.perception.verdict.PolicySettings;
import io.bulwark.perception.verdict.PolicySettings.LabelRule.Action;
import io.bulwark.perception.verdict.PolicySettings.Thresholds;
import io.bulwark.perception.verdict.PolicySettings.Unfamiliar;
import io.bulwark.perception.verdict.VotingPolicy;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.schemas.serde.SerdeSettings;
import io.bulwark.service.telemetry.WorkerMetrics;
import io.bulwark.service.testing.PolicyRecords;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PolicyRecordsTest {

    private static final MadeFor OURS = new MadeFor("default", "model-2", "views");
    private static final MadeFor OLD_MODEL = new MadeFor("default", "model-1", "views");
    private static final byte[] NO_RECORD = {9, 9, 9};

    private static final Map<Set<String>, String> WATCHED = Map.of(Set.of("nsfw"), "bulwark.policy.flagged-labels");

    private final VotingPolicy everybodys = new VotingPolicy(PolicySettings.flagging(Set.of("nsfw")), "settings");
    private final VotingPolicy settingsOfAcme =
            new VotingPolicy(PolicySettings.flagging(Set.of("nsfw")), "settings-acme");
    private final Policies configured = tenant -> TenantPolicy.of(tenant.equals("acme") ? settingsOfAcme : everybodys);
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final PolicyTopic book = topic(new EventDecoder<>(ModerationPolicy.class), OURS);

    PolicyRecordsTest() {
        book.begin();
    }

    @Test
    void without_records_the_worker_s_settings_decide() {
        assertThat(book.decidesForAll()).isFalse();
        assertThat(version("default")).isEqualTo("settings");
        assertThat(version("acme")).isEqualTo("settings-acme");
    }

    @Test
    void a_tenant_has_its_own_policy_else_that_of_default() {
        put(PolicyRecords.record("acme", document("a")));
        assertThat(book.decidesForAll()).isFalse();
        assertThat(version("acme")).isEqualTo("a");
        assertThat(version("other")).isEqualTo("settings");

        put(PolicyRecords.record("default", document("d")));
        assertThat(book.decidesForAll()).isTrue();
        assertThat(version("acme")).isEqualTo("a");
        assertThat(version("other")).isEqualTo("d");
        assertThat(version("default")).isEqualTo("d");
    }

    @Test
    void a_snapshot_does_not_change_with_the_book() {
        put(PolicyRecords.record("default", document("first")));
        PolicySnapshot taken = book.snapshot();

        put(PolicyRecords.record("default", document("second")));

        assertThat(taken.of("default").inForce().version()).isEqualTo("first");
        assertThat(version("default")).isEqualTo("second");
    }

    @Test
    void while_a_new_model_is_rolled_out_old_and_new_workers_each_have_the_policy_made_for_them() {
        ModerationPolicy record = PolicyRecords.record(
                "default",
                document("for-3", new MadeFor("default", "model-3", "views")),
                document("for-2-newer"),
                document("for-1", OLD_MODEL),
                document("for-2-older"));
        put(record);
        assertThat(version("default")).isEqualTo("for-2-newer");

        PolicyTopic ofOldWorker = topic(new EventDecoder<>(ModerationPolicy.class), OLD_MODEL);
        ofOldWorker.apply(PolicyRecords.read(record));
        assertThat(ofOldWorker.snapshot().of("default").inForce().version()).isEqualTo("for-1");
    }

    @Test
    void a_shadow_runs_where_it_was_made_and_also_beside_settings() {
        put(PolicyRecords.withShadow(PolicyRecords.record("default", null), document("shadow")));
        assertThat(book.complaint()).isEmpty();
        assertThat(version("default")).isEqualTo("settings");
        assertThat(shadow("default")).contains("shadow");
        assertThat(version("acme")).isEqualTo("settings-acme");
        assertThat(shadow("acme")).contains("shadow");

        put(PolicyRecords.withShadow(PolicyRecords.record("default", document("d")), document("s", OLD_MODEL)));
        assertThat(version("default")).isEqualTo("d");
        assertThat(shadow("default")).isEmpty();
    }

    @Test
    void a_tenant_that_only_proposes_keeps_what_it_had_from_default() {
        put(PolicyRecords.record("default", document("d")));
        put(PolicyRecords.withShadow(PolicyRecords.record("acme", null), document("s")));

        assertThat(version("acme")).isEqualTo("d");
        assertThat(shadow("acme")).contains("s");
        assertThat(shadow("other")).isEmpty();
    }

    @Test
    void where_nothing_was_made_for_the_worker_it_says_which_tenant_what_differs_and_what_mends_it() {
        put(PolicyRecords.record("default", document("d")));
        put(PolicyRecords.record("acme", document("a", OLD_MODEL), document("older", OLD_MODEL)));

        assertThat(book.complaint().orElseThrow())
                .contains("tenant \"acme\"", "the model model-1, the worker has model-2")
                .contains("`bulwark bank calibrate --bank default --write FILE`")
                .contains("`bulwark policy propose --tenant acme FILE`", "`bulwark policy approve --tenant acme`")
                .doesNotContain("--anew");
    }

    @Test
    void a_complaint_about_one_tenant_says_how_many_more_there_are() {
        put(PolicyRecords.record("acme", document("a", OLD_MODEL)));
        put(PolicyRecords.record("beta", document("b", OLD_MODEL)));

        assertThat(book.complaint().orElseThrow()).contains("tenant \"acme\"").contains("1 more");
    }

    @Test
    void a_record_that_cannot_be_read_leaves_the_last_usable_one_in_force_and_is_counted() {
        put(PolicyRecords.record("acme", document("good")));

        raw("acme", NO_RECORD);
        raw("acme", NO_RECORD);

        assertThat(book.complaint()).isEmpty();
        assertThat(version("acme")).isEqualTo("good");
        assertThat(bad()).isEqualTo(2);
    }

    @Test
    void numbers_that_cannot_be_leave_the_last_usable_record_in_force() {
        put(PolicyRecords.record("acme", document("good")));

        put(PolicyRecords.record("acme", document("k", with -> with.setK(0))));
        put(PolicyRecords.record("acme", document("safe", with -> with.setSafe(0.9))));
        put(PolicyRecords.record("acme", document("temperature", with -> with.setTemperature(Double.NaN))));
        put(PolicyRecords.record("acme", document("labels", with -> with.setLabels(Map.of()))));
        put(PolicyRecords.record(
                "acme",
                document(
                        "action",
                        with -> with.setLabels(Map.of("nsfw", new LabelRule(LabelAction.UNKNOWN, null, null))))));
        put(PolicyRecords.record(
                "acme",
                document("own", with -> with.setLabels(Map.of("nsfw", new LabelRule(LabelAction.FLAG, 0.3, null))))));
        put(PolicyRecords.record("acme", document(" ")));

        assertThat(version("acme")).isEqualTo("good");
        assertThat(bad()).isEqualTo(7);
    }

    @Test
    void a_tenant_whose_only_record_is_bad_is_decided_by_nobody() {
        put(PolicyRecords.record("default", document("d")));
        raw("acme", NO_RECORD);

        assertThat(book.complaint().orElseThrow()).contains("tenant \"acme\" cannot be used", "--anew");
    }

    @Test
    void the_last_usable_record_outlives_a_reading_that_began_anew() {
        put(PolicyRecords.record("acme", document("good")));
        put(PolicyRecords.record("beta", document("gone")));

        book.begin();
        book.begin();
        raw("acme", NO_RECORD);

        assertThat(book.complaint()).isEmpty();
        assertThat(version("acme")).isEqualTo("good");
        assertThat(version("beta")).as("compacted away").isEqualTo("settings");
    }

    @Test
    void a_good_record_after_a_bad_one_is_in_force() {
        raw("acme", NO_RECORD);
        put(PolicyRecords.record("acme", document("good")));

        assertThat(book.complaint()).isEmpty();
        assertThat(version("acme")).isEqualTo("good");
    }

    @Test
    void a_tombstone_takes_a_tenant_s_policy_away() {
        put(PolicyRecords.record("acme", document("a")));
        raw("acme", null);

        assertThat(version("acme")).isEqualTo("settings-acme");
        assertThat(bad()).isZero();
    }

    @Test
    void a_shadow_that_cannot_run_is_left_out_and_what_is_in_force_stays() {
        put(PolicyRecords.withShadow(
                PolicyRecords.record("acme", document("a")), document("s", with -> with.setFlag(0))));

        assertThat(version("acme")).isEqualTo("a");
        assertThat(shadow("acme")).isEmpty();
        assertThat(bad()).isOne();
    }

    @Test
    void a_bad_document_of_another_model_is_nobody_s_concern() {
        put(PolicyRecords.record(
                "acme",
                PolicyRecords.document("x", new MadeFor("default", "model-3", "views"))
                        .setK(-1)
                        .build(),
                document("a")));

        assertThat(version("acme")).isEqualTo("a");
        assertThat(bad()).isZero();
    }

    @Test
    void records_that_are_nobody_s_are_counted_and_nothing_more() {
        book.apply(new ConsumerRecord<>("moderation.policies", 0, 0, null, NO_RECORD));
        raw("", NO_RECORD);
        assertThat(book.tenants()).isZero();

        raw("acme", PolicyRecords.bytes(PolicyRecords.record("beta", document("b"))));
        assertThat(book.complaint().orElseThrow()).contains("acme", "another tenant than its key");
        assertThat(bad()).isEqualTo(3);
    }

    @Test
    void a_record_whose_schema_may_be_had_later_makes_the_reading_begin_anew() {
        EventDecoder<ModerationPolicy> withoutAnswer = new EventDecoder<>(
                ModerationPolicy.class, Map.of(SerdeSettings.REGISTRY_URL, "http://localhost:1/apis/registry/v3"));
        PolicyTopic other = topic(withoutAnswer, OURS);
        byte[] framed =
                ByteBuffer.allocate(6).put((byte) 0).putInt(7).put((byte) 1).array();

        assertThatThrownBy(() -> other.apply(PolicyRecords.read("acme", framed)))
                .isInstanceOf(KafkaException.class)
                .hasMessageContaining("acme");
    }

    @Test
    void a_document_decides_by_all_of_its_numbers() {
        put(PolicyRecords.record(
                "acme",
                document(
                        "all",
                        with -> with.setK(7)
                                .setTemperature(0.2)
                                .setFloor(0.3)
                                .setKnownSimilarity(0.97)
                                .setFlag(0.8)
                                .setSafe(0.1)
                                .setLabels(Map.of(
                                        "gore", new LabelRule(LabelAction.FLAG, 0.9, null),
                                        "art", new LabelRule(LabelAction.REVIEW, null, 0.2),
                                        "cats", new LabelRule(LabelAction.IGNORE, null, null)))
                                .setUnfamiliar(io.bulwark.events.UnfamiliarRule.HEAD)
                                .setFlaggedClasses(List.of("Porn")))));

        assertThat(book.snapshot().of("acme").inForce().settings())
                .isEqualTo(new PolicySettings(
                        7,
                        0.2,
                        0.3,
                        0.97,
                        new Thresholds(0.8, 0.1),
                        Map.of(
                                "gore", rule(Action.FLAG, new Thresholds(0.9, 0.1)),
                                "art", rule(Action.REVIEW, new Thresholds(0.8, 0.2)),
                                "cats", io.bulwark.perception.verdict.PolicySettings.LabelRule.of(Action.IGNORE)),
                        Unfamiliar.HEAD,
                        Set.of("Porn")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"acme", "default"})
    void a_policy_that_flags_none_of_the_bank_s_labels_is_told_of_with_its_tenant(String tenant) {
        put(PolicyRecords.record(tenant, document("d")));
        PolicySnapshot snapshot = book.snapshot();

        assertThat(snapshot.complaint(Set.of("nsfw", "safe"))).isEmpty();
        assertThat(snapshot.complaint(Set.of("cats", "dogs")).orElseThrow()).contains("None", "[cats, dogs]", "[nsfw]");
        if (tenant.equals("default")) {
            assertThat(snapshot.complaint(Set.of("cats", "dogs")).orElseThrow())
                    .contains("bulwark policy propose --tenant default")
                    .doesNotContain("bulwark.policy.flagged-labels");
        }
    }

    private PolicyTopic topic(EventDecoder<ModerationPolicy> decoder, MadeFor worker) {
        return new PolicyTopic(
                "moderation.policies",
                decoder,
                configured,
                WATCHED,
                new MadeFor.ConfiguredFit(Optional.empty(), worker, "bulwark bank calibrate --bank default"),
                PolicySnapshot.holder(),
                new WorkerMetrics(meters));
    }

    private static io.bulwark.perception.verdict.PolicySettings.LabelRule rule(Action action, Thresholds thresholds) {
        return new io.bulwark.perception.verdict.PolicySettings.LabelRule(action, Optional.of(thresholds));
    }

    private static PolicyDocument document(String version) {
        return document(version, OURS);
    }

    private static PolicyDocument document(String version, MadeFor madeFor) {
        return PolicyRecords.document(version, madeFor).build();
    }

    private static PolicyDocument document(String version, UnaryOperator<PolicyDocument.Builder> change) {
        return change.apply(PolicyRecords.document(version, OURS)).build();
    }

    private void put(ModerationPolicy record) {
        book.apply(PolicyRecords.read(record));
    }

    private void raw(String tenant, byte[] value) {
        book.apply(PolicyRecords.read(tenant, value));
    }

    private String version(String tenant) {
        return book.snapshot().of(tenant).inForce().version();
    }

    private Optional<String> shadow(String tenant) {
        return book.snapshot().of(tenant).shadow().map(VotingPolicy::version);
    }

    private double bad() {
        return meters.counter("bulwark.policy.bad.records").count();
    }
}
