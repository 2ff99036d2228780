package io.bulwark.stream.review;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.events.AttackAudit;
import io.bulwark.events.Decider;
import io.bulwark.events.DeciderKind;
import io.bulwark.events.Decision;
import io.bulwark.events.ImageReport;
import io.bulwark.events.ModerationDecision;
import io.bulwark.events.RecordCoordinates;
import io.bulwark.events.ReportKind;
import io.bulwark.events.Verdict;
import io.bulwark.schemas.serde.BundledSchemas;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.schemas.serde.EventSerializer;
import io.bulwark.schemas.serde.SerdeSettings;
import io.bulwark.schemas.topic.TenantKey;
import io.bulwark.schemas.topic.TopicNames;
import io.bulwark.schemas.topic.Topics;
import io.bulwark.stream.access.Roles;
import io.bulwark.stream.database.Database;
import io.bulwark.stream.database.OpenDatabase;
import io.bulwark.stream.problem.Problem;
import io.bulwark.stream.problem.Problem.ProblemException;
import io.bulwark.stream.promise.PromiseDraws;
import io.bulwark.stream.review.SimulatedReviews.Delivered;
import io.bulwark.stream.review.intake.DeadLetters;
import io.bulwark.stream.review.intake.DecisionIntake;
import io.bulwark.stream.review.intake.IntakeLoop;
import io.bulwark.stream.review.intake.IntakeTopic;
import io.bulwark.stream.review.intake.IntakeTopic.AuditIntake;
import io.bulwark.stream.review.intake.ReportIntake;
import io.bulwark.stream.review.intake.VerdictIntake;
import io.bulwark.stream.state.Restriction;
import io.bulwark.stream.testing.Interleaving;
import io.bulwark.stream.testing.ReviewDesk;
import io.bulwark.stream.testing.Samples;
import io.bulwark.stream.trace.Tracing;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** One seed's topics, people and instances, on a separate tenant, and what must hold of them. */
final class ReviewWorld implements AutoCloseable {

    /** Pieces of work that the two instances begin. */
    static final int WORKS = 20;

    /** Records that one transaction takes once nothing else goes on. */
    private static final int REST = 25;

    /** Share of the contents that two people are to see. */
    private static final double DRAWN = 0.5;

    private static final Map<String, Object> SERDES = Map.of(SerdeSettings.WRITE, BundledSchemas.RELEASES);

    /** For all seeds: each resolves its schemas when it is made. */
    private static final Map<Class<?>, EventSerializer<?>> WRITTEN = new HashMap<>();

    private static final EventDecoder<ModerationDecision> DECISIONS = new EventDecoder<>(ModerationDecision.class);
    private static final EventDecoder<AttackAudit> AUDITS = new EventDecoder<>(AttackAudit.class);
    private static final EventDecoder<ImageReport> REPORTS = new EventDecoder<>(ImageReport.class);
    private static final EventDecoder<Verdict> VERDICTS = new EventDecoder<>(Verdict.class);

    /** All decisions that are published, as they stand in the tables: {@code kind, decision_id, image_id}. */
    private static final String STAND = "SELECT 'made', decision_id, image_id FROM decision made WHERE tenant = ?"
            + " AND (kind = 'DECIDED' OR kind = 'UNDONE' AND EXISTS (SELECT FROM decision undone"
            + " WHERE undone.tenant = made.tenant AND undone.decision_id = made.replaces AND undone.kind = 'DECIDED'))"
            + " UNION ALL SELECT 'waits', decision_id, review ->> 'imageId' FROM outbox WHERE tenant = ?"
            + " UNION ALL SELECT 'twice', item_id, NULL FROM decision WHERE tenant = ? GROUP BY item_id HAVING"
            + " count(*) FILTER (WHERE kind = 'DECIDED') - count(*) FILTER (WHERE kind = 'UNDONE') > 1";

    private static final String MISSED = "SELECT entry.image_id FROM casebook entry WHERE tenant = ?"
            + " AND image_id = ANY (?) AND NOT (audited AND EXISTS (SELECT FROM queue_item item"
            + " WHERE item.tenant = entry.tenant AND item.image_id = entry.image_id AND ('AUDIT' = ANY (origins)"
            + " OR EXISTS (SELECT FROM decision WHERE decision.tenant = entry.tenant"
            + " AND decision.item_id = item.item_id))))";

