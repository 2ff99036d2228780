package io.bulwark.stream.outbound;

import io.bulwark.stream.picture.BoundedBody;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Sends requests over the network. Redirects are not followed. The status alone is the answer; at most 64 KiB of the
 * body are read.
 */
final class HttpPost implements DeliveryRounds.Post {

    private static final int MOST_ANSWER_BYTES = 64 << 10;

    private final HttpClient http;
    private final Duration timeout;
    private final Clock clock;

    /** @param timeout from the connection to the end of the answer */
    HttpPost(Duration timeout, Clock clock) {
        this.timeout = timeout;
        this.clock = clock;
        this.http = HttpClient.newBuilder()
                .connectTimeout(timeout)
                .followRedirects(HttpClient.Redirect.NEVER)
                .version(HttpClient.Version.HTTP_1_1)
                .build();
    }

    @Override
    public CompletableFuture<AttemptResult> send(HttpRequest request) {
        var head = new AtomicReference<HttpResponse.ResponseInfo>();
        CompletableFuture<HttpResponse<byte[]>> asked = http.sendAsync(request, info -> {
            head.set(info);
            return new BoundedBody(MOST_ANSWER_BYTES);
        });
        return asked.copy().orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS).handle((response, failure) -> {
            if (failure != null) {
                asked.cancel(true);
            }
            HttpResponse.ResponseInfo info = head.get();
            if (info != null) {
                return AttemptResult.of(info.statusCode(), info.headers().firstValue("Retry-After"), clock.instant());
            }
            Throwable cause = failure instanceof CompletionException wrapped && wrapped.getCause() != null
                    ? wrapped.getCause()
                    : failure;
            return new AttemptResult.Unavailable(cause.getClass().getSimpleName(), Optional.empty(), true);
        });
    }
}
