package io.bulwark.stream.notification;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.bulwark.events.Duty;
import io.bulwark.stream.notification.NotificationRows.Kind;
import io.bulwark.stream.notification.NotificationRows.NewCampaign;
import io.bulwark.stream.notification.NotificationSender.NotificationText;
import io.bulwark.stream.outbound.HttpPost;
import io.bulwark.stream.review.Duties;
import io.bulwark.stream.review.ItemRow.Origin;
import io.bulwark.stream.testing.ReviewDesk;
import io.bulwark.stream.testing.ReviewDeskTestCase;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What people are told, on a real PostgreSQL, and a chat on this machine. */
class NotificationsIT extends ReviewDeskTestCase {

    private static final NotificationText TEXT = new NotificationText(URI.create("https://bulwark.example/console/"));

    private final List<String> chat = new CopyOnWriteArrayList<>();
    private final List<String> told = new CopyOnWriteArrayList<>();
    private HttpServer server;
    private volatile int status = 200;

    @BeforeEach
    void open() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            try (exchange) {
                String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(status, -1);
                if (status == 200) {
                    chat.add(body);
                }
            }
        });
        server.start();
    }

    @AfterEach
    void close() {
        server.stop(0);
    }

    @Test
    void aDeadlineThatIsNearIsOneMessageAndAMissedOneAnother() {
        notice("image-7", Duration.ofHours(40));
        assertThat(rows().find(List.of())).as("a row for each receiver").isEqualTo(2);
        assertThat(rows().find(List.of())).as("after a restart").isZero();
        chatSender().turn();
        chatSender().turn();

        assertThat(chat).hasSize(1);
        assertThat(chat.get(0))
                .startsWith("{\"text\":\"Bulwark, tenant default: 1 duty INTIMATE_IMAGE with less than a quarter")
                .contains("The first deadline is ", "https://bulwark.example/console/#/review\"}")
                .doesNotContain("image-7", "reporter", "uploader");

        age(10);
        assertThat(rows().find(List.of())).isEqualTo(2);
        chatSender().turn();
        assertThat(chat).hasSize(2);
        assertThat(chat.get(1)).contains("1 duty INTIMATE_IMAGE past the deadline");
    }

    @Test
    void aDeadlineThatIsNearForMonthsIsOneMessage() {
        notice("image", Duration.ofHours(1));
        database.asSuperuser()
                .useHandle(handle -> handle.execute("UPDATE duty_case SET received_at = now() - interval '300 days',"
                        + " due_at = now() + interval '60 days'"));
        assertThat(rows().find(List.of())).isEqualTo(2);
        database.asSuperuser()
                .useHandle(handle -> handle.execute("UPDATE notification SET made_at = now() - interval '31 days'"));

        assertThat(rows().find(List.of())).isZero();
    }

    @Test
    void twoInstancesSendEachMessageOnceAndWhatFallsTogetherIsOne() throws InterruptedException {
        for (int image = 0; image < 12; image++) {
            notice("image-" + image, Duration.ofHours(40));
        }
        Runnable instance = () -> {
            rows().find(List.of(new NewCampaign("shop", "c-1", Instant.now())));
            chatSender().turn();
        };
        var other = new Thread(instance);
        other.start();
        instance.run();
        other.join();

        assertThat(chat).hasSize(2);
        assertThat(chat).anyMatch(text -> text.contains("12 duties INTIMATE_IMAGE"));
        assertThat(chat).anyMatch(text -> text.contains("tenant shop: a new campaign") && text.contains("#/attacks"));
    }

    @Test
    void aReceiverThatIsAwayDelaysNoOtherAndHasItLater() {
        status = 503;
        notice("image", Duration.ofHours(40));
        rows().find(List.of());

        chatSender().turn();
        otherSender().turn();
        assertThat(told).hasSize(1);
        assertThat(chat).isEmpty();
        status = 200;
        chatSender().turn();
        assertThat(chat).as("it rests first").isEmpty();
        database.asSuperuser()
                .useHandle(handle -> handle.execute(
                        "UPDATE notification SET next_at = next_at - interval '2 minutes'" + " WHERE sent_at IS NULL"));
        chatSender().turn();
        otherSender().turn();

        assertThat(chat).hasSize(1);
        assertThat(told).hasSize(1);
    }

    @Test
    void brokenPromisesDriftAndWaitingApprovalsAreFoundAndOldOnesAreNoNews() {
        database.asSuperuser().useHandle(handle -> {
            handle.execute(
                    "INSERT INTO bank_proposal (tenant, decision_id, image_id, content_sha256, label, proposed_by,"
                            + " proposed_at) SELECT 'shop', gen_random_uuid(), 'image', 'hash', 'porn', 'anna', now() - age"
                            + " FROM (VALUES (interval '5 hours'), (interval '1 hour')) AS ages (age)");
            handle.execute(
                    "INSERT INTO bank_proposal (tenant, decision_id, image_id, content_sha256, label, proposed_by)"
                            + " VALUES ('young', gen_random_uuid(), 'image', 'hash', 'porn', 'anna')");
            handle.execute("INSERT INTO policy_record (tenant, revision, state) VALUES ('shop', 1, '{\"shadow\": {}}'),"
                    + " ('young', 1, '{\"shadow\": null}')");
            handle.execute("INSERT INTO policy_change (tenant, kind, revision, by_whom, at, differences, state_sha256)"
                    + " VALUES ('shop', 'PROPOSED', 1, 'anna', now() - interval '2 hours', '[]', 'hash')");
            handle.execute("INSERT INTO promise_epoch (tenant, rate, promise, begins, opened_by, broken_at)"
                    + " SELECT 'shop', rate, 0.1, now(), '', at FROM (VALUES ('MISSED', now()),"
                    + " ('FALSELY_FLAGGED', now() - interval '8 days')) AS known (rate, at)");
        });

        rows().find(List.of(new NewCampaign("shop", "old", Instant.now().minus(Duration.ofDays(8)))));
        otherSender().turn();

        assertThat(told)
                .containsExactlyInAnyOrder(
                        "Bulwark, tenant shop: the promised error rate MISSED is exceeded."
                                + " https://bulwark.example/console/#/overview",
                        "Bulwark, tenant shop: 3 approvals wait." + " https://bulwark.example/console/#/bank");
    }

    @Test
    void itemsPastTheDeadlineOfTheirQueueAreOneMessageADayForEachQueue() {
        for (String image : List.of("late", "also-late", "in-time", "closed", "old")) {
            desk.arrives(image, 0.5);
        }
        notice("owed", Duration.ofHours(49));
        database.asOwner()
                .useHandle(handle -> handle.execute(
                        "UPDATE queue_item SET queue = 'ads', due_at = now() + CASE image_id WHEN 'in-time'"
                                + " THEN interval '1 hour' WHEN 'old' THEN interval '-8 days' ELSE interval '-1"
                                + " hour' END, stage = CASE image_id WHEN 'closed' THEN 'CLOSED' ELSE stage END"));
        var queuesAlone = new NotificationRows(
                database.database(), List.of("webhooks.other"), Set.of(Kind.QUEUE_LATE), Duration.ofHours(4));

        assertThat(queuesAlone.find(List.of())).isEqualTo(1);
        assertThat(queuesAlone.find(List.of())).isZero();
        otherSender().turn();

        assertThat(told).hasSize(1);
        assertThat(told.get(0))
                .startsWith(
                        "Bulwark, tenant default: the queue ads has items past their deadline. The first deadline is ")
                .endsWith(" https://bulwark.example/console/#/system");
    }

    @Test
    void whatIsNotWantedIsNotSentAndMarkupOfATenantIsText() {
        notice("image", Duration.ofHours(40));
        var campaignsAlone = new NotificationRows(
                database.database(), List.of("webhooks.chat"), Set.of(Kind.CAMPAIGN), Duration.ofHours(4));

        campaignsAlone.find(List.of(new NewCampaign("<!channel>", "c-1", Instant.now())));
        chatSender().turn();

        assertThat(chat).hasSize(1);
        assertThat(chat.get(0)).contains("tenant &lt;!channel&gt;: a new campaign");
    }

    private NotificationRows rows() {
        return new NotificationRows(
                database.database(),
                List.of("webhooks.chat", "webhooks.other"),
                EnumSet.allOf(Kind.class),
                Duration.ofHours(4));
    }

    private NotificationSender chatSender() {
        URI url = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/hook");
        Duration timeout = Duration.ofSeconds(5);
        return new NotificationSender(
                "webhooks.chat",
                new NotificationSender.Chat(
                        url, new HttpPost(timeout, Clock.systemUTC()), timeout, TEXT, new ObjectMapper()),
                rows());
    }

    private NotificationSender otherSender() {
        return new NotificationSender(
                "webhooks.other",
                batch -> {
                    told.add(TEXT.text(batch));
                    return Optional.empty();
                },
                rows());
    }

    private void notice(String image, Duration ago) {
        var notice = new Duties.Notice(Duty.INTIMATE_IMAGE, Instant.now().minus(ago));
        database.database()
                .acrossTenants(handle -> desk.intake.reported(
                        handle,
                        ReviewDesk.doubtful("default", image, 0.1),
                        Origin.REPORT,
                        "reporter",
                        "words",
                        Optional.of(notice)));
    }

    private void age(int hours) {
        String back = " - make_interval(hours => " + hours + ")";
        database.asSuperuser()
                .useHandle(handle -> handle.execute(
                        "UPDATE duty_case SET received_at = received_at" + back + ", due_at = due_at" + back));
    }
}
