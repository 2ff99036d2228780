package io.bulwark.service.pipeline;

import io.bulwark.events.ImageLocation;
import io.bulwark.service.fetch.FetchResult;
import java.util.Optional;
import java.util.function.Consumer;

/** How long uploads of one lane wait for what their locations name. Any thread. */
interface Fetching extends AutoCloseable {

    /**
     * Fetches soon, or completes the upload where there will be no file to look at.
     *
     * @param look takes what was fetched or why it was not, on a thread of this; not called where nothing is to be looked at
     */
    void fetch(UploadWork work, ImageLocation location, Consumer<FetchResult> look);

    /** The error that ended a fetch, whose upload nobody will answer any more; empty while all is well. */
    Optional<Throwable> failure();

    @Override
    void close();
}
