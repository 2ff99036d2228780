package io.bulwark.service.lifecycle;

import java.util.function.BiConsumer;

/** The present state of one worker, or of one of its loops. The loop's thread moves it; any thread reads it. */
public final class StateMachine {

    private final BiConsumer<WorkerState, WorkerState> listener;
    private volatile WorkerState state;

    /**
     * Begins in {@link WorkerState#STARTING}.
     *
     * @param listener told of each move with source and target, on the moving thread
     */
    public StateMachine(BiConsumer<WorkerState, WorkerState> listener) {
        this(WorkerState.STARTING, listener);
    }

    /** The same, of somebody who begins later in a worker's life. */
    public StateMachine(WorkerState first, BiConsumer<WorkerState, WorkerState> listener) {
        this.state = first;
        this.listener = listener;
    }

    public WorkerState state() {
        return state;
    }

    /**
     * Moves on; to the present state is no move.
     *
     * @throws IllegalStateException if the move is not allowed, naming both states
     */
    public synchronized void moveTo(WorkerState target) {
        WorkerState source = state;
        if (source == target) {
            return;
        }
        if (!WorkerState.isTransitionValid(source, target)) {
            throw new IllegalStateException("A worker in state " + source + " cannot go to " + target);
        }
        state = target;
        listener.accept(source, target);
    }
}
