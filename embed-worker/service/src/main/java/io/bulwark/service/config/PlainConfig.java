package io.bulwark.service.config;

import io.quarkus.runtime.configuration.DurationConverter;
import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.runtime.configuration.MemorySizeConverter;
import io.quarkus.runtime.configuration.PathConverter;
import io.smallrye.config.PropertiesLocationConfigSourceFactory;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.eclipse.microprofile.config.spi.ConfigSource;

/**
 * The worker's settings where no Quarkus runs: read from the same places (system properties, the environment, the files
 * of {@code SMALLRYE_CONFIG_LOCATIONS}) by the same names, so that a process beside the worker is given the worker's
 * own file.
 */
public final class PlainConfig {

    private static final int PRIORITY = 200;

    /** What launchers tell programs by the same prefix; no setting. */
    private static final String HOME = "bulwark.home";

    private PlainConfig() {}

    /**
     * Reads.
     *
     * @param others further places
     * @param mappings interfaces of settings besides the worker's
     * @throws io.smallrye.config.ConfigValidationException naming settings that are missing, unknown or malformed
     */
    public static SmallRyeConfig read(List<ConfigSource> others, Class<?>... mappings) {
        SmallRyeConfigBuilder builder = new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .addDefaultSources()
                .withSources(new PropertiesLocationConfigSourceFactory())
                .withSources(others)
                .withConverter(Duration.class, PRIORITY, new DurationConverter())
                .withConverter(MemorySize.class, PRIORITY, new MemorySizeConverter())
                .withConverter(Path.class, PRIORITY, new PathConverter())
                .withMapping(WorkerConfig.class)
                .withMappingIgnore(HOME);
        for (Class<?> mapping : mappings) {
            builder.withMapping(mapping);
        }
        return builder.build();
    }
}
