package io.bulwark.schemas.topic;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.TopicConfig;

/**
 * What one Bulwark calls its topics, groups and transactions on the broker: a prefix before the name that the catalogue
 * or a setting gives; and how large its uploads may be, where its brokers take less than the catalogue says. Each program
 * makes one from its settings {@value #SETTING} and {@value #UPLOAD_SETTING} at its start and passes it on. Immutable.
 *
 * <p>No name of the catalogue ends another, so two Bulwarks with different prefixes share no topic.
 *
 * @param prefix 0 to {@value #LONGEST} of Kafka's legal characters: letters, digits, {@code . _ -}
 * @param maxUploadBytes of a record on {@link Topics#IMAGES_UPLOADED}, {@value #SMALLEST_UPLOAD} to what the catalogue
 *     says
 */
public record TopicNames(String prefix, int maxUploadBytes) {

    /** The setting, of the services, of the {@code bulwark} command and in the properties of a Kafka client. */
    public static final String SETTING = "bulwark.topics.prefix";

    /** The setting of the largest upload, of the same programs. */
    public static final String UPLOAD_SETTING = "bulwark.topics.max-upload-bytes";

    /** The smallest that may be set, in bytes: an upload without its picture fits. */
    public static final int SMALLEST_UPLOAD = 64 << 10;

    /** What a record has beside its value: key, headers, the frame of a batch. */
    static final int BESIDE_VALUE_BYTES = 4 << 10;

    /**
     * The longest prefix. Kafka takes names of 249; the rest is for the catalogue's, and for what Kafka Streams adds.
     */
    public static final int LONGEST = 100;

    /** What is allowed, for messages. */
    public static final String ALLOWED = "0 to " + LONGEST + " of letters, digits, . _ -";

    private static final int LARGEST_UPLOAD = Topics.IMAGES_UPLOADED.maxRecordBytes();
    private static final Pattern BYTES = Pattern.compile("(\\d{1,9})([KM]?)");
    private static final Pattern LEGAL = Pattern.compile("[a-zA-Z0-9._-]{0," + LONGEST + "}");

    /** The names of the catalogue as they are. */
    public static final TopicNames UNPREFIXED = new TopicNames("");

    /** @throws IllegalArgumentException for another prefix or number, naming the setting */
    public TopicNames {
        if (!isLegal(prefix)) {
            throw new IllegalArgumentException(SETTING + " is '" + prefix + "', allowed is " + ALLOWED + ".");
        }
        if (maxUploadBytes < SMALLEST_UPLOAD || maxUploadBytes > LARGEST_UPLOAD) {
            throw illegalUpload(Integer.toString(maxUploadBytes));
        }
    }

    /** Names with this prefix, and uploads as large as the catalogue says. */
    public TopicNames(String prefix) {
        this(prefix, LARGEST_UPLOAD);
    }

    /** Whether names can begin so. */
    public static boolean isLegal(String prefix) {
        return LEGAL.matcher(prefix).matches();
    }

    /**
     * The names by the setting's value.
     *
     * @throws IllegalArgumentException for a value that is no prefix
     */
    public static TopicNames of(Optional<String> prefix) {
        return new TopicNames(prefix.orElse(""));
    }

    /**
     * The names and the limit by the settings' values.
     *
     * @param maxUploadBytes a number of bytes, or of K or M of them
     * @throws IllegalArgumentException for a value that is none
     */
    public static TopicNames of(Optional<String> prefix, Optional<String> maxUploadBytes) {
        return new TopicNames(
                prefix.orElse(""), maxUploadBytes.map(TopicNames::bytes).orElse(LARGEST_UPLOAD));
    }

    private static int bytes(String text) {
        Matcher parts = BYTES.matcher(text);
        if (!parts.matches()) {
            throw illegalUpload(text);
        }
        long bytes = Long.parseLong(parts.group(1));
        return Math.toIntExact(Math.min(
                Integer.MAX_VALUE,
                switch (parts.group(2)) {
                    case "K" -> bytes << 10;
                    case "M" -> bytes << 20;
                    default -> bytes;
                }));
    }

    private static IllegalArgumentException illegalUpload(String found) {
        return new IllegalArgumentException(UPLOAD_SETTING + " is '" + found + "', allowed is " + SMALLEST_UPLOAD
                + " to " + LARGEST_UPLOAD + " bytes.");
    }

    /**
     * The names by the properties of a Kafka client, in which the setting travels; unprefixed where it is not among
     * them.
     *
     * @throws IllegalArgumentException for a value that is no prefix
     */
    public static TopicNames in(Map<String, ?> properties) {
        return of(
                Optional.ofNullable(properties.get(SETTING)).map(Object::toString),
                Optional.ofNullable(properties.get(UPLOAD_SETTING)).map(Object::toString));
    }

    /** The properties of a Kafka client that {@link #in} reads; none where all is as in the catalogue. */
    public Map<String, String> properties() {
        Map<String, String> properties = new TreeMap<>();
        if (!prefix.isEmpty()) {
            properties.put(SETTING, prefix);
        }
        if (maxUploadBytes != LARGEST_UPLOAD) {
            properties.put(UPLOAD_SETTING, Integer.toString(maxUploadBytes));
        }
        return Map.copyOf(properties);
    }

    /** The largest record of a topic, in bytes. Topics that carry uploads on take a MiB more than an upload has. */
    public int maxRecordBytes(Topics topic) {
        return switch (topic) {
            case IMAGES_UPLOADED, IMAGES_DEFERRED, DEAD_LETTERS ->
                topic.maxRecordBytes() - (LARGEST_UPLOAD - maxUploadBytes);
            default -> topic.maxRecordBytes();
        };
    }

    /** The largest value of an upload that fits into its record, in bytes. */
    public int maxUploadValueBytes() {
        return maxUploadBytes - BESIDE_VALUE_BYTES;
    }

    /** The topic's configuration on the broker. */
    public Map<String, String> config(Topics topic) {
        Map<String, String> config = new TreeMap<>(topic.config());
        config.put(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(maxRecordBytes(topic)));
        return Map.copyOf(config);
    }

    /** The topic's name on the broker. */
    public String of(Topics topic) {
        return prefix + topic.topicName();
    }

    /** The name on the broker of a group, an application or a transaction that a setting names. */
    public String prefixed(String name) {
        return prefix + name;
    }

    /** The topic of the catalogue that has this name on the broker, under this prefix. */
    public Optional<Topics> catalogueOf(String name) {
        return name.startsWith(prefix) ? Topics.named(name.substring(prefix.length())) : Optional.empty();
    }

    /** Whether a topic of that name holds this Bulwark's uploads, at first or deferred. */
    public boolean holdsUploads(String name) {
        return Stream.of(Topics.IMAGES_UPLOADED, Topics.IMAGES_DEFERRED)
                .map(this::of)
                .anyMatch(name::equals);
    }

    /**
     * The request that creates a topic as the catalogue says.
     *
     * @param replication copies of each partition: 1 on a single node, 3 in production
     */
    public NewTopic newTopic(Topics topic, short replication) {
        return new NewTopic(of(topic), topic.partitions(), replication).configs(config(topic));
    }

    /** The requests that create all topics. */
    public List<NewTopic> newTopics(short replication) {
        return Arrays.stream(Topics.values())
                .map(topic -> newTopic(topic, replication))
                .toList();
    }
}
