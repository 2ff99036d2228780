package io.bulwark.schemas.serde;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.avro.Schema;
import org.apache.avro.message.SchemaStore;

/** The settings that serializers and deserializers take from the properties of their Kafka client. */
public final class SerdeSettings {

    /**
     * Where a schema registry (Apicurio Registry 3) answers, for example
     * {@code http://localhost:8080/apis/registry/v3}. Set: events are written with the registry's framing. Not set or
     * blank: with single-object encoding.
     *
     * <p>With it, every setting whose name begins with {@value #APICURIO} goes to Apicurio's serdes as it is
     * (authentication, TLS, {@code apicurio.registry.auto-register}, ...), but for the ones that decide the framing. It
     * needs {@code io.bulwark:}{@value #REGISTRY_ARTIFACT} (type pom) beside this library.
     */
    public static final String REGISTRY_URL = "bulwark.schema-registry.url";

    /**
     * Which release of the schemas serializers write: 1 to {@value BundledSchemas#RELEASES}. Not set or blank: {@value
     * #WRITE_DEFAULT}, the release before the newest, which readers know that are one release behind. Raise it when all
     * readers have the newest.
     *
     * <p>What an older release lacks is left out: its fields are dropped, and of an enum's newer symbols its default is
     * written. A record that the release does not have yet is written as in its first one.
     */
    public static final String WRITE = "bulwark.schemas.write";

    /** What {@value #WRITE} is by default. */
    public static final int WRITE_DEFAULT = BundledSchemas.RELEASES - 1;

    /**
     * Schemas that readers know beside the bundled ones: an object, a {@link FollowedSchemas}, put into the properties
     * as Kafka's clients take objects. Not set: a schema that is not bundled is unknown at once.
     */
    public static final String FOLLOWED = "bulwark.schemas.followed";

    /**
     * The {@code source} of CloudEvents, a URI reference such as {@code /bulwark/production}. Set: records carry the
     * attributes of a CloudEvent 1.0 as headers (Kafka's binding, binary mode), some 200 bytes each. Not set or blank:
     * none.
     */
    public static final String CLOUD_EVENTS_SOURCE = "bulwark.cloud-events.source";

    static final String APICURIO = "apicurio.registry.";

    private static final String REGISTRY_ARTIFACT = "bulwark-schemas-registry";
    private static final String REGISTRY_CLIENT = "io.apicurio.registry.serde.avro.AvroKafkaSerializer";

    private SerdeSettings() {}

    /** Whether a text can be {@value #CLOUD_EVENTS_SOURCE}. */
    public static boolean isUriReference(String text) {
        try {
            return !new URI(text).toString().isEmpty();
        } catch (URISyntaxException broken) {
            return false;
        }
    }

    /**
     * The release of the schemas that a client with these settings writes.
     *
     * @throws IllegalArgumentException where {@value #WRITE} is no release
     */
    public static int writtenRelease(Map<String, ?> settings) {
        String asked = text(settings, WRITE).orElse(Integer.toString(WRITE_DEFAULT));
        return IntStream.rangeClosed(1, BundledSchemas.RELEASES)
                .filter(release -> asked.equals(Integer.toString(release)))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(WRITE + " is " + asked
                        + ", which is no release of the schemas; allowed are 1 to " + BundledSchemas.RELEASES + "."));
    }

    static Optional<FollowedSchemas> followed(Map<String, ?> settings) {
        Object given = settings.get(FOLLOWED);
        if (given == null || given instanceof FollowedSchemas) {
            return Optional.ofNullable((FollowedSchemas) given);
        }
        throw new IllegalArgumentException(
                FOLLOWED + " is a " + given.getClass().getName() + "; allowed is an object that is a "
                        + FollowedSchemas.class.getName() + ".");
    }

    /**
     * The registry that a client with these settings asks.
     *
     * @throws IllegalArgumentException where one is named, but its client is not on the class path
     */
    static Optional<String> registryUrl(Map<String, ?> settings) {
        Optional<String> url = text(settings, REGISTRY_URL);
        if (url.isPresent() && !hasRegistryClient()) {
            throw new IllegalArgumentException(REGISTRY_URL + " is " + url.get()
                    + ", but the client of schema registries is not on the class path; add io.bulwark:"
                    + REGISTRY_ARTIFACT
                    + " (type pom) to the dependencies.");
        }
        return url;
    }

    private static boolean hasRegistryClient() {
        try {
            Class.forName(REGISTRY_CLIENT, false, SerdeSettings.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException absent) {
            return false;
        }
    }

    static Optional<String> cloudEventsSource(Map<String, ?> settings) {
        return text(settings, CLOUD_EVENTS_SOURCE);
    }

    private static Optional<String> text(Map<String, ?> settings, String name) {
        return Optional.ofNullable(settings.get(name))
                .map(Object::toString)
                .map(String::strip)
                .filter(value -> !value.isEmpty());
    }

    /**
     * Schemas beyond the bundled ones that become known while a reader runs. A reader is given them under {@value
     * SerdeSettings#FOLLOWED}; {@code io.bulwark.schemas.follow} makes them of the topic {@code moderation.schemas}.
     *
     * <p>Implementations are thread-safe.
     */
    public interface FollowedSchemas extends SchemaStore {

        /** The schema of that fingerprint, or null where it is not known yet. */
        @Override
        Schema findByFingerprint(long fingerprint);

        /**
         * Whether an unknown schema may still come, so that a record should be tried again rather than be set aside.
         * The first question about a fingerprint starts its time.
         */
        boolean isAwaited(long fingerprint);

        /**
         * Blocks until the schema is known or no longer awaited, whichever comes first.
         *
         * @throws org.apache.kafka.common.errors.InterruptException where the thread is interrupted meanwhile
         * @throws org.apache.kafka.common.KafkaException where it is unknown, because following has ended or could not
         *     begin within a minute: the record must come again
         */
        void await(long fingerprint);
    }
}