    private static final String UNREPORTED = "SELECT entry.image_id FROM casebook entry WHERE tenant = ?"
            + " AND image_id = ANY (?) AND NOT EXISTS (SELECT FROM report JOIN queue_item item USING (tenant, item_id)"
            + " WHERE item.tenant = entry.tenant AND item.image_id = entry.image_id)";

    private final String tenant;
    private final int partition;
    private final Random chance;
    private final Connection watcher;
    private final Clock clock;
    private final Interleaving processes;
    private final List<Instance> instances;
    private final List<Topic> topics = new ArrayList<>();
    private final List<ModerationDecision> decisions = new ArrayList<>();
    private final List<Reviewer> people = new ArrayList<>();
    private final SimulatedReviews reviews = new SimulatedReviews();
    private final Set<Delivered> promised = new HashSet<>();
    private final List<UUID> usedIds = new ArrayList<>();
    private final Set<String> judged = new HashSet<>();
    private final Set<String> audited = new HashSet<>();
    private final Set<String> reported = new HashSet<>();
    private int images;
    private int seen;
    private long committed = -1;
    private long checks;
    private boolean calm;

    ReviewWorld(
            String tenant,
            int partition,
            Random chance,
            Connection watcher,
            Clock clock,
            Interleaving processes,
            Interleaving.Process first,
            Interleaving.Process second)
            throws SQLException {
        this.tenant = tenant;
        this.partition = partition;
        this.chance = chance;
        this.watcher = watcher;
        this.clock = clock;
        this.processes = processes;
        this.instances = List.of(new Instance(first), new Instance(second));
        ReviewDesk desk = instances.get(0).desk;
        topics.add(new Topic(
                new DecisionIntake(DECISIONS, desk.intake, new PromiseDraws(DRAWN), ReviewDesk.NONE_RESTRICTED)));
        topics.add(new Topic(new AuditIntake(AUDITS, desk.intake, ReviewDesk.NONE_RESTRICTED)));
        topics.add(new Topic(new ReportIntake(REPORTS, desk.intake, ReviewDesk.NONE_RESTRICTED)));
        topics.add(new Topic(verdicts(), ReviewWorld::verdicts, new ArrayList<>()));
        for (String name : List.of("anna", "ben")) {
            people.add(new Reviewer(new Person(name, tenant, Set.of(Roles.REVIEWER))));
        }
        people.add(new Reviewer(new Person("sara", tenant, Set.of(Roles.REVIEWER, Roles.SENIOR))));
        clock.set(0);
        while (images < 2) {
            arrives("image-" + images++);
        }
    }

    /** Something arrives, the clock steps, and what is idle gets work. Returns how many pieces. */
    int begin() throws SQLException {
        switch (chance.nextInt(12)) {
            case 0, 1 -> arrives("image-" + images++);
            case 2 -> decided("image-" + chance.nextInt(images + 1));
            case 3 -> clock.set(chance.nextInt(1200) - 600);
            default -> {}
        }
        int begun = 0;
        for (Instance one : instances) {
            if (one.process.isIdle()) {
                one.process.begin(work(one));
                begun++;
            }
        }
        return begun;
    }

    private static IntakeTopic<?> verdicts() {
        return new VerdictIntake(VERDICTS, new Restriction(Set.of()), ReviewDesk.NO_CASES);
    }

    /** The first records of a new image lie at the ends of the four topics at the same time. */
    private void arrives(String image) {
        decided(image);
        if (chance.nextInt(3) > 0) {
            audited(image);
        }
        if (chance.nextInt(3) > 0) {
            reported(image);
        }
    }

    private Callable<?> work(Instance on) {
        Reviewer who = people.get(chance.nextInt(people.size()));
        Topic topic = topics.get(chance.nextInt(topics.size()));
        int some = 1 + chance.nextInt(3);
        var drawn = new Random(chance.nextLong()); // the work runs beside the drawing of the next
        return switch (chance.nextInt(14)) {
            case 12 -> () -> SimulatedQueues.change(on.routing, tenant, drawn);
            case 13 -> on.routing::keepUp;
            case 0, 1, 2, 3, 4 -> () -> on.take(topic, some);
            case 5 -> () -> on.claim(who);
            case 6, 7, 8 -> () -> on.decide(who, drawn);
            case 9 -> () -> on.undo(who, drawn);
            default -> () -> on.publish(some, drawn);
        };
    }

