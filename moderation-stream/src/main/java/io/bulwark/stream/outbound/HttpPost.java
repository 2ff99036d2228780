package io.bulwark.stream.outbound;

import io.bulwark.stream.picture.SignedHttp;
import io.bulwark.stream.picture.SignedHttp.BoundedBody;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Sends requests over the network. Redirects are not followed. The status alone is the answer; at most 64 KiB of the
 * body are read.
 */
public final class HttpPost implements DeliveryRounds.Post {

    private static final int MOST_ANSWER_BYTES = 64 << 10;

    private final HttpClient http;
    private final Duration timeout;
    private final Clock clock;

    /** @param timeout from the connection to the end of the answer */
    public HttpPost(Duration timeout, Clock clock) {
        this.timeout = timeout;
        this.clock = clock;
        this.http = SignedHttp.client(timeout);
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

    /** The outcome of one attempt. */
    public sealed interface AttemptResult {

        /** Statuses that reject the event itself. */
        Set<Integer> REJECTIONS = Set.of(400, 409, 413, 414, 415, 422);

        int INTERNAL_ERROR = 500;
        Duration LONGEST_REST = Duration.ofHours(1);

        /** The receiver has it. */
        record Taken() implements AttemptResult {}

        /** The receiver rejects this event. */
        record Refused(int status) implements AttemptResult {}

        /**
         * The receiver does not work, or does not let us in. Says nothing about the event.
         *
         * @param why a few words, without anything that the receiver wrote
         * @param rest the pause that the receiver requests
         * @param broken whether this event may have broken the receiver: no answer, or 500
         */
        record Unavailable(String why, Optional<Duration> rest, boolean broken) implements AttemptResult {}

        /**
         * The meaning of a status. Redirects are not followed: the operator set the address.
         *
         * @param retryAfter the header of that name: seconds, or a date of HTTP
         */
        static AttemptResult of(int status, Optional<String> retryAfter, Instant now) {
            if (status >= 200 && status < 300) {
                return new Taken();
            }
            return REJECTIONS.contains(status)
                    ? new Refused(status)
                    : new Unavailable(
                            "status " + status,
                            retryAfter.flatMap(text -> rest(text, now)),
                            status == INTERNAL_ERROR && retryAfter.isEmpty());
        }

        private static Optional<Duration> rest(String text, Instant now) {
            try {
                Duration requested = text.matches("[0-9]{1,9}")
                        ? Duration.ofSeconds(Long.parseLong(text))
                        : Duration.between(
                                now,
                                ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                                        .toInstant());
                return Optional.of(requested.compareTo(LONGEST_REST) > 0 ? LONGEST_REST : requested)
                        .filter(rest -> !rest.isNegative());
            } catch (DateTimeException noDate) {
                return Optional.empty();
            }
        }
    }
}
