package io.bulwark.service.testing;

import io.bulwark.service.config.WorkerConfig;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.Map;

/** The worker's settings as Quarkus would read them, without Quarkus. */
public final class TestConfig {

    private TestConfig() {}

    /** The defaults, with these keys instead. */
    public static WorkerConfig of(Map<String, String> settings) {
        return new SmallRyeConfigBuilder()
                .addDiscoveredConverters()
                .withMapping(WorkerConfig.class)
                .withSources(new PropertiesConfigSource(settings, "test", 500))
                .build()
                .getConfigMapping(WorkerConfig.class);
    }

    public static WorkerConfig defaults() {
        return of(Map.of());
    }
}
