package io.bulwark.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.events.AttackAudit;
import io.bulwark.events.ImageEmbedding;
import io.bulwark.events.ImageUploaded;
import io.bulwark.events.Verdict;
import io.bulwark.schemas.serde.EventSerializer;
import io.bulwark.schemas.topic.TopicNames;
import io.bulwark.service.config.ScoreConfig;
import io.bulwark.service.lifecycle.NanoClock;
import io.bulwark.service.lifecycle.Readiness;
import io.bulwark.service.lifecycle.Readiness.VerdictGate;
import io.bulwark.service.pipeline.Outcome;
import io.bulwark.service.pipeline.Outcome.AnswerSerializers;
import io.bulwark.service.pipeline.UploadInFlight;
import io.bulwark.service.pipeline.UploadInFlight.UploadSink;
import io.bulwark.service.score.Ledger;
import io.bulwark.service.score.ScoreDesk;
import io.bulwark.service.score.ScoreDesk.Room;
import io.bulwark.service.score.ScoreTokens;
import io.bulwark.service.telemetry.RequestTimer;
import io.bulwark.service.testing.PreviewFiles;
import io.bulwark.service.testing.TestConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.RoundRobinPartitioner;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What requests leave in the heap of a score server, over HTTP, before a pipeline that answers at once. */
class ScoreMemoryTest {

    private static final String TOKEN = "a token";
    private static final int BODY = 15_000_000;
    private static final int PLACES = 8;
    private static final double MOST_GROWTH = 1.05;
    private static final String BOUNDARY = "----a-boundary";

    /** Long after the end of the test, so that what lives until the deadline is still there. */
    private static final Duration LONG = Duration.ofMinutes(30);

    private final Vertx vertx = Vertx.vertx();
    private final List<ScoreDesk> desks = new ArrayList<>();
    private final List<Socket> sockets = new ArrayList<>();

    @TempDir
    Path folder;

