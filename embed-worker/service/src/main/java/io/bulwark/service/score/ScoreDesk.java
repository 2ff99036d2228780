package io.bulwark.service.score;

import io.bulwark.events.ImageLocation;
import io.bulwark.events.ImageUploaded;
import io.bulwark.events.InlineImage;
import io.bulwark.schemas.preview.HttpRefusal;
import io.bulwark.schemas.serde.EventSerializer;
import io.bulwark.schemas.topic.Topics;
import io.bulwark.service.lifecycle.NanoClock;
import io.bulwark.service.lifecycle.Readiness;
import io.bulwark.service.lifecycle.Readiness.VerdictGate;
import io.bulwark.service.pipeline.Outcome;
import io.bulwark.service.pipeline.UploadInFlight;
import io.bulwark.service.pipeline.UploadInFlight.UploadSink;
import io.bulwark.service.score.ScoreAnswer.Refused;
import io.bulwark.service.score.ScoreAnswer.Result;
import io.bulwark.service.score.ScoreTokens.Caller;
import io.bulwark.service.telemetry.RequestTimer;
import io.bulwark.service.telemetry.WorkerLog;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;

/**
 * Sends questions through the pipeline and answers once all are through and what they leave behind is with Kafka, or
 * the deadline is over. Any thread may ask; none waits.
 */
public final class ScoreDesk implements AutoCloseable {

    private final UploadSink pipeline;
    private final VerdictGate gate;
    private final EventSerializer<ImageUploaded> serializer; // guarded by itself
    private final Ledger ledger;
    private final RequestTimer metrics;
    private final NanoClock clock;
    private final Clock wallClock;
    private final ExecutorService threads;
    private final ScheduledThreadPoolExecutor deadlines =
            new ScheduledThreadPoolExecutor(1, task -> daemon(task, "bulwark-score-deadlines"));
    private final AtomicLong number = new AtomicLong();

