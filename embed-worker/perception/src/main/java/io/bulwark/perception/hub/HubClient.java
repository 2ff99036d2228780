package io.bulwark.perception.hub;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.perception.hub.ModelHub.HubException;
import io.bulwark.perception.hub.ModelHub.HubSettings;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Speaks with the hub over HTTP. Redirects are followed by hand: the token goes to the hub's host alone. */
final class HubClient {

    private static final int REDIRECTS = 5;
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final HubSettings settings;
    private final Supplier<BusyHubWait> patience;
    private final HttpClient http = HttpClient.newBuilder()
            .connectTimeout(TIMEOUT)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();

    /** @param patience one for each request */
    HubClient(HubSettings settings, Supplier<BusyHubWait> patience) {
        this.settings = settings;
        this.patience = patience;
    }

    /**
     * What a revision stands for now.
     *
     * @param commit that the revision names
     * @param files in its top folder
     */
    record Snapshot(String commit, List<RemoteFile> files) {}

    /** Asks what a model consists of. */
    Snapshot snapshot(HubLocation model) throws IOException {
        URI uri = URI.create("%s/api/models/%s/revision/%s?blobs=true"
                .formatted(
                        settings.endpoint(),
                        model.repository(),
                        model.revision().replace("/", "%2F")));
        HttpResponse<InputStream> response = get(model, uri, 0);
        try (InputStream body = response.body()) {
            JsonNode root = new ObjectMapper().readTree(body);
            String commit = root.path("sha").asText();
            if (!HubLocation.isCommit(commit)) {
                throw new HubException("%s: the hub at %s names no commit".formatted(model, settings.endpoint()));
            }
            List<RemoteFile> files = new ArrayList<>();
            root.path("siblings").forEach(node -> {
                if (!node.path("rfilename").asText().contains("/")) {
                    files.add(file(node));
                }
            });
            return new Snapshot(commit, files);
        }
    }

    private static RemoteFile file(JsonNode node) {
        String name = node.path("rfilename").asText();
        JsonNode large = node.path("lfs");
        return large.hasNonNull("sha256")
                ? new RemoteFile(
                        name,
                        large.path("size").asLong(),
                        RemoteFile.Digest.SHA_256,
                        large.path("sha256").asText())
                : new RemoteFile(
                        name,
                        node.path("size").asLong(),
                        RemoteFile.Digest.GIT_BLOB,
                        node.path("blobId").asText());
    }

    /**
     * Opens a file's content.
     *
     * @param from first byte wanted; the answer says whether it begins there (206) or at the start (200)
     */
    HttpResponse<InputStream> content(HubLocation model, String commit, String file, long from) throws IOException {
        return get(
                model,
                URI.create("%s/%s/resolve/%s/%s".formatted(settings.endpoint(), model.repository(), commit, file)),
                from);
    }

    private HttpResponse<InputStream> get(HubLocation model, URI first, long from) throws IOException {
        URI uri = first;
        for (int hop = 0; hop <= REDIRECTS; hop++) {
            HttpResponse<InputStream> response = send(request(uri, from));
            int status = response.statusCode();
            if (status >= 300 && status < 400) {
                response.body().close();
                uri = uri.resolve(response.headers()
                        .firstValue("location")
                        .orElseThrow(() -> new HubException(model + ": the hub redirects to nowhere")));
            } else if (status == 200 || status == 206 || (status == 416 && from > 0)) {
                return response;
            } else {
                response.body().close();
                throw refused(model, status);
            }
        }
        throw new HubException("%s: more than %d redirects from %s".formatted(model, REDIRECTS, first));
    }

