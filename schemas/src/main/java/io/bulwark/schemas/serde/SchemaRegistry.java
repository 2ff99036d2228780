package io.bulwark.schemas.serde;

import com.fasterxml.jackson.core.JacksonException;
import com.microsoft.kiota.ApiException;
import io.apicurio.registry.resolver.config.SchemaResolverConfig;
import io.apicurio.registry.resolver.strategy.ArtifactReference;
import io.apicurio.registry.serde.avro.AvroKafkaDeserializer;
import io.apicurio.registry.serde.avro.AvroKafkaSerializer;
import io.apicurio.registry.serde.avro.AvroSerdeConfig;
import io.apicurio.registry.serde.config.IdOption;
import io.apicurio.registry.serde.config.SerdeConfig;
import io.apicurio.registry.serde.data.SerdeRecord;
import io.apicurio.registry.serde.kafka.config.KafkaSerdeConfig;
import io.apicurio.registry.serde.kafka.data.KafkaSerdeMetadata;
import io.apicurio.registry.serde.strategy.TopicIdStrategy;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.IndexedRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * The schemas of a registry by their id. An id's schema never changes, so that it is asked for once; a reader that
 * knows the ids it meets goes on while the registry is away.
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

    /** Ids that are asked for at a time. */
    static final int MOST_QUESTIONS = 16;

    private static final int NOT_FOUND = 404;
    private static final long ASKED_AGAIN_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long LEFT_AFTER_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final String url;
    private final Map<String, Object> settings;
    private volatile AvroKafkaDeserializer<Object> client;
    private final Map<Long, Answer.Found> known = new ConcurrentHashMap<>();
    private final Map<Long, Question> questions = new HashMap<>(); // guarded by itself

    SchemaRegistry(String url, Map<String, ?> settings) {
        this.url = url;
        this.settings = RegistryWriter.apicurio(url, settings);
        this.client = connect();
    }

    private AvroKafkaDeserializer<Object> connect() {
        var made = new AvroKafkaDeserializer<Object>();
        made.configure(settings, false);
        return made;
    }

    /**
     * The schema of an id. Where it is not known, it is asked for on another thread, whose answer is waited for ten
     * seconds at most: a registry that takes connections and says nothing would hold the caller for a quarter of an
     * hour. An answer of less than a second ago is given again.
     */
    Answer find(long id) {
        return find(id, Question::await);
    }

    /**
     * As {@link #find}, but never blocks. An id that is not known is asked for on another thread, once a second at
     * most; until then, and while {@value #MOST_QUESTIONS} others are open, the answer is {@link Answer.Unavailable}.
     */
    Answer findAtOnce(long id) {
        return find(id, Question::answer);
    }

    private Answer find(long id, Function<Question, Answer> answered) {
        Answer.Found found = known.get(id);
        return found != null
                ? found
                : question(id)
                        .map(answered)
                        .orElseGet(() -> new Answer.Unavailable("The schema registry at " + url + " is asked for "
                                + MOST_QUESTIONS + " other schemas now; that of id " + id + " waits."));
    }

    /** The open one of an id, or a new one; empty while {@value #MOST_QUESTIONS} others are open. */
    private Optional<Question> question(long id) {
        synchronized (questions) {
            Question open = questions.get(id);
            if (open == null || open.isOver()) {
                questions.values().removeIf(Question::isOver);
                if (questions.size() == MOST_QUESTIONS) {
                    return Optional.empty();
                }
                open = new Question(id);
                questions.put(id, open);
            }
            return Optional.of(open);
        }
    }

    private Answer ask(AvroKafkaDeserializer<Object> asked, long id) {
        try {
            var found = new Answer.Found(asked.getSchemaResolver()
                    .resolveSchemaByArtifactReference(ArtifactReference.fromContentId(id))
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
        synchronized (questions) {
            questions.values().forEach(question -> question.thread.interrupt());
            questions.clear();
        }
        client.close();
    }

    /**
     * An id that is being asked for. A registry that takes connections and says nothing is left after a while, and
     * asked by a new client: a connection whose other end is gone says nothing for a quarter of an hour.
     */
    private final class Question {

        private final long id;
        private final CompletableFuture<Answer> answer = new CompletableFuture<>();
        private final Thread thread;
        private final AvroKafkaDeserializer<Object> asked = client;
        private final long begun = System.nanoTime();

        Question(long id) {
            this.id = id;
            this.thread = new Thread(() -> answer.complete(ask(asked, id)), "bulwark-schema-registry");
            thread.setDaemon(true);
            thread.start();
        }

        /** Whether it may be asked again. */
        boolean isOver() {
            long elapsed = System.nanoTime() - begun;
            if (answer.isDone()) {
                return elapsed >= ASKED_AGAIN_NANOS;
            }
            if (elapsed < LEFT_AFTER_NANOS) {
                return false;
            }
            thread.interrupt();
            if (client == asked) {
                client = connect();
                Thread closing = new Thread(asked::close, "bulwark-schema-registry-close");
                closing.setDaemon(true);
                closing.start();
            }
            return true;
        }

        /** Waits as long as the question is not over. */
        Answer await() {
            try {
                return answer.get(LEFT_AFTER_NANOS - (System.nanoTime() - begun), TimeUnit.NANOSECONDS);
            } catch (TimeoutException silent) {
                return answer();
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                return answer();
            } catch (ExecutionException defect) {
                throw new IllegalStateException("A question to the schema registry has no answer", defect);
            }
        }

        Answer answer() {
            return answer.getNow(new Answer.Unavailable("The schema registry at " + url
                    + " has not yet given the schema of id " + id + "; check " + SerdeSettings.REGISTRY_URL + "."));
        }
    }

    /** Writes records with a schema registry's framing, and registers their schemas. */
    static final class RegistryWriter implements AutoCloseable {
        /** For how long a schema that the registry gave is not asked for again: an id's schema never changes. */
        private static final Duration KNOWN = Duration.ofDays(3650);

        private final AvroKafkaSerializer<IndexedRecord> serializer = new AvroKafkaSerializer<>();

        RegistryWriter(String url, Map<String, ?> settings) {
            serializer.configure(apicurio(url, settings), false);
        }

        byte[] write(String topic, IndexedRecord event) {
            return serializer.serialize(topic, event);
        }

        /** Asks for the id of a schema, and registers it where it has none: {@link #write} then never waits for it. */
        void prepare(String topic, Schema schema) {
            var metadata = new KafkaSerdeMetadata(topic, false, new RecordHeaders());
            serializer.getSchemaResolver().resolveSchema(new SerdeRecord<>(metadata, new GenericData.Record(schema)));
        }

        @Override
        public void close() {
            serializer.close();
        }

        /**
         * What Apicurio's serdes are configured with. Its id is the content's, in four bytes of the value and in no
         * header, the subject is {@code <topic>-value} and the schema is registered in one piece: that is what clients
         * of Confluent's registry expect.
         */
        static Map<String, Object> apicurio(String registryUrl, Map<String, ?> settings) {
            var apicurio = new HashMap<String, Object>();
            apicurio.put(SchemaResolverConfig.AUTO_REGISTER_ARTIFACT, true);
            apicurio.put(SchemaResolverConfig.FAULT_TOLERANT_REFRESH, true);
            apicurio.put(SchemaResolverConfig.CHECK_PERIOD_MS, KNOWN.toMillis());
            apicurio.put(SchemaResolverConfig.ARTIFACT_RESOLVER_STRATEGY, TopicIdStrategy.class.getName());
            settings.forEach((name, value) -> {
                if (name.startsWith(SerdeSettings.APICURIO)) {
                    apicurio.put(name, value);
                }
            });
            apicurio.put(SchemaResolverConfig.REGISTRY_URL, registryUrl);
            apicurio.put(SchemaResolverConfig.DEREFERENCE_SCHEMA, true);
            apicurio.put(SerdeConfig.USE_ID, IdOption.contentId.name());
            apicurio.put(KafkaSerdeConfig.ENABLE_HEADERS, false);
            apicurio.put(AvroSerdeConfig.AVRO_ENCODING, AvroSerdeConfig.AVRO_ENCODING_BINARY);
            return apicurio;
        }
    }
}
