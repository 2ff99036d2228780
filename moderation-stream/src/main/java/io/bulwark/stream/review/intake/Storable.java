package io.bulwark.stream.review.intake;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;

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
}
