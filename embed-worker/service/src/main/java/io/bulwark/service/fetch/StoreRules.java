package io.bulwark.service.fetch;

import io.bulwark.events.Reason;
import java.net.URI;
import java.util.Optional;

/**
 * An object store: its address is the operator's, and the status says in S3's way what is the matter. A redirect means
 * that the bucket lies elsewhere; it is not followed, because the signature is for this address.
 */
record StoreRules() implements HttpRules {

    @Override
    public Optional<FetchResult.Refused> forbids(URI uri) {
        return Optional.empty();
    }

    @Override
    public boolean followsRedirects() {
        return false;
    }

    @Override
    public FetchResult.Refused refusal(int status) {
        return switch (status) {
            // 405: the version is the mark of a deletion.
            case 404, 405 ->
                new FetchResult.Refused(Reason.LOCATION_NOT_FOUND, "The store has no such bucket, object or version");
            case 401, 403 ->
                new FetchResult.Refused(
                        Reason.FETCH_FAILED,
                        "The store denies access to the object (status " + status
                                + "): whoever the credentials belong to"
                                + " (bulwark.fetch.s3.credentials) needs s3:GetObject, for versions s3:GetObjectVersion,"
                                + " and s3:ListBucket to be told that an object is missing",
                        FetchResult.Scope.DENIED);
            case 301, 302, 307, 308 ->
                new FetchResult.Refused(
                        Reason.FETCH_FAILED,
                        "The bucket lies in another region or at another address (bulwark.fetch.s3.region,"
                                + " bulwark.fetch.s3.endpoint)");
            default ->
                new FetchResult.Refused(
                        Reason.FETCH_FAILED, "The store answered with status " + status, HttpFailures.scope(status));
        };
    }
}
