package io.bulwark.schemas.serde;

import com.fasterxml.jackson.core.JacksonException;
import com.microsoft.kiota.ApiException;
import io.apicurio.registry.resolver.SchemaResolver;
import io.apicurio.registry.resolver.strategy.ArtifactReference;
import io.apicurio.registry.serde.avro.AvroKafkaDeserializer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;

/**
 * The schemas of a registry by their id. An id's schema never changes, so that it is asked for once; a reader that knows
 * the ids it meets goes on while the registry is away.
 *
 * <p>Thread-safe.
 */
final class SchemaRegistry implements AutoCloseable {

    /** What the registry said of an id. */
    sealed interface Answer {
        record Found(Schema schema) implements Answer {}

        /** It has no such schema. */
        record Missing() implements Answer {}

        /** What it has is no schema of Avro, and never will be: an id's content does not change. */
        record Unusable(String detail) implements Answer {}

        /** It said nothing, or that it cannot answer. */
        record Unavailable(String detail) implements Answer {}
    }

    private static final int NOT_FOUND = 404;

    private final String url;
    private final AvroKafkaDeserializer<Object> deserializer = new AvroKafkaDeserializer<>();
    private final SchemaResolver<Schema, Object> resolver;
    private final Map<Long, Answer.Found> known = new ConcurrentHashMap<>();

    SchemaRegistry(String url, Map<String, ?> settings) {
        this.url = url;
        deserializer.configure(RegistryWriter.apicurio(url, settings), false);
        this.resolver = deserializer.getSchemaResolver();
    }

    Answer find(long id) {
        Answer.Found found = known.get(id);
        return found == null ? ask(id) : found;
    }

    private Answer ask(long id) {
        try {
            var found = new Answer.Found(resolver.resolveSchemaByArtifactReference(ArtifactReference.fromContentId(id))
                    .getParsedSchema()
                    .getParsedSchema());
            known.put(id, found);
            return found;
        } catch (RuntimeException failed) {
            for (Throwable cause = failed; cause != null; cause = cause.getCause()) {
                if (cause instanceof ApiException answered && answered.getResponseStatusCode() == NOT_FOUND) {
                    return new Answer.Missing();
                }
                if (isOfTheAnswer(cause)) {
                    return new Answer.Unusable("What the schema registry at " + url + " has under id " + id
                            + " is no Avro schema: " + firstLine(cause));
                }
            }
            return new Answer.Unavailable("The schema registry at " + url + " did not give the schema of id " + id
                    + ": " + rootOf(failed) + "; check " + SerdeSettings.REGISTRY_URL + ".");
        }
    }

    /** Whether it was thrown over an answer that came. The client meets an empty one with a NullPointerException. */
    private static boolean isOfTheAnswer(Throwable cause) {
        return cause instanceof AvroRuntimeException
                || cause instanceof JacksonException
                || cause instanceof NullPointerException;
    }

    private static String firstLine(Throwable failed) {
        return String.valueOf(failed.getMessage()).lines().findFirst().orElse("");
    }

    private static Throwable rootOf(Throwable failed) {
        Throwable root = failed;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }

    @Override
    public void close() {
        deserializer.close();
    }
}