    /**
     * @param threads as many requests may be written down side by side; one each that is let in
     * @param gate what verdicts wait for
     * @param ledger keeps what detectors found and the encoder saw
     */
    public ScoreDesk(
            int threads,
            UploadSink pipeline,
            VerdictGate gate,
            EventSerializer<ImageUploaded> serializer,
            Ledger ledger,
            RequestTimer metrics,
            NanoClock clock,
            Clock wallClock) {
        this.pipeline = pipeline;
        this.gate = gate;
        this.serializer = serializer;
        this.ledger = ledger;
        this.metrics = metrics;
        this.clock = clock;
        this.wallClock = wallClock;
        this.threads = Executors.newFixedThreadPool(threads, task -> daemon(task, "bulwark-score"));
        // Else the deadline of an answered request would keep its body until it has passed.
        deadlines.setRemoveOnCancelPolicy(true);
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    /**
     * Answers a request.
     *
     * @param place of the request, still held; the desk holds it for as long as one of the images is on its way
     * @param within time that is left for the answer
     * @param answer told once, on one of the desk's threads
     */
    public void ask(
            Caller caller,
            List<ScoreQuestion> questions,
            Room.Hold place,
            Duration within,
            Consumer<ScoreAnswer> answer) {
        Request request = new Request(place.another(), answer);
        Optional<String> notReady = gate.status() instanceof Readiness.Usable
                ? Optional.empty()
                : Optional.of(gate.status().message());
        if (notReady.isPresent()) {
            request.tell(new Refused(HttpRefusal.NOT_READY, notReady.get()));
            request.place.leave();
            return;
        }
        try {
            request.isOverdueAfter(within);
            threads.execute(() -> judge(caller, questions, request, within));
        } catch (RejectedExecutionException closed) {
            request.tell(new Refused(HttpRefusal.NOT_READY, "The process was told to stop."));
            request.place.leave();
        }
    }

    private void judge(Caller caller, List<ScoreQuestion> questions, Request request, Duration within) {
        try {
            List<UploadInFlight> flights = new ArrayList<>();
            List<CompletableFuture<Void>> done = new ArrayList<>();
            for (ScoreQuestion question : questions) {
                CompletableFuture<Void> through = new CompletableFuture<>();
                ConsumerRecord<byte[], byte[]> record = record(question, caller);
                Room.Hold ofImage = request.place.another();
                UploadInFlight flight = new UploadInFlight(record, clock, () -> {
                    ofImage.leave();
                    through.complete(null);
                });
                flights.add(flight);
                done.add(through);
                pipeline.submit(flight);
            }
            CompletableFuture.allOf(done.toArray(CompletableFuture[]::new))
                    .orTimeout(within.toNanos(), TimeUnit.NANOSECONDS)
                    .exceptionally(overdue -> null)
                    .join();
            if (request.isAnswered()) {
                return;
            }
            List<Outcome> outcomes = flights.stream()
                    .flatMap(flight -> flight.outcome().stream())
                    .toList();
            if (outcomes.size() < flights.size()) {
                request.isOverdue();
                return;
            }
            Optional<String> unwritten = ledger.write(outcomes);
            request.tell(unwritten
                    .<ScoreAnswer>map(why -> new Refused(HttpRefusal.NOT_READY, why))
                    .orElseGet(() -> new ScoreAnswer.Scored(results(questions, outcomes))));
        } catch (RuntimeException unexpected) {
            WorkerLog.scoreFailed(unexpected);
            request.tell(new Refused(HttpRefusal.NOT_READY, "The request could not be answered; the log says why."));
        } finally {
            request.place.leave();
        }
    }

    /**
     * As the broker would hand it to a worker; there is no partition behind it. The serializer is unbounded, since
     * Kafka never sees it, and keeps no buffer of a large picture, as Avro's own encoder does for each thread.
     */
    private ConsumerRecord<byte[], byte[]> record(ScoreQuestion question, Caller caller) {
        String topic = ledger.topic(Topics.IMAGES_UPLOADED);
        byte[] key = question.imageId().getBytes(StandardCharsets.UTF_8);
        byte[] value;
        synchronized (serializer) {
            value = serializer.serialize(topic, question.event(caller, wallClock));
        }
        return new ConsumerRecord<>(
                topic,
                0,
                number.getAndIncrement(),
                wallClock.millis(),
                TimestampType.LOG_APPEND_TIME,
                key.length,
                value.length,
                key,
                value,
                new RecordHeaders(),
                Optional.empty());
    }

    private static List<Result> results(List<ScoreQuestion> questions, List<Outcome> outcomes) {
        List<Result> results = new ArrayList<>();
        for (int i = 0; i < outcomes.size(); i++) {
            results.add(result(questions.get(i).imageId(), outcomes.get(i)));
        }
        return results;
    }

    private static Result result(String imageId, Outcome outcome) {
        if (outcome instanceof Outcome.Answered answered) {
            return new Result.Judged(Ledger.withoutCoordinates(answered.verdict()));
        }
        if (outcome instanceof Outcome.DeadLettered dead) {
            return new Result.Unjudged(imageId, "invalid-image", dead.story().detail());
        }
        if (outcome instanceof Outcome.TryLater later) {
            return new Result.Unjudged(imageId, "not-ready", later.detail());
        }
        return new Result.Unjudged(
                imageId, "location-slow", "The location was not fetched promptly (bulwark.fetch.prompt).");
    }

    /** Takes no request any more. What is on its way is not answered. */
    @Override
    public void close() {
        threads.shutdownNow();
        deadlines.shutdownNow();
    }

    /** One request and its only answer. */
    private final class Request {

        private final Room.Hold place;
        private final Consumer<ScoreAnswer> answer;
        private final AtomicBoolean answered = new AtomicBoolean();
        private final long from = clock.nanos();
        private volatile ScheduledFuture<?> deadline;

        Request(Room.Hold place, Consumer<ScoreAnswer> answer) {
            this.place = place;
            this.answer = answer;
        }

        /** Sets the deadline; the answer takes it away again. */
        void isOverdueAfter(Duration within) {
            deadline = deadlines.schedule(this::isOverdue, within.toNanos(), TimeUnit.NANOSECONDS);
        }

        boolean isAnswered() {
            return answered.get();
        }

        void isOverdue() {
            tell(new Refused(HttpRefusal.OVERDUE, "The images were not judged in time (bulwark.score.deadline)."));
        }

        void tell(ScoreAnswer given) {
            if (answered.compareAndSet(false, true)) {
                if (deadline != null) {
                    deadline.cancel(false);
                }
                metrics.answered(
                        given instanceof Refused refused ? refused.kind().type() : metrics.success(),
                        Duration.ofNanos(clock.nanos() - from));
                answer.accept(given);
            }
        }
    }

    /** A limited number of requests at a time. Rejects at once when full. Any thread. */
    public static final class Room {

        private final Semaphore places;

        public Room(int requests) {
            places = new Semaphore(requests);
        }

        /** A place, held once; empty where there is none. */
        public Optional<Hold> enter() {
            return places.tryAcquire() ? Optional.of(new Hold(new AtomicInteger(1))) : Optional.empty();
        }

        int free() {
            return places.availablePermits();
        }

        /** One holder of a place: a request, and each of its images in the pipeline. */
        public final class Hold {

            private final AtomicInteger holds;
            private final AtomicBoolean letGo = new AtomicBoolean();

            private Hold(AtomicInteger holds) {
                this.holds = holds;
            }

            /** Another hold of the same place; only while this one has not let go. */
            Hold another() {
                if (letGo.get()) {
                    throw new IllegalStateException("The place was given back");
                }
                holds.incrementAndGet();
                return new Hold(holds);
            }

            /** Lets go, once however often it is called. The place is free when its last hold has. */
            public void leave() {
                if (letGo.compareAndSet(false, true) && holds.decrementAndGet() == 0) {
                    places.release();
                }
            }
        }
    }

    /**
     * One image to be judged.
     *
     * @param imageId by which its embedding and audits are known
     * @param uploaderId whose image it is; empty where the caller does not say, and is it then
     * @param content {@link InlineImage} or {@link ImageLocation}
     */
    public record ScoreQuestion(String imageId, Optional<String> uploaderId, Object content) {

        /** Of an image that lies in the request. */
        public static ScoreQuestion inline(String imageId, Optional<String> uploaderId, byte[] file) {
            return new ScoreQuestion(imageId, uploaderId, new InlineImage(ByteBuffer.wrap(file)));
        }

        /** Of an image that is to be fetched. */
        public static ScoreQuestion at(
                String imageId, Optional<String> uploaderId, String location, Optional<String> sha256) {
            return new ScoreQuestion(imageId, uploaderId, new ImageLocation(location, sha256.orElse(null), null));
        }

        /** The event that an upload of it would have been. */
        ImageUploaded event(Caller caller, Clock clock) {
            return ImageUploaded.newBuilder()
                    .setImageId(imageId)
                    .setUploaderId(uploaderId.orElse(caller.name()))
                    .setTenant(caller.tenant())
                    .setUploadedAt(clock.instant())
                    .setContent(content)
                    .build();
        }
    }
}
