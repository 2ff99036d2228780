package io.bulwark.lab.bench;

import io.bulwark.cli.casebook.EmbeddingMatch;
import io.bulwark.cli.local.KafkaProcess;
import io.bulwark.cli.local.Topology;
import io.bulwark.cli.local.Topology.Ports;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.OutputCommand;
import io.bulwark.cli.terminal.Progress;
import io.bulwark.cli.traffic.Broker;
import io.bulwark.events.Decision;
import io.bulwark.events.ImageEmbedding;
import io.bulwark.events.ViewEmbedding;
import io.bulwark.lab.experiment.Results.Machine;
import io.bulwark.perception.bank.HalfFloats;
import io.bulwark.schemas.topic.Topics;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bulwark bench match}. */
@Command(
        name = "match",
        description = {
            "How long `bulwark casebook match` takes over made-up embeddings. A broker runs as in the local node; its log"
                    + " takes some 2 GB for a million embeddings of one view.",
            "Fails where it takes five minutes or more, or does not find the images that are near."
        })
final class MatchBenchCommand extends OutputCommand implements Callable<Integer> {

    private static final double LIMIT_SECONDS = 300;
    private static final String MODEL = "bench";
    private static final long SEED = 20;
    private static final int NEAR = 10;
    private static final double LEAST = 0.9;

    @Option(names = "--embeddings", paramLabel = "N", defaultValue = "1000000", description = "Images, 1000 or more.")
    private int embeddings;

    @Option(names = "--dimension", paramLabel = "D", defaultValue = "768", description = "Length of an embedding.")
    private int dimension;

    @Option(names = "--views", paramLabel = "N", defaultValue = "1", description = "Views of each image.")
    private int views;

    @Option(names = "--threads", paramLabel = "N", defaultValue = "2", description = "Threads that read and compare.")
    private int threads;

    @Override
    public Integer call() throws Exception {
        if (embeddings < 1000 || dimension < 2 || views < 1 || threads < 1) {
            throw CommandFailure.usage(
                    "--embeddings is at least 1000, --dimension at least 2, --views and --threads at least 1");
        }
        return WorkerBenchOptions.Scratch.in(scratch -> run(scratch)) ? ExitCodes.OK : ExitCodes.FAILED;
    }

    private boolean run(Path scratch) {
        Output output = output();
        output.note(Machine.describe());
        try (KafkaProcess kafka = KafkaProcess.start(scratch.resolve("kafka"), Ports.free())) {
            Topology.create(kafka.bootstrapServers());
            Broker broker = Broker.at(kafka.bootstrapServers());
            var random = new SplittableRandom(SEED);
            float[] wanted = row(random);
            fill(broker, random, wanted, output);
            var question = new EmbeddingMatch.Question(Optional.empty(), Optional.empty(), LEAST, 100, threads);
            long begin = System.nanoTime();
            EmbeddingMatch.Found found = new EmbeddingMatch(
                            broker, Map.of(MODEL, List.of(new EmbeddingMatch.WantedRow("wanted", wanted))), question)
                    .run();
            double seconds = (System.nanoTime() - begin) / 1e9;
            boolean holds = seconds < LIMIT_SECONDS && found.images().size() == NEAR && found.compared() == embeddings;
            output.print(
                    String.format(
                            Locale.ROOT,
                            "match: embeddings=%d of %d views and %d dimensions, threads=%d, matches=%d, seconds=%.1f: %s",
                            found.compared(),
                            views,
                            dimension,
                            threads,
                            found.images().size(),
                            seconds,
                            holds ? "holds" : "does not hold"),
                    Map.of(
                            "embeddings", found.compared(),
                            "views", views,
                            "dimension", dimension,
                            "threads", threads,
                            "matches", found.images().size(),
                            "seconds", seconds,
                            "holds", holds));
            return holds;
        }
    }

    /** Ten of the images are the wanted row, spread over the topic; random directions are far from it. */
    private void fill(Broker broker, SplittableRandom random, float[] wanted, Output output) {
        try (var producer = new KafkaProducer<>(
                        broker.clientSettings(Map.of(
                                ProducerConfig.LINGER_MS_CONFIG,
                                20,
                                ProducerConfig.BATCH_SIZE_CONFIG,
                                256 << 10,
                                ProducerConfig.ACKS_CONFIG,
                                "1",
                                ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
                                false)),
                        new StringSerializer(),
                        broker.serializer(ImageEmbedding.class));
                Progress progress = Progress.of("embeddings", embeddings, output)) {
            for (int i = 0; i < embeddings; i++) {
                boolean near = i % (embeddings / NEAR) == 0 && i / (embeddings / NEAR) < NEAR;
                producer.send(new ProducerRecord<>(
                        broker.topic(Topics.EMBEDDINGS),
                        "image-" + i,
                        embedding(i, near ? wanted : row(random), random)));
                progress.step();
            }
        }
    }

    private ImageEmbedding embedding(int i, float[] first, SplittableRandom random) {
        List<ViewEmbedding> seen = new ArrayList<>();
        seen.add(new ViewEmbedding("whole", ByteBuffer.wrap(HalfFloats.encode(first))));
        for (int view = 1; view < views; view++) {
            seen.add(new ViewEmbedding("tile-" + view, ByteBuffer.wrap(HalfFloats.encode(row(random)))));
        }
        return ImageEmbedding.newBuilder()
                .setImageId("image-" + i)
                .setTenant("default")
                .setUploaderId("uploader-" + i % 5000)
                .setModelFingerprint(MODEL)
                .setPreprocessFingerprint(MODEL)
                .setDecision(Decision.SAFE)
                .setScore(0.1)
                .setViews(seen)
                .setDecidedAt(Instant.EPOCH)
                .build();
    }

    private float[] row(SplittableRandom random) {
        float[] row = new float[dimension];
        double square = 0;
        for (int i = 0; i < dimension; i++) {
            row[i] = (float) random.nextDouble(-1, 1);
            square += (double) row[i] * row[i];
        }
        for (int i = 0; i < dimension; i++) {
            row[i] /= (float) Math.sqrt(square);
        }
        return row;
    }
}
