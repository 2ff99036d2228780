package io.bulwark.service.score;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.events.AttackAudit;
import io.bulwark.events.Decider;
import io.bulwark.events.DeciderKind;
import io.bulwark.events.Decision;
import io.bulwark.events.DecisionBasis;
import io.bulwark.events.ImageEmbedding;
import io.bulwark.events.ImageUploaded;
import io.bulwark.events.ListMatch;
import io.bulwark.events.ListedHashKind;
import io.bulwark.events.Reason;
import io.bulwark.events.RecordCoordinates;
import io.bulwark.events.Verdict;
import io.bulwark.schemas.preview.HttpRefusal;
import io.bulwark.schemas.serde.EventDeserializer;
import io.bulwark.schemas.serde.EventSerializer;
import io.bulwark.schemas.testing.SampleEvents;
import io.bulwark.schemas.topic.TopicNames;
import io.bulwark.schemas.topic.Topics;
import io.bulwark.service.lifecycle.NanoClock;
import io.bulwark.service.lifecycle.Readiness;
import io.bulwark.service.lifecycle.Readiness.VerdictGate;
import io.bulwark.service.pipeline.Outcome;
import io.bulwark.service.pipeline.Outcome.AnswerSerializers;
import io.bulwark.service.pipeline.UploadInFlight;
import io.bulwark.service.pipeline.UploadInFlight.UploadSink;
import io.bulwark.service.score.ScoreAnswer.Refused;
import io.bulwark.service.score.ScoreAnswer.Result;
import io.bulwark.service.score.ScoreAnswer.Scored;
import io.bulwark.service.score.ScoreDesk.Room;
import io.bulwark.service.score.ScoreDesk.ScoreQuestion;
import io.bulwark.service.score.ScoreTokens.Caller;
import io.bulwark.service.telemetry.RequestTimer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.RoundRobinPartitioner;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class ScoreDeskTest {

    private static final Caller CALLER = new Caller("backend", "shop");
    private static final Duration LONG = Duration.ofMinutes(1);

    private final Held pipeline = new Held();
    private final MockProducer<byte[], byte[]> producer =
            new MockProducer<>(true, new RoundRobinPartitioner(), new ByteArraySerializer(), new ByteArraySerializer());
    private final Room room = new Room(1);
    private Readiness readiness = new Readiness.Usable("usable");

    @AutoClose
    private final ScoreDesk desk = new ScoreDesk(
            2,
            pipeline,
            new VerdictGate(List.of(() -> readiness), Optional.empty()),
            serializer(ImageUploaded.class).unbounded(),
            new Ledger(
                    producer,
                    new AnswerSerializers(
                            serializer(Verdict.class),
                            serializer(AttackAudit.class),
                            serializer(ImageEmbedding.class),
                            new TopicNames("acme.")),
                    Duration.ofSeconds(10),
                    NanoClock.SYSTEM),
            RequestTimer.ofScores(new SimpleMeterRegistry()),
            NanoClock.SYSTEM,
            Clock.systemUTC());

    @Test
    void aQuestionIsTheEventThatItsUploadWouldHaveBeen() {
        Room.Hold place = room.enter().orElseThrow();
        ask(place, LONG, "a");
        UploadInFlight flight = pipeline.await(1).get(0);
        ImageUploaded event = new EventDeserializer<>(ImageUploaded.class)
                .deserialize("images.uploaded", flight.record().value());
        assertThat(event.getImageId()).isEqualTo("a");
        assertThat(event.getTenant()).isEqualTo("shop");
        assertThat(event.getUploaderId()).isEqualTo("backend");
        assertThat(flight.origin().topic()).isEqualTo("acme.images.uploaded");
    }

    /** {@code bulwark.score.max-bytes} alone says how large a picture may be. */
    @Test
    void aPictureLargerThanAnUploadMayBeIsAsked() {
        byte[] file = new byte[Topics.IMAGES_UPLOADED.maxRecordBytes() + 1];
        List<ScoreQuestion> questions = List.of(ScoreQuestion.inline("a", Optional.empty(), file));
        desk.ask(CALLER, questions, room.enter().orElseThrow(), LONG, any -> {});
        assertThat(pipeline.await(1).get(0).record().value()).hasSizeGreaterThan(file.length);
    }

    /** In the order of the questions, whatever the order in which they are done. */
    @Test
    void theAnswerComesOnceAllAreThroughAndWhatTheyLeaveIsWithKafka() throws Exception {
        Room.Hold place = room.enter().orElseThrow();
        CompletableFuture<ScoreAnswer> answer = ask(place, LONG, "a", "b");
        List<UploadInFlight> flights = pipeline.await(2);
        flights.get(1).complete(new Outcome.Deferred());
        assertThat(answer).isNotDone();
        flights.get(0).complete(answered("a"));

        List<Result> images = ((Scored) answer.get()).images();
        assertThat(((Result.Judged) images.get(0)).verdict().getImageId()).isEqualTo("a");
        assertThat(((Result.Judged) images.get(0)).verdict().getUpload()).isNull();
        assertThat(images.get(1))
                .isInstanceOfSatisfying(
                        Result.Unjudged.class, slow -> assertThat(slow.type()).isEqualTo("location-slow"));
        assertThat(producer.history())
                .extracting(record -> record.topic())
                .containsExactly("acme.moderation.embeddings");
    }

    @Test
    void aRestrictedMatchIsAnsweredWithoutItsListItsHashAndItsLabel() throws Exception {
        CompletableFuture<ScoreAnswer> answer = ask(room.enter().orElseThrow(), LONG, "a");
        Verdict restricted = Verdict.newBuilder(((Outcome.Answered) answered("a")).verdict())
                .setDecision(Decision.NSFW)
                .setReason(Reason.KNOWN)
                .setDecidingLabel("sealed")
                .setBasis(DecisionBasis.KNOWN_MD5)
                .setKnownReference("ab/example/42")
                .setListed(new ListMatch("example", "42", ListedHashKind.MD5, "A1", true, false))
                .setContentSha256("cd".repeat(32))
                .setRestricted(true)
                .build();
        pipeline.await(1).get(0).complete(new Outcome.Answered(restricted));

        Verdict told =
                ((Result.Judged) ((ScoreAnswer.Scored) answer.get()).images().get(0)).verdict();
        assertThat(told)
                .returns(Decision.NSFW, Verdict::getDecision)
                .returns(true, Verdict::getRestricted)
                .returns("restricted", Verdict::getDecidingLabel);
        assertThat(told.toString()).doesNotContain("sealed", "example", "KNOWN", "A1", "cdcd");
        assertThat(producer.history()).isEmpty();
    }

    /** A client that asks without a trace could search for a picture that passes. */
    @Test
    void whereKafkaTakesNothingNothingIsAnswered() throws Exception {
        producer.sendException = new AuthorizationException("no");
        CompletableFuture<ScoreAnswer> answer = ask(room.enter().orElseThrow(), LONG, "a");
        pipeline.await(1).get(0).complete(answered("a"));
        assertThat(answer.get()).isInstanceOfSatisfying(Refused.class, refused -> {
            assertThat(refused.kind()).isEqualTo(HttpRefusal.NOT_READY);
            assertThat(refused.detail()).contains("Kafka");
        });
    }

    @Test
    void atTheDeadlineTheAnswerIsGivenUpAndThePlaceIsKeptUntilThePipelineIsDone() throws Exception {
        Room.Hold place = room.enter().orElseThrow();
        CompletableFuture<ScoreAnswer> answer = ask(place, Duration.ofMillis(50), "a");
        assertThat(((Refused) answer.get()).kind()).isEqualTo(HttpRefusal.OVERDUE);
        place.leave();
        assertThat(room.enter()).isEmpty();
        pipeline.await(1).get(0).complete(answered("a"));
        Awaitility.await().until(() -> room.free() == 1);
        assertThat(producer.history()).isEmpty();
    }

    @Test
    void withoutABankNothingIsBegun() throws Exception {
        readiness = new Readiness.Unusable("The bank is empty");
        Room.Hold place = room.enter().orElseThrow();
        assertThat(((Refused) ask(place, LONG, "a").get()).detail()).isEqualTo("The bank is empty");
        place.leave();
        assertThat(room.free()).isEqualTo(1);
        assertThat(pipeline.flights).isEmpty();
    }

    @Test
    void aPlaceThatIsGivenBackTwiceIsOnePlace() {
        Room.Hold place = room.enter().orElseThrow();
        assertThat(room.enter()).isEmpty();
        place.leave();
        place.leave();
        assertThat(room.enter()).isPresent();
        assertThat(room.enter()).isEmpty();
    }

    private CompletableFuture<ScoreAnswer> ask(Room.Hold place, Duration within, String... images) {
        CompletableFuture<ScoreAnswer> answer = new CompletableFuture<>();
        List<ScoreQuestion> questions = List.of(images).stream()
                .map(image -> ScoreQuestion.inline(image, Optional.empty(), new byte[] {1}))
                .toList();
        desk.ask(CALLER, questions, place, within, answer::complete);
        return answer;
    }

    private static Outcome answered(String imageId) {
        Verdict verdict = SampleEvents.verdictOn(imageId, Decision.SAFE)
                .setUploaderId("backend")
                .setTenant("shop")
                .setScore(0.1)
                .setUpload(new RecordCoordinates("images.uploaded", 0, 0L))
                .setDecidedAt(Instant.now())
                .setDecidedBy(new Decider(DeciderKind.WORKER, "score-1"))
                .build();
        ImageEmbedding embedding = ImageEmbedding.newBuilder()
                .setImageId(imageId)
                .setTenant("shop")
                .setUploaderId("backend")
                .setModelFingerprint("model")
                .setPreprocessFingerprint("preprocess")
                .setDecision(Decision.SAFE)
                .setScore(0.1)
                .setViews(List.of())
                .setDecidedAt(Instant.now())
                .build();
        return new Outcome.Answered(verdict, List.of(), Optional.of(embedding));
    }

    private static <T extends SpecificRecord> EventSerializer<T> serializer(Class<T> type) {
        EventSerializer<T> serializer = new EventSerializer<>(type);
        serializer.configure(Map.of(), false);
        return serializer;
    }

    /** A pipeline that does nothing until a test completes what it holds. */
    private static final class Held implements UploadSink {

        private final List<UploadInFlight> flights = new CopyOnWriteArrayList<>();

        List<UploadInFlight> await(int count) {
            Awaitility.await().until(() -> flights.size() >= count);
            return flights;
        }

        @Override
        public void submit(UploadInFlight upload) {
            flights.add(upload);
        }

        @Override
        public void refusePoison(UploadInFlight upload) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean isIdle() {
            return flights.isEmpty();
        }

        @Override
        public Optional<Throwable> failure() {
            return Optional.empty();
        }
    }
}
