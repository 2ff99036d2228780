package io.bulwark.service.pipeline;

import java.util.Optional;

/** Where the loop sends uploads. */
public interface UploadSink {

    /** Sends an upload on its way; never throws for what it holds, and does not wait. */
    void submit(UploadInFlight upload);

    /**
     * Refuses an upload that brought down workers: its event is read for the verdict. Its bytes are compared with hashes
     * where labels are restricted, and never decoded.
     */
    void refusePoison(UploadInFlight upload);

    /**
     * Whether nothing runs here: neither what is waited for nor what was abandoned or refused for its deadline since.
     * Any thread.
     */
    boolean isIdle();

    /** Why no upload will be answered any more; empty while all is well. */
    Optional<Throwable> failure();
}
