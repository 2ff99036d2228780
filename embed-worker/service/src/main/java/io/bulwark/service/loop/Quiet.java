package io.bulwark.service.loop;

import io.bulwark.service.pipeline.UploadSink;

/**
 * Whether nothing runs that a suspect would have to share the worker with. What is in flight the loop knows; what was
 * abandoned, or refused because its time was over, may still run in the pipeline ({@link UploadSink#isIdle}). Owned by the
 * loop's thread.
 */
final class Quiet {

    private final UploadSink pipeline;
    private boolean strays;

    Quiet(UploadSink pipeline) {
        this.pipeline = pipeline;
    }

    /** From now on something may run that is not in flight any more. */
    void disturbed() {
        strays = true;
    }

    /** @param inFlight uploads that count as noise */
    boolean isQuiet(int inFlight) {
        if (inFlight > 0) {
            return false;
        }
        strays = strays && !pipeline.isIdle();
        return !strays;
    }
}
