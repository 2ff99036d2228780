package io.bulwark.service.fetch;

import io.bulwark.events.Reason;
import io.bulwark.service.lifecycle.Deadline;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.Arrays;

/** Reads a stream whole, but never beyond the cap and never beyond the deadline. Any thread. */
final class BodyReader {

    private static final int FIRST_BUFFER = 64 * 1024;

    private final int maxBytes;

    BodyReader(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    /**
     * Reads to the end.
     *
     * @param announced length that the other side announced, negative where it did not; only sizes the first buffer
     * @return the bytes, or {@code TOO_LARGE}
     * @throws InterruptedIOException once the deadline has passed
     */
    FetchResult read(InputStream in, long announced, Deadline deadline) throws IOException {
        if (announced > maxBytes) {
            return tooLarge(announced + " bytes");
        }
        byte[] buffer = new byte[(int) Math.min(maxBytes, announced > 0 ? announced + 1 : FIRST_BUFFER)];
        int length = 0;
        while (true) {
            if (deadline.hasPassed()) {
                throw new InterruptedIOException("deadline");
            }
            if (length == buffer.length) {
                if (length == maxBytes) {
                    return in.read() < 0 ? Digests.fetched(buffer) : tooLarge("more than that");
                }
                buffer = Arrays.copyOf(buffer, (int) Math.min(maxBytes, buffer.length * 2L));
            }
            int read = in.read(buffer, length, buffer.length - length);
            if (read < 0) {
                return Digests.fetched(length == buffer.length ? buffer : Arrays.copyOf(buffer, length));
            }
            length += read;
        }
    }

    FetchResult.Refused tooLarge(String found) {
        return new FetchResult.Refused(
                Reason.TOO_LARGE,
                "The file has " + found + ", allowed are " + maxBytes + " bytes (bulwark.fetch.max-bytes)");
    }

    int maxBytes() {
        return maxBytes;
    }
}
