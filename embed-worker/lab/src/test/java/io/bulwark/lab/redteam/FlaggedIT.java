package io.bulwark.lab.redteam;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.cli.BulwarkCommand;
import io.bulwark.cli.local.Checkout;
import io.bulwark.cli.local.KafkaProcess;
import io.bulwark.cli.local.ServiceProcess;
import io.bulwark.cli.local.ServiceSpec;
import io.bulwark.cli.local.Topology;
import io.bulwark.cli.local.Topology.Ports;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.events.AttackAudit;
import io.bulwark.events.AttackKind;
import io.bulwark.events.Decision;
import io.bulwark.events.ImageUploaded;
import io.bulwark.events.InlineImage;
import io.bulwark.events.Reason;
import io.bulwark.events.Review;
import io.bulwark.events.Verdict;
import io.bulwark.perception.hash.Sha256;
import io.bulwark.schemas.serde.EventDeserializer;
import io.bulwark.schemas.serde.EventSerializer;
import io.bulwark.schemas.serde.SerdeSettings;
import io.bulwark.schemas.topic.SampledAudits.ProbeAudits;
import io.bulwark.schemas.topic.Topics;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Worker and moderation-stream as they run in production: a file on a hash list is NSFW; copies of other bytes, which
 * the bank alone calls SAFE, go to people; and a person's SAFE ends that. Then the red team attacks what was decided.
 */
class FlaggedIT {

    private static final Duration READY = Duration.ofSeconds(120);
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int PICTURE = 77;
    private static final Map<String, String> DECIDING = Map.of(
            "bulwark.schemas.write", "3",
            "bulwark.policy.made-for", "any",
            "bulwark.policy.flagged-labels", "nsfw",
            "bulwark.policy.k", "3",
            "bulwark.policy.known-similarity", "2",
            "bulwark.views.structure", "false");

    @TempDir
    Path folder;

    private final Map<String, Verdict> verdicts = new HashMap<>();
    private final List<AttackAudit> audits = new ArrayList<>();
    private KafkaProducer<String, byte[]> producer;
    private KafkaConsumer<byte[], byte[]> subscriber;
    private final int streamPort = Ports.free();
    private int number;

    @Test
    void a_copy_of_flagged_content_is_held_back_until_a_person_calls_it_safe() throws IOException {
        Checkout checkout = new Checkout(Path.of(System.getProperty("bulwark.home")));
        try (KafkaProcess kafka = KafkaProcess.start(folder.resolve("kafka"), Ports.free())) {
            String brokers = kafka.bootstrapServers();
            Topology.create(brokers);
            byte[] listed = jpeg(discs(PICTURE), 0.95f);
            bank(brokers, listed);
            try (ServiceProcess stream = ServiceProcess.start(ServiceSpec.stream(checkout, brokers, streamPort, folder)
                            .withOptions("-XX:TieredStopAtLevel=1"));
                    ServiceProcess worker =
                            ServiceProcess.start(ServiceSpec.worker(checkout, brokers, Ports.free(), folder)
                                    .withOptions("-XX:TieredStopAtLevel=1")
                                    .with(DECIDING)
                                    .with(Map.of(
                                            "bulwark.flagged.similarity", "0.98",
                                            "bulwark.flagged.made-for", "any",
                                            "bulwark.batch.largest", "4",
                                            "bulwark.batch.measure", "10ms")))) {
                stream.awaitReady(READY);
                worker.awaitReady(READY);
                open(brokers);
                hold(listed);
                redTeam(brokers);
            } finally {
                close();
            }
        }
    }

    @Test
    void the_calibration_prints_what_the_worker_takes() throws IOException {
        for (int i = 0; i < 8; i++) {
            write(folder.resolve("flagged/board-" + i + ".jpg"), jpeg(board(i), 0.9f));
            write(folder.resolve("harmless/discs-" + i + ".jpg"), jpeg(discs(i), 0.9f));
        }
        Path settings = folder.resolve("worker.properties");
        StringWriter said = new StringWriter();
        assertThat(BulwarkCommand.commandLine()
                        .setOut(new PrintWriter(said))
                        .setErr(new PrintWriter(said))
                        .execute(
                                "bank",
                                "calibrate-flagged",
                                "--rate=0.4",
                                "--flagged=" + folder.resolve("flagged"),
                                "--harmless=" + folder.resolve("harmless"),
                                "--write=" + settings))
                .as("%s", said)
                .isEqualTo(ExitCodes.OK);

        assertThat(Files.readString(settings).strip())
                .matches("bulwark\\.flagged\\.similarity=0\\.\\d{4}\\Rbulwark\\.flagged\\.made-for=\\S+/\\S+");
        assertThat(said.toString())
                .contains(
                        "Of 8 harmless pictures, near-duplicates counted as one, 0 lie so near to a view of a flagged one");
    }

