package io.bulwark.stream.review.intake;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** What the database can hold. A record that it refuses would otherwise be read again for ever. */
final class Storable {

    private Storable() {}

    /** Whether there can be such a tenant, and PostgreSQL can hold these texts. */
    static boolean is(String tenant, String... texts) {
        return !tenant.isEmpty() && !tenant.equals("*") && texts(List.of(tenant)) && texts(Arrays.asList(texts));
    }

    /** PostgreSQL's text holds every character but the first of Unicode. */
    static boolean texts(Collection<String> texts) {
        return texts.stream().noneMatch(text -> text.indexOf('\0') >= 0);
    }

    /** The record's key as an image id; empty where it has none or no database could hold it. */
    static Optional<String> key(ConsumerRecord<byte[], byte[]> record) {
        return Optional.ofNullable(record.key())
                .map(key -> new String(key, StandardCharsets.UTF_8))
                .filter(key -> key.indexOf('\0') < 0);
    }
}
