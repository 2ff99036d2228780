package io.bulwark.stream.runtime;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/**
 * The state and what people need to know of it.
 *
 * @param message one sentence
 */
public record StreamsStatus(State state, String message) {

    /** The status that follows. */
    StreamsStatus next(State to, String why) {
        if (!State.isTransitionValid(state, to)) {
            throw new IllegalStateException("From " + state + " the client cannot become " + to + " (" + why + ")");
        }
        return new StreamsStatus(to, why);
    }

    /** Where the life of the Kafka Streams client stands. */
    public enum State {
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

        private static final Map<State, Set<State>> NEXT = new EnumMap<>(Map.of(
                WAITING_FOR_TOPICS, EnumSet.of(REBALANCING, FAILED, STOPPED),
                REBALANCING, EnumSet.of(RUNNING, FAILED, STOPPED),
                RUNNING, EnumSet.of(REBALANCING, FAILED, STOPPED),
                FAILED, EnumSet.of(WAITING_FOR_TOPICS, STOPPED),
                STOPPED, EnumSet.noneOf(State.class)));

        /** Whether the one state may follow the other. */
        public static boolean isTransitionValid(State from, State to) {
            return NEXT.get(from).contains(to);
        }
    }
}