    private HttpRequest request(URI uri, long from) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri).timeout(TIMEOUT);
        if (from > 0) {
            request.header("Range", "bytes=" + from + "-");
        }
        if (isHub(uri)) {
            settings.token().ifPresent(token -> request.header("Authorization", "Bearer " + token));
        }
        return request.build();
    }

    private boolean isHub(URI uri) {
        URI hub = settings.endpoint();
        return hub.getScheme().equals(uri.getScheme())
                && hub.getHost().equalsIgnoreCase(uri.getHost())
                && hub.getPort() == uri.getPort();
    }

    private HttpResponse<InputStream> send(HttpRequest request) throws IOException {
        BusyHubWait left = patience.get();
        try {
            HttpResponse<InputStream> response = http.send(request, HttpResponse.BodyHandlers.ofInputStream());
            while (BusyHubWait.isBusy(response.statusCode())
                    && left.await(response.headers().firstValue("retry-after"))) {
                response.body().close();
                response = http.send(request, HttpResponse.BodyHandlers.ofInputStream());
            }
            return response;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private HubException refused(HubLocation model, int status) {
        String reason = switch (status) {
            case 401, 403 -> "it is private or gated: set %s to a token that may read it".formatted(HubSettings.TOKEN);
            case 404 ->
                "there is no such model, revision or file, or it is private: look at the name, or set "
                        + HubSettings.TOKEN;
            case 429, 503 ->
                "it is busy for longer than a download waits: try again later, or set %s to another hub"
                        .formatted(HubSettings.ENDPOINT);
            default -> "try again later, or set %s to another hub".formatted(HubSettings.ENDPOINT);
        };
        return new HubException(
                "%s: the hub at %s answers %d; %s".formatted(model, settings.endpoint(), status, reason));
    }

    /**
     * A file as the hub describes it.
     *
     * @param name without folders
     * @param size in bytes
     * @param digest how its checksum is made
     * @param checksum lower-case hexadecimal
     */
    record RemoteFile(String name, long size, Digest digest, String checksum) {

        /** Kinds of checksums that the hub states. */
        enum Digest {
            /** Of the content: files kept in large-file storage. */
            SHA_256,
            /** Git's object id, SHA-1 over a header and the content: files kept in the repository itself. */
            GIT_BLOB
        }

        /** What is wrong with a downloaded copy; empty if nothing is. */
        String fault(Path copy) throws IOException {
            long found = Files.size(copy);
            if (found != size) {
                return "has %d bytes, the hub says %d".formatted(found, size);
            }
            String sum = checksumOf(copy);
            return sum.equals(checksum) ? "" : "has %s %s, the hub says %s".formatted(digest, sum, checksum);
        }

        private String checksumOf(Path copy) throws IOException {
            try {
                MessageDigest function = MessageDigest.getInstance(digest == Digest.SHA_256 ? "SHA-256" : "SHA-1");
                if (digest == Digest.GIT_BLOB) {
                    function.update(("blob " + size + "\0").getBytes(StandardCharsets.US_ASCII));
                }
                try (InputStream content = new DigestInputStream(Files.newInputStream(copy), function)) {
                    content.transferTo(OutputStream.nullOutputStream());
                }
                return HexFormat.of().formatHex(function.digest());
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every JDK has SHA-1 and SHA-256", e);
            }
        }
    }

    /**
     * How long a request waits when the hub is busy: as long as {@code Retry-After} says (RFC 9110, section 10.2.3:
     * seconds or a date), else 1, 2, 4, 8 and 16 seconds. It waits {@value #MOST_WAITS} times at most, and no more than
     * {@link #MOST} in all. One thread, one request.
     */
    static final class BusyHubWait {

        static final int MOST_WAITS = 5;
        static final Duration MOST = Duration.ofMinutes(5);

        private static final int TOO_MANY_REQUESTS = 429;
        private static final int UNAVAILABLE = 503;

        private final Clock clock;
        private final Sleeper sleeper;
        private int waits;
        private Duration waited = Duration.ZERO;

        BusyHubWait(Clock clock, Sleeper sleeper) {
            this.clock = clock;
            this.sleeper = sleeper;
        }

        /** Lets time pass. */
        @FunctionalInterface
        interface Sleeper {

            void sleep(Duration time) throws InterruptedException;
        }

        /** Whether an answer says that the same request may do later. */
        static boolean isBusy(int status) {
            return status == TOO_MANY_REQUESTS || status == UNAVAILABLE;
        }

        /**
         * Waits before the request is sent again.
         *
         * @param retryAfter what the busy hub says; one that cannot be read counts as none
         * @return false, at once, where it has waited often enough or would have to wait too long
         */
        boolean await(Optional<String> retryAfter) throws InterruptedException {
            Duration wait = retryAfter.flatMap(this::asked).orElse(Duration.ofSeconds(1L << waits));
            if (waits == MOST_WAITS || waited.plus(wait).compareTo(MOST) > 0) {
                return false;
            }
            waits++;
            waited = waited.plus(wait);
            sleeper.sleep(wait);
            return true;
        }

        private Optional<Duration> asked(String retryAfter) {
            String text = retryAfter.strip();
            if (text.matches("\\d+")) {
                // More digits than these are longer than anybody waits.
                return Optional.of(text.length() > 9 ? MOST.plusSeconds(1) : Duration.ofSeconds(Long.parseLong(text)));
            }
            try {
                Duration until = Duration.between(
                        clock.instant(), ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME));
                return Optional.of(until.isNegative() ? Duration.ZERO : until);
            } catch (DateTimeException unreadable) {
                return Optional.empty();
            }
        }
    }
}
