package io.bulwark.service.fetch;

import io.bulwark.events.Reason;
import io.bulwark.perception.bank.Bank.ContentHashes;
import io.bulwark.perception.hash.FileDigest;
import io.bulwark.perception.hash.Sha256;
import java.util.List;
import java.util.Optional;

/** The result of getting an image's bytes. The receiver calls {@link #release} on every path, also after a failure. */
public sealed interface FetchResult {

    /** The bytes are no longer needed: other files may have their memory. A second call does nothing. */
    void release();

    /**
     * The whole file.
     *
     * @param bytes the encoded file; not to be modified
     * @param sha256 of the bytes, lower-case hexadecimal
     * @param lease ends the file's hold on the memory of all fetched files; any thread, any number of times
     */
    record Fetched(byte[] bytes, String sha256, Runnable lease) implements FetchResult {

        /** A file whose hash is computed here. */
        static Fetched of(byte[] bytes, Runnable lease) {
            return new Fetched(bytes, Sha256.digest(bytes).hex(), lease);
        }

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
     * @param scope what else it says
     * @param arrived hashes of the file, where all of it arrived and is refused nonetheless
     */
    record Refused(Reason reason, String detail, Scope scope, Optional<ContentHashes> arrived) implements FetchResult {

        /** No file arrived. */
        public Refused(Reason reason, String detail, Scope scope) {
            this(reason, detail, scope, Optional.empty());
        }

        /** What is so of this location alone. */
        public Refused(Reason reason, String detail) {
            this(reason, detail, Scope.LOCATION);
        }

        /** The same of a file that arrived: what it is stays known. */
        Refused of(byte[] file) {
            return new Refused(
                    reason,
                    detail,
                    scope,
                    Optional.of(new ContentHashes(Optional.of(Sha256.digest(file)), FileDigest.all(file), List.of())));
        }

        /** Whether the location answered that this program must not have the file. */
        public boolean denied() {
            return scope == Scope.DENIED;
        }

        /** Whether a later try may find the file. */
        public boolean mayPass() {
            return scope == Scope.HOST || scope == Scope.ELSEWHERE || scope == Scope.MACHINE;
        }

        /** The same of a host that the location's own redirected to. */
        Refused elsewhere() {
            return scope == Scope.HOST ? new Refused(reason, detail, Scope.ELSEWHERE, arrived) : this;
        }

        @Override
        public void release() {
            // There is nothing to give back.
        }
    }

    /**
     * What a refusal is about. A client chooses its locations, so what one of them answers says nothing of the others
     * at its host: an account with addresses that answer 403 must not slow down a host that it shares with all.
     */
    enum Scope {
        /** This location: it is forbidden, missing, unfit, or answered with a status that a second try gets as well. */
        LOCATION,
        /** The same, and the answer was that this program must not have the file. */
        DENIED,
        /** Its host: it could not be reached, did not answer in time, or answered 429 or 5xx. */
        HOST,
        /** The same of another host, to which the location's own redirected: its own did answer. */
        ELSEWHERE,
        /** This machine: no memory was free, a request could not be signed or a folder not be read. */
        MACHINE
    }
}
