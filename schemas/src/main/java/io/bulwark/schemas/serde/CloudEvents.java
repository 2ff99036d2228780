package io.bulwark.schemas.serde;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * The attributes of a CloudEvent as headers: version 1.0, Kafka's binding, binary mode. The value of the record is the
 * event's data and stays as it is, so readers that know nothing of CloudEvents see no difference.
 *
 * <p>Source: <a
 * href="https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/kafka-protocol-binding.md">the
 * binding</a>.
 */
final class CloudEvents {
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
                throw new IllegalArgumentException(SerdeSettings.CLOUD_EVENTS_SOURCE + " is " + source
                        + ", which is no URI reference, such as /bulwark/production or https://example.org/bulwark.");
            }
            return new CloudEvents(source);
        });
    }

    /**
     * Puts the attributes in the place of any that are there.
     *
     * @param event what the value holds
     * @param value the bytes of the record: its hash is the attribute {@code id}, so an event that is sent again is the
     *     same event
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
     * Takes away the attributes of one of our other events: a program that answers a record passes its headers on. A
     * producer's attributes of the event that it writes stay.
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
