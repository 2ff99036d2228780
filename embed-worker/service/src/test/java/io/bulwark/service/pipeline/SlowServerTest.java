package io.bulwark.service.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.bulwark.events.ImageLocation;
import io.bulwark.events.ImageUploaded;
import io.bulwark.events.Reason;
import io.bulwark.service.config.WorkerConfig;
import io.bulwark.service.fetch.FetchResult;
import io.bulwark.service.fetch.ImageSources;
import io.bulwark.service.fetch.SlowHosts;
import io.bulwark.service.follow.PolicySnapshot;
import io.bulwark.service.lifecycle.NanoClock;
import io.bulwark.service.lifecycle.ThreadWatch;
import io.bulwark.service.pipeline.Fetching.PatientFetching;
import io.bulwark.service.pipeline.Fetching.PromptFetching;
import io.bulwark.service.pipeline.PreparationPool.Activity;
import io.bulwark.service.pipeline.VerdictWriter.Provenance;
import io.bulwark.service.testing.SampleUploads;
import io.bulwark.service.testing.TestConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Uploads at a web server that answers when the test says so. */
class SlowServerTest {

    private static final Duration ALLOWED = Duration.ofSeconds(30);

    private final Semaphore mayAnswer = new Semaphore(0);
    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicLong now = new AtomicLong(7);
    private final List<FetchResult> looked = new CopyOnWriteArrayList<>();
    private final Refusals refusals = new Refusals(
            new VerdictWriter(new Provenance("model", "views", "01234567", "worker"), Clock.systemUTC()),
            PolicySnapshot.holder(),
            () -> "bank");
    private final PreparationPool pool =
            new PreparationPool("fetch", 2, new ThreadWatch(NanoClock.SYSTEM), new Activity());
    private volatile int status = 200;
    private volatile Optional<String> location = Optional.empty();
    private HttpServer server;
    private WorkerConfig config;
    private int offset;

