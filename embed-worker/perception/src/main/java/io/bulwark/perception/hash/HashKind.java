package io.bulwark.perception.hash;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** The kinds of hashes that are read from lists. */
enum HashKind {
    SHA256("sha256", Set.of("sha256", "sha-256", "hash_sha256")),
    PDQ("pdq", Set.of("pdq", "hash_pdq"));

    private final String written;
    private final Set<String> read;

    /**
     * @param written the name in lists of our own
     * @param read the names in lists of others, those of ThreatExchange's indicators among them
     */
    HashKind(String written, Set<String> read) {
        this.written = written;
        this.read = read;
    }

    /** The name in a list that is written. */
    String written() {
        return written;
    }

    /** The kind that a list calls so, upper or lower case; empty for the many that are not read. */
    static Optional<HashKind> ofName(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        for (HashKind kind : values()) {
            if (kind.read.contains(lower)) {
                return Optional.of(kind);
            }
        }
        return Optional.empty();
    }
}
