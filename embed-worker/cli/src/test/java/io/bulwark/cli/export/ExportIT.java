package io.bulwark.cli.export;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.cli.export.ExportErasure.Erased;
import io.bulwark.cli.export.TopicExport.ExportedFile;
import io.bulwark.cli.export.TopicExport.ExportedFile.Source;
import io.bulwark.cli.export.TopicExport.Written;
import io.bulwark.cli.local.KafkaProcess;
import io.bulwark.cli.local.Topology;
import io.bulwark.cli.local.Topology.Ports;
import io.bulwark.cli.traffic.Broker;
import io.bulwark.events.AttackAudit;
import io.bulwark.events.Decision;
import io.bulwark.events.Erasure;
import io.bulwark.events.Hold;
import io.bulwark.events.ModerationDecision;
import io.bulwark.events.Review;
import io.bulwark.events.Subject;
import io.bulwark.schemas.serde.BundledSchemas;
import io.bulwark.schemas.serde.EventSerializer;
import io.bulwark.schemas.serde.SerdeSettings;
import io.bulwark.schemas.testing.S3StoreProcess;
import io.bulwark.schemas.testing.SampleEvents;
import io.bulwark.schemas.topic.Topics;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The export over a real broker, to a folder and to a real store that speaks S3. Each test has another tenant. */
class ExportIT {

    /** The end of an hour that does not end while these tests run, also where they begin just before a full hour. */
    private static final Instant LATER_HOUR =
            Instant.now().truncatedTo(ChronoUnit.HOURS).plus(2, ChronoUnit.HOURS);

    @TempDir
    static Path data;

    @AutoClose
    private static KafkaProcess kafka;

    private static Broker broker;

    @TempDir
    Path folder;

    private String tenant;

    @AutoClose
    private ExportTarget target;

    private final Set<ExportedFile> written = new HashSet<>();

    @BeforeAll
    static void startBroker() {
        kafka = KafkaProcess.start(data.resolve("kafka"), Ports.free());
        Topology.create(kafka.bootstrapServers());
        broker = Broker.at(kafka.bootstrapServers());
    }

    @BeforeEach
    void openTarget() throws IOException {
        tenant = "tenant-" + UUID.randomUUID();
        target = ExportTarget.of(folder.resolve("export").toString(), Optional.empty(), Optional.empty());
        Files.createDirectories(folder.resolve("scratch"));
    }

    @Test
    void restricted_decisions_are_left_out() throws Exception {
        decision("image-1", "uploader-1");
        restricted("image-2");
        decision("image-3", "uploader-1");
        export(Source.DECISIONS, LATER_HOUR);

        assertThat(rows(Source.DECISIONS))
                .extracting(row -> row.get("imageId").toString())
                .containsExactlyInAnyOrder("image-1", "image-3");
    }

    @Test
    void rows_are_the_records_and_each_stands_once_however_often_the_export_runs() throws Exception {
        decision("image-1", "uploader-1");
        export(Source.DECISIONS, LATER_HOUR);
        decision("image-2", "uploader-1");
        export(Source.DECISIONS, LATER_HOUR);
        export(Source.DECISIONS, LATER_HOUR);

        List<GenericRecord> rows = rows(Source.DECISIONS);
        assertThat(rows)
                .extracting(row -> row.get("imageId").toString())
                .containsExactlyInAnyOrder("image-1", "image-2");
        GenericRecord row = rows.get(0);
        ModerationDecision sample = SampleEvents.moderationDecision();
        assertThat(row.get("decision")).hasToString(sample.getDecision().name());
        assertThat(row.get("score")).isEqualTo(sample.getScore());
        assertThat(row.get("since")).isEqualTo(sample.getSince().toEpochMilli());
        assertThat(row.get("labels").toString()).contains(sample.getLabels().get(0));
        assertThat((Long) row.get(ParquetRows.TIME))
                .isBetween(Instant.now().toEpochMilli() - 600_000, LATER_HOUR.toEpochMilli());
    }

    @Test
    void reviews_and_audits_are_exported_in_all_their_fields() throws Exception {
        review("image-1");
        audit("image-1", "uploader-1");

        export(Source.REVIEWS, LATER_HOUR);
        export(Source.AUDITS, LATER_HOUR);

        assertThat(rows(Source.REVIEWS)).hasSize(1);
        GenericRecord audit = rows(Source.AUDITS).get(0);
        AttackAudit sample = SampleEvents.attackAudit();
        assertThat(audit.get("kind")).hasToString(sample.getKind().name());
        assertThat(((List<?>) audit.get("signals"))).hasSameSizeAs(sample.getSignals());
        assertThat(((Map<?, ?>) audit.get("evidence"))).hasSameSizeAs(sample.getEvidence());
    }

