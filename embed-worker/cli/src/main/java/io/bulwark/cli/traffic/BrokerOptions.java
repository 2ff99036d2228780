package io.bulwark.cli.traffic;

import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.OutputCommand;
import io.bulwark.schemas.connection.ClientSecurity;
import io.bulwark.schemas.connection.ConnectionFaults;
import io.bulwark.schemas.connection.KafkaSecurity;
import io.bulwark.schemas.connection.SecurityCheck;
import io.bulwark.schemas.serde.SerdeSettings;
import io.bulwark.schemas.topic.TopicNames;
import io.smallrye.config.ConfigValidationException;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.utils.Utils;
import org.eclipse.microprofile.config.spi.ConfigSource;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which broker a command talks to: {@code @Mixin BrokerOptions broker}. */
public final class BrokerOptions {

    /** The services' setting of the same name. */
    static final String RESTRICTED_LABELS = "bulwark.restricted.labels";

    private static final int ANSWER_SECONDS = 10;

    /** Where a port is open: TLS and a login take longer on a busy machine. */
    private static final int LOGIN_SECONDS = 30;

    @Option(
            names = "--bootstrap-servers",
            paramLabel = "HOST:PORT",
            description = "The Kafka broker to start from, or several separated by commas (default: the setting "
                    + "bulwark.kafka.bootstrap-servers, environment BULWARK_KAFKA_BOOTSTRAP_SERVERS, else "
                    + "localhost:9092).")
    private String bootstrapServers;

    @Option(
            names = "--schema-registry",
            paramLabel = "URL",
            description = "A schema registry; without one records travel in Avro single-object encoding (default: the "
                    + "setting bulwark.schema-registry.url, environment BULWARK_SCHEMA_REGISTRY_URL).")
    private String registryUrl;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "A properties file with the connection's settings by the names that worker and "
                    + "moderation-stream know: bulwark.kafka.security.*, bulwark.kafka.properties.*, "
                    + "bulwark.schemas.write, bulwark.topics.prefix. Each may come "
                    + "from the environment instead, such as BULWARK_KAFKA_SECURITY_PASSWORD_FILE.")
    private Path config;

    @Mixin
    private TopicsOption topics;

    /**
     * The broker, once it has answered.
     *
     * @throws CommandFailure if nothing listens or answers within 10 and 30 seconds, or it does not let us in
     */
    public Broker broker() {
        Broker broker = BrokerSettings.read(Optional.ofNullable(config))
                .broker(Optional.ofNullable(bootstrapServers), Optional.ofNullable(registryUrl), topics.given());
        requireAnswer(broker);
        return broker;
    }

    /**
     * What topics are called, whether a broker answers or not.
     *
     * @throws CommandFailure if Kafka takes no such name
     */
    public TopicNames topics() {
        return BrokerSettings.read(Optional.ofNullable(config)).topics(topics.given());
    }

    /**
     * Labels of which no picture and no embedding may be used, by the environment, for commands that read no file with
     * the connection's settings.
     */
    public static Set<String> restrictedLabels() {
        return BrokerSettings.read(Optional.empty()).words(RESTRICTED_LABELS);
    }

    /** A setting that is a list of words, from the file or the environment; none where it is not set. */
    public Set<String> words(String setting) {
        return BrokerSettings.read(Optional.ofNullable(config)).words(setting);
    }

    static void requireAnswer(Broker broker) {
        Map<String, Object> settings = broker.clientSettings(Map.of(
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, LOGIN_SECONDS * 1000,
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, LOGIN_SECONDS * 1000));
        int limit = ANSWER_SECONDS;
        Admin admin = null;
        try {
            admin = Admin.create(settings);
            KafkaFuture<?> answer = admin.describeCluster().nodes();
            try {
                answer.get(limit, TimeUnit.SECONDS);
            } catch (TimeoutException slow) {
                if (!listens(broker)) {
                    throw slow;
                }
                limit = LOGIN_SECONDS;
                answer.get(LOGIN_SECONDS - ANSWER_SECONDS, TimeUnit.SECONDS);
            }
        } catch (ExecutionException refused) {
            throw unavailable(broker, limit, ConnectionFaults.explain(refused), refused);
        } catch (TimeoutException | RuntimeException silent) {
            throw unavailable(broker, limit, Optional.empty(), silent);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw CommandFailure.failed("interrupted while asking " + broker.bootstrapServers(), interrupted);
        } finally {
            if (admin != null) {
                admin.close(Duration.ZERO); // does not wait for an answer that is given up
            }
        }
    }

    private static boolean listens(Broker broker) {
        for (String address : broker.bootstrapServers().split(",")) {
            try (Socket socket = new Socket()) {
                socket.connect(
                        new InetSocketAddress(Utils.getHost(address.strip()), Utils.getPort(address.strip())), 1_000);
                return true;
            } catch (IOException none) {
                // The next may listen.
            }
        }
        return false;
    }

    private static CommandFailure unavailable(Broker broker, int limit, Optional<String> why, Exception cause) {
        return CommandFailure.unavailable(
                "no Kafka broker answers at " + broker.bootstrapServers() + " within " + limit
                        + " s: start one with `bulwark local`, or name another with --bootstrap-servers"
                        + why.map(reason -> ". " + reason).orElse(""),
                cause);
    }

    /**
     * What the names of one Bulwark begin with on the broker: {@code @Mixin TopicsOption topics}. Every command that
     * knows a topic has it.
     */
    public static final class TopicsOption {

        @Option(
                names = "--topics-prefix",
                paramLabel = "TEXT",
                description =
                        "What the names of topics, groups and transactions begin with on the broker, as the worker and "
                                + "moderation-stream have it (default: the setting bulwark.topics.prefix, environment "
                                + "BULWARK_TOPICS_PREFIX, else nothing).")
        private String prefix;

        /** As the command line has it. */
        public Optional<String> given() {
            return Optional.ofNullable(prefix);
        }

        /**
         * By the command line, or else the environment, for commands that read no file with the connection's settings.
         *
         * @throws CommandFailure if Kafka takes no such name
         */
        public TopicNames names() {
            return BrokerSettings.read(Optional.empty()).topics(given());
        }
    }

    /** A command that prints what it does at a broker. */
    public abstract static class BrokerCommand extends OutputCommand {

        @Mixin
        private BrokerOptions options;

        /** The broker that the options name. */
        protected final Broker broker() {
            return options.broker();
        }
    }

    /**
     * The connection's settings, and the release of the schemas that is written, by the names and in the order in which
     * the services read them: system properties, then
     * the environment, then a file such as a service's {@code application.properties}, of which the rest is ignored.
     */
    static final class BrokerSettings {

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
}
