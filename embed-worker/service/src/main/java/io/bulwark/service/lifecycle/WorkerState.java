package io.bulwark.service.lifecycle;

import java.util.EnumSet;
import java.util.Set;
import java.util.function.BiConsumer;

/** Where a worker is in its life. Only the moves of {@link #isTransitionValid} happen. */
public enum WorkerState {
    /** Made, nothing begun. */
    STARTING,
    /** The model is opened and the batch sizes are measured. */
    WARMING,
    /** Readers are being told how the worker is going to write. */
    PUBLISHING_SCHEMAS,
    /** The bank is being read, or cannot be used; no upload is read. */
    WAITING_FOR_BANK,
    /** The group is being joined; no partitions were assigned yet. */
    JOINING,
    /** Uploads are answered. */
    RUNNING,
    /** A transaction failed: what was in flight is dropped and read again from the last commit. */
    RECOVERING,
    /** Told to stop: nothing new is read, what was begun is answered. */
    DRAINING,
    /** The group was left. */
    STOPPED,
    /** No retry helps; the process should be replaced. */
    FAILED;

    /** Whether a worker in {@code source} may go to {@code target}. */
    public static boolean isTransitionValid(WorkerState source, WorkerState target) {
        return source.targets().contains(target);
    }

    /** Whether nothing comes after. */
    public boolean isTerminal() {
        return targets().isEmpty();
    }

    private Set<WorkerState> targets() {
        return switch (this) {
            case STARTING -> EnumSet.of(WARMING, DRAINING, FAILED);
            case WARMING -> EnumSet.of(PUBLISHING_SCHEMAS, DRAINING, FAILED);
            case PUBLISHING_SCHEMAS -> EnumSet.of(WAITING_FOR_BANK, DRAINING, FAILED);
            case WAITING_FOR_BANK -> EnumSet.of(JOINING, DRAINING, FAILED);
            case JOINING -> EnumSet.of(RUNNING, WAITING_FOR_BANK, RECOVERING, DRAINING, FAILED);
            case RUNNING -> EnumSet.of(WAITING_FOR_BANK, RECOVERING, DRAINING, FAILED);
            case RECOVERING -> EnumSet.of(JOINING, DRAINING, FAILED);
            case DRAINING -> EnumSet.of(STOPPED, FAILED);
            case STOPPED, FAILED -> EnumSet.noneOf(WorkerState.class);
        };
    }

    /** The present state of one worker, or of one of its loops. The loop's thread moves it; any thread reads it. */
    public static final class StateMachine {

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

        /** The same for a loop that begins later in a worker's life. */
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
}
