package io.bulwark.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.bulwark.events.Decision;
import io.bulwark.events.ImageReport;
import io.bulwark.events.ImageUploaded;
import io.bulwark.events.InlineImage;
import io.bulwark.events.LabelAction;
import io.bulwark.events.LabelScore;
import io.bulwark.events.ListMatch;
import io.bulwark.events.ListedHashKind;
import io.bulwark.events.RecordCoordinates;
import io.bulwark.events.ReportKind;
import io.bulwark.events.Verdict;
import io.bulwark.schemas.testing.Broker;
import io.bulwark.schemas.testing.TestBroker;
import io.bulwark.schemas.topic.TopicNames;
import io.bulwark.schemas.topic.Topics;
import io.bulwark.stream.testing.CyberTiplineReceiver;
import io.bulwark.stream.testing.EventProducer;
import io.bulwark.stream.testing.RawHttp;
import io.bulwark.stream.testing.RawHttp.Answer;
import io.bulwark.stream.testing.Samples;
import io.bulwark.stream.testing.StreamProcess;
import io.bulwark.stream.testing.StubPreview;
import io.bulwark.stream.testing.TestDatabase;
import io.bulwark.stream.testing.TopicDump;
import io.bulwark.stream.testing.UsersFile;
import io.bulwark.stream.testing.WebhookPeer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a match leaves: after a restricted verdict went through the real application, with every part that could keep or
 * send something of it switched on, the file, its hashes and its list's entry are on no topic, in no table, answer, metric
 * or log but where the table of {@code docs/child-safety.md} says. A control image beside it shows that each search finds.
 */
class RestrictedLeakIT {

    /** The upload, the worker's verdict: both are for Bulwark's own principals, and are cut by age or erased. */
    private static final Set<String> OWN = Set.of(Topics.IMAGES_UPLOADED.topicName(), Topics.VERDICTS.topicName());

    private static final String LABEL = "sexual-minor";
    private static final String LIST = "invented-list-of-tests";
    private static final String SECRET = "whsec_" + Base64.getEncoder().encodeToString(new byte[32]);
    private static final String COOP_KEY = "key-of-an-organisation";
    private static final String OSPREY = "osprey.actions_input";
    private static final byte[] FILE = bytes(1);
    private static final byte[] CONTROL = bytes(2);
    private static final String PDQ = "0f1e2d3c4b5a6978".repeat(4);
    private static final List<String> OTHERS = List.of("vera", "rita", "sven", "cleo", "ada");

    @TempDir
    static Path folder;

    private static final List<String> coop = new CopyOnWriteArrayList<>();
    private static Broker broker;
    private static EventProducer producer;
    private static TestDatabase database;
    private static CyberTiplineReceiver receiver;
    private static StubPreview preview;
    private static WebhookPeer webhook;
    private static HttpServer coopServer;
    private static StreamProcess app;

    @BeforeAll
    static void start() throws Exception {
        broker = TestBroker.fresh();
        broker.createTopics(TopicNames.UNPREFIXED, 2);
        try (Admin admin = broker.admin()) {
            admin.createTopics(List.of(new org.apache.kafka.clients.admin.NewTopic(OSPREY, 1, (short) 1)))
                    .all()
                    .get();
        }
        producer = new EventProducer(broker.bootstrapServers());
        database = TestDatabase.open();
        receiver = new CyberTiplineReceiver();
        preview = new StubPreview();
        webhook = new WebhookPeer(SECRET);
        coopServer = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        coopServer.createContext("/", exchange -> {
            try (exchange) {
                coop.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
                exchange.sendResponseHeaders(202, -1);
            }
        });
        coopServer.start();
        app = StreamProcess.start(broker.bootstrapServers(), folder.resolve("state"), settings())
                .awaitReady();
        goThrough();
    }

    @AfterAll
    static void stop() {
        app.close();
        coopServer.stop(0);
        webhook.close();
        preview.close();
        receiver.close();
        producer.close();
        database.close();
        broker.close();
    }

