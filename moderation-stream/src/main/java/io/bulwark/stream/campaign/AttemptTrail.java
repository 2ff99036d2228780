package io.bulwark.stream.campaign;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Attempts in the order of their audits, each content once, by its first attempt: re-uploads of one file do not count.
 * One thread calls.
 */
final class AttemptTrail {

    private final NavigableSet<Attempt> attempts = new TreeSet<>(Attempt.OLDER);
    private final Map<String, Attempt> byContent = new HashMap<>();

    /** The attempt with a content. */
    Optional<Attempt> of(String content) {
        return Optional.ofNullable(byContent.get(content));
    }

    /** Adds an attempt whose content is not there. */
    void add(Attempt attempt) {
        attempts.add(attempt);
        byContent.put(attempt.content(), attempt);
    }

    /** @return whether it was there */
    boolean remove(Attempt attempt) {
        byContent.remove(attempt.content(), attempt);
        return attempts.remove(attempt);
    }

    Attempt oldest() {
        return attempts.first();
    }

    Attempt newest() {
        return attempts.last();
    }

    int size() {
        return attempts.size();
    }

    boolean isEmpty() {
        return attempts.isEmpty();
    }

    /** Oldest first; not to be modified, changes with the trail. */
    NavigableSet<Attempt> all() {
        return Collections.unmodifiableNavigableSet(attempts);
    }

    /** Oldest first, as they are now. */
    List<Attempt> copy() {
        return new ArrayList<>(attempts);
    }
}
