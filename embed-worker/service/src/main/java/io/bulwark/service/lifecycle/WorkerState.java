package io.bulwark.service.lifecycle;

import java.util.EnumSet;
import java.util.Set;

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
    /** Something that no retry mends; the process should be replaced. */
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
}
