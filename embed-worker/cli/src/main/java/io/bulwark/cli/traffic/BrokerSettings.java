package io.bulwark.cli.traffic;

import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.schemas.connection.ClientSecurity;
import io.bulwark.schemas.connection.KafkaSecurity;
import io.bulwark.schemas.connection.SecurityCheck;
import io.bulwark.schemas.serde.SerdeSettings;
import io.bulwark.schemas.topic.TopicNames;
import io.smallrye.config.ConfigValidationException;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.eclipse.microprofile.config.spi.ConfigSource;

/**
 * The connection's settings, and the release of the schemas that is written, by the names and in the order in which the
 * services read them: system properties, then
 * the environment, then a file such as a service's {@code application.properties}, of which the rest is ignored.
 */
final class BrokerSettings {

    /** Below the environment, as in the services. */
    private static final int FILE_ORDINAL = 260;

    private static final int CONVERTER_PRIORITY = 100;

    private final SmallRyeConfig config;

    private BrokerSettings(SmallRyeConfig config) {
        this.config = config;
    }

    /** @throws CommandFailure if the file cannot be read, or a name of the security block is none */
    static BrokerSettings read(Optional<Path> file) {
        SmallRyeConfigBuilder builder = builder().addDefaultSources();
        file.ifPresent(path -> builder.withSources(source(path)));
        return of(builder);
    }

    /** From these settings alone. */
    static BrokerSettings of(Map<String, String> settings) {
        return of(builder().withSources(new PropertiesConfigSource(settings, "given", FILE_ORDINAL)));
    }

    private static BrokerSettings of(SmallRyeConfigBuilder builder) {
        try {
            return new BrokerSettings(builder.build());
        } catch (ConfigValidationException unknown) {
            throw CommandFailure.usage(unknown.getMessage());
        }
    }

    private static SmallRyeConfigBuilder builder() {
        return new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .withConverter(Path.class, CONVERTER_PRIORITY, text -> text.isEmpty() ? null : Path.of(text))
                .withMapping(KafkaSecurity.class, withoutDot(KafkaSecurity.PREFIX));
    }

    private static ConfigSource source(Path file) {
        try {
            return new PropertiesConfigSource(file.toUri().toURL(), FILE_ORDINAL);
        } catch (IOException unreadable) {
            throw CommandFailure.usage("--config " + file + " cannot be read: " + unreadable);
        }
    }

    private static String withoutDot(String prefix) {
        return prefix.substring(0, prefix.length() - 1);
    }

    /**
     * The broker that they name.
     *
     * @param bootstrapServers wins over the settings
     * @param registryUrl wins over the settings
     * @param prefix of topics; wins over the settings
     * @throws CommandFailure naming each setting that is wrong
     */
    Broker broker(Optional<String> bootstrapServers, Optional<String> registryUrl, Optional<String> prefix) {
        KafkaSecurity security = config.getConfigMapping(KafkaSecurity.class, withoutDot(KafkaSecurity.PREFIX));
        Map<String, String> properties = config.getOptionalValues(
                        "bulwark.kafka.properties", String.class, String.class)
                .orElse(Map.of());
        List<String> complaints = SecurityCheck.complaints(security, properties.keySet(), Clock.systemUTC());
        if (!complaints.isEmpty()) {
            throw CommandFailure.usage("invalid settings: " + String.join("; ", complaints));
        }
        return new Broker(
                bootstrapServers
                        .or(() -> text("bulwark.kafka.bootstrap-servers"))
                        .orElse("localhost:9092"),
                registryUrl.or(() -> text("bulwark.schema-registry.url")).filter(url -> !url.isBlank()),
                Optional.of(new ClientSecurity(security)),
                properties,
                schemas(),
                topics(prefix),
                words(BrokerOptions.RESTRICTED_LABELS));
    }

    /**
     * What topics are called by the settings.
     *
     * @param prefix wins over the settings
     * @throws CommandFailure if Kafka takes no such name, or uploads cannot be that large
     */
    TopicNames topics(Optional<String> prefix) {
        try {
            return TopicNames.of(prefix.or(() -> text(TopicNames.SETTING)), text(TopicNames.UPLOAD_SETTING));
        } catch (IllegalArgumentException illegal) {
            throw CommandFailure.usage("invalid settings: " + illegal.getMessage());
        }
    }

    private int schemas() {
        try {
            return text(SerdeSettings.WRITE)
                    .map(release -> SerdeSettings.writtenRelease(Map.of(SerdeSettings.WRITE, release)))
                    .orElse(SerdeSettings.WRITE_DEFAULT);
        } catch (IllegalArgumentException noRelease) {
            throw CommandFailure.usage("invalid settings: " + noRelease.getMessage());
        }
    }

    /** A setting that is a list of words with commas, and blanks if you like, between; none where it is not set. */
    Set<String> words(String name) {
        return config.getOptionalValues(name, String.class).orElse(List.of()).stream()
                .map(String::strip)
                .filter(word -> !word.isEmpty())
                .collect(Collectors.toUnmodifiableSet());
    }

    private Optional<String> text(String name) {
        return config.getOptionalValue(name, String.class);
    }
}
