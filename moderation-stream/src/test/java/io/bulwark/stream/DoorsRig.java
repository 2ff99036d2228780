package io.bulwark.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.bulwark.events.Decision;
import io.bulwark.schemas.testing.Broker;
import io.bulwark.schemas.testing.TestBroker;
import io.bulwark.schemas.topic.TopicNames;
import io.bulwark.stream.testing.EventProducer;
import io.bulwark.stream.testing.RawHttp;
import io.bulwark.stream.testing.RawHttp.Answer;
import io.bulwark.stream.testing.Samples;
import io.bulwark.stream.testing.StreamProcess;
import io.bulwark.stream.testing.UsersFile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** An instance with built-in users of two tenants and what was decided of the images of both. */
abstract class DoorsRig {

    static final String SECRET = "thirty-two characters and a few more";

    @TempDir
    static Path folder;

    static Broker broker;
    static StreamProcess app;
    static EventProducer producer;
    static UsersFile users;

    @BeforeAll
    static void start() throws Exception {
        broker = TestBroker.fresh();
        broker.createTopics(TopicNames.UNPREFIXED, 2);
        users = new UsersFile(folder.resolve("users"))
                .with("vera", "shop", "viewer")
                .with("bert", "bank", "admin")
                .with("rita", "shop", "reviewer")
                .with("sven", "shop", "senior")
                .with("cleo", "shop", "curator")
                .with("ada", "shop", "admin")
                .with("root", "*", "admin")
                .with("dina", "shop", "child-safety")
                .with("stella", "*", "admin,child-safety");
        app = StreamProcess.start(
                broker.bootstrapServers(),
                folder.resolve("state"),
                Map.of(
                        "bulwark.access.users-file",
                        users.path().toString(),
                        "bulwark.access.secret",
                        SECRET,
                        "bulwark.access.limits.requests-per-second",
                        "200",
                        "bulwark.stream.missing.deadline",
                        "1s"));
        app.awaitReady();
        producer = new EventProducer(broker.bootstrapServers());
        for (String tenant : List.of("shop", "bank")) {
            producer.send(Samples.verdict("img-of-" + tenant)
                    .setTenant(tenant)
                    .setUploaderId("u-of-" + tenant)
                    .setContentSha256("ab".repeat(32))
                    .setDecidedAt(Instant.now())
                    .setDecision(Decision.NSFW)
                    .build());
            producer.send(Samples.audit("img-of-" + tenant)
                    .setTenant(tenant)
                    .setUploaderId("u-of-" + tenant)
                    .setDetectedAt(Instant.now())
                    .build());
        }
        for (String tenant : List.of("shop", "bank")) {
            await().atMost(Duration.ofSeconds(60))
                    .untilAsserted(() -> assertThat(
                                    call("root", "GET", "/api/v1/uploaders/u-of-" + tenant + "?tenant=" + tenant)
                                            .body())
                            .contains("\"audits\":1", "\"images\":1"));
        }
    }

    @AfterAll
    static void stop() {
        producer.close();
        app.close();
        broker.close();
    }

    static void assertNamed(Answer answer, int status, String problem) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        assertThat(answer.problem()).isEqualTo(problem);
        assertThat(answer.headers().get("content-type")).startsWith("application/problem+json");
        assertThat(answer.headers()).containsKey("content-security-policy");
    }

    static String userWith(String role) {
        return Map.of(
                        "viewer", "vera",
                        "reviewer", "rita",
                        "senior", "sven",
                        "curator", "cleo",
                        "admin", "ada",
                        "child-safety", "dina")
                .get(role);
    }

    static Answer call(String user, String method, String path) throws IOException {
        return RawHttp.send(app.port(), method, path, withLogin(user, Map.of()), "");
    }

    static Answer logIn(String name, String password) throws IOException {
        String form = "j_username=" + name + "&j_password=" + password.replace(" ", "+");
        return RawHttp.send(
                app.port(), "POST", "/login", Map.of("Content-Type", "application/x-www-form-urlencoded"), form);
    }

    static Map<String, String> withLogin(String user, Map<String, String> headers) {
        var all = new HashMap<>(headers);
        all.put("Authorization", UsersFile.basic(user, UsersFile.PASSWORD));
        return all;
    }
}
