package io.bulwark.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.events.Decision;
import io.bulwark.events.ImageUploaded;
import io.bulwark.events.InlineImage;
import io.bulwark.schemas.serde.EventSerializer;
import io.bulwark.schemas.topic.Topics;
import io.bulwark.stream.testing.RawHttp;
import io.bulwark.stream.testing.RawHttp.Answer;
import io.bulwark.stream.testing.Samples;
import io.bulwark.stream.testing.StreamProcess;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A user with a login gets the records of the tenant, as data. */
class TenantsIT extends DoorsRig {

    private static final String MARKUP = "<img src=x onerror=\"window.injected=1\"><script>window.injected=2</script>";

    @ParameterizedTest
    @CsvSource({
        "/api/v1/verdicts/img-of-bank, 404, no-verdict",
        "/api/v1/uploaders/u-of-bank, 404, no-uploader",
        "/api/v1/decisions/img-of-bank, 404, no-decision",
        "/api/verdicts/img-of-bank, 404, no-verdict",
    })
    void anotherTenantsRecordsAreNotThere(String path, int status, String problem) throws IOException {
        assertNamed(call("vera", "GET", path), status, problem);
        assertThat(call("root", "GET", path + "?tenant=bank").status()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({"/api/v1/audits/img-of-bank", "/api/v1/uploaders/u-of-bank/audits", "/api/audits/img-of-bank"})
    void anotherTenantsListsAreEmpty(String path) throws IOException {
        assertThat(call("vera", "GET", path).body()).isEqualTo("[]");
        assertThat(call("root", "GET", path + "?tenant=bank").body()).contains("img-of-bank");
    }

    @Test
    void theDecisionsAreListedPageByPageAndForOneTenant() throws IOException {
        for (int i = 0; i < 5; i++) {
            producer.send(Samples.verdict("page-" + i)
                    .setTenant("pages")
                    .setDecidedAt(Instant.now())
                    .build());
        }
        String list = "/api/v1/decisions?tenant=pages&limit=2";
        await().atMost(Duration.ofSeconds(20))
                .until(() -> call("root", "GET", "/api/v1/decisions?tenant=pages")
                                .body()
                                .split("\"imageId\"")
                                .length
                        == 6);
        List<String> seen = new ArrayList<>();
        String next = list;
        while (next != null) {
            Answer page = call("root", "GET", next);
            new ObjectMapper().readTree(page.body()).findValuesAsText("imageId").forEach(seen::add);
            String link = page.headers().get("link");
            next = link == null ? null : link.replaceAll("^<([^>]+)>.*", "$1");
        }
        assertThat(seen).containsExactly("page-0", "page-1", "page-2", "page-3", "page-4");
        assertThat(call("vera", "GET", "/api/v1/decisions").body()).doesNotContain("page-", "of-bank");
    }

    @Test
    void theListShowsTheDecisionsAndLabelsThatAreAskedFor() throws IOException {
        for (int i = 0; i < 6; i++) {
            producer.send(Samples.verdict("told-" + i)
                    .setTenant("filters")
                    .setDecision(i % 2 == 0 ? Decision.NSFW : Decision.SAFE)
                    .setDecidingLabel(i < 3 ? "gore" : "porn & more")
                    .setDecidedAt(Instant.now())
                    .build());
        }
        String list = "/api/v1/decisions?tenant=filters";
        await().atMost(Duration.ofSeconds(20))
                .until(() -> call("root", "GET", list).body().split("\"imageId\"").length == 7);
        assertThat(imageIds(list + "&decision=nsfw")).containsExactly("told-0", "told-2", "told-4");
        assertThat(imageIds(list + "&label=porn%20%26%20more")).containsExactly("told-3", "told-4", "told-5");
        assertThat(imageIds(list + "&decision=NSFW&label=gore&label=none")).containsExactly("told-0", "told-2");
        assertThat(imageIds(list + "&decision=REVIEW")).isEmpty();
        Answer first = call("root", "GET", list + "&decision=NSFW&limit=2");
        assertThat(first.headers().get("link")).contains("after=told-2", "decision=NSFW");
    }

    private static List<String> imageIds(String path) throws IOException {
        return new ObjectMapper().readTree(call("root", "GET", path).body()).findValuesAsText("imageId");
    }

    @Test
    void aHoldIsPlacedListedAndReleasedInTheNameOfWhoDoes() throws IOException {
        String path = "/api/v1/holds/image/held%20%2F%20image";
        Map<String, String> json = withLogin("ada", Map.of("Content-Type", "application/json"));
        assertNamed(RawHttp.send(app.port(), "PUT", path, json, "{\"reason\":\" \"}"), 400, "bad-parameter");
        assertNamed(RawHttp.send(app.port(), "PUT", path, json, "{\"reason\":"), 400, "malformed");
        assertThat(RawHttp.send(app.port(), "PUT", path, json, "{\"reason\":\"case 7\"}")
                        .status())
                .isEqualTo(202);
        await().atMost(Duration.ofSeconds(20))
                .until(() -> call("sven", "GET", "/api/v1/holds").body().contains("held / image"));
        assertThat(call("bert", "GET", "/api/v1/holds").body()).isEqualTo("[]");
        assertThat(call("ada", "DELETE", path).status()).isEqualTo(202);
        await().atMost(Duration.ofSeconds(20))
                .until(() -> call("sven", "GET", "/api/v1/holds").body().contains("\"releasedBy\":\"ada\""));
    }

    @Test
    void anUploadWithoutAVerdictIsListedForItsTenantAndRepeatedWhenAsked() throws IOException {
        String topic = Topics.IMAGES_UPLOADED.topicName();
        ImageUploaded upload = ImageUploaded.newBuilder()
                .setImageId("lost-image")
                .setUploaderId("u")
                .setTenant("shop")
                .setUploadedAt(Instant.now())
                .setContent(new InlineImage(ByteBuffer.wrap(new byte[] {1})))
                .build();
        byte[] bytes = new EventSerializer<>(ImageUploaded.class).serialize(topic, upload);
        producer.send(topic, "lost-image", bytes);
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(
                        () -> assertThat(call("rita", "GET", "/api/v1/missing").body())
                                .contains("lost-image"));
        assertThat(call("bert", "GET", "/api/v1/missing").body()).isEqualTo("[]");
        assertNamed(call("bert", "POST", "/api/v1/missing/lost-image/redrive"), 404, "not-missing");

        assertThat(call("sven", "POST", "/api/v1/missing/lost-image/redrive").status())
                .isEqualTo(202);
        List<byte[]> uploads = new ArrayList<>();
        try (var consumer = new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers", broker.bootstrapServers(),
                        "group.id", "doors-it",
                        "auto.offset.reset", "earliest"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            consumer.subscribe(List.of(topic));
            await().atMost(Duration.ofSeconds(20)).until(() -> {
                consumer.poll(Duration.ofMillis(300)).forEach(record -> uploads.add(record.value()));
                return uploads.size() == 2;
            });
        }
        assertThat(uploads).hasSize(2).allSatisfy(each -> assertThat(each).isEqualTo(bytes));
    }

    @Test
    void theRecentVerdictsAreThoseOfTheTenant() throws IOException {
        assertThat(call("vera", "GET", "/api/v1/verdicts").body())
                .contains("img-of-shop")
                .doesNotContain("img-of-bank");
        assertThat(call("bert", "GET", "/api/v1/verdicts").body())
                .contains("img-of-bank")
                .doesNotContain("img-of-shop");
        assertThat(call("root", "GET", "/api/v1/verdicts?tenant=bank").body())
                .contains("img-of-bank")
                .doesNotContain("img-of-shop");
    }

    @Test
    void theFeedIsThatOfTheTenant() throws IOException {
        producer.send(Samples.verdict("last-of-shop").setTenant("shop").build());
        producer.send(Samples.verdict("last-of-bank").setTenant("bank").build());
        await().until(() -> call("root", "GET", "/api/v1/verdicts").body().contains("last-of-bank"));
        String told = RawHttp.send(
                        app.port(), "GET", "/api/v1/feed", withLogin("vera", Map.of("Connection", "keep-alive")), "")
                .body();
        assertThat(told).contains("event:opened", "last-of-shop").doesNotContain("of-bank");
    }

    @Test
    void markupComesAsDataAndUnderAPolicyThatRunsNoneOfIt() throws IOException {
        producer.send(Samples.verdict(MARKUP)
                .setTenant("shop")
                .setUploaderId(MARKUP)
                .setReasonDetail(MARKUP)
                .setPolicyVersion(MARKUP)
                .setAttributes(Map.of(MARKUP, MARKUP))
                .build());
        String path = StreamProcess.path("v1/verdicts", MARKUP);
        await().atMost(Duration.ofSeconds(20))
                .until(() -> call("vera", "GET", path).status() == 200);
        Answer answer = call("vera", "GET", path);
        assertThat(answer.headers().get("content-type")).startsWith("application/json");
        assertThat(answer.headers())
                .containsEntry("x-content-type-options", "nosniff")
                .containsEntry("x-frame-options", "DENY")
                .containsEntry("cache-control", "no-store");
        assertThat(answer.headers().get("content-security-policy"))
                .contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'")
                .doesNotContain("unsafe");
        Answer wrong = call("vera", "GET", StreamProcess.path("v1/nothing", MARKUP));
        assertNamed(wrong, 404, "not-found");
        assertThat(wrong.body()).doesNotContain("script");
    }
}
