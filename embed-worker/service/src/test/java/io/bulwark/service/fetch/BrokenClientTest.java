package io.bulwark.service.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.events.Reason;
import io.bulwark.service.fetch.BodyReader.FetchBudget;
import io.bulwark.service.fetch.HttpSource.WebRules;
import io.bulwark.service.lifecycle.NanoClock;
import io.bulwark.service.lifecycle.NanoClock.Deadline;
import io.bulwark.service.testing.TestConfig;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Supplier;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.CloseableHttpResponse;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.io.entity.InputStreamEntity;
import org.apache.hc.core5.http.message.BasicClassicHttpResponse;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.io.CloseMode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A client that throws what it must not, before an answer and after it. */
class BrokenClientTest {

    private static final URI LOCATION = URI.create("http://images.example/file");

    private final ScheduledExecutorService canceller = Executors.newSingleThreadScheduledExecutor();
    private final FetchBudget budget = new FetchBudget(1 << 20, BodyReader.mostLeased(1000));

    @AfterEach
    void stop() {
        canceller.shutdownNow();
    }

    static List<RuntimeException> mistakes() {
        return List.of(new NullPointerException(), new IllegalStateException("Connection pool shut down"));
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void what_the_client_breaks_with_is_a_failed_fetch_and_no_corrupt_image(RuntimeException mistake) {
        FetchResult result = fetch(() -> {
            throw mistake;
        });

        assertThat(((FetchResult.Refused) result).reason()).isEqualTo(Reason.FETCH_FAILED);
        assertThat(budget.leased()).isZero();
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void a_body_that_is_whole_counts_though_the_client_breaks_behind_it(RuntimeException mistake) {
        assertWhole(fetch(() -> answer(new ByteArrayInputStream(new byte[500]) {
            @Override
            public void close() {
                throw mistake;
            }
        })));
    }

    @Test
    void a_body_that_is_whole_counts_though_its_connection_cannot_be_closed() {
        assertWhole(fetch(() -> answer(new ByteArrayInputStream(new byte[500]) {
            @Override
            public void close() throws IOException {
                throw new IOException("gone");
            }
        })));
    }

    private void assertWhole(FetchResult result) {
        assertThat(((FetchResult.Fetched) result).bytes()).hasSize(500);
        assertThat(budget.leased()).isEqualTo(500);
        result.release();
        assertThat(budget.leased()).isZero();
    }

    private FetchResult fetch(Supplier<CloseableHttpResponse> server) {
        FetchLimits limits =
                FetchLimits.of(TestConfig.of(Map.of("bulwark.fetch.schemes", "http", "bulwark.fetch.attempts", "2"))
                        .fetch());
        HttpSource source = new HttpSource(
                limits, new WebRules(limits), new Client(server), canceller, new BodyReader(1000, budget));
        return source.fetch(LOCATION, Deadline.after(Duration.ofSeconds(10), NanoClock.SYSTEM));
    }

    private static CloseableHttpResponse answer(InputStream body) {
        BasicClassicHttpResponse response = new BasicClassicHttpResponse(200);
        response.setEntity(new InputStreamEntity(body, 500, ContentType.APPLICATION_OCTET_STREAM));
        return CloseableHttpResponse.adapt(response);
    }

    private static final class Client extends CloseableHttpClient {

        private final Supplier<CloseableHttpResponse> server;

        Client(Supplier<CloseableHttpResponse> server) {
            this.server = server;
        }

        @Override
        protected CloseableHttpResponse doExecute(HttpHost target, ClassicHttpRequest request, HttpContext context) {
            return server.get();
        }

        @Override
        public void close() {}

        @Override
        public void close(CloseMode mode) {}
    }
}