    @Test
    void an_hour_that_has_not_ended_is_left_to_the_next_run() throws Exception {
        Instant begin = Instant.now().truncatedTo(ChronoUnit.HOURS);
        decision("image-1", "uploader-1");

        export(Source.DECISIONS, begin);

        assertThat(rows(Source.DECISIONS)).isEmpty();
        assertThat(export(Source.DECISIONS, LATER_HOUR).rows()).isPositive();
    }

    @Test
    void an_erased_image_and_all_of_an_erased_uploader_leave_every_file_and_nothing_else_does() throws Exception {
        for (int i = 1; i <= 4; i++) {
            decision("image-" + i, i == 1 ? "uploader-1" : "uploader-2");
            review("image-" + i);
            audit("image-" + i, i == 1 ? "uploader-1" : "uploader-2");
        }
        decision("image-5", "uploader-3");
        review("image-5");
        exportAll();
        erasure(Subject.IMAGE, "image-1");
        erasure(Subject.UPLOADER, "uploader-2");
        decision("image-1", "uploader-1");

        exportAll();
        Erased erased = erase();
        Erased again = erase();

        assertThat(erased.orders()).isGreaterThanOrEqualTo(2);
        assertThat(again).isEqualTo(new Erased(0, 0, false));
        assertThat(rows(Source.DECISIONS))
                .as("image-1 was uploaded again since")
                .extracting(row -> row.get("imageId").toString())
                .containsExactlyInAnyOrder("image-1", "image-5");
        assertThat(rows(Source.REVIEWS))
                .extracting(row -> row.get("imageId").toString())
                .containsExactly("image-5");
        assertThat(rows(Source.AUDITS)).isEmpty();
        assertThat(export(Source.DECISIONS, LATER_HOUR).rows())
                .as("it goes on behind the emptied files")
                .isZero();
    }

    @Test
    void what_is_on_legal_hold_stays() throws Exception {
        decision("image-1", "uploader-1");
        decision("image-2", "uploader-2");
        review("image-2");
        hold(Subject.IMAGE, "image-1", Instant.now().minusSeconds(60), null);
        hold(Subject.UPLOADER, "uploader-2", Instant.now().minusSeconds(60), null);
        erasure(Subject.IMAGE, "image-1");
        erasure(Subject.IMAGE, "image-2");
        erasure(Subject.UPLOADER, "uploader-2");
        exportAll();

        erase();

        assertThat(rows(Source.DECISIONS)).hasSize(2);
        assertThat(rows(Source.REVIEWS)).hasSize(1);
    }

    @Test
    void what_came_onto_hold_after_the_order_is_erased_once_it_is_released() throws Exception {
        decision("image-1", "uploader-1");
        decision("image-2", "uploader-1");
        hold(Subject.IMAGE, "image-2", Instant.now().minusSeconds(60), null);
        erasure(Subject.IMAGE, "image-1");
        erasure(Subject.IMAGE, "image-2");
        Instant placed = Instant.now().plusSeconds(1);
        hold(Subject.IMAGE, "image-1", placed, null);
        exportAll();
        erase();
        assertThat(rows(Source.DECISIONS)).hasSize(2);

        hold(Subject.IMAGE, "image-1", placed, placed.plusSeconds(1));
        hold(Subject.IMAGE, "image-2", Instant.now().minusSeconds(60), placed.plusSeconds(1));
        Erased erased = erase();

        assertThat(erased).isEqualTo(new Erased(1, 1, false));
        assertThat(rows(Source.DECISIONS))
                .as("the order on image-2 was refused")
                .extracting(row -> row.get("imageId").toString())
                .containsExactly("image-2");
        assertThat(erase()).isEqualTo(new Erased(0, 0, false));
    }

    @Test
    void an_answer_to_an_upload_from_before_the_order_is_erased_though_it_comes_later() throws Exception {
        Instant uploaded = Instant.now();
        erasure(Subject.IMAGE, "image-1");
        exportAll();
        erase();
        decision("image-1", "uploader-1", uploaded.minusSeconds(60));
        decision("image-2", "uploader-1", uploaded.minusSeconds(60));
        exportAll();

        erase();

        assertThat(rows(Source.DECISIONS))
                .extracting(row -> row.get("imageId").toString())
                .containsExactly("image-2");
    }

