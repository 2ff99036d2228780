package io.bulwark.lab.proof;

import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.traffic.Broker;
import io.bulwark.events.RecordCoordinates;
import io.bulwark.events.Verdict;
import io.bulwark.lab.proof.ProofApi.Account;
import io.bulwark.lab.proof.ProofApi.Answer;
import io.bulwark.lab.proof.ProofStarts.Kind;
import io.bulwark.lab.proof.ProofStarts.ProofStartsReport;
import io.bulwark.lab.proof.ProofStarts.Start;
import io.bulwark.schemas.serde.EventSerializer;
import io.bulwark.schemas.topic.Topics;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Verdicts on new images as fast as they are decided and listed, then what each took, how long lists take, and how long
 * a moderation-stream takes to run again after SIGKILL, before and with them. Each table is published as soon as it is
 * there. One thread.
 */
final class ProofGrowth {

    /** Of the uploads that these verdicts name; beyond those of the traffic. */
    private static final long FIRST_OFFSET = 1_000_000_000_000L;

    private static final int BATCH = 1_000;
    private static final int UPLOADERS = 10_000;
    private static final int PARTITIONS = 8;

    /** How far the casebook may be behind what was sent. */
    private static final int MOST_AHEAD = 20_000;

    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration STUCK = Duration.ofMinutes(5);
    private static final int QUESTIONS = 200;

    /** After which what was listed stands in all stores, and outboxes are empty. */
    private static final Duration REST = Duration.ofSeconds(15);

    private static final String CASES =
            "SELECT count(*) FROM bulwark.casebook WHERE tenant = ? AND image_id >= ? AND image_id < ?";

    private final Experiment.Stage stage;
    private final ProofCluster cluster;
    private final int decisions;

    private ProofGrowth(Experiment.Stage stage) {
        this.stage = stage;
        this.cluster = stage.cluster();
        this.decisions = stage.lengths().decisions();
    }

    /**
     * Runs it.
     *
     * @throws CommandFailure if the casebook does not grow for five minutes
     */
    static void run(Experiment.Stage stage) {
        new ProofGrowth(stage).run();
    }

    private void run() {
        ProofStarts starts = new ProofStarts(stage);
        Map<Kind, List<Start>> before = starts.measure();
        ProofSizes empty = sizes();
        long begin = System.nanoTime();
        grow();
        double seconds = (System.nanoTime() - begin) / 1e9;
        stage.note("written and listed in " + Math.round(seconds) + " s");
        ProofCluster.pause(REST);
        new ProofGrowthReport(decisions, seconds, cluster.streams().size(), sizes().minus(empty)).publish(stage);
        ProofGrowthReport.Latency.publish(stage, latencies());
        new ProofStartsReport(decisions, before, starts.measure()).publish(stage);
    }

    /** Of stores at rest: what they have in memory is written when their moderation-stream stops. */
    private ProofSizes sizes() {
        List<ProofSizes> sizes = new ArrayList<>();
        stage.outage(() -> {
            cluster.streams().forEach(cluster::stop);
            sizes.add(ProofSizes.of(cluster));
            cluster.streams().forEach(cluster::start);
            cluster.streams().forEach(cluster::awaitReady);
        });
        return sizes.get(0);
    }

    /** Sends and waits, so that no more than 20,000 decisions are on their way. */
    private void grow() {
        Broker broker = cluster.broker();
        AtomicReference<Exception> lost = new AtomicReference<>();
        try (KafkaProducer<String, byte[]> producer = new KafkaProducer<>(
                        broker.clientSettings(Map.of(
                                ProducerConfig.ACKS_CONFIG,
                                "all",
                                ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
                                false,
                                ProducerConfig.LINGER_MS_CONFIG,
                                20)),
                        new StringSerializer(),
                        new ByteArraySerializer());
                EventSerializer<Verdict> verdicts = broker.serializer(Verdict.class);
                Listed listed = new Listed()) {
            String topic = broker.topic(Topics.VERDICTS);
            verdicts.prepare(topic);
            int sent = 0;
            while (sent < decisions) {
                for (int end = Math.min(decisions, sent + BATCH); sent < end; sent++) {
                    Verdict verdict = verdict(broker, sent);
                    producer.send(
                            new ProducerRecord<>(topic, verdict.getImageId(), verdicts.serialize(topic, verdict)),
                            (at, failure) -> lost.compareAndSet(null, failure));
                }
                producer.flush();
                if (lost.get() != null) {
                    throw CommandFailure.failed(
                            "the brokers did not take a verdict: " + lost.get().getMessage(), lost.get());
                }
                listed.await(sent - MOST_AHEAD, sent);
            }
            listed.await(decisions, decisions);
        } catch (SQLException silent) {
            throw CommandFailure.failed("cases are not counted: " + silent.getMessage(), silent);
        }
    }

