package io.bulwark.service.fetch;

import io.bulwark.events.Reason;
import io.bulwark.service.config.FetchConfig;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Limits of every fetch. */
record FetchLimits(
        Set<String> schemes,
        Set<Integer> ports,
        boolean requireSha256,
        int maxBytes,
        long memoryBytes,
        Duration deadline,
        Duration connectTimeout,
        int maxRedirects,
        int attempts,
        int threads) {

    /** The part of the heap that fetched files may fill by default is one in this number. */
    private static final int PART_OF_HEAP = 6;

    /** Of fetches at leisure. */
    static FetchLimits of(FetchConfig fetch) {
        return of(fetch, fetch.deadline(), fetch.attempts(), fetch.deferredThreads());
    }

    /** Of the one try that an upload gets before it is deferred. */
    static FetchLimits prompt(FetchConfig fetch) {
        return of(fetch, fetch.prompt(), 1, fetch.threads());
    }

    private static FetchLimits of(FetchConfig fetch, Duration deadline, int attempts, int threads) {
        int maxBytes = Math.toIntExact(fetch.maxBytes().asLongValue());
        long memoryBytes = fetch.memoryBytes()
                .map(memory -> memory.asLongValue())
                .orElse(Runtime.getRuntime().maxMemory() / PART_OF_HEAP);
        return new FetchLimits(
                fetch.schemes(),
                fetch.ports(),
                fetch.requireSha256(),
                maxBytes,
                // Prompt fetches and those at leisure have a half each, which holds one file at least.
                Math.max(memoryBytes / 2, BodyReader.mostLeased(maxBytes)),
                deadline,
                fetch.connectTimeout(),
                fetch.maxRedirects(),
                attempts,
                threads);
    }

    /** Addresses of one name that can be tried within the deadline, and one of each family at least. */
    int mostAddresses() {
        return (int) Math.max(2, deadline.toNanos() / connectTimeout.toNanos());
    }

    /** Why an address may not even be tried; also said of what a redirect names, so that none leads to a file. */
    Optional<FetchResult.Refused> checkWeb(URI uri) {
        String scheme = scheme(uri);
        if (!(scheme.equals("http") || scheme.equals("https")) || !schemes.contains(scheme)) {
            return forbidden("The scheme is not allowed, allowed are "
                    + schemes.stream().sorted().toList() + " (bulwark.fetch.schemes)");
        }
        if (uri.getHost() == null) {
            return forbidden("The location names no host");
        }
        if (uri.getUserInfo() != null) {
            return forbidden("The location holds a user name");
        }
        return checkPort(uri, scheme);
    }

    /** Any other port is that of a service which speaks something else, or speaks HTTP to its own network only. */
    private Optional<FetchResult.Refused> checkPort(URI uri, String scheme) {
        int usual = scheme.equals("https") ? 443 : 80;
        int port = uri.getPort() < 0 ? usual : uri.getPort();
        return ports.contains(port)
                ? Optional.empty()
                : forbidden("The location's port is " + port + ", allowed are "
                        + ports.stream().sorted().toList() + " (bulwark.fetch.ports)");
    }

    /** Why a web location may not be fetched for want of a hash. */
    Optional<FetchResult.Refused> checkHash(boolean hasSha256) {
        return requireSha256 && !hasSha256
                ? Optional.of(new FetchResult.Refused(
                        Reason.HASH_REQUIRED,
                        "The location has no sha256, which web locations need here (bulwark.fetch.require-sha256)"))
                : Optional.empty();
    }

    static String scheme(URI uri) {
        return uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    }

    static Optional<FetchResult.Refused> forbidden(String detail) {
        return Optional.of(new FetchResult.Refused(Reason.LOCATION_FORBIDDEN, detail));
    }
}
