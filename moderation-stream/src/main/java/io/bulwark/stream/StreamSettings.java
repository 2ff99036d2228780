package io.bulwark.stream;

import io.bulwark.schemas.connection.ClientSecurity;
import io.bulwark.schemas.follow.SchemaFollower;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.schemas.serde.SerdeSettings;
import io.bulwark.schemas.topic.TopicNames;
import io.bulwark.stream.campaign.CampaignProcessor;
import io.bulwark.stream.campaign.CampaignProcessor.CampaignSalt;
import io.bulwark.stream.decision.DecisionProcessor;
import io.bulwark.stream.flagged.FlaggedProcessor;
import io.bulwark.stream.state.Restriction;
import io.bulwark.stream.topology.ModerationTopology.Settings;
import io.bulwark.stream.uploader.UploaderProcessor;
import io.bulwark.stream.uploader.UploaderProcessor.Strikes;
import io.bulwark.stream.uploader.UploaderProcessor.Strikes.StrikeWeights;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** The settings as the parts of the application need them. */
public final class StreamSettings {

    private static final byte[] PUBLIC_SALT = "bulwark campaigns, public".getBytes(StandardCharsets.US_ASCII);

    private StreamSettings() {}

    /** As {@link #validated(StreamConfig, List)}, listening on this machine only. */
    public static StreamConfig validated(StreamConfig config) {
        return validated(config, List.of("127.0.0.1"));
    }

    /**
     * @param listening the addresses that the application listens on
     * @return the same settings
     * @throws IllegalArgumentException naming every setting that is wrong, what was found and what is allowed
     */
    public static StreamConfig validated(StreamConfig config, List<String> listening) {
        List<String> faults = SettingsCheck.faults(config, listening);
        if (!faults.isEmpty()) {
            throw new IllegalArgumentException(String.join(" ", faults));
        }
        return config;
    }

    /** What topics, groups and transactions are called on the broker. */
    public static TopicNames topics(StreamConfig config) {
        return new TopicNames(config.topics().prefix().orElse(""), (int)
                config.topics().maxUploadBytes().asLongValue());
    }

    /**
     * The Kafka Streams application id on the broker: also the group, and the prefix of internal topics and
     * transactions.
     */
    public static String applicationId(StreamConfig config) {
        return topics(config).prefixed(config.stream().applicationId());
    }

    /** Properties of every Kafka client: the brokers, security, the prefix, and the free properties. */
    public static Map<String, Object> kafkaClient(StreamConfig config) {
        var properties = new HashMap<String, Object>(config.kafka().properties());
        properties.putAll(topics(config).properties());
        properties.putAll(new ClientSecurity(config.kafka().security()).properties());
        properties.put(
                CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, config.kafka().bootstrapServers());
        return properties;
    }

    /** The same, with further properties that override the free ones. */
    public static Map<String, Object> kafkaClient(StreamConfig config, Map<String, ?> further) {
        Map<String, Object> properties = kafkaClient(config);
        properties.putAll(further);
        return properties;
    }

    /**
     * Makes read_committed consumers of bytes, which commit nothing by themselves and create no topic. Each reads the
     * files with passwords again, so one that is opened after a rotation has the new password.
     */
    public static Supplier<Consumer<byte[], byte[]>> consumers(StreamConfig config, Map<String, ?> further) {
        return () -> {
            Map<String, Object> properties = kafkaClient(config, further);
            properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
            properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
            properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
            return new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        };
    }

    /** A producer of bytes. */
    public static Producer<byte[], byte[]> producer(StreamConfig config, Map<String, ?> further) {
        return new KafkaProducer<>(kafkaClient(config, further), new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** How values are written and read. */
    public static Map<String, Object> serdes(StreamConfig config) {
        var serdes = new HashMap<String, Object>(topics(config).properties());
        serdes.put(SerdeSettings.WRITE, config.schemas().write());
        config.schemaRegistry().url().ifPresent(url -> serdes.put(SerdeSettings.REGISTRY_URL, url));
        config.cloudEvents().source().ifPresent(source -> serdes.put(SerdeSettings.CLOUD_EVENTS_SOURCE, source));
        return serdes;
    }

    /** A decoder of records that others wrote. */
    public static <T extends SpecificRecord> EventDecoder<T> decoder(
            StreamConfig config, SchemaFollower schemas, Class<T> type) {
        return new EventDecoder<>(type, schemas.addTo(serdes(config)));
    }

    /**
     * The settings of the topology.
     *
     * @param partitions of the topic of verdicts
     * @param restriction which verdicts only designated staff may see
     */
    public static Settings topology(StreamConfig config, int partitions, Restriction restriction) {
        StreamConfig.Stream stream = config.stream();
        Map<String, Double> weights = numbers(stream.uploaders().strikeWeights());
        return new Settings(
                new DecisionProcessor.Settings(
                        stream.decisions().retention(),
                        stream.missing().deadline(),
                        stream.missing().retention(),
                        restriction),
                new UploaderProcessor.Settings(
                        stream.uploaders().retention(),
                        new StrikeWeights(weights, weights.getOrDefault("*", 0.0)),
                        new Strikes(
                                stream.uploaders().strikeHalfLife(),
                                numbers(stream.uploaders().strikeThresholds()))),
                stream.audits().retention(),
                new FlaggedProcessor.Settings(
                        stream.flagged().enabled(),
                        stream.flagged().retention(),
                        stream.flagged().entries(),
                        stream.flagged().ofUploader(),
                        stream.flagged().embeddings()),
                new CampaignProcessor.Settings(
                        stream.campaigns().enabled(),
                        stream.campaigns().contents(),
                        stream.campaigns().returns(),
                        stream.campaigns().quiet(),
                        stream.audits().retention(),
                        new CampaignSalt(salt(stream.campaigns()))),
                partitions);
    }

    /** Empty where the file cannot be read, which the check of the settings reports. */
    static byte[] salt(StreamConfig.Campaigns campaigns) {
        try {
            return campaigns.saltFile().isEmpty()
                    ? PUBLIC_SALT
                    : Files.readAllBytes(Path.of(campaigns.saltFile().get()));
        } catch (IOException | InvalidPathException unreadable) {
            return new byte[0];
        }
    }

    /**
     * What a file of a secret or key holds, without the white space around it.
     *
     * @param parse throws an {@link IllegalArgumentException} where it is not that
     * @param what the file should hold, for the message
     * @throws IllegalArgumentException naming the file; the message holds nothing of its content
     */
    public static <T> T secret(Path file, Function<String, T> parse, String what) {
        try {
            return parse.apply(Files.readString(file).strip());
        } catch (IOException unreadable) {
            throw new IllegalArgumentException(
                    file + " cannot be read: " + unreadable.getClass().getSimpleName(), unreadable);
        } catch (IllegalArgumentException wrong) {
            throw new IllegalArgumentException(file + " is no " + what, wrong);
        }
    }

    /** @param text such as {@code warn=3,restrict=6.5} */
    private static Map<String, Double> numbers(String text) {
        return Arrays.stream(text.split(","))
                .map(one -> one.split("=", 2))
                .collect(Collectors.toMap(one -> one[0].strip(), one -> Double.valueOf(one[1]), (one, last) -> last));
    }
}
