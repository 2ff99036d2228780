package io.bulwark.stream.runtime;

/**
 * The state and what people need to know of it.
 *
 * @param message one sentence
 */
public record StreamsStatus(StreamsState state, String message) {

    /** The status that follows. */
    StreamsStatus next(StreamsState to, String why) {
        if (!StreamsState.isTransitionValid(state, to)) {
            throw new IllegalStateException("From " + state + " the client cannot become " + to + " (" + why + ")");
        }
        return new StreamsStatus(to, why);
    }
}
