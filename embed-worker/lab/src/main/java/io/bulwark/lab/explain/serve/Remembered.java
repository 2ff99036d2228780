package io.bulwark.lab.explain.serve;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Answers of a while, in memory, bounded by number and age; the oldest is forgotten first. Thread-safe. */
final class Remembered {

    /** One is some 300 kB. */
    static final int MOST = 64;

    static final Duration LONGEST = Duration.ofMinutes(10);

    private final Clock clock;
    private final Map<String, Entry> answers = new LinkedHashMap<>(); // guarded by itself

    private record Entry(byte[] answer, Instant since) {}

    Remembered(Clock clock) {
        this.clock = clock;
    }

    Optional<byte[]> of(String question) {
        synchronized (answers) {
            forgetOld();
            return Optional.ofNullable(answers.get(question)).map(Entry::answer);
        }
    }

    void put(String question, byte[] answer) {
        synchronized (answers) {
            forgetOld();
            answers.remove(question);
            answers.put(question, new Entry(answer, clock.instant()));
            if (answers.size() > MOST) {
                forgetFirst();
            }
        }
    }

    /** What is too old; the order of entries is that of their age. */
    void forgetOld() {
        synchronized (answers) {
            Instant oldest = clock.instant().minus(LONGEST);
            while (!answers.isEmpty()
                    && answers.values().iterator().next().since().isBefore(oldest)) {
                forgetFirst();
            }
        }
    }

    private void forgetFirst() {
        Iterator<String> first = answers.keySet().iterator();
        first.next();
        first.remove();
    }
}