    @BeforeEach
    void open() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
        config = config(Integer.toString(server.getAddress().getPort()));
    }

    private static WorkerConfig config(String ports) {
        return TestConfig.of(Map.of(
                "bulwark.fetch.schemes", "http",
                "bulwark.fetch.prompt", "10s",
                "bulwark.fetch.allow", "127.0.0.1",
                "bulwark.fetch.ports", ports));
    }

    @AfterEach
    void close() {
        mayAnswer.release(100);
        pool.close();
        server.stop(0);
    }

    @Test
    void who_waits_longer_than_allowed_is_fetched_where_its_host_delivers() {
        try (ImageSources sources = ImageSources.of(config.fetch(), NanoClock.SYSTEM)) {
            List<UploadInFlight> uploads = threeInLine(sources);

            mayAnswer.release();
            await().until(() -> looked.size() == 3);
            assertThat(looked).allMatch(FetchResult.Fetched.class::isInstance);
            assertThat(uploads).allMatch(upload -> upload.outcome().isEmpty());
        }
    }

    @Test
    void who_waits_longer_than_allowed_is_refused_where_its_host_delivers_nothing() {
        status = 404;
        try (ImageSources sources = ImageSources.of(config.fetch(), NanoClock.SYSTEM)) {
            List<UploadInFlight> uploads = threeInLine(sources);

            await().until(() -> uploads.get(2).outcome().isPresent());
            Outcome.Answered refused =
                    (Outcome.Answered) uploads.get(2).outcome().orElseThrow();
            assertThat(refused.verdict().getReason()).isEqualTo(Reason.FETCH_TIMEOUT);
            assertThat(looked).hasSize(2);
        }
    }

    /** Each takes most of the time that is allowed, one at a time. */
    private List<UploadInFlight> threeInLine(ImageSources sources) {
        PatientFetching fetching = new PatientFetching(pool, sources, 1, refusals, ALLOWED, now::get);
        List<UploadInFlight> uploads = List.of(fetch(fetching), fetch(fetching), fetch(fetching));
        for (int i = 1; i <= 2; i++) {
            int count = i;
            await().until(() -> asked.get() == count);
            now.addAndGet(ALLOWED.toNanos() * 2 / 3);
            mayAnswer.release();
            await().until(() -> looked.size() == count);
        }
        return uploads;
    }

    @Test
    void nobody_waits_for_a_server_that_failed_until_one_finds_it_well_again() {
        mayAnswer.release(100);
        status = 503;
        try (ImageSources sources = ImageSources.prompt(config.fetch(), NanoClock.SYSTEM)) {
            PromptFetching fetching = new PromptFetching(pool, sources, refusals, Duration.ofSeconds(10), now::get);
            awaitDeferred(fetch(fetching));
            assertThat(asked).hasValue(1);
            awaitDeferred(fetch(fetching));
            assertThat(asked).as("it is not asked again").hasValue(1);

            status = 200;
            now.addAndGet(SlowHosts.BETWEEN_TRIES.toNanos());
            fetch(fetching);
            await().until(() -> looked.size() == 1);
            fetch(fetching);
            await().until(() -> looked.size() == 2);
        }
    }

    /** An account with such addresses must not slow down the host that it shares with all. */
    @ParameterizedTest
    @ValueSource(ints = {204, 302, 400, 401, 403, 404, 410, 416, 451})
    void an_answer_that_is_no_file_is_the_uploads_own_and_says_nothing_of_its_host(int answered) {
        mayAnswer.release(100);
        status = answered;
        try (ImageSources sources = ImageSources.prompt(config.fetch(), NanoClock.SYSTEM)) {
            PromptFetching fetching = new PromptFetching(pool, sources, refusals, Duration.ofSeconds(10), now::get);
            UploadInFlight refused = fetch(fetching);
            await().until(() -> looked.size() == 1);
            assertThat(refused.outcome()).as("not deferred").isEmpty();
            assertThat(looked.get(0)).isInstanceOf(FetchResult.Refused.class);

            status = 200;
            fetch(fetching);
            await().until(() -> looked.size() == 2);
            assertThat(looked.get(1)).as("its host is asked at once").isInstanceOf(FetchResult.Fetched.class);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 500, 502, 503, 504})
    void a_host_that_says_that_it_cannot_answer_now_is_not_waited_for(int answered) {
        mayAnswer.release(100);
        status = answered;
        try (ImageSources sources = ImageSources.prompt(config.fetch(), NanoClock.SYSTEM)) {
            PromptFetching fetching = new PromptFetching(pool, sources, refusals, Duration.ofSeconds(10), now::get);
            awaitDeferred(fetch(fetching));
            awaitDeferred(fetch(fetching));
            assertThat(asked).hasValue(1);
        }
    }

    @Test
    void a_host_that_cannot_be_reached_is_not_waited_for() throws IOException {
        mayAnswer.release(100);
        HttpServer late = HttpServer.create();
        late.createContext("/", this::answer);
        InetSocketAddress closed;
        try (ServerSocket once = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            closed = new InetSocketAddress(once.getInetAddress(), once.getLocalPort());
        }
        WorkerConfig there = config(Integer.toString(closed.getPort()));
        try (ImageSources sources = ImageSources.prompt(there.fetch(), NanoClock.SYSTEM)) {
            PromptFetching fetching = new PromptFetching(pool, sources, refusals, Duration.ofSeconds(10), now::get);
            awaitDeferred(fetch(fetching, closed.getPort()));
            late.bind(closed, 0);
            late.start();
            awaitDeferred(fetch(fetching, closed.getPort()));
            assertThat(asked).as("not asked again so soon").hasValue(0);
        } finally {
            late.stop(0);
        }
    }

    /** An account whose links lead on to a server that fails must not slow down the host that it shares with all. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_host_is_not_counted_for_where_it_redirects_to(boolean silent) throws IOException {
        mayAnswer.release(100);
        Duration prompt = Duration.ofSeconds(2);
        CountDownLatch reached = new CountDownLatch(1);
        CountDownLatch over = new CountDownLatch(1);
        HttpServer other = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        other.createContext("/", exchange -> {
            reached.countDown();
            if (silent) {
                awaitUninterruptibly(over);
            }
            exchange.sendResponseHeaders(503, -1);
            exchange.close();
        });
        other.start();
        int port = other.getAddress().getPort();
        status = 302;
        location = Optional.of("http://127.0.0.1:" + port + "/");
        WorkerConfig both = config(server.getAddress().getPort() + "," + port);
        try (ImageSources sources = ImageSources.prompt(both.fetch(), NanoClock.SYSTEM)) {
            PromptFetching fetching = new PromptFetching(pool, sources, refusals, prompt, now::get);
            UploadInFlight led = fetch(fetching);
            await().until(() -> reached.getCount() == 0);
            if (silent) {
                now.addAndGet(prompt.toNanos());
            }
            awaitDeferred(led);

            status = 200;
            location = Optional.empty();
            fetch(fetching);
            await().until(() -> !looked.isEmpty());
            assertThat(looked.get(0)).as("its host is asked at once").isInstanceOf(FetchResult.Fetched.class);
        } finally {
            over.countDown();
            other.stop(0);
        }
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void nobody_waits_for_a_server_that_did_not_answer_promptly() {
        try (ImageSources sources = ImageSources.prompt(config.fetch(), NanoClock.SYSTEM)) {
            Duration prompt = Duration.ofSeconds(2);
            PromptFetching fetching = new PromptFetching(pool, sources, refusals, prompt, now::get);
            UploadInFlight first = fetch(fetching);
            await().until(() -> asked.get() == 1);
            now.addAndGet(prompt.toNanos());
            awaitDeferred(first);

            UploadInFlight second = fetch(fetching);
            assertThat(second.outcome()).as("at once").containsInstanceOf(Outcome.Deferred.class);
            mayAnswer.release(100);
            now.addAndGet(SlowHosts.BETWEEN_TRIES.toNanos());
            fetch(fetching);
            await().until(() -> !looked.isEmpty());
            assertThat(looked).as("late images are not looked at").hasSize(1);
        }
    }

    @Test
    void a_file_that_nobody_waits_for_any_more_is_released_without_a_wait_for_somebody_to_look_at_it() {
        try (ImageSources sources = ImageSources.of(config.fetch(), NanoClock.SYSTEM)) {
            PatientFetching fetching = new PatientFetching(pool, sources, 1, refusals, ALLOWED, now::get);
            UploadInFlight first = fetch(fetching);
            fetch(fetching);
            await().until(() -> asked.get() == 1);
            first.abandon();

            mayAnswer.release(2);
            await().until(() -> !looked.isEmpty());
            assertThat(looked).hasSize(1);
            await().until(() -> sources.memoryBytes() == 0);
        }
    }

    private static void awaitDeferred(UploadInFlight upload) {
        await().until(() -> upload.outcome().isPresent());
        assertThat(upload.outcome()).containsInstanceOf(Outcome.Deferred.class);
    }

    private UploadInFlight fetch(Fetching fetching) {
        return fetch(fetching, server.getAddress().getPort());
    }

    private UploadInFlight fetch(Fetching fetching, int port) {
        ImageLocation location = new ImageLocation("http://127.0.0.1:" + port + "/" + offset, null, null);
        ImageUploaded event = SampleUploads.of("image-" + offset, location, Map.of());
        UploadInFlight upload = new UploadInFlight(
                new ConsumerRecord<>("images.deferred", 0, offset++, new byte[0], new byte[0]),
                NanoClock.SYSTEM,
                () -> {});
        upload.isUpload(event);
        fetching.fetch(upload, location, file -> {
            looked.add(file);
            file.release();
        });
        return upload;
    }

    private void answer(HttpExchange exchange) throws IOException {
        asked.incrementAndGet();
        mayAnswer.acquireUninterruptibly();
        byte[] body = {1};
        boolean empty = status == 204;
        location.ifPresent(target -> exchange.getResponseHeaders().add("Location", target));
        exchange.sendResponseHeaders(status, empty ? -1 : body.length);
        if (!empty) {
            exchange.getResponseBody().write(body);
        }
        exchange.close();
    }
}
