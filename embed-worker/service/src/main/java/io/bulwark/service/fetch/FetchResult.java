package io.bulwark.service.fetch;

import io.bulwark.events.Reason;

/** What came of getting an image's bytes. Whoever gets one calls {@link #release} on every path, also of a failure. */
public sealed interface FetchResult {

    /** Nobody needs the bytes any more, so that other files may have their memory. A second time does nothing. */
    void release();

    /**
     * The whole file.
     *
     * @param bytes the encoded file; not to be modified
     * @param sha256 of the bytes, lower-case hexadecimal
     * @param lease ends the file's hold on the memory of all fetched files; any thread, any number of times
     */
    record Fetched(byte[] bytes, String sha256, Runnable lease) implements FetchResult {
        @Override
        public void release() {
            lease.run();
        }
    }

    /**
     * There is no file to look at.
     *
     * @param reason as in the verdict
     * @param detail one sentence: what was found and what is allowed
     * @param denied whether the location answered that this program must not have the file
     */
    record Refused(Reason reason, String detail, boolean denied) implements FetchResult {
        public Refused(Reason reason, String detail) {
            this(reason, detail, false);
        }

        @Override
        public void release() {
            // There is nothing to give back.
        }
    }
}
