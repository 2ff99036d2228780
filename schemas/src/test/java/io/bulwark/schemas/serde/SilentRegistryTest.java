package io.bulwark.schemas.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.bulwark.events.Review;
import io.bulwark.schemas.serde.DecodedEvent.Event;
import io.bulwark.schemas.serde.DecodedEvent.Reason;
import io.bulwark.schemas.serde.DecodedEvent.Undecodable;
import io.bulwark.schemas.serde.EventDecoder.RegistryFraming;
import io.bulwark.schemas.serde.EventDecoder.SingleObject;
import io.bulwark.schemas.testing.SampleEvents;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A registry that takes connections and says nothing until the test lets it. */
class SilentRegistryTest {
    private static final int ID = 7;

    private final CountDownLatch silence = new CountDownLatch(1);
    private final AtomicInteger asked = new AtomicInteger();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private HttpServer registry;
    private Map<String, ?> settings;

    @BeforeEach
    void start() throws IOException {
        registry = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        registry.createContext("/", this::answer);
        registry.setExecutor(threads);
        registry.start();
        settings = Map.of(
                SerdeSettings.REGISTRY_URL,
                "http://127.0.0.1:" + registry.getAddress().getPort() + "/apis/registry/v3",
                SerdeSettings.WRITE,
                BundledSchemas.RELEASES);
    }

    @AfterEach
    void stop() {
        silence.countDown();
        registry.stop(0);
        threads.shutdownNow();
    }

    @Test
    void aReaderThatMustNotWaitSaysAtOnceThatItIsNotThereYetAndReadsOnceItIs() {
        byte[] value = framed();
        try (var decoder = new EventDecoder<>(Review.class, settings)) {
            long begun = System.nanoTime();
            for (int i = 0; i < 1000; i++) {
                assertThat(decoder.decodeAtOnce("t", value))
                        .isInstanceOfSatisfying(
                                Undecodable.class,
                                answer -> assertThat(answer.reason()).isEqualTo(Reason.REGISTRY_UNAVAILABLE));
            }
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(3));
            await().until(() -> asked.get() == 1);
            silence.countDown();
            await().atMost(Duration.ofSeconds(10))
                    .until(() -> decoder.decodeAtOnce("t", value) instanceof Event<Review>);
            assertThat(decoder.decodeAtOnce("t", value)).isEqualTo(new Event<>(SampleEvents.review()));
        }
    }

    @Test
    void idsThatNoRegistryHasAreAskedForAFewAtATime() {
        try (var decoder = new EventDecoder<>(Review.class, settings)) {
            for (int id = 0; id < 1000; id++) {
                byte[] value = framed();
                ByteBuffer.wrap(value).putInt(1, 1000 + id);
                assertThat(((Undecodable<Review>) decoder.decodeAtOnce("t", value)).reason())
                        .isEqualTo(Reason.REGISTRY_UNAVAILABLE);
            }
            assertThat(Thread.getAllStackTraces().keySet().stream()
                            .filter(thread -> thread.getName().equals("bulwark-schema-registry")))
                    .hasSizeBetween(1, SchemaRegistry.MOST_QUESTIONS);
        }
    }

    @Test
    @Timeout(60)
    void aReaderThatWaitsDoesNotWaitForEverAndReadsOnceTheRegistryAnswers() {
        byte[] value = framed();
        try (var decoder = new EventDecoder<>(Review.class, settings)) {
            assertThat(((Undecodable<Review>) decoder.decode("t", value)).reason())
                    .isEqualTo(Reason.REGISTRY_UNAVAILABLE);
            silence.countDown();

            assertThat(decoder.decode("t", value)).isInstanceOf(Event.class);
        }
    }

    @Test
    void whatAWriterHasPreparedItWritesWhileTheRegistryIsAway() {
        silence.countDown();
        try (var serializer = new EventSerializer<>(Review.class)) {
            serializer.configure(settings, false);
            serializer.prepare("moderation.reviews");
            registry.stop(0);

            assertThat(serializer.serialize("moderation.reviews", SampleEvents.review()))
                    .isEqualTo(framed());
        }
    }

    @Test
    void preparingSaysThatTheRegistryIsAway() {
        try (var serializer = new EventSerializer<>(Review.class)) {
            serializer.configure(Map.of(SerdeSettings.REGISTRY_URL, "http://127.0.0.1:1/apis/registry/v3"), false);
            assertThatThrownBy(() -> serializer.prepare("moderation.reviews"))
                    .isInstanceOf(SerializationException.class)
                    .hasMessageContaining("schema registry")
                    .hasMessageContaining("moderation.reviews")
                    .hasMessageContaining(SerdeSettings.REGISTRY_URL);
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        if (path.contains("/contentIds/") && !path.endsWith("/references")) {
            asked.incrementAndGet();
        }
        try {
            silence.await();
        } catch (InterruptedException closed) {
            exchange.close();
            return;
        }
        if (path.endsWith("/references")) {
            send(exchange, "[]");
        } else if (exchange.getRequestMethod().equals("POST")) {
            send(
                    exchange,
                    ("{'artifact':{'groupId':'default','artifactId':'a','artifactType':'AVRO'},'version':{'groupId':"
                                    + "'default','artifactId':'a','version':'1','artifactType':'AVRO','state':'ENABLED',"
                                    + "'globalId':7,'contentId':7}}")
                            .replace('\'', '"'));
        } else {
            send(exchange, Review.getClassSchema().toString());
        }
    }

    private static void send(HttpExchange exchange, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    /** A review in the registry's framing: the single-object encoding with another header. */
    private static byte[] framed() {
        try (var plain = new EventSerializer<>(Review.class)) {
            plain.configure(Map.of(SerdeSettings.WRITE, BundledSchemas.RELEASES), false);
            byte[] single = plain.serialize("t", SampleEvents.review());
            int body = single.length - SingleObject.HEADER_BYTES;
            return ByteBuffer.allocate(RegistryFraming.HEADER_BYTES + body)
                    .put(RegistryFraming.FIRST_BYTE)
                    .putInt(ID)
                    .put(single, SingleObject.HEADER_BYTES, body)
                    .array();
        }
    }
}
