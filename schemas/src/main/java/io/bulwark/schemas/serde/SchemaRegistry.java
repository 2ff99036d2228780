package io.bulwark.schemas.serde;

import com.microsoft.kiota.ApiException;
import io.apicurio.registry.resolver.SchemaResolver;
import io.apicurio.registry.resolver.strategy.ArtifactReference;
import io.apicurio.registry.serde.avro.AvroKafkaDeserializer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
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

        /** It said nothing, or nothing of use. */
        record Unavailable(String detail) implements Answer {}
    }

    private static final int NOT_FOUND = 404;

    private final String url;
    private final AvroKafkaDeserializer<Object> deserializer = new AvroKafkaDeserializer<>();
    private final SchemaResolver<Schema, Object> resolver;
    private final Map<Long, Answer.Found> known = new ConcurrentHashMap<>();

    SchemaRegistry(String url, Map<String, ?> settings) {
        this.url = url;
        deserializer.configure(SerdeSettings.apicurio(url, settings), false);
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
            }
            return new Answer.Unavailable("The schema registry at " + url + " did not give the schema of id " + id
                    + ": " + rootOf(failed) + "; check " + SerdeSettings.REGISTRY_URL + ".");
        }
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
