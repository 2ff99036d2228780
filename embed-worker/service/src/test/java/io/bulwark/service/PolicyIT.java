package io.bulwark.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bulwark.events.Decision;
import io.bulwark.events.ImageUploaded;
import io.bulwark.events.ModerationPolicy;
import io.bulwark.events.PolicyDocument;
import io.bulwark.events.Verdict;
import io.bulwark.imaging.preprocess.ModerationOptions;
import io.bulwark.imaging.preprocess.Preprocessor;
import io.bulwark.imaging.preprocess.ViewPolicy;
import io.bulwark.perception.encoder.Encoder;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.model.ModelPackage;
import io.bulwark.schemas.testing.TestBroker;
import io.bulwark.schemas.topic.Topics;
import io.bulwark.service.follow.MadeFor;
import io.bulwark.service.lifecycle.WorkerState;
import io.bulwark.service.testing.Pictures;
import io.bulwark.service.testing.PolicyRecords;
import io.bulwark.service.testing.References;
import io.bulwark.service.testing.SampleUploads;
import io.bulwark.service.testing.Traffic;
import io.bulwark.service.testing.WorkerUnderTest;
import java.awt.Graphics2D;
import java.awt.Image;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import javax.imageio.ImageIO;
import org.apache.kafka.clients.admin.Admin;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Policies, live: what they keep a worker from, and how soon and how wholly another takes over. */
class PolicyIT {

    private static final Duration SOON = Duration.ofSeconds(2);
    private static final int IMAGES = 2000;

    /** A vision transformer of a few thousand weights: what is measured is not the encoder. */
    private static final String MODEL = "../perception/src/test/resources/golden/vit_b";

    private static int number;

    @AutoClose
    private static Encoder encoder;

    private final String bank = "policy-it-" + ++number;
    private final MadeFor ours = new MadeFor(
            bank,
            encoder.description().fingerprint(),
            Preprocessor.moderation(
                            encoder.description().preprocess(),
                            ViewPolicy.COVER,
                            ModerationOptions.standard().withoutDetails())
                    .fingerprint());
    private final AtomicInteger asked = new AtomicInteger();

    @AutoClose
    private Traffic traffic;

    /** All six references vote, nearly alike: a picture of discs scores a half, and that is NSFW. */
    private PolicyDocument wide(String version) {
        return PolicyRecords.document(version, ours)
                .setK(6)
                .setTemperature(100)
                .setFlag(0.45)
                .setSafe(0.1)
                .build();
    }

    /** The nearest alone votes: a picture of discs that is among the references scores 0, and that is SAFE. */
    private PolicyDocument narrow(String version) {
        return PolicyRecords.document(version, ours).setK(1).build();
    }

    @BeforeAll
    static void openEncoder() {
        encoder = ModelPackage.open(MODEL).openEncoder(EncoderOptions.defaults().withThreads(1));
    }

    @BeforeEach
    void openTraffic() {
        TestBroker.recreateTopics();
        traffic = new Traffic();
        References.fill(traffic, bank, encoder);
    }

    @Test
    void a_policy_approved_while_images_flow_decides_from_one_moment_on_and_is_never_mixed_with_the_one_before()
            throws IOException {
        PolicyDocument a = wide("version-a");
        PolicyDocument b = narrow("version-b");
        put(PolicyRecords.withShadow(PolicyRecords.record("default", a), b));
        try (WorkerUnderTest worker = start().awaitReady()) {
            byte[] picture = small(Pictures.discs(1));
            for (int i = 0; i < IMAGES; i++) {
                traffic.upload(SampleUploads.inline("image-" + i, picture));
            }
            traffic.awaitVerdicts(IMAGES / 10);

            put(PolicyRecords.record("default", b, a));
            Instant approved = Instant.now();
            List<Verdict> verdicts = traffic.awaitVerdicts(IMAGES);

            assertThat(verdicts).extracting(Verdict::getImageId).hasSize(IMAGES).doesNotHaveDuplicates();
            assertThat(verdicts).allSatisfy(PolicyIT::isDecidedByWhatItNames);
            assertThat(first(verdicts, "version-b")).isBefore(approved.plus(SOON));
            assertThat(last(verdicts, "version-a")).isBeforeOrEqualTo(first(verdicts, "version-b"));
            assertThat(worker.meters()
                            .counter("bulwark.shadow.differences", "from", "NSFW", "to", "SAFE")
                            .count())
                    .isEqualTo(verdicts.stream()
                            .filter(verdict -> verdict.getPolicyVersion().equals("version-a"))
                            .count());
        }
    }

    @Test
    void a_rollback_brings_the_policy_before_back() {
        PolicyDocument a = wide("version-a");
        PolicyDocument b = narrow("version-b");
        put(PolicyRecords.record("default", b, a));
        try (WorkerUnderTest worker = start().awaitReady()) {
            assertThat(ask("default").getDecision()).isEqualTo(Decision.SAFE);

            put(PolicyRecords.record("default", a, b, a));

            awaitVersion("version-a");
            assertThat(ask("default").getDecision()).isEqualTo(Decision.NSFW);
            assertThat(worker.meters().find("bulwark.policy.info").gauges())
                    .extracting(gauge -> gauge.getId().getTag("version"))
                    .containsExactly("version-a");
        }
    }