    private void hold(byte[] listed) throws IOException {
        Verdict flagged = verdictOn(upload(listed));
        assertThat(flagged.getDecision()).isEqualTo(Decision.NSFW);

        byte[] copy = jpeg(discs(PICTURE), 0.8f);
        Verdict held = uploadUntil(copy, Decision.REVIEW);
        assertThat(held.getReason()).isEqualTo(Reason.UNCERTAIN);
        assertThat(held.getFlaggedOffsets()).isNotEmpty();
        assertThat(held.getKnownReference()).isNull();
        assertThat(verdictOn(upload(jpeg(discs(3), 0.8f))).getDecision()).isEqualTo(Decision.SAFE);
        Awaitility.await("the audit").atMost(SOON).until(() -> {
            poll();
            return audits.stream().anyMatch(audit -> audit.getImageId().equals(held.getImageId()));
        });
        AttackAudit audit = audits.stream()
                .filter(each -> each.getImageId().equals(held.getImageId()))
                .findFirst()
                .orElseThrow();
        assertThat(audit.getKind()).isIn(AttackKind.NEAR_FLAGGED, AttackKind.HASH_TWIN);
        assertThat(audit.getRobustScore()).isLessThan(0.4);

        Awaitility.await("that moderation-stream has the audit")
                .atMost(SOON)
                .until(() -> audits(held.getImageId()).contains("near-flagged"));
        review(held);
        assertThat(uploadUntil(copy, Decision.SAFE).getReason()).isNull();
        assertThat(uploadUntil(jpeg(discs(PICTURE), 0.7f), Decision.SAFE).getReason())
                .isNull();
    }

    /**
     * It finds what the worker decided by the settings that the worker has; what is flagged by its hash alone is
     * skipped.
     */
    private void redTeam(String brokers) throws IOException {
        Map<String, String> settings = new HashMap<>(DECIDING);
        settings.put("bulwark.kafka.bootstrap-servers", brokers);
        settings.put("bulwark.red-team.rate", "3600");
        settings.put("bulwark.red-team.iterations", "3");
        settings.put("bulwark.red-team.port", "0");
        Path file = folder.resolve("red-team.properties");
        Files.write(
                file,
                settings.entrySet().stream()
                        .map(setting -> setting.getKey() + "=" + setting.getValue())
                        .toList());
        StringWriter said = new StringWriter();
        assertThat(BulwarkCommand.commandLine()
                        .setOut(new PrintWriter(said))
                        .setErr(new PrintWriter(said))
                        .execute("red-team", "--pictures=2", "--config=" + file))
                .as("%s", said)
                .isEqualTo(ExitCodes.OK);

        assertThat(said.toString())
                .contains("evade, epsilon 4/255: skipped (bank and policies of now call it SAFE)")
                .containsPattern("false-flag, epsilon 4/255: (held|review|fell), .* of 1 files");
        Awaitility.await("the audit of the probe").atMost(SOON).until(() -> {
            poll();
            return audits.stream().anyMatch(ProbeAudits::isOne);
        });
        AttackAudit probe =
                audits.stream().filter(ProbeAudits::isOne).findFirst().orElseThrow();
        assertThat(verdicts.get(probe.getImageId()).getDecision()).isEqualTo(Decision.SAFE);
        assertThat(verdicts.get(probe.getImageId()).getUpload()).isEqualTo(probe.getUpload());
        assertThat(probe.getEvidence()).containsEntry("goal", "false-flag");
    }

