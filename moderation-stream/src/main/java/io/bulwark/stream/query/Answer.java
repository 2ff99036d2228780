package io.bulwark.stream.query;

import io.bulwark.stream.runtime.InstanceAddress;

/** What came of a question to the state. */
public sealed interface Answer<T> {

    /** Here it is. */
    record Found<T>(T value) implements Answer<T> {}

    /** The instance that holds the key holds nothing under it. */
    record Absent<T>() implements Answer<T> {}

    /** Another instance holds the key. */
    record Elsewhere<T>(InstanceAddress holder) implements Answer<T> {}

    /**
     * Nobody can say just now; ask again in a moment.
     *
     * @param why one sentence
     */
    record NotReady<T>(String why) implements Answer<T> {}
}