    private static Map<String, String> settings() throws IOException {
        var users = new UsersFile(folder.resolve("users"))
                .with("vera", "default", "viewer")
                .with("rita", "default", "reviewer")
                .with("sven", "default", "senior")
                .with("cleo", "default", "curator")
                .with("ada", "default", "admin")
                .with("dina", "default", "child-safety")
                .with("emil", "default", "child-safety");
        var settings = new HashMap<String, String>();
        settings.put("bulwark.access.users-file", users.path().toString());
        settings.put("bulwark.access.secret", "thirty-two characters and a few more");
        settings.put("bulwark.access.limits.requests-per-second", "500");
        settings.put("bulwark.schemas.write", "3");
        settings.put("bulwark.restricted.labels", LABEL);
        settings.put("bulwark.database.url", database.address().url());
        settings.put("bulwark.database.owner.username", "bulwark_owner");
        settings.put("bulwark.review.sample", "1");
        settings.put("bulwark.review.second.sample", "1");
        settings.put("bulwark.review.drift.per-day", "100");
        settings.put("bulwark.review.evidence.key-file", file("evidence-keys", "e:" + "5a".repeat(32)));
        settings.put("bulwark.stream.campaigns.enabled", "true");
        settings.put("bulwark.preview.url", preview.url());
        settings.put("bulwark.preview.secret", StubPreview.SECRET);
        settings.put("bulwark.explain.url", preview.url());
        settings.put("bulwark.outbound.osprey.topic", OSPREY);
        settings.put("bulwark.outbound.osprey.from", "earliest");
        settings.put(
                "bulwark.outbound.coop.url",
                "http://127.0.0.1:" + coopServer.getAddress().getPort());
        settings.put("bulwark.outbound.coop.allow-http", "true");
        settings.put("bulwark.outbound.coop.api-key-file", file("coop-key", COOP_KEY));
        settings.put("bulwark.outbound.coop.item-type", "images");
        settings.put("bulwark.outbound.coop.user-type", "users");
        settings.put("bulwark.outbound.coop.decisions", "SAFE,NSFW,REVIEW");
        settings.put("bulwark.outbound.coop.from", "earliest");
        settings.put("bulwark.outbound.webhooks.shop.url", webhook.url().toString());
        settings.put("bulwark.outbound.webhooks.shop.allow-http", "true");
        settings.put("bulwark.outbound.webhooks.shop.from", "earliest");
        settings.put("bulwark.outbound.webhooks.shop.secret-files", file("webhook-secret", SECRET));
        String safety = "bulwark.child-safety.";
        settings.put(safety + "vault.key-file", file("vault-keys", "v:" + "a5".repeat(32)));
        settings.put(safety + "report.url", receiver.url().toString());
        settings.put(safety + "report.allow-http", "true");
        settings.put(safety + "report.username", CyberTiplineReceiver.USER);
        settings.put(safety + "report.password-file", file("password", CyberTiplineReceiver.PASSWORD));
        settings.put(safety + "report.labels", LABEL);
        settings.put(safety + "report.automatic", "sha256");
        settings.put(safety + "report.first-name", "Rae");
        settings.put(safety + "report.last-name", "Porter");
        settings.put(safety + "report.email", "safety@example.org");
        settings.put(safety + "report.company", "Example");
        return settings;
    }