    private String audits(String imageId) throws IOException {
        try (InputStream answer = URI.create("http://localhost:" + streamPort + "/api/v1/audits/" + imageId)
                .toURL()
                .openStream()) {
            return new String(answer.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private void bank(String brokers, byte[] listed) throws IOException {
        for (int i = 0; i < 4; i++) {
            write(folder.resolve("references/nsfw/board-" + i + ".jpg"), jpeg(board(i), 0.9f));
            write(folder.resolve("references/safe/discs-" + i + ".jpg"), jpeg(discs(i), 0.9f));
        }
        Path list = folder.resolve("list.csv");
        Files.writeString(list, "sha256\n" + Sha256.digest(listed).hex() + "\n");
        run(brokers, "bank", "build", folder.resolve("references").toString());
        run(brokers, "bank", "hashes", "import", "--label", "nsfw", list.toString());
    }

    private static void run(String brokers, String... arguments) {
        StringWriter said = new StringWriter();
        List<String> line = new ArrayList<>(List.of(arguments));
        line.addAll(List.of("--bootstrap-servers", brokers));
        assertThat(BulwarkCommand.commandLine()
                        .setOut(new PrintWriter(said))
                        .setErr(new PrintWriter(said))
                        .execute(line.toArray(String[]::new)))
                .as("%s", said)
                .isEqualTo(ExitCodes.OK);
    }

    private static void write(Path file, byte[] bytes) throws IOException {
        Files.createDirectories(file.getParent());
        Files.write(file, bytes);
    }

    private void open(String brokers) {
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", brokers, "linger.ms", 0),
                new StringSerializer(),
                new ByteArraySerializer());
        subscriber = new KafkaConsumer<>(
                Map.of("bootstrap.servers", brokers, "isolation.level", "read_committed", "enable.auto.commit", false),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        List<TopicPartition> all = new ArrayList<>();
        for (Topics topic : List.of(Topics.VERDICTS, Topics.ATTACK_AUDIT)) {
            for (int i = 0; i < topic.partitions(); i++) {
                all.add(new TopicPartition(topic.topicName(), i));
            }
        }
        subscriber.assign(all);
        subscriber.seekToBeginning(all);
    }

    private void close() {
        if (producer != null) {
            producer.close();
            subscriber.close();
        }
    }

    private String upload(byte[] file) {
        String imageId = "image-" + number++;
        ImageUploaded upload = ImageUploaded.newBuilder()
                .setImageId(imageId)
                .setUploaderId("uploader-" + number)
                .setUploadedAt(Instant.now())
                .setContent(new InlineImage(ByteBuffer.wrap(file)))
                .build();
        send(
                Topics.IMAGES_UPLOADED,
                imageId,
                new EventSerializer<>(ImageUploaded.class).serialize(Topics.IMAGES_UPLOADED.topicName(), upload));
        return imageId;
    }

    /**
     * Each time under another id: the entry is there a moment after the decision, and goes a moment after the review.
     */
    private Verdict uploadUntil(byte[] file, Decision wanted) {
        List<Verdict> last = new ArrayList<>();
        Awaitility.await("a verdict " + wanted)
                .atMost(SOON)
                .pollInterval(Duration.ofMillis(200))
                .until(() -> {
                    last.add(verdictOn(upload(file)));
                    return last.get(last.size() - 1).getDecision() == wanted;
                });
        return last.get(last.size() - 1);
    }

    private Verdict verdictOn(String imageId) {
        Awaitility.await("a verdict on " + imageId).atMost(SOON).until(() -> {
            poll();
            return verdicts.containsKey(imageId);
        });
        return verdicts.get(imageId);
    }

    private void review(Verdict verdict) {
        Review review = Review.newBuilder()
                .setImageId(verdict.getImageId())
                .setReviewer("ana")
                .setDecision(Decision.SAFE)
                .setContentSha256(verdict.getContentSha256())
                .setDecisionId("review-1")
                .setAt(Instant.now())
                .build();
        EventSerializer<Review> serializer = new EventSerializer<>(Review.class);
        serializer.configure(Map.of(SerdeSettings.WRITE, "3"), false);
        send(Topics.REVIEWS, review.getImageId(), serializer.serialize(Topics.REVIEWS.topicName(), review));
    }

    private void send(Topics topic, String key, byte[] value) {
        producer.send(new ProducerRecord<>(topic.topicName(), key, value));
        producer.flush();
    }

    private void poll() {
        EventDeserializer<Verdict> ofVerdicts = new EventDeserializer<>(Verdict.class);
        EventDeserializer<AttackAudit> ofAudits = new EventDeserializer<>(AttackAudit.class);
        subscriber.poll(Duration.ofMillis(50)).forEach(record -> {
            if (record.topic().equals(Topics.VERDICTS.topicName())) {
                Verdict verdict = ofVerdicts.deserialize(record.topic(), record.value());
                verdicts.put(verdict.getImageId(), verdict);
            } else {
                audits.add(ofAudits.deserialize(record.topic(), record.value()));
            }
        });
    }

    private static BufferedImage board(int seed) {
        BufferedImage image = new BufferedImage(320, 300, BufferedImage.TYPE_INT_RGB);
        Graphics2D canvas = image.createGraphics();
        int side = 20 + seed * 3;
        for (int y = 0; y < 300; y += side) {
            for (int x = 0; x < 320; x += side) {
                canvas.setColor((x / side + y / side) % 2 == 0 ? Color.BLACK : Color.WHITE);
                canvas.fillRect(x, y, side, side);
            }
        }
        canvas.dispose();
        return image;
    }

    private static BufferedImage discs(int seed) {
        Random random = new Random(seed);
        BufferedImage image = new BufferedImage(320, 300, BufferedImage.TYPE_INT_RGB);
        Graphics2D canvas = image.createGraphics();
        canvas.setColor(Color.getHSBColor(random.nextFloat(), 0.4f, 0.9f));
        canvas.fillRect(0, 0, 320, 300);
        for (int i = 0; i < 6; i++) {
            canvas.setColor(Color.getHSBColor(random.nextFloat(), 0.7f, 0.9f));
            canvas.fillOval(random.nextInt(240), random.nextInt(220), 80, 80);
        }
        canvas.dispose();
        return image;
    }

    private static byte[] jpeg(BufferedImage image, float quality) throws IOException {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (var out = ImageIO.createImageOutputStream(bytes)) {
            ImageWriteParam how = writer.getDefaultWriteParam();
            how.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
            how.setCompressionQuality(quality);
            writer.setOutput(out);
            writer.write(null, new IIOImage(image, null, null), how);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }
}
