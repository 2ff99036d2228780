package io.bulwark.service.fetch;

import io.bulwark.events.Reason;

/** What came of getting an image's bytes. */
public sealed interface FetchResult {

    /**
     * The whole file.
     *
     * @param bytes the encoded file; not to be modified
     * @param sha256 of the bytes, lower-case hexadecimal
     */
    record Fetched(byte[] bytes, String sha256) implements FetchResult {}

    /**
     * There is no file to look at.
     *
     * @param reason as in the verdict
     * @param detail one sentence: what was found and what is allowed
     */
    record Refused(Reason reason, String detail) implements FetchResult {}
}
