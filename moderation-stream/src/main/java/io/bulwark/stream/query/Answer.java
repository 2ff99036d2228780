package io.bulwark.stream.query;

import io.bulwark.stream.runtime.InstanceAddress;
import java.util.List;
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
}
