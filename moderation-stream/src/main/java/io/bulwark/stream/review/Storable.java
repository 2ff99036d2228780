package io.bulwark.stream.review;

import io.bulwark.schemas.topic.UploadIds;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * What the database can hold. A record that it refuses would otherwise be read again for ever.
 *
 * <p>Ids are in indexes, of which an entry has at most 2,704 bytes; so the bounds are those of {@link UploadIds},
 * in bytes.
 */
public final class Storable {

    /** The longest label, in bytes of UTF-8. */
    public static final int MOST_LABEL_BYTES = 512;

    /** The most labels of one decision. */
    public static final int MOST_LABELS = 1000;

    private Storable() {}

    /** Why the database cannot hold rows of such a tenant with these ids, as a sentence; empty where it can. */
    public static Optional<String> fault(String tenant, String... ids) {
        if (tenant.isEmpty() || tenant.equals("*")) {
            return Optional.of("No tenant is called '" + tenant + "'.");
        }
        return text("The tenant", tenant, UploadIds.MAX_TENANT_BYTES)
                .or(() -> first(Arrays.stream(ids).map(id -> text("An id", id, UploadIds.MAX_BYTES))));
    }

    /** The same of the labels of a decision. */
    public static Optional<String> fault(Collection<String> labels) {
        return labels.size() > MOST_LABELS
                ? Optional.of("It has " + labels.size() + " labels, allowed are " + MOST_LABELS + ".")
                : first(labels.stream().map(label -> text("A label", label, MOST_LABEL_BYTES)));
    }

    /** Why the database cannot hold words that are in no index. */
    public static Optional<String> faultOfWords(String words) {
        return text("A text", words, Integer.MAX_VALUE);
    }

    /** Whether there can be such a tenant with these ids. */
    public static boolean is(String tenant, String... ids) {
        return fault(tenant, ids).isEmpty();
    }

    /** The first of these faults. */
    @SafeVarargs
    public static Optional<String> first(Optional<String>... faults) {
        return first(List.of(faults).stream());
    }

    private static Optional<String> first(Stream<Optional<String>> faults) {
        return faults.flatMap(Optional::stream).findFirst();
    }

    /** PostgreSQL's text holds every character but the first of Unicode. */
    private static Optional<String> text(String name, String text, int most) {
        if (text.indexOf('\0') >= 0) {
            return Optional.of(name + " has the character U+0000.");
        }
        int found = UploadIds.bytes(text);
        return found <= most
                ? Optional.empty()
                : Optional.of(name + " has " + found + " bytes in UTF-8, allowed are " + most + ".");
    }

    /** The record's key as an image id; empty where it has none or no database could hold it. */
    public static Optional<String> key(ConsumerRecord<byte[], byte[]> record) {
        return Optional.ofNullable(record.key())
                .map(key -> new String(key, StandardCharsets.UTF_8))
                .filter(key -> key.indexOf('\0') < 0);
    }
}
