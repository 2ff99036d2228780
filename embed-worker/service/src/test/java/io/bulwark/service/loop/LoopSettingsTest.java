package io.bulwark.service.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.service.loop.LoopSettings.Lane;
import io.bulwark.service.testing.TestConfig;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LoopSettingsTest {

    @Test
    void each_lane_reads_its_topic_under_the_prefix() {
        assertThat(LoopSettings.of(TestConfig.of(Map.of("bulwark.topics.prefix", "acme.")), Lane.UPLOADS)
                        .topic())
                .isEqualTo("acme.images.uploaded");
        assertThat(LoopSettings.of(TestConfig.of(Map.of("bulwark.topics.prefix", "acme.")), Lane.DEFERRED)
                        .topic())
                .isEqualTo("acme.images.deferred");
        assertThat(LoopSettings.of(TestConfig.defaults(), Lane.UPLOADS).topic()).isEqualTo("images.uploaded");
    }

    @Test
    void a_quarter_of_what_may_be_in_flight_is_a_backlog_when_it_waits_at_the_broker() {
        assertThat(LoopSettings.of(TestConfig.of(Map.of("bulwark.batch.max-in-flight", "128")), Lane.UPLOADS)
                        .backlog())
                .isEqualTo(32);
        assertThat(LoopSettings.of(TestConfig.of(Map.of("bulwark.batch.max-in-flight", "2")), Lane.UPLOADS)
                        .backlog())
                .isEqualTo(1);
    }

    @Test
    void answers_wait_for_what_the_latency_target_leaves_them() {
        assertThat(LoopSettings.of(TestConfig.of(Map.of("bulwark.latency.target", "80ms")), Lane.UPLOADS)
                        .most())
                .isEqualTo(Duration.ofMillis(78));
    }

    @Test
    void deferred_uploads_have_places_of_their_own_by_the_threads_that_fetch_for_them() {
        assertThat(LoopSettings.of(TestConfig.of(Map.of("bulwark.fetch.deferred-threads", "8")), Lane.DEFERRED))
                .returns(32, LoopSettings::maxUploads)
                .returns(36, LoopSettings::ahead)
                .returns(16L << 20, LoopSettings::maxBytes);
    }
}
