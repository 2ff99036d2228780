package io.bulwark.lab.proof;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.bulwark.cli.traffic.Broker;
import io.bulwark.events.Erasure;
import io.bulwark.events.Subject;
import io.bulwark.schemas.serde.BundledSchemas;
import io.bulwark.schemas.serde.DecodedEvent;
import io.bulwark.schemas.serde.DecodedEvent.Event;
import io.bulwark.schemas.serde.DecodedEvent.Reason;
import io.bulwark.schemas.serde.DecodedEvent.Undecodable;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.schemas.serde.EventSerializer;
import io.bulwark.schemas.topic.TopicNames;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** By the client of registries that services and traffic have. */
class ProofRegistryTest {

    private static final String TOPIC = "moderation.erasures";
    private static final Erasure ORDER =
            new Erasure("default", Subject.IMAGE, "image-1", "proof", "", Instant.parse("2026-12-02T10:00:00Z"));

    private HttpServer server;
    private Broker broker;

    @BeforeEach
    void start() throws IOException {
        server = ProofRegistry.serve(new InetSocketAddress("127.0.0.1", 0));
        broker = new Broker(
                "127.0.0.1:1",
                Optional.of(ProofRegistry.url("127.0.0.1:" + server.getAddress().getPort())),
                Optional.empty(),
                Map.of(),
                BundledSchemas.RELEASES,
                TopicNames.UNPREFIXED);
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void what_is_written_with_it_is_read_with_it() {
        byte[] bytes = written();

        assertThat(bytes[0]).isZero();
        try (EventDecoder<Erasure> reader = reader()) {
            assertThat(reader.decode(TOPIC, bytes)).isEqualTo(new Event<>(ORDER));
        }
    }

    @Test
    void a_schema_has_the_same_id_for_each_writer() {
        assertThat(written()).isEqualTo(written());
    }

    @Test
    void an_id_that_it_never_gave_is_unknown() {
        byte[] bytes = written();
        ByteBuffer.wrap(bytes).putInt(1, 999);

        try (EventDecoder<Erasure> reader = reader()) {
            assertThat(reason(reader.decode(TOPIC, bytes))).isEqualTo(Reason.UNKNOWN_SCHEMA);
        }
    }

    @Test
    void writers_and_readers_that_asked_once_go_on_without_it_and_others_do_not() {
        try (EventSerializer<Erasure> writer = broker.serializer(Erasure.class);
                EventDecoder<Erasure> knowing = reader();
                EventDecoder<Erasure> newcomer = reader()) {
            writer.prepare(TOPIC);
            knowing.decode(TOPIC, written());
            server.stop(0);

            byte[] bytes = writer.serialize(TOPIC, ORDER);

            assertThat(knowing.decode(TOPIC, bytes)).isEqualTo(new Event<>(ORDER));
            assertThat(reason(newcomer.decode(TOPIC, bytes))).isEqualTo(Reason.REGISTRY_UNAVAILABLE);
        }
    }

    private byte[] written() {
        try (EventSerializer<Erasure> writer = broker.serializer(Erasure.class)) {
            return writer.serialize(TOPIC, ORDER);
        }
    }

    private EventDecoder<Erasure> reader() {
        return new EventDecoder<>(Erasure.class, broker.clientSettings(Map.of()));
    }

    private static Reason reason(DecodedEvent<Erasure> decoded) {
        return ((Undecodable<Erasure>) decoded).reason();
    }
}
