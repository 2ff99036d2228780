package io.bulwark.schemas.serde;

import io.bulwark.events.ImageUploaded;
import io.bulwark.schemas.serde.SchemaRegistry.RegistryWriter;
import io.bulwark.schemas.topic.TopicNames;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.message.BinaryMessageEncoder;
import org.apache.avro.message.MessageEncoder;
import org.apache.avro.message.RawMessageEncoder;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Kafka's serializer of one kind of event: Avro single-object encoding, or the registry's framing where {@value
 * SerdeSettings#REGISTRY_URL} is set. It writes the release of the schemas that {@value SerdeSettings#WRITE} names.
 * Null is written as a tombstone.
 *
 * @param <T> the record
 */
public final class EventSerializer<T extends SpecificRecord> implements Serializer<T> {
    private final Class<T> recordClass;
    private final SpecificData data;
    private final BinaryMessageEncoder<T> present;
    private Optional<OlderRelease<T>> older;
    private Schema written;
    private Optional<RegistryWriter> registry = Optional.empty();
    private Optional<CloudEvents> cloudEvents = Optional.empty();
    private TopicNames names = TopicNames.UNPREFIXED;
    private boolean bounded = true;

    public EventSerializer(Class<T> recordClass) {
        this.recordClass = recordClass;
        this.data = SpecificData.getForClass(recordClass);
        this.present = new BinaryMessageEncoder<>(data, data.getSchema(recordClass));
        write(SerdeSettings.WRITE_DEFAULT);
    }

    /**
     * @param settings read are {@value SerdeSettings#REGISTRY_URL}, {@value SerdeSettings#WRITE}, {@value
     *     SerdeSettings#CLOUD_EVENTS_SOURCE} and {@value TopicNames#UPLOAD_SETTING}
     * @throws IllegalArgumentException for keys: they are strings; where one of the settings cannot be
     */
    @Override
    public void configure(Map<String, ?> settings, boolean isKey) {
        refuseKeys(isKey);
        close();
        write(SerdeSettings.writtenRelease(settings));
        names = TopicNames.in(settings);
        cloudEvents = CloudEvents.of(settings);
        registry = SerdeSettings.registryUrl(settings).map(url -> new RegistryWriter(url, settings));
    }

    /** Takes uploads of any size from now on: for events that no topic ever sees. */
    public EventSerializer<T> unbounded() {
        bounded = false;
        return this;
    }

    /**
     * Asks the registry, where there is one, for the id of what is written to a topic, so that {@link #serialize} does
     * not wait for it any more: also not while the registry is away. Blocks until it answers.
     *
     * @throws SerializationException where it does not answer, or does not take the schema
     */
    public void prepare(String topic) {
        try {
            registry.ifPresent(writer -> writer.prepare(topic, written));
        } catch (RuntimeException refused) {
            throw new SerializationException(
                    "The schema registry gives no id to the schema of " + recordClass.getSimpleName() + " on topic "
                            + topic + ": " + refused.getMessage() + "; check " + SerdeSettings.REGISTRY_URL + ".",
                    refused);
        }
    }

    /**
     * @return the framed bytes, or null for null
     * @throws SerializationException where the event cannot be written: a required field is null, or the registry
     *     neither has the schema nor takes it
     * @throws RecordTooLargeException where it is an upload larger than {@value TopicNames#UPLOAD_SETTING} allows
     */
    @Override
    public byte[] serialize(String topic, T event) {
        if (event == null) {
            return null;
        }
        byte[] value = encode(topic, event);
        if (bounded && recordClass == ImageUploaded.class && value.length > names.maxUploadValueBytes()) {
            throw new RecordTooLargeException("The upload has " + value.length + " bytes, allowed are "
                    + names.maxUploadValueBytes() + " (" + TopicNames.UPLOAD_SETTING + " is " + names.maxUploadBytes()
                    + "): put the picture where workers can fetch it, and send its location.");
        }
        return value;
    }

    private byte[] encode(String topic, T event) {
        try {
            return registry.isPresent()
                    ? registry.get()
                            .write(topic, older.isPresent() ? older.get().of(event) : event)
                    : older.isPresent() ? older.get().encode(event) : EncodedBytes.of(present, event);
        } catch (IOException | RuntimeException broken) {
            throw new SerializationException(
                    "Cannot write a " + recordClass.getSimpleName() + " to topic " + topic + ": " + broken.getMessage(),
                    broken);
        }
    }

    /**
     * As {@link #serialize(String, Object)}. The headers get the attributes of a CloudEvent where {@value
     * SerdeSettings#CLOUD_EVENTS_SOURCE} is set; in any case those of another of our events, that this one answers, are
     * removed.
     */
    @Override
    public byte[] serialize(String topic, Headers headers, T event) {
        byte[] value = serialize(topic, event);
        if (event == null || cloudEvents.isEmpty()) {
            CloudEvents.removeOthers(headers, data.getSchema(recordClass));
        } else {
            cloudEvents.get().write(headers, event, value);
        }
        return value;
    }

    @Override
    public void close() {
        if (registry.isPresent()) { // no method reference, which would load the registry's client
            registry.get().close();
        }
    }

    /** Where the release has the present schema, there is nothing to convert. */
    private void write(int release) {
        Schema now = data.getSchema(recordClass);
        Schema then = BundledSchemas.get().written(release, recordClass);
        boolean same = SchemaNormalization.parsingFingerprint64(then) == SchemaNormalization.parsingFingerprint64(now);
        written = same ? now : then;
        older = same ? Optional.empty() : Optional.of(new OlderRelease<>(data, now, then));
    }

    static void refuseKeys(boolean isKey) {
        if (isKey) {
            throw new IllegalArgumentException(
                    "The keys of Bulwark's topics are strings: use Kafka's StringSerializer and StringDeserializer.");
        }
    }

    /**
     * Makes of an event what a program of an older release would have written. The event is encoded with the present
     * schema and read as the older one, so that Avro's own rules decide what becomes of fields and symbols that the
     * older lacks.
     *
     * <p>Thread-safe.
     */
    static final class OlderRelease<T extends SpecificRecord> {
        private final RawMessageEncoder<T> present;
        private final GenericDatumReader<GenericRecord> resolver;
        private final BinaryMessageEncoder<GenericRecord> singleObject;

        OlderRelease(SpecificData data, Schema present, Schema older) {
            this.present = new RawMessageEncoder<>(data, present, false);
            this.resolver = new GenericDatumReader<>(present, older);
            this.singleObject = new BinaryMessageEncoder<>(GenericData.get(), older);
        }

        /** The event under the older schema. */
        GenericRecord of(T event) throws IOException {
            BoundedDecoder decoder = new BoundedDecoder(EncodedBytes.of(present, event), 0);
            try {
                return resolver.read(null, decoder);
            } finally {
                decoder.release();
            }
        }

        /** The event under the older schema, in single-object encoding. */
        byte[] encode(T event) throws IOException {
            return EncodedBytes.of(singleObject, of(event));
        }
    }

    /**
     * The bytes of one event, while an encoder of Avro writes them. Each thread keeps the last stream that it wrote to,
     * and with Avro's own streams the bytes of the largest event that it ever wrote; of this one it keeps nothing once
     * the bytes are taken.
     *
     * <p>Not thread-safe: one a message.
     */
    static final class EncodedBytes extends OutputStream {

        private ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        private EncodedBytes() {}

        /** An event as an encoder writes it; the array is the caller's. */
        static <T> byte[] of(MessageEncoder<T> encoder, T event) throws IOException {
            EncodedBytes out = new EncodedBytes();
            try {
                encoder.encode(event, out);
                return out.bytes.toByteArray();
            } finally {
                out.bytes = null;
            }
        }

        @Override
        public void write(int value) {
            bytes.write(value);
        }

        @Override
        public void write(byte[] from, int offset, int length) {
            bytes.write(from, offset, length);
        }
    }

    /**
     * The attributes of a CloudEvent as headers: version 1.0, Kafka's binding, binary mode. The value of the record is
     * the event's data and stays as it is, so readers that know nothing of CloudEvents see no difference.
     *
     * <p>Source: <a
     * href="https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/kafka-protocol-binding.md">the
     * binding</a>.
     */
    static final class CloudEvents {
        static final String PREFIX = "ce_";
        static final String CONTENT_TYPE = "content-type";

        private static final String AVRO = "application/avro";
        private static final int ID_BYTES = 16;

        private final String source;

        /** @param source who produces the events: the attribute {@code source}, a URI reference that is not empty */
        private CloudEvents(String source) {
            this.source = source;
        }

        /**
         * As {@value SerdeSettings#CLOUD_EVENTS_SOURCE} says; empty where it is not set.
         *
         * @throws IllegalArgumentException where it is no URI reference
         */
        static Optional<CloudEvents> of(Map<String, ?> settings) {
            return SerdeSettings.cloudEventsSource(settings).map(source -> {
                if (!SerdeSettings.isUriReference(source)) {
                    throw new IllegalArgumentException(
                            SerdeSettings.CLOUD_EVENTS_SOURCE + " is " + source
                                    + ", which is no URI reference, such as /bulwark/production or https://example.org/bulwark.");
                }
                return new CloudEvents(source);
            });
        }

        /**
         * Puts the attributes in the place of any that are there.
         *
         * @param event what the value holds
         * @param value the bytes of the record: its hash is the attribute {@code id}, so an event that is sent
         *     again is the same event
         */
        void write(Headers headers, IndexedRecord event, byte[] value) {
            remove(headers);
            Schema schema = event.getSchema();
            add(headers, CONTENT_TYPE, AVRO);
            add(headers, PREFIX + "specversion", "1.0");
            add(headers, PREFIX + "id", id(value));
            add(headers, PREFIX + "source", source);
            add(headers, PREFIX + "type", schema.getFullName());
            Schema.Field imageId = schema.getField("imageId");
            if (imageId != null && event.get(imageId.pos()) != null) {
                add(headers, PREFIX + "subject", event.get(imageId.pos()).toString());
            }
        }

        /**
         * Takes away the attributes of one of our other events: a program that answers a record passes its headers on.
         * A producer's attributes of the event that it writes stay.
         *
         * @param schema of the event that the headers go with
         */
        static void removeOthers(Headers headers, Schema schema) {
            Header type = headers.lastHeader(PREFIX + "type");
            if (type == null || type.value() == null) {
                return;
            }
            String said = new String(type.value(), StandardCharsets.UTF_8);
            if (said.startsWith(schema.getNamespace() + ".") && !said.equals(schema.getFullName())) {
                remove(headers);
            }
        }

        private static void remove(Headers headers) {
            List<String> found = new ArrayList<>();
            for (Header header : headers) {
                if (header.key().startsWith(PREFIX)) {
                    found.add(header.key());
                }
            }
            if (!found.isEmpty()) {
                found.forEach(headers::remove);
                headers.remove(CONTENT_TYPE);
            }
        }

        private static String id(byte[] value) {
            try {
                byte[] hash = MessageDigest.getInstance("SHA-256").digest(value);
                return HexFormat.of().formatHex(hash, 0, ID_BYTES);
            } catch (NoSuchAlgorithmException impossible) {
                throw new IllegalStateException("Every Java has SHA-256.", impossible);
            }
        }

        private static void add(Headers headers, String name, String text) {
            headers.add(name, text.getBytes(StandardCharsets.UTF_8));
        }
    }
}
