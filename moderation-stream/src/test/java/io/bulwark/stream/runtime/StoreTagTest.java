package io.bulwark.stream.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheus.PrometheusConfig;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import org.junit.jupiter.api.Test;

class StoreTagTest {

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

    @Test
    void storesOfEachKindAreExportedUnderOneTag() {
        registry.config().meterFilter(StreamsBeans.storeTag());
        gauge(registry, "rocksdb-state-id", "latest-verdicts");
        gauge(registry, "rocksdb-window-state-id", "uploader-windows");

        assertThat(registry.scrape())
                .contains("kafka_stream_state_estimate_num_keys{store=\"latest-verdicts\",task_id=\"0_1\"")
                .contains("kafka_stream_state_estimate_num_keys{store=\"uploader-windows\",task_id=\"0_1\"");
    }

    /** Why the filter is there; if this fails, it can go. */
    @Test
    void withoutItTheKindThatComesSecondIsMissing() {
        gauge(registry, "rocksdb-state-id", "latest-verdicts");
        gauge(registry, "rocksdb-window-state-id", "uploader-windows");

        assertThat(registry.scrape()).contains("latest-verdicts").doesNotContain("uploader-windows");
    }

    @Test
    void metersOfOtherThingsKeepTheirTags() {
        registry.config().meterFilter(StreamsBeans.storeTag());
        Gauge.builder("kafka.stream.task.something", () -> 1)
                .tag("rocksdb-state-id", "x")
                .register(registry);

        assertThat(registry.scrape()).contains("kafka_stream_task_something{rocksdb_state_id=\"x\"");
    }

    private static void gauge(MeterRegistry registry, String key, String store) {
        Gauge.builder("kafka.stream.state.estimate.num.keys", () -> 1)
                .tag(key, store)
                .tag("task-id", "0_1")
                .register(registry);
    }
}
