package io.bulwark.stream.runtime;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/** Where the life of the Kafka Streams client stands. */
public enum StreamsState {
    /** Looking whether the topics are there. */
    WAITING_FOR_TOPICS,
    /** Started; tasks are being assigned or restored. */
    REBALANCING,
    /** All tasks of this instance run. */
    RUNNING,
    /** The client failed; a new one follows after a pause. */
    FAILED,
    /** Closed for good. */
    STOPPED;

    private static final Map<StreamsState, Set<StreamsState>> NEXT = new EnumMap<>(Map.of(
            WAITING_FOR_TOPICS, EnumSet.of(REBALANCING, FAILED, STOPPED),
            REBALANCING, EnumSet.of(RUNNING, FAILED, STOPPED),
            RUNNING, EnumSet.of(REBALANCING, FAILED, STOPPED),
            FAILED, EnumSet.of(WAITING_FOR_TOPICS, STOPPED),
            STOPPED, EnumSet.noneOf(StreamsState.class)));

    /** Whether the one state may follow the other. */
    public static boolean isTransitionValid(StreamsState from, StreamsState to) {
        return NEXT.get(from).contains(to);
    }
}
