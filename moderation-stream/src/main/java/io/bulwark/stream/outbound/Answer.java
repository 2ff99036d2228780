package io.bulwark.stream.outbound;

import java.time.Duration;
import java.util.Optional;

/** What became of an attempt. */
sealed interface Answer {

    /** The neighbour has it. */
    record Taken() implements Answer {}

    /** The neighbour says that this very event is wrong. */
    record Refused(int status) implements Answer {}

    /**
     * The neighbour does not work, or not with us: nothing is said about the event.
     *
     * @param why a few words, without anything that the neighbour wrote
     * @param rest how long it asks to be left alone
     * @param broken whether it may have broken at this very event: no answer, or 500
     */
    record Unavailable(String why, Optional<Duration> rest, boolean broken) implements Answer {}
}
