package io.bulwark.service.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.perception.model.ModelPackage;
import io.bulwark.schemas.follow.SchemaFollower;
import io.bulwark.schemas.serde.SerdeSettings;
import io.bulwark.service.config.ConfigCheck.InvalidConfigException;
import io.bulwark.service.testing.TestConfig;
import io.smallrye.config.ConfigValidationException;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigCheckTest {

    @Test
    void the_defaults_are_allowed() {
        assertThatCode(() -> ConfigCheck.check(TestConfig.defaults())).doesNotThrowAnyException();
    }

    @Test
    void a_prefix_that_kafka_does_not_take_is_named() {
        assertThatCode(() -> ConfigCheck.check(TestConfig.of(Map.of("bulwark.topics.prefix", "acme."))))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> ConfigCheck.check(TestConfig.of(Map.of("bulwark.topics.prefix", "acme/"))))
                .hasMessageContaining("bulwark.topics.prefix is acme/, allowed is 0 to 100 of letters");
    }

    @Test
    void a_preview_needs_a_secret_of_some_length() {
        assertThatThrownBy(() -> ConfigCheck.check(TestConfig.of(Map.of("bulwark.preview.enabled", "true"))))
                .hasMessageContaining("bulwark.preview.secret-file is nothing, allowed is a file");
        assertThatThrownBy(() -> ConfigCheck.check(
                        TestConfig.of(Map.of("bulwark.preview.enabled", "true", "bulwark.preview.secret", "short"))))
                .hasMessageContaining("bulwark.preview.secret has 5 characters");
        assertThatCode(() -> ConfigCheck.check(TestConfig.of(
                        Map.of("bulwark.preview.enabled", "true", "bulwark.preview.secret", "x".repeat(32)))))
                .doesNotThrowAnyException();
    }

    @Test
    void a_score_server_needs_tokens_and_is_no_preview() {
        assertThatThrownBy(() -> ConfigCheck.check(TestConfig.of(Map.of("bulwark.score.enabled", "true"))))
                .hasMessageContaining("bulwark.score.tokens-file is nothing, allowed is a file");
        assertThatThrownBy(() -> ConfigCheck.check(TestConfig.of(Map.of(
                        "bulwark.score.enabled", "true",
                        "bulwark.score.tokens-file", "tokens",
                        "bulwark.preview.enabled", "true",
                        "bulwark.preview.secret", "x".repeat(32)))))
                .hasMessageContaining("bulwark.score.enabled is true");
    }

    /** An older release would not say that a verdict is restricted. */
    @Test
    void restricted_labels_need_the_release_of_the_schemas_that_has_them() {
        assertThatThrownBy(() -> ConfigCheck.check(TestConfig.of(Map.of("bulwark.restricted.labels", "sealed"))))
                .hasMessageContaining("bulwark.schemas.write is 2, allowed is 3 where bulwark.restricted.labels");
        assertThatThrownBy(() -> ConfigCheck.check(TestConfig.of(
                        Map.of("bulwark.restricted.labels", "x".repeat(101), "bulwark.schemas.write", "3"))))
                .hasMessageContaining("bulwark.restricted.labels is 1 labels, allowed is at most 100 labels");
        assertThatCode(() -> ConfigCheck.check(TestConfig.of(
                        Map.of("bulwark.restricted.labels", "sealed,other", "bulwark.schemas.write", "3"))))
                .doesNotThrowAnyException();
    }

    @Test
    void a_blank_after_a_comma_is_no_part_of_a_restricted_label() {
        assertThat(TestConfig.of(Map.of("bulwark.restricted.labels", "csam, csam-a1 ,b"))
                        .restricted()
                        .labels())
                .hasValue(List.of("csam", "csam-a1", "b"));
    }

    @Test
    void the_model_that_ships_as_the_default_runs_and_no_twin_beside_it() {
        assertThat(TestConfig.defaults().model()).isEqualTo(ModelPackage.DEFAULT);
        assertThat(TestConfig.defaults().twin().model()).isEmpty();
    }

    @Test
    void the_release_before_the_newest_is_written_as_a_serializer_without_settings_does() {
        assertThat(TestConfig.defaults().schemas().write()).isEqualTo(SerdeSettings.WRITE_DEFAULT);
        assertThat(TestConfig.defaults().schemas().patience()).isEqualTo(SchemaFollower.DEFAULT_WAIT);
    }

    @ParameterizedTest
    @CsvSource({
        "bulwark.kafka.bootstrap-servers, ' '",
        "bulwark.kafka.session-timeout, 1s",
        "bulwark.kafka.transaction-timeout, 1s",
        "bulwark.kafka.max-record-bytes, 10",
        "bulwark.kafka.security.protocol, TLS",
        "bulwark.kafka.security.username, worker",
        "bulwark.schema-registry.url, not-an-address",
        "bulwark.tracing.exporter, zipkin",
        "bulwark.tracing.endpoint, not-an-address",
        "bulwark.tracing.ratio, 1.5",
        "bulwark.schemas.write, 0",
        "bulwark.schemas.write, 4",
        "bulwark.schemas.wait, -1s",
        "bulwark.schemas.wait, 3m",
        "bulwark.encoder.device, tpu",
        "bulwark.encoder.engine, tensorrt",
        "bulwark.encoder.precision, fp8",
        "bulwark.encoder.threads, -1",
        "bulwark.encoder.instances, 1000",
        "bulwark.bank.name, a/b",
        "bulwark.preview.at-once, 0",
        "bulwark.preview.read-within, 1m",
        "bulwark.score.requests, 0",
        "bulwark.score.images, 65",
        "bulwark.score.max-bytes, 1",
        "bulwark.score.deadline, 1ms",
        "bulwark.bank.coalesce, 5s",
        "bulwark.policy.k, 0",
        "bulwark.policy.flag, 1.5",
        "bulwark.policy.safe, 0.9",
        "bulwark.policy.floor, 2",
        "bulwark.policy.temperature, 0",
        "bulwark.policy.temperature, NaN",
        "bulwark.policy.unfamiliar, guess",
        "bulwark.batch.largest, 0",
        "bulwark.batch.linger, 1m",
        "bulwark.batch.max-in-flight, 0",
        "bulwark.batch.max-in-flight-bytes, 1",
        "bulwark.batch.max-ready-bytes, 1",
        "bulwark.batch.preparation-threads, -1",
        "bulwark.transaction.max-records, 0",
        "bulwark.transaction.linger, 1m",
        "bulwark.fetch.schemes, gopher",
        "bulwark.fetch.ports, 0",
        "bulwark.fetch.ports, '443,65536'",
        "bulwark.fetch.s3.buckets, a/b",
        "bulwark.fetch.s3.region, ' '",
        "bulwark.fetch.s3.endpoint, minio",
        "bulwark.fetch.s3.credentials, mine",
        "bulwark.fetch.file-root, relative/path",
        "bulwark.fetch.max-bytes, 1",
        "bulwark.fetch.memory-bytes, 30M",
        "bulwark.fetch.memory-bytes, 2048G",
        "bulwark.fetch.deadline, 0s",
        "bulwark.fetch.max-redirects, -1",
        "bulwark.fetch.attempts, 0",
        "bulwark.fetch.threads, 0",
        "bulwark.decode.max-pixels, 0",
        "bulwark.decode.max-animation-pixels, 0",
        "bulwark.decode.max-animation-frames, 0",
        "bulwark.decode.memory-bytes, 1",
        "bulwark.decode.max-frames, 0",
        "bulwark.decode.deadline, 1ms",
        "bulwark.decode.deadline, 21s",
        "bulwark.decoder.isolation, off",
        "bulwark.decoder.native-uploads, 0",
        "bulwark.views.policy, everything",
        "bulwark.views.max-tiles, 1",
        "bulwark.views.max-tiles, 3",
        "bulwark.views.details, 0",
        "bulwark.views.details, 10",
        "bulwark.views.max-tiles-of-frame, 101",
        "bulwark.views.detail-from, 319",
        "bulwark.views.detail-from, -1",
        "bulwark.drain-timeout, 0s",
    })
    void a_value_out_of_range_is_refused_naming_its_key_and_what_is_allowed(String key, String value) {
        assertRefused(Map.of(key, value)).hasMessageContaining(key).hasMessageContaining("allowed");
    }

    @Test
    void few_tiles_do_where_nothing_is_seen_in_detail() {
        assertThatCode(() -> ConfigCheck.check(
                        TestConfig.of(Map.of("bulwark.views.max-tiles", "2", "bulwark.views.detail-from", "0"))))
                .doesNotThrowAnyException();
    }

    @Test
    void views_that_may_fill_more_than_half_of_the_heap_are_refused_naming_what_makes_them_many() {
        assertThatCode(() -> ConfigCheck.checkViewMemory(2, 135, 150_528, 384 << 20))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> ConfigCheck.checkViewMemory(16, 675, 150_528, 384 << 20))
                .isInstanceOf(InvalidConfigException.class)
                .hasMessageContaining("1625702400 bytes")
                .hasMessageContaining("bulwark.batch.preparation-threads")
                .hasMessageContaining("bulwark.views.quarter-turns");
    }

    @Test
    void all_complaints_come_at_once() {
        assertThatThrownBy(() ->
                        ConfigCheck.check(TestConfig.of(Map.of("bulwark.policy.k", "0", "bulwark.fetch.threads", "0"))))
                .hasMessageContaining("bulwark.policy.k is 0")
                .hasMessageContaining("bulwark.fetch.threads is 0");
    }

    @Test
    void objects_are_read_from_named_buckets_only() {
        assertThatThrownBy(() -> ConfigCheck.check(TestConfig.of(Map.of("bulwark.fetch.schemes", "https,s3"))))
                .hasMessageContaining("bulwark.fetch.s3.buckets is nothing");
        assertThatCode(() -> ConfigCheck.check(TestConfig.of(
                        Map.of("bulwark.fetch.schemes", "https,s3", "bulwark.fetch.s3.buckets", "uploads,more"))))
                .doesNotThrowAnyException();
    }

    @Test
    void a_tenant_for_whom_every_label_is_ignored_is_named() {
        assertThatThrownBy(() -> ConfigCheck.check(TestConfig.of(Map.of(
                        "bulwark.policy.flagged-labels", "nsfw",
                        "bulwark.policy.tenants.adult.labels.nsfw.action", "ignore"))))
                .hasMessageContaining("bulwark.policy.tenants.adult.labels is no label that is flagged or reviewed");
        ConfigCheck.check(TestConfig.of(Map.of(
                "bulwark.policy.flagged-labels", "nsfw,gore",
                "bulwark.policy.tenants.adult.labels.nsfw.action", "ignore")));
    }

    @Test
    void a_tenant_s_thresholds_are_checked_like_the_others() {
        assertThatThrownBy(() -> ConfigCheck.check(TestConfig.of(
                        Map.of("bulwark.policy.tenants.acme.flag", "0.3", "bulwark.policy.tenants.acme.safe", "0.5"))))
                .hasMessageContaining("bulwark.policy.tenants.acme.safe");
    }

    @ParameterizedTest
    @CsvSource({
        "bulwark.twin.threshold, 1.5",
        "bulwark.twin.precision, fp8",
        "bulwark.twin.temperature, 0",
        "bulwark.twin.floor, 2",
        "bulwark.twin.safe, 0.7",
        "bulwark.twin.flag, 0.3",
        "bulwark.twin.held-per-hour, 0",
    })
    void a_twin_s_setting_out_of_range_is_refused(String key, String value) {
        assertRefused(Map.of(key, value)).hasMessageContaining("bulwark.twin.").hasMessageContaining("allowed");
    }

    @Test
    void a_twin_without_a_calibrated_threshold_is_refused_with_the_command_that_finds_one() {
        assertThatThrownBy(() -> ConfigCheck.check(TestConfig.of(Map.of("bulwark.twin.model", "somewhere"))))
                .hasMessageContaining("bulwark.twin.threshold is not set")
                .hasMessageContaining("bulwark bank calibrate --twin");
        ConfigCheck.check(TestConfig.of(Map.of("bulwark.twin.model", "somewhere", "bulwark.twin.threshold", "0.2")));
    }

    @Test
    void what_holds_back_needs_a_model_that_is_asked_about_every_image() {
        assertThatThrownBy(() -> ConfigCheck.check(TestConfig.of(Map.of("bulwark.twin.holds-back", "true"))))
                .hasMessageContaining("bulwark.twin.holds-back is true")
                .hasMessageContaining("bulwark.twin.model");
        assertThatThrownBy(() -> ConfigCheck.check(TestConfig.of(Map.of(
                        "bulwark.twin.holds-back", "true",
                        "bulwark.twin.model", "somewhere",
                        "bulwark.twin.threshold", "0.2",
                        "bulwark.twin.sample", "0.5"))))
                .hasMessageContaining("bulwark.twin.sample is 0.5")
                .hasMessageContaining("every image");
        ConfigCheck.check(TestConfig.of(Map.of(
                "bulwark.twin.holds-back", "true",
                "bulwark.twin.model", "somewhere",
                "bulwark.twin.threshold", "0.2")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.4", "1.1", "0.9951"})
    void a_bound_of_the_flagged_index_that_is_none_or_narrower_than_merging_is_refused(String similarity) {
        assertRefused(Map.of("bulwark.flagged.similarity", similarity))
                .hasMessageContaining("bulwark.flagged.similarity is " + similarity)
                .hasMessageContaining("allowed is 0.5 to 0.995")
                .hasMessageContaining("bulwark bank calibrate-flagged");
    }

    @Test
    void a_bound_of_the_flagged_index_says_what_it_was_calibrated_for() {
        assertRefused(Map.of("bulwark.flagged.similarity", "0.97"))
                .hasMessageContaining("bulwark.flagged.made-for is not set")
                .hasMessageContaining("bulwark bank calibrate-flagged");
        ConfigCheck.check(
                TestConfig.of(Map.of("bulwark.flagged.similarity", "0.995", "bulwark.flagged.made-for", "m/v")));
    }

    @Test
    void nothing_is_held_back_before_a_bound_was_calibrated() {
        assertThat(TestConfig.of(Map.of()).flagged().similarity()).isEmpty();
    }

    @Test
    void a_key_that_nobody_reads_is_refused_by_name() {
        assertThatThrownBy(() -> TestConfig.of(Map.of("bulwark.batch.lingr", "1s")))
                .isInstanceOf(ConfigValidationException.class)
                .hasMessageContaining("bulwark.batch.lingr");
    }

    @Test
    void a_value_of_the_wrong_kind_is_refused_by_name() {
        assertThatThrownBy(() -> TestConfig.of(Map.of("bulwark.policy.k", "many")))
                .hasMessageContaining("bulwark.policy.k");
    }

    @Test
    void sizes_durations_and_lists_are_read_as_people_write_them() {
        WorkerConfig config = TestConfig.of(Map.of(
                "bulwark.fetch.max-bytes", "5M",
                "bulwark.fetch.deadline", "1500ms",
                "bulwark.fetch.allow", "10.0.0.0/8,images.internal",
                "bulwark.policy.flagged-labels", "weapons,alcohol"));

        assertThat(config.fetch().maxBytes().asLongValue()).isEqualTo(5 << 20);
        assertThat(config.fetch().deadline()).hasMillis(1500);
        assertThat(config.fetch().allow().orElseThrow()).containsExactly("10.0.0.0/8", "images.internal");
        assertThat(config.policy().flaggedLabels()).containsExactlyInAnyOrder("weapons", "alcohol");
    }

    private static AbstractThrowableAssert<?, ?> assertRefused(Map<String, String> settings) {
        return assertThatThrownBy(() -> ConfigCheck.check(TestConfig.of(settings)))
                .isInstanceOf(InvalidConfigException.class);
    }
}