    @Test
    void a_record_that_a_newer_version_may_read_is_waited_for() throws Exception {
        byte[] newer = ByteBuffer.allocate(12)
                .put((byte) 0xC3)
                .put((byte) 1)
                .putLong(0x1234)
                .array();
        int partition = send(Topics.REVIEWS, "image-1", newer);
        review("image-1");

        Written written = export(Source.REVIEWS, LATER_HOUR);

        assertThat(written.isWhole()).isFalse();
        assertThat(written.blocked())
                .singleElement()
                .asString()
                .contains("-" + partition + " from offset")
                .contains("schema");
        assertThat(rows(Source.REVIEWS)).isEmpty();
        assertThat(export(Source.REVIEWS, LATER_HOUR).blocked()).as("again").hasSize(1);
        reviewsAreReadable(partition);
    }

    /** Other tests read the topic as well. */
    private static void reviewsAreReadable(int partition) throws Exception {
        TopicPartition place = new TopicPartition(broker.topic(Topics.REVIEWS), partition);
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
            admin.deleteRecords(Map.of(place, RecordsToDelete.beforeOffset(-1)))
                    .all()
                    .get();
        }
    }

    @Test
    void what_cannot_be_read_and_what_the_broker_has_forgotten_is_counted() throws Exception {
        audit("image-1", "uploader-1");
        exportAll();
        audit("image-1", "uploader-1");
        audit("image-1", "uploader-1");
        int partition = send(Topics.ATTACK_AUDIT, "image-1", "no record".getBytes());
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
            TopicPartition place = new TopicPartition(broker.topic(Topics.ATTACK_AUDIT), partition);
            long next = offset(rows(Source.AUDITS).get(0)) + 1;
            admin.deleteRecords(Map.of(place, RecordsToDelete.beforeOffset(next + 1)))
                    .all()
                    .get();
        }

        Written written = export(Source.AUDITS, LATER_HOUR);

        assertThat(written.missing()).isEqualTo(1);
        assertThat(written.unreadable()).isEqualTo(1);
        assertThat(written.rows()).isEqualTo(1);
    }

    @Test
    void a_store_that_speaks_s3_gets_the_same_files() throws Exception {
        Path buckets = Files.createDirectories(folder.resolve("buckets"));
        Files.createDirectories(buckets.resolve("analysts"));
        decision("image-1", "uploader-1");
        erasure(Subject.IMAGE, "image-1");
        decision("image-2", "uploader-1");
        System.setProperty("aws.accessKeyId", S3StoreProcess.USER);
        System.setProperty("aws.secretAccessKey", S3StoreProcess.SECRET);
        try (S3StoreProcess store = S3StoreProcess.start(buckets);
                ExportTarget bucket = ExportTarget.of(
                        "s3://analysts/bulwark", Optional.of(URI.create(store.endpoint())), Optional.of("us-east-1"))) {
            target.close();
            target = bucket;
            exportAll();

            erase();

            assertThat(rows(Source.DECISIONS))
                    .extracting(row -> row.get("imageId").toString())
                    .containsExactly("image-2");
            assertThat(erase().orders()).isZero();
            bucket.delete(ExportErasure.PROGRESS);
            assertThat(bucket.list()).noneMatch(path -> path.endsWith(".json"));
            ExportTargetTest.oneRunAtATime(() -> ExportTarget.of(
                    "s3://analysts/bulwark", Optional.of(URI.create(store.endpoint())), Optional.of("us-east-1")));
            ExportTargetTest.aRunThatIsSilentForLongLosesTheLock(URI.create(store.endpoint()));
            assertThat(bucket.list()).doesNotContain(ExportTarget.LOCK);
        } finally {
            System.clearProperty("aws.accessKeyId");
            System.clearProperty("aws.secretAccessKey");
        }
    }

    private void exportAll() throws IOException {
        for (Source source : Source.values()) {
            export(source, LATER_HOUR);
        }
    }

    private Written export(Source source, Instant until) throws IOException {
        return export(source, source.type(), until);
    }

    private <T extends SpecificRecord> Written export(Source source, Class<T> type, Instant until) throws IOException {
        Written now = new TopicExport<>(broker, target, source, type, folder.resolve("scratch"), Instant.EPOCH, until)
                .run(files());
        written.addAll(now.files());
        return now;
    }

    private Erased erase() throws IOException {
        return new ExportErasure(broker, target, folder.resolve("scratch"), LATER_HOUR).run(files(), written);
    }

    private List<ExportedFile> files() {
        return target.list().stream()
                .map(ExportedFile::at)
                .flatMap(Optional::stream)
                .sorted(Comparator.comparing(ExportedFile::path))
                .toList();
    }

    /** This test's rows. */
    private List<GenericRecord> rows(Source source) throws IOException {
        List<GenericRecord> rows = new ArrayList<>();
        for (ExportedFile file : files()) {
            if (file.source() == source) {
                Path copy = folder.resolve("copy.parquet");
                target.get(file.path(), copy);
                ParquetRows.each(copy, row -> {
                    if (row.get("tenant").toString().equals(tenant)) {
                        rows.add(row);
                    }
                });
            }
        }
        return rows;
    }

    private static long offset(GenericRecord row) {
        return (Long) row.get(ParquetRows.OFFSET);
    }

    private void decision(String image, String uploader) throws Exception {
        decision(image, uploader, Instant.now());
    }

    private void restricted(String image) throws Exception {
        ModerationDecision decision = ModerationDecision.newBuilder(SampleEvents.moderationDecision())
                .setTenant(tenant)
                .setImageId(image)
                .setLabels(List.of("restricted"))
                .setRestricted(true)
                .build();
        send(Topics.DECISIONS, tenant + "/" + image, bytes(Topics.DECISIONS, ModerationDecision.class, decision));
    }

    private void decision(String image, String uploader, Instant uploadedAt) throws Exception {
        ModerationDecision decision = ModerationDecision.newBuilder(SampleEvents.moderationDecision())
                .setUploadedAt(uploadedAt)
                .setRestricted(false)
                .setTenant(tenant)
                .setImageId(image)
                .setUploaderId(uploader)
                .build();
        send(Topics.DECISIONS, tenant + "/" + image, bytes(Topics.DECISIONS, ModerationDecision.class, decision));
    }

    private void review(String image) throws Exception {
        Review review = Review.newBuilder(SampleEvents.review())
                .setTenant(tenant)
                .setImageId(image)
                .setDecision(Decision.SAFE)
                .build();
        send(Topics.REVIEWS, image, bytes(Topics.REVIEWS, Review.class, review));
    }

    private void audit(String image, String uploader) throws Exception {
        AttackAudit audit = AttackAudit.newBuilder(SampleEvents.attackAudit())
                .setTenant(tenant)
                .setImageId(image)
                .setUploaderId(uploader)
                .build();
        send(Topics.ATTACK_AUDIT, image, bytes(Topics.ATTACK_AUDIT, AttackAudit.class, audit));
    }

    private void erasure(Subject subject, String id) throws Exception {
        Erasure order = Erasure.newBuilder(SampleEvents.erasure())
                .setTenant(tenant)
                .setSubject(subject)
                .setId(id)
                .build();
        send(Topics.ERASURES, id, bytes(Topics.ERASURES, Erasure.class, order));
    }

    private void hold(Subject subject, String id, Instant at, Instant releasedAt) throws Exception {
        Hold hold = Hold.newBuilder(SampleEvents.hold())
                .setTenant(tenant)
                .setSubject(subject)
                .setId(id)
                .setAt(at)
                .setReleasedBy(releasedAt == null ? null : "keeper")
                .setReleasedAt(releasedAt)
                .build();
        send(Topics.HOLDS, tenant + "/" + subject + "/" + id, bytes(Topics.HOLDS, Hold.class, hold));
    }

    /** As a service of this release writes it, where no program of an older one reads. */
    private static <T extends SpecificRecord> byte[] bytes(Topics topic, Class<T> type, T record) {
        try (var serializer = new EventSerializer<>(type)) {
            serializer.configure(Map.of(SerdeSettings.WRITE, Integer.toString(BundledSchemas.RELEASES)), false);
            return serializer.serialize(broker.topic(topic), record);
        }
    }

    /** The partition that took it. */
    private static int send(Topics topic, String key, byte[] value) throws Exception {
        try (var producer = new KafkaProducer<>(
                broker.clientSettings(Map.of()), new StringSerializer(), new ByteArraySerializer())) {
            return producer.send(new ProducerRecord<>(broker.topic(topic), key, value))
                    .get()
                    .partition();
        }
    }
}
