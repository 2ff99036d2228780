package io.bulwark.service.fetch;

import java.net.URI;
import java.util.Arrays;
import java.util.Optional;

/**
 * An object in a store that speaks S3.
 *
 * @param bucket its name
 * @param key decoded, without a leading slash
 * @param versionId of one version; empty for the latest
 */
record S3Location(String bucket, String key, Optional<String> versionId) {

    private static final String VERSION = "versionId=";

    /**
     * Reads {@code s3://bucket/key[?versionId=id]}, the key percent-encoded as in any URI.
     *
     * @throws IllegalArgumentException if it is not written so; or the key begins with a slash or a segment of it is
     *     {@code .} or {@code ..}: a server or a client that tidies those would read another object, even of another
     *     bucket
     */
    static S3Location parse(URI uri) {
        String bucket = uri.getRawAuthority();
        String path = uri.getPath();
        if (bucket == null || path == null || path.length() < 2 || uri.getRawFragment() != null) {
            throw new IllegalArgumentException("A location in S3 is written s3://bucket/key, the key percent-encoded");
        }
        if (path.startsWith("//")
                || Arrays.stream(path.split("/")).anyMatch(segment -> segment.equals(".") || segment.equals(".."))) {
            throw new IllegalArgumentException("The key begins with a slash or has a segment that is . or ..");
        }
        return new S3Location(bucket, path.substring(1), version(uri));
    }

    private static Optional<String> version(URI uri) {
        String query = uri.getQuery();
        if (query == null) {
            return Optional.empty();
        }
        if (!query.startsWith(VERSION) || query.length() == VERSION.length() || query.contains("&")) {
            throw new IllegalArgumentException("The only parameter of a location in S3 is ?versionId=");
        }
        return Optional.of(query.substring(VERSION.length()));
    }
}
