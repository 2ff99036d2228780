package io.bulwark.stream.query;

import io.bulwark.stream.runtime.InstanceAddress;
import io.bulwark.stream.state.StoreKey;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The answer to a question to the state. */
public sealed interface Answer<T> {

    /** The same answer about something that is made of what was found. */
    default <R> Answer<R> map(Function<T, R> made) {
        if (this instanceof Found<T> found) {
            return new Found<>(made.apply(found.value()), found.stale());
        }
        if (this instanceof Elsewhere<T> elsewhere) {
            return new Elsewhere<>(elsewhere.holder(), elsewhere.standbys());
        }
        return this instanceof NotReady<T> notReady ? new NotReady<>(notReady.why()) : new Absent<>();
    }

    /** The answer to a further question about what was found. */
    default <R> Answer<R> flatMap(Function<T, Answer<R>> further) {
        return this instanceof Found<T> found ? further.apply(found.value()) : map(none -> null);
    }

    /** What was found; empty for every other answer. */
    default Optional<T> found() {
        return this instanceof Found<T> found ? Optional.of(found.value()) : Optional.empty();
    }

    /** Why the state is not available; otherwise that. */
    default String why(String otherwise) {
        return this instanceof NotReady<T> notReady ? notReady.why() : otherwise;
    }

    /**
     * Here it is.
     *
     * @param stale whether it comes from a standby, which may lag behind
     */
    record Found<T>(T value, boolean stale) implements Answer<T> {

        /** From the instance that holds the key. */
        public Found(T value) {
            this(value, false);
        }
    }

    /** The instance that holds the key holds nothing under it. */
    record Absent<T>() implements Answer<T> {}

    /**
     * Another instance holds the key.
     *
     * @param standbys instances with a warm copy, to be asked with {@link Freshness#STANDBY} where the holder is
     *     silent; this instance may be among them
     */
    record Elsewhere<T>(InstanceAddress holder, List<InstanceAddress> standbys) implements Answer<T> {

        /** Where there is no warm copy. */
        public Elsewhere(InstanceAddress holder) {
            this(holder, List.of());
        }
    }

    /**
     * The state is not available; ask again in a moment.
     *
     * @param why one sentence
     */
    record NotReady<T>(String why) implements Answer<T> {}

    /** Which copy of the state may answer. */
    public enum Freshness {
        /** The instance that holds the key. */
        ACTIVE,

        /** Also a warm copy on this instance; then the answer is marked as stale. */
        STANDBY
    }

    /**
     * A part of a list that is in the order of its ids, and how far was looked for it.
     *
     * @param values what was found; there may be none though more follow, where a filter hid what was looked at
     * @param reached the id up to which was looked; empty where that is the end
     */
    public record Page<T>(List<T> values, Optional<String> reached) {

        /**
         * By the bytes of UTF-8 of what the stores have of an id, which is another order than that of its characters:
         * an id may hold the character 0, and no key does.
         */
        private static final Comparator<String> AS_STORED = Comparator.comparing(
                id -> StoreKey.inKey(id).getBytes(StandardCharsets.UTF_8), Arrays::compareUnsigned);

        public Page {
            values = List.copyOf(values);
        }

        /**
         * The page that parts of several partitions or instances make together: no further than the part that came
         * least far, so that the next one leaves nothing out.
         *
         * @param limit of values
         */
        public static <T> Page<T> of(List<Page<T>> parts, Function<T, String> idOf, int limit) {
            Optional<String> reached =
                    parts.stream().flatMap(part -> part.reached().stream()).min(AS_STORED);
            List<T> found = parts.stream()
                    .flatMap(part -> part.values().stream())
                    .filter(value -> reached.isEmpty() || AS_STORED.compare(idOf.apply(value), reached.get()) <= 0)
                    .sorted(Comparator.comparing(idOf, AS_STORED))
                    .toList();
            return found.size() <= limit
                    ? new Page<>(found, reached)
                    : new Page<>(found.subList(0, limit), Optional.of(idOf.apply(found.get(limit - 1))));
        }

        /** The same of something that is made of each value. */
        public <R> Page<R> map(Function<T, R> made) {
            return new Page<>(values.stream().map(made).toList(), reached);
        }
    }
}