    private static String file(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content).toString();
    }

    private static byte[] bytes(int seed) {
        byte[] drawn = new byte[4096];
        new Random(seed).nextBytes(drawn);
        return drawn;
    }

    private static byte[] digest(String algorithm, byte[] content) {
        try {
            return MessageDigest.getInstance(algorithm).digest(content);
        } catch (GeneralSecurityException absent) {
            throw new IllegalStateException(absent);
        }
    }

    private static String sha256(byte[] content) {
        return HexFormat.of().formatHex(digest("SHA-256", content));
    }

    /** What must be nowhere, by what it is; each as raw bytes. */
    private static Map<String, byte[]> secrets(byte[] file) {
        Map<String, byte[]> all = new LinkedHashMap<>();
        all.put("the file", Arrays.copyOfRange(file, 100, 148));
        all.put("the file in Base64", text(Base64.getEncoder().encodeToString(Arrays.copyOf(file, 48))));
        for (String algorithm : List.of("SHA-256", "SHA-1", "MD5")) {
            byte[] hash = digest(algorithm, file);
            all.put(algorithm, hash);
            all.put(algorithm + " in hexadecimal", text(HexFormat.of().formatHex(hash)));
            all.put(algorithm + " in Base64", text(Base64.getEncoder().encodeToString(hash)));
        }
        return all;
    }

    private static Map<String, byte[]> restricted() {
        Map<String, byte[]> all = secrets(FILE);
        all.put("PDQ", text(PDQ));
        all.put("the list", text(LIST));
        all.put("the label", text(LABEL));
        return all;
    }

    private static byte[] text(String words) {
        return words.getBytes(StandardCharsets.UTF_8);
    }

    private static Set<String> found(Map<String, byte[]> secrets, byte[]... in) {
        var found = new TreeSet<String>();
        for (byte[] place : in) {
            if (place != null) {
                String haystack = new String(place, StandardCharsets.ISO_8859_1);
                secrets.forEach((name, secret) -> {
                    if (haystack.contains(new String(secret, StandardCharsets.ISO_8859_1))) {
                        found.add(name);
                    }
                });
            }
        }
        return found;
    }

    private static RecordCoordinates upload(String imageId, byte[] file) {
        var at = producer.send(ImageUploaded.newBuilder()
                .setImageId(imageId)
                .setUploaderId(uploader(imageId))
                .setUploadedAt(Instant.now())
                .setContent(new InlineImage(ByteBuffer.wrap(file)))
                .build());
        return new RecordCoordinates(at.topic(), at.partition(), at.offset());
    }

    private static Verdict.Builder judged(String imageId, byte[] file) {
        return Samples.verdict(imageId)
                .setUploaderId(uploader(imageId))
                .setDecision(Decision.NSFW)
                .setScore(0.93)
                .setContentSha256(sha256(file))
                .setUpload(upload(imageId, file))
                .setDecidedAt(Instant.now());
    }

    private static Verdict.Builder listed(String imageId, byte[] file, ListedHashKind kind, String entry) {
        return judged(imageId, file)
                .setDecidingLabel(LABEL)
                .setLabels(List.of(new LabelScore(LABEL, 0.93, LabelAction.FLAG)))
                .setKnownReference(entry)
                .setListed(new ListMatch(LIST, entry, kind, "A1", true, false))
                .setRestricted(true);
    }

    /** An exact match, which is reported before a person looks, and a near one, beside an image of no list. */
    private static void goThrough() throws Exception {
        producer.send(
                listed("img-exact", FILE, ListedHashKind.SHA256, sha256(FILE)).build());
        producer.send(listed("img-near", FILE, ListedHashKind.PDQ, PDQ).build());
        producer.send(judged("img-control", CONTROL)
                .setDecidingLabel("gore")
                .setLabels(List.of(new LabelScore("gore", 0.93, LabelAction.FLAG)))
                .build());
        for (ReportKind kind : List.of(ReportKind.APPEAL, ReportKind.REPORT)) {
            for (String image : List.of("img-exact", "img-control")) {
                producer.send(ImageReport.newBuilder()
                        .setImageId(image)
                        .setKind(kind)
                        .setReporter("reporter-" + kind)
                        .setWords("It is a drawing.")
                        .setAt(Instant.now())
                        .setContentSha256(image.equals("img-exact") ? null : sha256(CONTROL))
                        .build());
            }
        }
        await().atMost(Duration.ofSeconds(60)).until(() -> receiver.finished().size() == 1);
        await().atMost(Duration.ofSeconds(60))
                .until(() -> app.get("/q/metrics").body().contains("bulwark_restricted_contents 1.0"));
        producer.send(judged("img-again", FILE).setDecidingLabel("gore").build()); // a worker without the list
        await().atMost(Duration.ofSeconds(60))
                .until(() -> call("vera", "GET", "/api/v1/cases", "").body().contains("img-control"));
        await().atMost(Duration.ofSeconds(60))
                .until(() -> webhook.taken.toString().contains("img-exact")
                        && webhook.taken.toString().contains("img-again")
                        && webhook.taken.toString().contains("img-control")
                        && coop.toString().contains("img-control"));
        await().atMost(Duration.ofSeconds(60))
                .until(() -> call("sven", "GET", "/api/v1/holds", "").body().contains("img-exact"));
        await().atMost(Duration.ofSeconds(60))
                .until(() -> database.asSuperuser()
                        .withHandle(handle -> handle.createQuery("SELECT count(*) = 3 FROM restricted_file")
                                .mapTo(Boolean.class)
                                .one()));
    }

    private static String uploader(String imageId) {
        return imageId.replace("img-", "uploader-");
    }

    private static Answer call(String user, String method, String path, String body) throws IOException {
        var headers = new HashMap<>(Map.of("Authorization", UsersFile.basic(user, UsersFile.PASSWORD)));
        if (!body.isEmpty()) {
            headers.put("Content-Type", "application/json");
        }
        return RawHttp.send(app.port(), method, path, headers, body);
    }

    @Test
    void theReportHasTheFileAndSaysThatNoStaffViewedIt() {
        var report = receiver.finished().get(0);
        assertThat(found(secrets(FILE), report.files.get(0).getBytes(StandardCharsets.ISO_8859_1)))
                .contains("the file");
        assertThat(report.details.get(0)).contains("<fileViewedByEsp>false</fileViewedByEsp>");
        assertThat(report.document).contains("Reported before a person looked.");
    }

    @Test
    void noTopicHasAnythingOfIt() throws Exception {
        Set<String> topics;
        try (Admin admin = broker.admin()) {
            topics = new TreeSet<>(
                    admin.listTopics(new org.apache.kafka.clients.admin.ListTopicsOptions().listInternal(true))
                            .names()
                            .get());
        }
        assertThat(topics).anyMatch(topic -> topic.endsWith("-changelog")).contains(OSPREY);
        var control = new TreeSet<String>();
        for (String topic : topics) {
            for (ConsumerRecord<byte[], byte[]> record : TopicDump.all(broker.bootstrapServers(), topic)) {
                byte[][] parts = Stream.concat(
                                Stream.of(record.key(), record.value()),
                                Stream.of(record.headers().toArray()).map(Header::value))
                        .toArray(byte[][]::new);
                if (!OWN.contains(topic)) {
                    assertThat(found(restricted(), parts)).as(topic).isEmpty();
                }
                if (!found(secrets(CONTROL), parts).isEmpty()) {
                    control.add(topic);
                }
            }
        }
        assertThat(control)
                .contains(Topics.DECISIONS.topicName(), OSPREY)
                .anyMatch(topic -> topic.endsWith("decisions-changelog"));
    }

    @Test
    void noTableOutsideTheLaneHasAnythingOfItAndTheFileIsSealed() {
        var control = new TreeSet<String>();
        database.asSuperuser().useHandle(handle -> {
            List<String> tables = handle.createQuery("SELECT relname FROM pg_class WHERE relkind = 'r'"
                            + " AND relnamespace = 'bulwark'::regnamespace ORDER BY relname")
                    .mapTo(String.class)
                    .list();
            assertThat(tables).contains("restricted_case", "restricted_file");
            for (String table : tables) {
                handle.createQuery("SELECT t::text FROM \"" + table + "\" t")
                        .mapTo(String.class)
                        .forEach(row -> {
                            if (!table.equals("restricted_case") && !table.equals("restricted_report")) {
                                assertThat(found(restricted(), text(row)))
                                        .as(table)
                                        .isEmpty();
                                assertThat(row)
                                        .as(table)
                                        .doesNotContain(HexFormat.of().formatHex(Arrays.copyOf(FILE, 32)));
                            }
                            if (!found(secrets(CONTROL), text(row)).isEmpty()) {
                                control.add(table);
                            }
                        });
            }
        });
        assertThat(control).contains("casebook", "queue_item", "statement");
    }

    @Test
    void noAnswerToAnotherRoleHasAnythingOfIt() throws IOException {
        for (DoorsIT.Endpoint endpoint : DoorsIT.endpoints()) {
            if (!endpoint.method().equals("GET") || endpoint.path().contains("/feed")) {
                continue;
            }
            Set<String> paths = new TreeSet<>(); // one, where it names neither an image nor an uploader
            for (String image : List.of("img-exact", "img-near", "img-again")) {
                paths.add(endpoint.path().replace("img-of-shop", image).replace("u-of-shop", uploader(image)));
            }
            for (String path : paths) {
                for (String user : OTHERS) {
                    Answer answer = call(user, "GET", path, "");
                    assertThat(found(restricted(), text(answer.body())))
                            .as(user + " " + path)
                            .isEmpty();
                }
            }
        }
        assertThat(call("vera", "GET", "/api/v1/decisions/img-control", "").body())
                .contains(sha256(CONTROL));
    }

    @Test
    void aLaterUploadOfTheContentIsRestrictedAsWell() throws IOException {
        assertThat(call("vera", "GET", "/api/v1/decisions/img-again", "").body())
                .contains("\"labels\":[\"restricted\"]");
    }

    @Test
    void theAnswersAboutItAreNeutral() throws IOException {
        assertThat(call("vera", "GET", "/api/v1/decisions/img-exact", "").body())
                .contains("\"decision\":\"NSFW\"", "\"labels\":[\"restricted\"]", "\"score\":1");
        assertThat(call("vera", "GET", "/api/v1/verdicts/img-exact", "").problem())
                .isEqualTo("no-verdict");
        assertThat(call("rita", "GET", "/api/v1/images/img-exact/picture", "").problem())
                .isEqualTo("picture-gone");
        assertThat(call("rita", "GET", "/api/v1/images/img-exact/picture/explanation", "")
                        .problem())
                .isEqualTo("picture-gone");
        assertThat(call("ada", "GET", "/api/v1/images/img-exact/viewers", "").problem())
                .isEqualTo("no-decision");
        assertThat(call("vera", "GET", "/api/v1/cases?image=img-exact", "").body())
                .doesNotContain("img-exact");
        assertThat(call("vera", "GET", "/api/v1/verdicts?limit=100", "").body())
                .contains("img-control")
                .doesNotContain("img-exact", "img-near", "img-again");
        assertThat(preview.asked()).noneMatch(question -> question.sha256().equals(sha256(FILE)));
    }

    /** A report and an appeal are answered as those of an image that Bulwark does not know. */
    @Test
    void noAppealStatementStrikeOrNoticeTellsOfIt() throws IOException {
        for (String kind : List.of("appeal", "report")) {
            String body = "{\"imageId\":\"IMAGE\",\"kind\":\"" + kind + "\",\"reporter\":\"someone\",\"words\":\"no\"}";
            Answer about = call("rita", "POST", "/api/v1/review/reports", body.replace("IMAGE", "img-exact"));
            Answer unknown = call("rita", "POST", "/api/v1/review/reports", body.replace("IMAGE", "img-never"));
            assertThat(about.problem()).isEqualTo("not-found");
            assertThat(about.body()).isEqualTo(unknown.body().replace("img-never", "img-exact"));
        }
        assertThat(call("sven", "GET", "/api/v1/statements", "").body())
                .contains("img-control")
                .doesNotContain("img-exact", "img-near", "img-again");
        assertThat(call("rita", "GET", "/api/v1/uploaders/uploader-exact/account", "")
                        .body())
                .contains("\"strikes\":[]", "\"actions\":[]")
                .doesNotContain("img-exact");
        assertThat(call("sven", "GET", "/api/v1/holds", "").body()).contains("\"reason\":\"preservation\"");
        long strikes = database.asSuperuser()
                .withHandle(handle -> handle.createQuery(
                                "SELECT count(*) FROM account_strike WHERE image_id IN ('img-exact', 'img-near', 'img-again')")
                        .mapTo(Long.class)
                        .one());
        assertThat(strikes).isZero();
        assertThat(TopicDump.all(broker.bootstrapServers(), Topics.UPLOADER_ACTIONS.topicName()))
                .noneMatch(record -> new String(record.key(), StandardCharsets.UTF_8).contains("img-exact"));
    }

    @Test
    void neitherCoopNorOspreyHearsOfItAndWebhooksHaveTheNeutralDecision() {
        assertThat(coop.toString()).contains("img-control").doesNotContain("img-exact", "img-near", "img-again");
        assertThat(TopicDump.all(broker.bootstrapServers(), OSPREY).stream()
                        .map(record -> new String(record.value(), StandardCharsets.UTF_8))
                        .toList()
                        .toString())
                .contains("img-control")
                .doesNotContain("img-exact", "img-near", "img-again");
        assertThat(found(restricted(), text(webhook.taken.toString()))).isEmpty();
        assertThat(webhook.taken.stream().filter(sent -> sent.toString().contains("img-exact")))
                .isNotEmpty()
                .allMatch(sent -> sent.toString().contains("\"restricted\""));
    }

    @Test
    void neitherMetricsNorLogsHaveAnythingOfIt() {
        assertThat(app.get("/q/metrics").body()).contains("bulwark_restricted_open 3.0");
        assertThat(found(restricted(), text(app.get("/q/metrics").body()))).isEmpty();
        assertThat(found(restricted(), text(app.log()))).isEmpty();
    }

    @Test
    void designatedStaffSeeTheCaseInWordsAndTheAuditLogHasTheLook() throws IOException {
        String claim = call("dina", "POST", "/api/v1/restricted/claims", "{\"reason\":\"the first of today\"}")
                .body();
        assertThat(claim).contains(LIST, sha256(FILE), "\"leaseId\"");
        String log = call("ada", "GET", "/api/v1/audit-log?after=0", "").body();
        assertThat(log).contains("restricted.claimed", "the first of today");
        assertThat(found(restricted(), text(log))).isEmpty();
    }
}
