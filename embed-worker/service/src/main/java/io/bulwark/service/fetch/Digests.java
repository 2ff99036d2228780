package io.bulwark.service.fetch;

import io.bulwark.perception.hash.Sha256;

/** SHA-256 of whole files. */
final class Digests {

    private Digests() {}

    static FetchResult.Fetched fetched(byte[] bytes, Runnable lease) {
        return new FetchResult.Fetched(bytes, sha256(bytes), lease);
    }

    static String sha256(byte[] bytes) {
        return Sha256.digest(bytes).hex();
    }
}