    @Test
    void a_record_that_fits_nobody_keeps_a_worker_unready_with_what_mends_it_until_one_fits() {
        PolicyDocument foreign = PolicyRecords.document("foreign", new MadeFor(bank, "other-model", "other-views"))
                .build();
        put(PolicyRecords.record("acme", foreign));
        traffic.upload(SampleUploads.inline("waiting", Pictures.discs(1)));
        try (WorkerUnderTest worker = start()) {
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .untilAsserted(
                            () -> assertThat(worker.worker().unreadiness().orElse(""))
                                    .contains("tenant \"acme\"", "the model other-model", "the views other-views")
                                    .contains("bulwark bank calibrate --bank " + bank)
                                    .contains("bulwark policy propose --tenant acme"));
            assertThat(worker.worker().state()).isEqualTo(WorkerState.WAITING_FOR_BANK);

            put(PolicyRecords.record("acme", foreign, wide("version-a")));
            worker.awaitReady();

            assertThat(traffic.verdictOn("waiting").getDecision()).isEqualTo(Decision.SAFE);
            assertThat(ask("acme").getPolicyVersion()).isEqualTo("version-a");
            assertThat(ask("other").getPolicyVersion()).isNotEqualTo("version-a");

            traffic.send(Topics.POLICIES, "acme", new byte[] {9, 9, 9});
            traffic.flush();
            Awaitility.await()
                    .until(() -> worker.meters()
                                    .counter("bulwark.policy.bad.records")
                                    .count()
                            > 0);
            assertThat(ask("acme").getPolicyVersion()).isEqualTo("version-a");
        }
    }

    @Test
    void without_the_topic_the_settings_decide_until_it_is_made() throws ExecutionException, InterruptedException {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", TestBroker.bootstrapServers()))) {
            admin.deleteTopics(List.of(Topics.POLICIES.topicName())).all().get();
        }
        try (WorkerUnderTest worker = start().awaitReady()) {
            assertThat(ask("default").getDecision()).isEqualTo(Decision.SAFE);

            TestBroker.createTopics();
            put(PolicyRecords.record("default", wide("version-a")));

            Awaitility.await()
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> worker.meters().find("bulwark.policy.info").gauges().stream()
                            .anyMatch(gauge -> "version-a".equals(gauge.getId().getTag("version"))));
            assertThat(ask("default").getDecision()).isEqualTo(Decision.NSFW);
        }
    }

    /** A quarter of its width and height, which the encoder sees as the same. */
    private static byte[] small(byte[] picture) throws IOException {
        BufferedImage whole = ImageIO.read(new ByteArrayInputStream(picture));
        BufferedImage small =
                new BufferedImage(whole.getWidth() / 4, whole.getHeight() / 4, BufferedImage.TYPE_INT_RGB);
        Graphics2D canvas = small.createGraphics();
        canvas.drawImage(
                whole.getScaledInstance(small.getWidth(), small.getHeight(), Image.SCALE_AREA_AVERAGING), 0, 0, null);
        canvas.dispose();
        return Pictures.encode(small, "jpg");
    }

    /** What each of the two policies would have written, number by number. */
    private static void isDecidedByWhatItNames(Verdict verdict) {
        boolean wide = verdict.getPolicyVersion().equals("version-a");
        if (!wide) {
            assertThat(verdict.getPolicyVersion()).isEqualTo("version-b");
        }
        assertThat(verdict.getDecision()).isEqualTo(wide ? Decision.NSFW : Decision.SAFE);
        assertThat(verdict.getScore()).isEqualTo(wide ? 0.5 : 0, within(0.02));
        assertThat(verdict.getMargin())
                .isEqualTo(wide ? verdict.getScore() - 0.45 : 0.4 - verdict.getScore(), within(1e-9));
        assertThat(verdict.getViews())
                .allSatisfy(view -> assertThat(view.getNeighbours()).hasSize(wide ? 6 : 1));
    }

    private static Instant first(List<Verdict> verdicts, String version) {
        return decidedAt(verdicts, version).get(0);
    }

    private static Instant last(List<Verdict> verdicts, String version) {
        List<Instant> times = decidedAt(verdicts, version);
        return times.get(times.size() - 1);
    }

    private static List<Instant> decidedAt(List<Verdict> verdicts, String version) {
        List<Instant> times = verdicts.stream()
                .filter(verdict -> verdict.getPolicyVersion().equals(version))
                .map(Verdict::getDecidedAt)
                .sorted(Comparator.naturalOrder())
                .toList();
        assertThat(times).as("verdicts by %s", version).isNotEmpty();
        return times;
    }

    /** With one inference thread, which decides one image after the other. */
    private WorkerUnderTest start() {
        return WorkerUnderTest.start(
                bank,
                Map.of(
                        "bulwark.model", MODEL,
                        "bulwark.policy.k", "1",
                        "bulwark.batch.largest", "4",
                        "bulwark.batch.measure", "5ms"),
                clients -> clients);
    }

    private void put(ModerationPolicy record) {
        traffic.policy(record);
        traffic.flush();
    }

    private Verdict ask(String tenant) {
        String image = "asked-" + asked.incrementAndGet();
        traffic.upload(ImageUploaded.newBuilder(SampleUploads.inline(image, Pictures.discs(1)))
                .setTenant(tenant)
                .build());
        return traffic.verdictOn(image);
    }

    private void awaitVersion(String version) {
        long start = System.nanoTime();
        while (!ask("default").getPolicyVersion().equals(version)) {
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(SOON);
        }
    }
}
