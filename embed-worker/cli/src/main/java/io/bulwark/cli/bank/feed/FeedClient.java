package io.bulwark.cli.bank.feed;

import io.bulwark.cli.terminal.CommandFailure;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow.Subscription;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * Asks an exchange over HTTPS: answers of a bounded size within a bounded time, no redirects (they could lead the
 * credentials elsewhere), again after 429 and 5xx. One thread.
 */
public final class FeedClient {

    private static final Set<Integer> TRY_AGAIN = Set.of(429, 500, 502, 503, 504);
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");
    private static final int TRIES = 5;
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

    private final HttpClient client;
    private final Map<String, String> headers;
    private final Limits limits;

    /**
     * @param answer for one answer, its body included
     * @param pause before the second try; doubled with each further one
     * @param bytes of one answer
     */
    public record Limits(Duration answer, Duration pause, int bytes) {}

    /**
     * @param authority PEM certificates that are trusted instead of Java's; empty for Java's
     * @param headers sent with each request: the credentials
     * @throws CommandFailure if the certificates cannot be read
     */
    public FeedClient(Optional<Path> authority, Map<String, String> headers, Limits limits) {
        HttpClient.Builder builder = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(limits.answer());
        authority.ifPresent(file -> builder.sslContext(trusting(file)));
        this.client = builder.build();
        this.headers = Map.copyOf(headers);
        this.limits = limits;
    }

    /**
     * An address that credentials may be sent to.
     *
     * @throws CommandFailure if it is no https address, and not one of this machine
     */
    public static URI address(String option, String text) {
        URI address = CommandFailure.orUsage(option, () -> URI.create(text));
        boolean own = "http".equals(address.getScheme()) && LOOPBACK.contains(String.valueOf(address.getHost()));
        if (address.getHost() == null
                || address.getUserInfo() != null
                || !("https".equals(address.getScheme()) || own)) {
            throw CommandFailure.usage(option + " is no https address (without user and password in it): " + text);
        }
        return address;
    }

    /**
     * Asks.
     *
     * @return an answer of status 200, 304 or 400 to 499 but 401, 403 and 429
     * @throws CommandFailure if there is none
     */
    public Answer get(URI address, Map<String, String> more) {
        return ask(HttpRequest.newBuilder(address).GET(), address, more);
    }

    /** The same with a JSON body. */
    public Answer post(URI address, String json) {
        HttpRequest.Builder request = HttpRequest.newBuilder(address)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json));
        return ask(request, address, Map.of());
    }

    private Answer ask(HttpRequest.Builder request, URI address, Map<String, String> more) {
        headers.forEach(request::header);
        more.forEach(request::header);
        HttpRequest asked = request.build();
        String host = address.getHost();
        CommandFailure last = null;
        for (int attempt = 0; attempt < TRIES; attempt++) {
            try {
                Answer answer = once(asked);
                if (!TRY_AGAIN.contains(answer.status())) {
                    return checked(answer, host);
                }
                last = CommandFailure.unavailable(
                        host + " answers with status " + answer.status() + ", " + TRIES + " times in a row");
                pause(attempt, answer.headers().firstValue("Retry-After"));
            } catch (TooLargeException large) {
                throw CommandFailure.failed(host + " answers with more than " + limits.bytes()
                        + " bytes (--most-bytes). Nothing is changed");
            } catch (IOException | TimeoutException silent) {
                last = CommandFailure.unavailable(
                        host + " does not answer within " + limits.answer().toSeconds() + " s: "
                                + silent.getClass().getSimpleName() + " " + silent.getMessage(),
                        silent);
                pause(attempt, Optional.empty());
            }
        }
        throw last;
    }

    private static Answer checked(Answer answer, String host) {
        int status = answer.status();
        if (status == 401 || status == 403) {
            throw CommandFailure.failed(host + " refuses the credentials (status " + status
                    + "): check --credentials-file or BULWARK_FEED_CREDENTIALS. Nothing is changed");
        }
        if (status != 200 && status != 304 && status / 100 != 4) {
            throw CommandFailure.failed(
                    host + " answers with status " + status + ", wanted is 200. Nothing is changed");
        }
        return answer;
    }

    private Answer once(HttpRequest request) throws IOException, TimeoutException {
        CompletableFuture<HttpResponse<byte[]>> asked =
                client.sendAsync(request, info -> new BoundedBody(limits.bytes()));
        try {
            HttpResponse<byte[]> response = asked.get(limits.answer().toMillis(), TimeUnit.MILLISECONDS);
            return new Answer(response.statusCode(), response.body(), response.headers());
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof IOException io) {
                throw io;
            }
            throw new IOException(failed.getCause());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw CommandFailure.failed(
                    "interrupted while asking " + request.uri().getHost(), stopped);
        } finally {
            asked.cancel(true);
        }
    }

    /** As long as the exchange asks for, 30 seconds at most; else twice as long as before. */
    private void pause(int attempt, Optional<String> retryAfter) {
        if (attempt + 1 == TRIES) {
            return;
        }
        long millis = retryAfter
                .filter(text -> text.matches("\\d{1,6}"))
                .map(text -> Long.parseLong(text) * 1000)
                .orElse(limits.pause().toMillis() << attempt);
        try {
            Thread.sleep(Math.min(millis, LONGEST_WAIT.toMillis()));
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw CommandFailure.failed("interrupted between two tries", stopped);
        }
    }

    private static SSLContext trusting(Path file) {
        try (InputStream pem = Files.newInputStream(file)) {
            KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
            trusted.load(null, null);
            int number = 0;
            for (Certificate each : CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
                trusted.setCertificateEntry("authority-" + number++, each);
            }
            TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            managers.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, managers.getTrustManagers(), null);
            return context;
        } catch (IOException | GeneralSecurityException unreadable) {
            throw CommandFailure.usage("--ca " + file + " holds no PEM certificates that can be read: " + unreadable);
        }
    }

    /** What came. */
    public record Answer(int status, byte[] body, HttpHeaders headers) {}

    /** The answer has more bytes than are taken. */
    private static final class TooLargeException extends IOException {

        private static final long serialVersionUID = 1L;
    }

    /** Collects a body up to a size, and hangs up beyond it. */
    private static final class BoundedBody implements BodySubscriber<byte[]> {

        private final BodySubscriber<byte[]> all = BodySubscribers.ofByteArray();
        private final CompletableFuture<byte[]> body = new CompletableFuture<>();
        private final int most;
        private long seen;
        private Subscription subscription;

        BoundedBody(int most) {
            this.most = most;
        }

        @Override
        public CompletionStage<byte[]> getBody() {
            return body;
        }

        @Override
        public void onSubscribe(Subscription given) {
            subscription = given;
            all.getBody().whenComplete((bytes, failure) -> {
                if (failure == null) {
                    body.complete(bytes);
                } else {
                    body.completeExceptionally(failure);
                }
            });
            all.onSubscribe(given);
        }

        @Override
        public void onNext(List<ByteBuffer> buffers) {
            seen += buffers.stream().mapToLong(ByteBuffer::remaining).sum();
            if (seen > most) {
                subscription.cancel();
                body.completeExceptionally(new TooLargeException());
            } else {
                all.onNext(buffers);
            }
        }

        @Override
        public void onError(Throwable failure) {
            all.onError(failure);
        }

        @Override
        public void onComplete() {
            all.onComplete();
        }
    }
}
