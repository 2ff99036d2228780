package io.bulwark.service.fetch;

import io.bulwark.events.Reason;
import io.bulwark.service.fetch.HttpFailures.HeadLimits;
import io.bulwark.service.lifecycle.NanoClock.Deadline;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.util.Timeout;

/**
 * Images by HTTP. Redirects are followed by hand, each target checked from the start; content encodings,
 * cookies, proxies of the environment and the client's own retries are off, since each is a way around a check.
 *
 * @param rules whom may be asked, and what is made of answers
 * @param canceller cuts exchanges at their deadline, however slowly bytes still trickle
 * @param reader of bodies
 */
record HttpSource(
        FetchLimits limits,
        HttpRules rules,
        CloseableHttpClient client,
        ScheduledExecutorService canceller,
        BodyReader reader)
        implements AutoCloseable {

    private static final Duration FIRST_PAUSE = Duration.ofMillis(50);

    /**
     * Makes a source.
     *
     * @param rules whom may be asked, and what is made of answers
     * @param dns vets every address where uploaders name the server
     * @param canceller cuts exchanges at their deadline, however slowly bytes still trickle
     * @param reader of bodies
     */
    HttpSource(
            FetchLimits limits,
            HttpRules rules,
            DnsResolver dns,
            ScheduledExecutorService canceller,
            BodyReader reader) {
        this(limits, rules, client(limits, dns), canceller, reader);
    }

    private static CloseableHttpClient client(FetchLimits limits, DnsResolver dns) {
        Timeout connect = Timeout.of(limits.connectTimeout());
        Timeout whole = Timeout.of(limits.deadline());
        return HttpClients.custom()
                .setConnectionManager(PoolingHttpClientConnectionManagerBuilder.create()
                        .setConnectionFactory(HeadLimits.connections())
                        .setDnsResolver(dns)
                        .setMaxConnTotal(limits.threads())
                        .setMaxConnPerRoute(limits.threads())
                        .setDefaultConnectionConfig(ConnectionConfig.custom()
                                .setConnectTimeout(connect)
                                .setSocketTimeout(whole)
                                .build())
                        .build())
                .setDefaultRequestConfig(RequestConfig.custom()
                        .setResponseTimeout(whole)
                        .setConnectionRequestTimeout(whole)
                        .build())
                .setUserAgent("bulwark")
                .disableRedirectHandling()
                .disableAutomaticRetries()
                .disableContentCompression()
                .disableCookieManagement()
                .disableAuthCaching()
                .build();
    }

    /** Never throws for what the location or its server does. Any thread. */
    FetchResult fetch(URI uri, Deadline deadline) {
        return fetch(uri, deadline, () -> {});
    }

    /**
     * The same.
     *
     * @param left called on this thread, before another host is asked than the location's own
     */
    FetchResult fetch(URI uri, Deadline deadline, Runnable left) {
        Duration pause = FIRST_PAUSE;
        for (int attempt = 1; ; attempt++) {
            Try outcome = attempt(uri, deadline, left);
            if (!outcome.mayPass() || attempt >= limits.attempts() || !sleep(pause, deadline)) {
                return outcome.result();
            }
            pause = pause.multipliedBy(4);
        }
    }

    private Try attempt(URI first, Deadline deadline, Runnable left) {
        URI uri = first;
        boolean elsewhere = false;
        for (int redirects = 0; redirects <= limits.maxRedirects(); redirects++) {
            FetchResult.Refused forbidden = rules.forbids(uri).orElse(null);
            if (forbidden != null) {
                return new Try(forbidden, false);
            }
            try {
                Answer answer = exchange(uri, deadline);
                if (answer.redirect() == null) {
                    return new Try(answer.result(), answer.mayPass(), elsewhere);
                }
                uri = uri.resolve(answer.redirect());
                if (!elsewhere && !SlowHosts.originOf(uri.toString()).equals(SlowHosts.originOf(first.toString()))) {
                    elsewhere = true;
                    left.run();
                }
            } catch (IOException failure) {
                return new Try(
                        HttpFailures.of(failure, deadline),
                        HttpFailures.mayPass(failure) && !deadline.hasPassed(),
                        elsewhere);
            } catch (IllegalArgumentException malformed) {
                return new Try(
                        new FetchResult.Refused(Reason.FETCH_FAILED, "The server redirects to no valid address"),
                        false);
            }
        }
        return new Try(
                new FetchResult.Refused(
                        Reason.FETCH_FAILED,
                        "The server redirects more than " + limits.maxRedirects()
                                + " times (bulwark.fetch.max-redirects)"),
                false);
    }

    private Answer exchange(URI uri, Deadline deadline) throws IOException {
        HttpGet request = new HttpGet(uri);
        ScheduledFuture<?> cut =
                canceller.schedule(request::cancel, deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
        AtomicReference<Answer> given = new AtomicReference<>();
        try {
            return client.execute(request, response -> {
                given.set(answer(request, response, deadline));
                return given.get();
            });
        } catch (IOException | RuntimeException failure) {
            if (given.get() != null) {
                // Only the client's tidying up has failed: the body is whole, and its memory is leased.
                return given.get();
            }
            throw asFetchFailure(failure, deadline);
        } finally {
            cut.cancel(false);
        }
    }

    /**
     * The client throws what it must not where a cancelling falls between its taking of a connection and its use of it,
     * and where it is closed meanwhile. No file is at fault then.
     */
    private static IOException asFetchFailure(Exception failure, Deadline deadline) {
        if (failure instanceof IOException ordinary) {
            return ordinary;
        }
        if (failure instanceof IllegalArgumentException malformed) {
            throw malformed;
        }
        return deadline.hasPassed() ? new InterruptedIOException("deadline") : new IOException(failure);
    }

    private Answer answer(HttpGet request, ClassicHttpResponse response, Deadline deadline) throws IOException {
        int status = response.getCode();
        if (rules.followsRedirects() && isRedirect(status)) {
            Header location = response.getFirstHeader("Location");
            request.cancel();
            return location == null
                    ? new Answer(null, rules.refusal(status), false)
                    : new Answer(URI.create(location.getValue()), null, false);
        }
        HttpEntity entity = response.getEntity();
        if (status != 200 || entity == null) {
            request.cancel();
            return new Answer(null, rules.refusal(status), HttpFailures.mayPass(status));
        }
        FetchResult result = reader.readFramed(entity.getContent(), entity.getContentLength(), deadline);
        if (result instanceof FetchResult.Refused) {
            // Else the client reads the rest of the body to reuse the connection.
            request.cancel();
        }
        return new Answer(null, result, false);
    }

    private static boolean isRedirect(int status) {
        return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
    }

    private static boolean sleep(Duration pause, Deadline deadline) {
        if (deadline.remaining().compareTo(pause) <= 0) {
            return false;
        }
        try {
            TimeUnit.NANOSECONDS.sleep(pause.toNanos());
            return true;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        client.close();
    }

    private record Try(FetchResult result, boolean mayPass) {

        /** @param elsewhere whether another host than the location's own gave it */
        Try(FetchResult result, boolean mayPass, boolean elsewhere) {
            this(elsewhere && result instanceof FetchResult.Refused refused ? refused.elsewhere() : result, mayPass);
        }
    }

    private record Answer(URI redirect, FetchResult result, boolean mayPass) {}

    /** What differs between the open web, where an uploader names the server, and a store that the operator named. */
    interface HttpRules {

        /** Why an address may not be asked; empty where it may. Asked again of each redirect's target. */
        Optional<FetchResult.Refused> forbids(URI uri);

        /** Whether an answer that names another address is followed there. */
        boolean followsRedirects();

        /** What an answer other than 200, and other than a redirect that is followed, means. */
        FetchResult.Refused refusal(int status);
    }

    /**
     * The open web.
     *
     * @param limits of every fetch
     */
    record WebRules(FetchLimits limits) implements HttpRules {

        @Override
        public Optional<FetchResult.Refused> forbids(URI uri) {
            return limits.checkWeb(uri);
        }

        @Override
        public boolean followsRedirects() {
            return true;
        }

        @Override
        public FetchResult.Refused refusal(int status) {
            return HttpFailures.of(status);
        }
    }
}
