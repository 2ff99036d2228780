package io.bulwark.schemas.topic;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.NewTopic;

/**
 * What one Bulwark calls its topics, groups and transactions on the broker: a prefix before the name that the catalogue
 * or a setting gives. Each program makes one from its setting {@value #SETTING} at its start and passes it on.
 * Immutable.
 *
 * <p>No name of the catalogue ends another, so two Bulwarks with different prefixes share no topic.
 *
 * @param prefix 0 to {@value #LONGEST} of Kafka's legal characters: letters, digits, {@code . _ -}
 */
public record TopicNames(String prefix) {

    /** The setting, of the services, of the {@code bulwark} command and in the properties of a Kafka client. */
    public static final String SETTING = "bulwark.topics.prefix";

    /**
     * The longest prefix. Kafka takes names of 249; the rest is for the catalogue's, and for what Kafka Streams adds.
     */
    public static final int LONGEST = 100;

    /** What is allowed, for messages. */
    public static final String ALLOWED = "0 to " + LONGEST + " of letters, digits, . _ -";

    private static final Pattern LEGAL = Pattern.compile("[a-zA-Z0-9._-]{0," + LONGEST + "}");

    /** The names of the catalogue as they are. */
    public static final TopicNames UNPREFIXED = new TopicNames("");

    /** @throws IllegalArgumentException for another prefix, naming the setting */
    public TopicNames {
        if (!isLegal(prefix)) {
            throw new IllegalArgumentException(SETTING + " is '" + prefix + "', allowed is " + ALLOWED + ".");
        }
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
     * The names by the properties of a Kafka client, in which the setting travels; unprefixed where it is not among
     * them.
     *
     * @throws IllegalArgumentException for a value that is no prefix
     */
    public static TopicNames in(Map<String, ?> properties) {
        return of(Optional.ofNullable(properties.get(SETTING)).map(Object::toString));
    }

    /** The properties of a Kafka client that {@link #in} reads; none without a prefix. */
    public Map<String, String> properties() {
        return prefix.isEmpty() ? Map.of() : Map.of(SETTING, prefix);
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
        return new NewTopic(of(topic), topic.partitions(), replication).configs(topic.config());
    }

    /** The requests that create all topics. */
    public List<NewTopic> newTopics(short replication) {
        return Arrays.stream(Topics.values())
                .map(topic -> newTopic(topic, replication))
                .toList();
    }
}