    @AfterEach
    void close() throws Exception {
        for (Socket socket : sockets) {
            socket.close();
        }
        desks.forEach(ScoreDesk::close);
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    @Test
    @Timeout(120)
    void bodies_that_stall_and_bodies_that_were_answered_are_not_kept() throws Exception {
        assertMemoryIsFlat(16, 40);
    }

    @Test
    @Tag("soak")
    @Timeout(1_200)
    void two_hundred_stalled_and_two_thousand_answered_bodies_are_not_kept() throws Exception {
        assertMemoryIsFlat(200, 2_000);
    }

    @Test
    @Timeout(60)
    void a_request_that_stalls_is_told_so_and_its_connection_ends_with_its_file() throws Exception {
        Path scratch = Path.of(System.getProperty("java.io.tmpdir"));
        List<Path> before = list(scratch);
        HttpServer server = serve(Duration.ofSeconds(1));
        Socket socket = stall(server, multipart());
        assertThat(answer(socket)).startsWith("HTTP/1.1 504").contains("urn:bulwark:problem:overdue");
        assertThat(socket.getInputStream().read())
                .as("the end of the connection")
                .isNegative();
        Awaitility.await().untilAsserted(() -> assertThat(list(scratch)).isSubsetOf(before));
    }

    /** Without a length in advance, so that the limit is met only while it arrives. */
    @Test
    @Timeout(60)
    void a_body_beyond_the_limit_is_not_kept_while_its_client_goes_on() throws Exception {
        HttpServer server = serve(LONG);
        beyond(server);
        long before = live();
        for (int i = 0; i < PLACES; i++) {
            beyond(server);
        }
        long after = live();
        System.out.printf(
                "live heap: %.1f MB before, %.1f MB after bodies beyond the limit%n", before / 1e6, after / 1e6);
        assertThat((double) after / before).isLessThan(MOST_GROWTH);
    }

    private void beyond(HttpServer server) throws IOException {
        Socket socket = connect(server);
        sockets.add(socket);
        OutputStream out = socket.getOutputStream();
        out.write(("POST /api/v1/score HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + TOKEN
                        + "\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        byte[] chunk = new byte[1 << 20];
        try {
            for (int i = 0; i < 17; i++) {
                out.write("100000\r\n".getBytes(StandardCharsets.US_ASCII));
                out.write(chunk);
                out.write("\r\n".getBytes(StandardCharsets.US_ASCII));
            }
        } catch (IOException answered) {
            // The server has ended the connection after its answer.
        }
        assertThat(answer(socket)).startsWith("HTTP/1.1 413");
    }

    private void assertMemoryIsFlat(int stalled, int answered) throws Exception {
        HttpServer brief = serve(Duration.ofSeconds(2));
        HttpServer patient = serve(LONG);
        byte[] file = multipart();
        byte[] json = json();
        stall(brief, file, PLACES);
        ask(patient, file, 4);
        ask(patient, json, 4);
        long before = live();

        for (int i = 0; i < stalled; i += PLACES) {
            stall(brief, i % (2 * PLACES) == 0 ? file : json, PLACES);
        }
        long afterStalled = live();
        ask(patient, file, answered / 2);
        ask(patient, json, answered / 2);
        long after = live();

        System.out.printf(
                "live heap: %.1f MB before, %.1f MB after %d stalled, %.1f MB after %d answered requests of %d bytes%n",
                before / 1e6, afterStalled / 1e6, stalled, after / 1e6, answered, BODY);
        assertThat((double) afterStalled / before).as("after the stalled").isLessThan(MOST_GROWTH);
        assertThat((double) after / before).as("after the answered").isLessThan(MOST_GROWTH);
    }

    /** Sends all but the end of some bodies and waits until each is given up. The sockets stay open on this side. */
    private void stall(HttpServer server, byte[] body, int requests) throws IOException {
        List<Socket> begun = new ArrayList<>();
        for (int i = 0; i < requests; i++) {
            begun.add(stall(server, body));
        }
        for (Socket socket : begun) {
            assertThat(answer(socket)).startsWith("HTTP/1.1 504");
        }
    }

    private Socket stall(HttpServer server, byte[] body) throws IOException {
        Socket socket = connect(server);
        sockets.add(socket);
        send(socket, body, body.length - 10);
        return socket;
    }

    private void ask(HttpServer server, byte[] body, int requests) throws IOException {
        for (int i = 0; i < requests; i++) {
            try (Socket socket = connect(server)) {
                send(socket, body, body.length);
                assertThat(answer(socket)).startsWith("HTTP/1.1 200").contains("location-slow");
            }
        }
    }

    private Socket connect(HttpServer server) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.actualPort());
        socket.setSoTimeout(60_000);
        return socket;
    }

    private static void send(Socket socket, byte[] body, int length) throws IOException {
        String type = body[0] == '{' ? "application/json" : "multipart/form-data; boundary=" + BOUNDARY;
        OutputStream out = socket.getOutputStream();
        out.write(("POST /api/v1/score HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + TOKEN
                        + "\r\nContent-Type: " + type + "\r\nContent-Length: " + body.length + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        out.write(body, 0, length);
        out.flush();
    }

    /** What arrives up to the end of a JSON object, or of the connection. */
    private static String answer(Socket socket) throws IOException {
        StringBuilder text = new StringBuilder();
        byte[] buffer = new byte[4_096];
        int n = 0;
        while (n >= 0 && text.lastIndexOf("}") < text.length() - 1 || text.isEmpty()) {
            n = socket.getInputStream().read(buffer);
            text.append(new String(buffer, 0, Math.max(0, n), StandardCharsets.US_ASCII));
        }
        return text.toString();
    }

    private static byte[] multipart() {
        byte[] head = ("--" + BOUNDARY + "\r\nContent-Disposition: form-data; name=\"image\"; filename=\"a.jpg\"\r\n"
                        + "Content-Type: image/jpeg\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
        byte[] tail = ("\r\n--" + BOUNDARY + "--\r\n").getBytes(StandardCharsets.US_ASCII);
        byte[] body = new byte[BODY];
        System.arraycopy(head, 0, body, 0, head.length);
        System.arraycopy(tail, 0, body, BODY - tail.length, tail.length);
        return body;
    }

    private static byte[] json() {
        byte[] body = new byte[BODY];
        Arrays.fill(body, (byte) ' ');
        byte[] head = "{\"images\":[{\"imageId\":\"a\",\"location\":\"https://a.example/\"}]"
                .getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(head, 0, body, 0, head.length);
        body[BODY - 1] = '}';
        return body;
    }

    /**
     * Bytes of the heap that live after a collection. The smallest of several looks, for other threads allocate too.
     */
    private static long live() throws InterruptedException {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            System.gc();
            TimeUnit.MILLISECONDS.sleep(100);
            least = Math.min(
                    least,
                    ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
        }
        return least;
    }

    /** Files of bodies, as Netty and Vert.x call them; other programs have their own there. */
    private static List<Path> list(Path folder) throws IOException {
        try (var found = Files.list(folder)) {
            return found.filter(file -> file.getFileName()
                            .toString()
                            .matches("(FUp_|Attr_).*|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"))
                    .toList();
        }
    }

    private HttpServer serve(Duration deadline) throws Exception {
        ScoreConfig settings = TestConfig.of(Map.of(
                        "bulwark.score.requests",
                        Integer.toString(PLACES),
                        "bulwark.score.deadline",
                        deadline.toString()))
                .score();
        ScoreTokens tokens = ScoreTokens.read(Files.writeString(
                Files.createTempFile(folder, "tokens", ""),
                "backend:shop:" + PreviewFiles.sha256(TOKEN.getBytes(StandardCharsets.UTF_8))));
        RequestTimer metrics = RequestTimer.ofScores(new SimpleMeterRegistry());
        ScoreDesk desk = new ScoreDesk(
                PLACES,
                new Deferring(),
                new VerdictGate(List.of(() -> new Readiness.Usable("usable")), Optional.empty()),
                serializer(ImageUploaded.class).unbounded(),
                new Ledger(
                        new MockProducer<>(
                                true,
                                new RoundRobinPartitioner(),
                                new ByteArraySerializer(),
                                new ByteArraySerializer()),
                        new AnswerSerializers(
                                serializer(Verdict.class),
                                serializer(AttackAudit.class),
                                serializer(ImageEmbedding.class),
                                TopicNames.UNPREFIXED),
                        Duration.ofSeconds(10),
                        NanoClock.SYSTEM),
                metrics,
                NanoClock.SYSTEM,
                Clock.systemUTC());
        desks.add(desk);
        Router router = Router.router(vertx);
        ScoreRoute.register(router, new Source(settings, tokens, new Room(PLACES), metrics, Optional.of(desk)));
        return vertx.createHttpServer()
                .requestHandler(router)
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);
    }

    private static <T extends SpecificRecord> EventSerializer<T> serializer(Class<T> type) {
        EventSerializer<T> serializer = new EventSerializer<>(type);
        serializer.configure(Map.of(), false);
        return serializer;
    }

    private record Source(
            ScoreConfig settings, ScoreTokens tokens, Room room, RequestTimer metrics, Optional<ScoreDesk> desk)
            implements ScoreRoute.DecisionSource {

        @Override
        public Optional<String> unreadiness() {
            return Optional.empty();
        }
    }

    /** A pipeline whose outcome needs no model: each location is slow. */
    private static final class Deferring implements UploadSink {

        @Override
        public void submit(UploadInFlight upload) {
            upload.complete(new Outcome.Deferred());
        }

        @Override
        public void refusePoison(UploadInFlight upload) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean isIdle() {
            return true;
        }

        @Override
        public Optional<Throwable> failure() {
            return Optional.empty();
        }
    }
}
