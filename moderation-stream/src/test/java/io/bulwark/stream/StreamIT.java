package io.bulwark.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.events.Decision;
import io.bulwark.schemas.testing.TestBroker;
import io.bulwark.stream.testing.EventProducer;
import io.bulwark.stream.testing.Samples;
import io.bulwark.stream.testing.StreamProcess;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One instance of the packaged application on a real broker. */
class StreamIT {

    @TempDir
    static Path state;

    private static StreamProcess app;
    private static EventProducer producer;

    @BeforeAll
    static void start() {
        TestBroker.recreateTopics();
        app = StreamProcess.start(TestBroker.bootstrapServers(), state, Map.of());
        producer = new EventProducer(TestBroker.bootstrapServers());
        app.awaitReady();
    }

    @AfterAll
    static void stop() {
        producer.close();
        app.close();
    }

    @Test
    void answersTheVerdictInForceWithItsEvidence() throws Exception {
        String id = Samples.unique("image");
        producer.send(Samples.verdict(id).setDecision(Decision.NSFW).build());

        await().untilAsserted(() -> assertThat(app.get("/api/verdicts/" + id))
                .extracting(HttpResponse::statusCode, HttpResponse::body)
                .startsWith(200));
        HttpResponse<String> answer = app.get("/api/verdicts/" + id);
        JsonNode verdict = new ObjectMapper().readTree(answer.body());
        assertThat(verdict.at("/decision").asText()).isEqualTo("NSFW");
        assertThat(verdict.at("/views/0/neighbours/0/referenceId").asText()).isEqualTo("ref-apple");
        assertThat(verdict.at("/decidedAt").asText()).isEqualTo("2026-03-01T12:00:00Z");
    }
}
