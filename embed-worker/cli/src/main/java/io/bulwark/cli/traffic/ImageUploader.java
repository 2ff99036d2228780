package io.bulwark.cli.traffic;

import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.events.ImageLocation;
import io.bulwark.events.ImageUploaded;
import io.bulwark.events.InlineImage;
import io.bulwark.schemas.connection.ConnectionFaults;
import io.bulwark.schemas.topic.TopicNames;
import io.bulwark.schemas.topic.Topics;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.StringSerializer;

/** Announces images. Any thread may send. */
public final class ImageUploader implements AutoCloseable {

    /** Attribute of an upload that names the file it was read from. */
    public static final String FILE_NAME = "fileName";

    private final KafkaProducer<String, ImageUploaded> producer;
    private final String topic;
    private final int limit;
    private final Clock clock;
    private final AtomicReference<Exception> firstLoss = new AtomicReference<>();

    /** Connects to a broker; uploads are acknowledged by all replicas and never doubled. */
    public ImageUploader(Broker broker) {
        this(broker, Clock.systemUTC());
    }

    ImageUploader(Broker broker, Clock clock) {
        this.clock = clock;
        this.topic = broker.topic(Topics.IMAGES_UPLOADED);
        this.limit = broker.topics().maxUploadValueBytes();
        this.producer = new KafkaProducer<>(
                broker.clientSettings(Map.of(
                        ProducerConfig.ACKS_CONFIG,
                        "all",
                        ProducerConfig.LINGER_MS_CONFIG,
                        5,
                        ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                        broker.topics().maxRecordBytes(Topics.IMAGES_UPLOADED),
                        ProducerConfig.BUFFER_MEMORY_CONFIG,
                        64L << 20)),
                new StringSerializer(),
                broker.serializer(ImageUploaded.class));
    }

    /**
     * An upload that carries its image.
     *
     * @param imageId unique among uploads
     * @param uploaderId whose it is
     * @param bytes the encoded file; not copied
     * @param attributes anything that a subscriber wants to see again
     */
    public ImageUploaded inline(String imageId, String uploaderId, byte[] bytes, Map<String, String> attributes) {
        return upload(imageId, uploaderId, new InlineImage(ByteBuffer.wrap(bytes)), attributes);
    }

    /**
     * An upload whose image the worker is to fetch.
     *
     * @param imageId unique among uploads
     * @param uploaderId whose it is
     * @param location where the encoded file is
     * @param attributes anything that a subscriber wants to see again
     */
    public ImageUploaded located(String imageId, String uploaderId, URI location, Map<String, String> attributes) {
        return upload(imageId, uploaderId, new ImageLocation(location.toString(), null, null), attributes);
    }

    private ImageUploaded upload(String imageId, String uploaderId, Object content, Map<String, String> attributes) {
        return ImageUploaded.newBuilder()
                .setImageId(imageId)
                .setUploaderId(uploaderId)
                .setUploadedAt(clock.instant())
                .setContent(content)
                .setAttributes(attributes)
                .build();
    }

    /**
     * Reads and sends a file under a new image id.
     *
     * @throws CommandFailure if it cannot be read or is larger than the topic allows
     */
    public ImageUploaded send(Path file, String uploaderId) {
        return send(file.getFileName().toString(), read(file), uploaderId);
    }

    /** Sends the bytes of a file under a new image id. */
    public ImageUploaded send(String fileName, byte[] bytes, String uploaderId) {
        ImageUploaded upload = inline(UUID.randomUUID().toString(), uploaderId, bytes, Map.of(FILE_NAME, fileName));
        send(upload);
        return upload;
    }

    /** Sends an upload; {@link #flush} waits for all of them. */
    public Future<RecordMetadata> send(ImageUploaded upload) {
        return producer.send(new ProducerRecord<>(topic, upload.getImageId(), upload), (acknowledged, lost) -> {
            if (lost != null) {
                firstLoss.compareAndSet(null, lost);
            }
        });
    }

    /**
     * Waits until everything sent is acknowledged.
     *
     * @throws CommandFailure if the broker did not take all of it
     */
    public void flush() {
        producer.flush();
        Exception lost = firstLoss.get();
        if (lost != null) {
            throw CommandFailure.unavailable(
                    "the topic " + topic + " did not take an upload: "
                            + ConnectionFaults.explain(lost).orElseGet(lost::getMessage),
                    lost);
        }
    }

    /** Flushes and disconnects. */
    @Override
    public void close() {
        producer.close();
    }

    private byte[] read(Path file) {
        try {
            if (Files.size(file) > limit) {
                throw CommandFailure.failed(file + " has " + Files.size(file)
                        + " bytes; an inline upload holds at most " + limit + " (" + TopicNames.UPLOAD_SETTING
                        + "): put it where the worker can fetch it and announce its location");
            }
            return Files.readAllBytes(file);
        } catch (IOException unreadable) {
            throw CommandFailure.failed(file + " cannot be read: " + unreadable, unreadable);
        }
    }
}
