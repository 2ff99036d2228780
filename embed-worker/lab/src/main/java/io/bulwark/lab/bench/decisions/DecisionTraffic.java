package io.bulwark.lab.bench.decisions;

import io.bulwark.cli.traffic.Broker;
import io.bulwark.events.Decider;
import io.bulwark.events.DeciderKind;
import io.bulwark.events.Decision;
import io.bulwark.events.Neighbour;
import io.bulwark.events.RecordCoordinates;
import io.bulwark.events.Verdict;
import io.bulwark.events.ViewEvidence;
import io.bulwark.schemas.topic.Topics;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;

/** Verdicts as workers write them: one view, eleven neighbours, a content of their own. */
final class DecisionTraffic {

    private static final int NEIGHBOURS = 11;
    private static final int UPLOADERS = 10_000;
    private static final int SHA256_BYTES = 32;

    private final Broker broker;
    private final Random random = new Random(1);

    DecisionTraffic(Broker broker) {
        this.broker = broker;
    }

    static String imageId(int image) {
        return "bench-image-" + image;
    }

    /** Sends verdicts on that many images, and waits until the broker has them. */
    void send(int images) {
        Map<String, Object> settings =
                broker.clientSettings(Map.of(ProducerConfig.LINGER_MS_CONFIG, 20, ProducerConfig.ACKS_CONFIG, "1"));
        try (var producer = new KafkaProducer<>(settings, new StringSerializer(), broker.serializer(Verdict.class))) {
            for (int image = 0; image < images; image++) {
                producer.send(new ProducerRecord<>(broker.topic(Topics.VERDICTS), imageId(image), verdict(image)));
            }
            producer.flush();
        }
    }

    private Verdict verdict(int image) {
        byte[] sha256 = new byte[SHA256_BYTES];
        random.nextBytes(sha256);
        Instant now = Instant.now();
        return Verdict.newBuilder()
                .setImageId(imageId(image))
                .setUploaderId("bench-uploader-" + image % UPLOADERS)
                .setDecision(image % 50 == 0 ? Decision.NSFW : Decision.SAFE)
                .setScore(random.nextDouble())
                .setMargin(0.2)
                .setViews(List.of(new ViewEvidence("whole", 0.1, neighbours(), null)))
                .setModelFingerprint("bench")
                .setPreprocessFingerprint("bench")
                .setBankVersion("bench")
                .setPolicyVersion("bench")
                .setContentSha256(HexFormat.of().formatHex(sha256))
                .setUpload(new RecordCoordinates(broker.topic(Topics.IMAGES_UPLOADED), image % 8, (long) image))
                .setUploadedAt(now)
                .setDecidedAt(now)
                .setDecidedBy(new Decider(DeciderKind.WORKER, "bench"))
                .build();
    }

    private List<Neighbour> neighbours() {
        var neighbours = new ArrayList<Neighbour>();
        for (int i = 0; i < NEIGHBOURS; i++) {
            neighbours.add(new Neighbour("reference-" + random.nextInt(1000), "label", random.nextFloat(), null));
        }
        return neighbours;
    }
}