    /** From now on nothing fails, and what was left in people's hands returns to the queue. */
    void calm() throws SQLException {
        calm = true;
        clock.set(0);
    }

    /** Work that reads what is unread and publishes what is not. Returns false where there is none. */
    boolean drain() throws SQLException {
        Instance on = instances.get(0);
        for (Topic topic : topics) {
            if (next(topic) < topic.records.size()) {
                on.process.begin(() -> on.take(topic, REST));
                return true;
            }
        }
        if (!rows(SimulatedQueues.OUTDATED, tenant).isEmpty()) {
            on.process.begin(on.routing::keepUp);
            return true;
        }
        if (rows("SELECT position::text FROM outbox WHERE tenant = ?", tenant).isEmpty()) {
            return false;
        }
        on.process.begin(() -> on.publish(3, chance));
        return true;
    }

    /** What holds after each statement. */
    void check() throws SQLException {
        List<Delivered> log = reviews.log();
        for (; seen < log.size(); seen++) {
            assertThat(log.subList(0, seen)).as("published once").doesNotContain(log.get(seen));
        }
        if (processes.commits() == committed) {
            return;
        }
        committed = processes.commits();
        Set<Delivered> known = new HashSet<>(log);
        Set<Delivered> made = new HashSet<>();
        try (PreparedStatement statement = watcher.prepareStatement(STAND)) {
            for (int i = 1; i <= 3; i++) {
                statement.setString(i, tenant);
            }
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    var row = new Delivered(rows.getObject(2, UUID.class), rows.getString(3));
                    switch (rows.getString(1)) {
                        case "made" -> made.add(row);
                        case "waits" -> known.add(row);
                        default -> throw new AssertionError("item " + row.decisionId() + " is decided twice");
                    }
                }
            }
        }
        assertThat(known).as("what was decided waits or is published").containsAll(made);
        assertThat(made).as("what was answered IN_FORCE was decided").containsAll(promised);
        checks++;
    }

    /** What holds once all was read and published. */
    void checkEnd() throws SQLException {
        check();
        assertThat(rows("SELECT decision_id::text FROM outbox WHERE tenant = ?", tenant))
                .isEmpty();
        assertThat(rows(MISSED, tenant, audited.toArray(String[]::new)))
                .as("suspected attacks that are not offered")
                .isEmpty();
        assertThat(rows(UNREPORTED, tenant, reported.toArray(String[]::new)))
                .as("reports that got lost")
                .isEmpty();
        assertThat(new SimulatedQueues(watcher, tenant).misplaced()).isEmpty();
        assertThat(rows(
                        "SELECT item_id || ' ' || machine || ' ' || coalesce(people, 'open') FROM promise_draw"
                                + " WHERE tenant = ?",
                        tenant))
                .as("draws and answers, beside those of a recount of the topics")
                .containsExactlyInAnyOrderElementsOf(recount());
    }

    /** What follows from the records of decisions and reviews alone. */
    private List<String> recount() throws SQLException {
        String key = rows("SELECT encode(key, 'hex') FROM draw_key").get(0);
        Map<String, Decision> first = new LinkedHashMap<>();
        for (ModerationDecision decision : decisions) {
            first.putIfAbsent(decision.getImageId(), decision.getDecision());
        }
        List<String> drawn = new ArrayList<>();
        for (String image : first.keySet()) {
            String sha256 = ReviewDesk.sha256(image);
            if (digest(HexFormat.of().parseHex(key), tenant + "\n" + sha256) < DRAWN) {
                String people = reviews.reviews().stream()
                        .filter(review -> review.getImageId().equals(image))
                        .reduce((earlier, later) -> later)
                        .map(review -> review.getDecision().name())
                        .filter(said -> !said.equals("REVIEW"))
                        .orElse("open");
                UUID item = QueueIntake.itemId(ReviewDesk.doubtful(tenant, image, 0));
                drawn.add(item + " " + first.get(image) + " " + people);
            }
        }
        return drawn;
    }

    private static double digest(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            byte[] digest = mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
            return new BigInteger(1, digest).doubleValue() / Math.pow(2, 256);
        } catch (GeneralSecurityException absent) {
            throw new AssertionError(absent);
        }
    }

    long checks() {
        return checks;
    }

    private void decided(String image) {
        boolean doubtful = chance.nextBoolean();
        ModerationDecision decision = ModerationDecision.newBuilder()
                .setTenant(tenant)
                .setImageId(image)
                .setUploaderId("uploader")
                .setDecision(doubtful ? Decision.REVIEW : Decision.SAFE)
                .setReason(null)
                .setLabels(List.of("porn"))
                .setScore(0.5)
                .setDecidedBy(new Decider(DeciderKind.WORKER, "a-model"))
                .setSince(Samples.NOON)
                .setContentSha256(ReviewDesk.sha256(image))
                .setUpload(new RecordCoordinates("images.uploaded", 0, 1L))
                .build();
        if (judged.add(image)) {
            add(
                    topics.get(3),
                    image,
                    Verdict.class,
                    Samples.verdict(image)
                            .setTenant(tenant)
                            .setContentSha256(ReviewDesk.sha256(image))
                            .setAttributes(Map.of("surface", SimulatedQueues.surface(image)))
                            .build());
        }
        decisions.add(decision);
        add(topics.get(0), new TenantKey(tenant, image).toString(), ModerationDecision.class, decision);
    }

    private void audited(String image) {
        if (audited.add(image)) {
            add(
                    topics.get(1),
                    image,
                    AttackAudit.class,
                    Samples.audit(image).setTenant(tenant).build());
        }
    }

    private void reported(String image) {
        if (reported.add(image)) {
            add(
                    topics.get(2),
                    image,
                    ImageReport.class,
                    ImageReport.newBuilder()
                            .setTenant(tenant)
                            .setImageId(image)
                            .setKind(ReportKind.REPORT)
                            .setReporter("reader")
                            .setWords("")
                            .setAt(Samples.NOON)
                            .build());
        }
    }

    @SuppressWarnings("unchecked") // each is under its own class
    private static <T extends SpecificRecord> EventSerializer<T> written(Class<T> type) {
        return (EventSerializer<T>) WRITTEN.computeIfAbsent(type, any -> {
            var values = new EventSerializer<>(type);
            values.configure(SERDES, false);
            return values;
        });
    }

    private <T extends SpecificRecord> void add(Topic to, String key, Class<T> type, T event) {
        String topic = to.intake.topic().topicName();
        to.records.add(new ConsumerRecord<>(
                topic,
                partition,
                to.records.size(),
                key.getBytes(StandardCharsets.UTF_8),
                written(type).serialize(topic, event)));
    }

    private int next(Topic topic) throws SQLException {
        List<String> found = rows(
                "SELECT next_offset::text FROM intake_offset WHERE topic = ? AND partition = " + partition,
                topic.intake.topic().topicName());
        return found.isEmpty() ? 0 : Integer.parseInt(found.get(0));
    }

    private List<String> rows(String sql, Object... with) throws SQLException {
        List<String> found = new ArrayList<>();
        try (PreparedStatement statement = watcher.prepareStatement(sql)) {
            for (int i = 0; i < with.length; i++) {
                statement.setObject(
                        i + 1, with[i] instanceof String[] many ? watcher.createArrayOf("text", many) : with[i]);
            }
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    found.add(rows.getString(1));
                }
            }
        }
        return found;
    }

    @Override
    public void close() {
        topics.forEach(topic -> topic.intake.close());
    }

    /** What PostgreSQL takes for the time, in the statements of the instances. */
    static final class Clock {

        private final Connection watcher;

        Clock(Connection watcher) {
            this.watcher = watcher;
        }

        void set(int seconds) throws SQLException {
            try (PreparedStatement statement =
                    watcher.prepareStatement("UPDATE simulated.clock SET ahead = make_interval(secs => ?)")) {
                statement.setDouble(1, seconds);
                statement.executeUpdate();
            }
        }
    }

    /** @param each what an instance takes with; one that gathers a transaction's records is made for each */
    private record Topic(
            IntakeTopic<?> intake, Supplier<IntakeTopic<?>> each, List<ConsumerRecord<byte[], byte[]>> records) {

        Topic(IntakeTopic<?> intake) {
            this(intake, () -> intake, new ArrayList<>());
        }
    }

    /** What a person has in their hands. */
    private static final class Reviewer {

        private final Person person;
        private ReviewQueue.Claim held;
        private Decisions.Answer last;

        Reviewer(Person person) {
            this.person = person;
        }
    }

    private final class Instance {

        private final Interleaving.Process process;
        private final Database database;
        private final ReviewDesk desk;
        private final QueueRouting routing;
        private final IntakeLoop loop;

        Instance(Interleaving.Process process) {
            this.process = process;
            this.database = OpenDatabase.over(process.jdbi());
            this.desk = new ReviewDesk(database, ReviewDesk.RULES);
            this.routing = new QueueRouting(database, Duration.ZERO);
            this.loop = new IntakeLoop(
                    "review-intake",
                    database,
                    () -> {
                        throw new AssertionError("it is not started");
                    },
                    TopicNames.UNPREFIXED,
                    List.of(),
                    new DeadLetters(
                            Topics.DEAD_LETTERS.topicName(),
                            () -> {
                                throw new AssertionError("the database can hold every record");
                            },
                            new SimpleMeterRegistry()),
                    Tracing.OFF);
        }

        /** As a reader whose partition another may have taken over. */
        Void take(Topic topic, int most) {
            var from = new TopicPartition(topic.intake.topic().topicName(), partition);
            try {
                Optional<Long> next = database.acrossTenants(handle -> IntakeLoop.IntakeOffsets.of(handle, from))
                        .map(IntakeLoop.IntakeOffsets.Stand::next);
                int begin = next.orElse(0L).intValue();
                int end = Math.min(topic.records.size(), begin + most);
                if (begin < end) {
                    database.acrossTenants(handle -> {
                        loop.write(
                                handle,
                                topic.each.get(),
                                from,
                                next,
                                0,
                                List.copyOf(topic.records.subList(begin, end)),
                                end);
                        return null;
                    });
                }
            } catch (IntakeLoop.OvertakenException overtaken) {
                // the other instance read on
            }
            return null;
        }

        Void claim(Reviewer who) {
            if (who.held == null) {
                who.held = desk.queue.claim(who.person).orElse(null);
            }
            return null;
        }

        /** Sometimes a client takes an id that it used before, for this item or another. */
        Void decide(Reviewer who, Random drawn) {
            claim(who);
            if (who.held == null) {
                return null;
            }
            boolean nsfw = drawn.nextBoolean();
            boolean again = !usedIds.isEmpty() && drawn.nextInt(3) == 0;
            UUID id = again
                    ? usedIds.get(usedIds.size() - 1 - drawn.nextInt(Math.min(2, usedIds.size())))
                    : new UUID(drawn.nextLong(), drawn.nextLong());
            usedIds.add(id);
            var answer = new Decisions.Answer(
                    who.held.itemId(),
                    who.held.leaseId(),
                    id,
                    who.held.contentSha256(),
                    nsfw ? "NSFW" : "SAFE",
                    nsfw ? List.of(drawn.nextInt(3) == 0 ? "minor" : "porn") : List.of(),
                    Optional.empty(),
                    Optional.empty());
            String image = who.held.imageId();
            try {
                Decisions.Outcome outcome = desk.decisions.decide(who.person, answer);
                who.held = null;
                who.last = answer;
                if (outcome.state() == Decisions.Outcome.State.IN_FORCE) {
                    promised.add(new Delivered(id, image));
                }
            } catch (ProblemException refused) {
                if (refused.problem() != Problem.BAD_PARAMETER && refused.problem() != Problem.ID_REUSED) {
                    who.held = null;
                }
            }
            return null;
        }

        Void undo(Reviewer who, Random drawn) {
            if (who.last == null) {
                return null;
            }
            Decisions.Answer undone = who.last;
            who.last = null;
            UUID lease = new UUID(drawn.nextLong(), drawn.nextLong());
            try {
                desk.decisions.undo(who.person, undone.itemId(), undone.decisionId(), lease);
                desk.queue.release(who.person, undone.itemId(), lease);
            } catch (ProblemException refused) {
                // another person has the item, or the lease ran out with the clock
            }
            return null;
        }

        Void publish(int batches, Random drawn) {
            reviews.publish(database, batches, () -> {
                if (!calm && drawn.nextInt(2) == 0) {
                    process.die();
                }
            });
            return null;
        }
    }
}
