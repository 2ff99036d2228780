package io.bulwark.deploy.monitoring;

import io.bulwark.cli.bank.RandomBank;
import io.bulwark.cli.local.KafkaProcess;
import io.bulwark.cli.local.ServiceProcess;
import io.bulwark.cli.local.ServiceSpec;
import io.bulwark.cli.local.Topology;
import io.bulwark.cli.local.Topology.Ports;
import io.bulwark.cli.traffic.Broker;
import io.bulwark.deploy.Checkout;
import io.bulwark.events.ImageUploaded;
import io.bulwark.events.InlineImage;
import io.bulwark.perception.encoder.EncoderOptions.Precision;
import io.bulwark.perception.model.ModelPackage;
import io.bulwark.schemas.serde.EventSerializer;
import io.bulwark.schemas.topic.Topics;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** A broker, a worker with a bank and moderation-stream, each as in production, on this machine. */
final class RunningNode implements AutoCloseable {

    private static final Duration READY_LIMIT = Duration.ofSeconds(180);
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final KafkaProcess kafka;
    private final ServiceProcess worker;
    private final ServiceProcess stream;

    private RunningNode(KafkaProcess kafka, ServiceProcess worker, ServiceProcess stream) {
        this.kafka = kafka;
        this.worker = worker;
        this.stream = stream;
    }

    static RunningNode start(Path folder) throws IOException {
        var checkout = new io.bulwark.cli.local.Checkout(Checkout.path("."));
        KafkaProcess kafka = KafkaProcess.start(folder.resolve("kafka"), Ports.free());
        try {
            Topology.create(kafka.bootstrapServers());
            RandomBank.publish(
                    Broker.at(kafka.bootstrapServers()),
                    ModelPackage.open(ModelPackage.DEFAULT).describe(Precision.FP32),
                    24);
            ServiceProcess worker =
                    ServiceProcess.start(ServiceSpec.worker(checkout, kafka.bootstrapServers(), Ports.free(), folder)
                            .withOptions("-XX:TieredStopAtLevel=1")
                            .with(Map.of("bulwark.batch.largest", "4", "bulwark.batch.measure", "10ms"))
                            .with(RandomBank.POLICY));
            ServiceProcess stream =
                    ServiceProcess.start(ServiceSpec.stream(checkout, kafka.bootstrapServers(), Ports.free(), folder)
                            .withOptions("-XX:TieredStopAtLevel=1")
                            .with(Map.of("bulwark.review.drift.per-day", "200"))
                            .with(webhook(folder)));
            RunningNode node = new RunningNode(kafka, worker, stream);
            worker.awaitReady(READY_LIMIT);
            stream.awaitReady(READY_LIMIT);
            return node;
        } catch (RuntimeException | IOException failed) {
            kafka.close();
            throw failed;
        }
    }

    /** A receiver that is away, whose metrics exist all the same. */
    private static Map<String, String> webhook(Path folder) throws IOException {
        Path secret = Files.writeString(folder.resolve("webhook-secret"), "whsec_" + "A".repeat(32));
        return Map.of(
                "bulwark.outbound.webhooks.unreachable.url",
                "http://127.0.0.1:" + Ports.free() + "/",
                "bulwark.outbound.webhooks.unreachable.allow-http",
                "true",
                "bulwark.outbound.webhooks.unreachable.secret-files",
                secret.toString());
    }

    String bootstrapServers() {
        return kafka.bootstrapServers();
    }

    URI workerUrl() {
        return worker.url();
    }

    /** Health and metrics of moderation-stream. */
    URI streamManagementUrl() {
        return stream.managementUrl();
    }

    /** Uploads a file that is no image, which is answered like any other. */
    void upload(String imageId) {
        ImageUploaded event = ImageUploaded.newBuilder()
                .setImageId(imageId)
                .setUploaderId("account")
                .setUploadedAt(Instant.now())
                .setContent(new InlineImage(ByteBuffer.wrap("no image".getBytes(StandardCharsets.UTF_8))))
                .build();
        try (var producer = new KafkaProducer<>(
                Map.<String, Object>of("bootstrap.servers", kafka.bootstrapServers()),
                new StringSerializer(),
                new EventSerializer<>(ImageUploaded.class))) {
            producer.send(new ProducerRecord<>(Topics.IMAGES_UPLOADED.topicName(), imageId, event));
        }
    }

    /** Writes a record that no program can read. */
    void litter(Topics topic) {
        try (var producer = new KafkaProducer<>(
                Map.<String, Object>of("bootstrap.servers", kafka.bootstrapServers()),
                new StringSerializer(),
                new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(topic.topicName(), "litter", new byte[] {9, 9, 9}));
        }
    }

    /** The sum of a counter of the worker. */
    double ofWorker(String metric) throws IOException {
        return worker.metric(metric);
    }

    /** The sum of a counter of moderation-stream. */
    double ofStream(String metric) throws IOException {
        return stream.metric(metric);
    }

    /** All that both export now, and what another program would. */
    Exposition exposition(String another) throws IOException, InterruptedException {
        return Exposition.of(get(worker.url()), get(stream.managementUrl()), another);
    }

    private static String get(URI program) throws IOException, InterruptedException {
        return HTTP.send(HttpRequest.newBuilder(program.resolve("/q/metrics")).build(), BodyHandlers.ofString())
                .body();
    }

    @Override
    public void close() {
        stream.close();
        worker.close();
        kafka.close();
    }
}