    private Verdict verdict(Broker broker, int number) {
        byte[] sha256 = new byte[32];
        stage.random().nextBytes(sha256);
        Verdict verdict = ProofVerdicts.verdict(
                ProofVolume.id(stage.name(), number),
                stage.name() + "-uploader-" + number % UPLOADERS,
                sha256,
                new RecordCoordinates(broker.topic(Topics.IMAGES_UPLOADED), number % PARTITIONS, FIRST_OFFSET + number),
                stage.random());
        return ProofVerdicts.withEvidence(verdict, stage.random());
    }

    /** How many of the images are in the casebook. What is there from the first on without a gap is counted once. */
    private final class Listed implements AutoCloseable {

        private final Connection database = cluster.connectToDatabase();
        private final PreparedStatement query = database.prepareStatement(CASES);
        private int whole;

        private Listed() throws SQLException {}

        /** Waits until the casebook has that number of cases. @param sent how many there are to be */
        void await(int least, int sent) throws SQLException {
            long since = System.nanoTime();
            int last = -1;
            int cases = cases(sent);
            while (cases < least) {
                if (cases > last) {
                    last = cases;
                    since = System.nanoTime();
                } else if (System.nanoTime() - since > STUCK.toNanos()) {
                    throw CommandFailure.failed("the casebook stays at " + cases + " of " + least + " cases");
                }
                ProofCluster.pause(POLL);
                cases = cases(sent);
            }
        }

        private int cases(int sent) throws SQLException {
            while (whole + BATCH <= sent && count(whole, whole + BATCH) == BATCH) {
                whole += BATCH;
            }
            return whole + count(whole, sent);
        }

        private int count(int from, int to) throws SQLException {
            query.setString(1, ProofOracle.TENANT);
            query.setString(2, ProofVolume.id(stage.name(), from));
            query.setString(3, ProofVolume.id(stage.name(), to));
            try (ResultSet row = query.executeQuery()) {
                row.next();
                return row.getInt(1);
            }
        }

        @Override
        public void close() throws SQLException {
            database.close();
        }
    }

    private List<ProofGrowthReport.Latency> latencies() {
        ProofApi api = cluster.api();
        List<Account> people = Account.with("reviewer", "senior");
        List<Double> claims = new ArrayList<>();
        for (int i = 0; i < QUESTIONS; i++) {
            Account person = people.get(i % people.size());
            timed(claims, () -> api.once(person, "POST", "review/claims", Map.of()))
                    .ifPresent(claim -> api.once(
                            person,
                            "POST",
                            "review/items/" + claim.body().path("itemId").asText() + "/release",
                            Map.of("leaseId", claim.body().path("leaseId").asText())));
        }
        return List.of(
                new ProofGrowthReport.Latency("claim an item", claims),
                asked(api, "how much waits", "review/queue"),
                asked(api, "list 50 flagged cases", "cases?decision=NSFW&limit=50"),
                asked(api, "cases of an uploader", "cases?uploader=" + stage.name() + "-uploader-7&limit=50"),
                asked(api, "a case by its image", "cases?image=" + ProofVolume.id(stage.name(), 7)));
    }

    private static ProofGrowthReport.Latency asked(ProofApi api, String what, String path) {
        List<Double> millis = new ArrayList<>();
        for (int i = 0; i < QUESTIONS; i++) {
            timed(millis, () -> api.once(Account.SARA, "GET", path, Map.of()));
        }
        return new ProofGrowthReport.Latency(what, millis);
    }

    /** Notes the time of what was done; of what was refused, such as too much in an hour, none. */
    private static Optional<Answer> timed(List<Double> millis, Supplier<Optional<Answer>> question) {
        long begin = System.nanoTime();
        Optional<Answer> answer = question.get().filter(given -> given.status() == 200);
        if (answer.isPresent()) {
            millis.add((System.nanoTime() - begin) / 1e6);
        }
        return answer;
    }
}
