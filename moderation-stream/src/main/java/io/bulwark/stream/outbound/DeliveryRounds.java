package io.bulwark.stream.outbound;

import io.bulwark.schemas.topic.DeadLetterHeaders.Undelivered;
import io.bulwark.schemas.topic.TopicNames;
import io.bulwark.schemas.topic.Topics;
import io.bulwark.stream.outbound.DecisionEvents.UnreadableEventException;
import io.bulwark.stream.outbound.DeliveryMeters.ReceiverHealth;
import io.bulwark.stream.outbound.DeliveryMeters.ReceiverHealth.Backoff;
import io.bulwark.stream.outbound.DeliveryWindow.Delivery;
import io.bulwark.stream.outbound.HttpPost.AttemptResult;
import io.bulwark.stream.outbound.Receiver.Destination;
import io.bulwark.stream.outbound.Receiver.Event;
import io.bulwark.stream.outbound.Receiver.UndeliveredTopic;
import io.bulwark.stream.runtime.ConsumerLoop;
import io.bulwark.stream.trace.Tracing;
import io.opentelemetry.api.trace.SpanKind;
import java.net.http.HttpRequest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jboss.logging.Logger;

/**
 * The rounds of one consumer: each polls, sends due events, handles outcomes, and commits finished offsets. One thread,
 * except that outcomes arrive on others.
 *
 * <p>An offset is committed after its event was taken or set aside and never before, so nothing is lost. An event that
 * was taken and not yet committed when a consumer ends is sent again, with the same id.
 */
final class DeliveryRounds extends ConsumerLoop.FirstOffsets {

    /** Sends a request. Any thread; the answer may come on any other. */
    interface Post {

        /** Never fails: a failure is an {@link AttemptResult}. */
        CompletableFuture<AttemptResult> send(HttpRequest request);
    }

    /** Why a readable event is set aside. */
    static final String REFUSED = "REFUSED";

    private static final Logger LOG = Logger.getLogger(DeliveryRounds.class);
    private static final int MOST_EVENTS = 500;
    private static final long MOST_BYTES = 8L << 20;
    private static final Duration IDLE_POLL = Duration.ofMillis(100);
    private static final Duration BUSY_POLL = Duration.ofMillis(5);
    private static final Duration COMMIT_EVERY = Duration.ofSeconds(1);

    private final Consumer<byte[], byte[]> consumer;
    private final Destination destination;
    private final Post post;
    private final UndeliveredTopic undelivered;
    private final DeliveryMeters meters;
    private final Tracing tracing;
    private final Clock clock;
    private final ReceiverHealth health;
    private final Backoff backoff;
    private final DeliveryWindow window = new DeliveryWindow(MOST_EVENTS, MOST_BYTES);
    private final BlockingQueue<Outcome> outcomes = new LinkedBlockingQueue<>();
    private final Map<TopicPartition, Long> committed = new HashMap<>();
    private Instant commitAt = Instant.MIN;

    DeliveryRounds(
            Consumer<byte[], byte[]> consumer,
            Destination destination,
            Post post,
            UndeliveredTopic undelivered,
            DeliveryMeters meters,
            Tracing tracing,
            Clock clock,
            Backoff backoff) {
        super(consumer);
        this.consumer = consumer;
        this.destination = destination;
        this.post = post;
        this.undelivered = undelivered;
        this.meters = meters;
        this.tracing = tracing;
        this.clock = clock;
        this.backoff = backoff;
        this.health = new ReceiverHealth(backoff);
    }

    /**
     * One round, which blocks for some milliseconds.
     *
     * @throws org.apache.kafka.common.KafkaException after which this object and its consumer must be discarded
     */
    void round() {
        consumer.poll(window.underWay() > 0 ? BUSY_POLL : IDLE_POLL).forEach(this::take);
        for (Outcome outcome = outcomes.poll(); outcome != null; outcome = outcomes.poll()) {
            settle(outcome);
        }
        send();
        hold(window.isFull() ? consumer.assignment() : window.farAhead());
        if (!commitAt.isAfter(clock.instant())) {
            commit(consumer.assignment());
            meters.waiting(ConsumerLoop.lag(consumer) + window.held(), window.oldest());
            meters.round();
            commitAt = clock.instant().plus(COMMIT_EVERY);
        }
    }

    /** Waits for attempts under way, at most as long as one attempt takes, and commits finished offsets. */
    void end() {
        drain();
        commit(consumer.assignment());
    }

    /** Pauses these partitions, and resumes the others. */
    private void hold(Collection<TopicPartition> full) {
        consumer.pause(full);
        consumer.resume(consumer.paused().stream()
                .filter(partition -> !full.contains(partition))
                .toList());
    }

    private void take(ConsumerRecord<byte[], byte[]> record) {
        var partition = new TopicPartition(record.topic(), record.partition());
        Optional<Event> event = event(record);
        try {
            Optional<Receiver.Message> message = event.flatMap(destination.receiver()::message);
            if (message.isPresent()) {
                window.add(new Delivery(record, event.get(), message.get()));
            } else {
                window.passed(partition, record.offset());
            }
        } catch (UnreadableEventException unreadable) {
            setAside(event.orElseThrow(), unreadable.reason(), unreadable.getMessage());
            window.passed(partition, record.offset());
        }
    }

    /** Of the undelivered topic only orders to send an event to this receiver again are for this loop. */
    private Optional<Event> event(ConsumerRecord<byte[], byte[]> record) {
        if (!Topics.UNDELIVERED.isNamed(record.topic())) {
            return Optional.of(Event.of(record));
        }
        return Undelivered.readFrom(record.headers())
                .filter(order -> order.again() && order.neighbour().equals(destination.name()))
                .flatMap(order -> Event.setAside(record));
    }

    private void send() {
        Instant now = clock.instant();
        int room = health.allows(destination.atOnce(), now) - window.underWay();
        for (Delivery delivery : window.due(now, room)) {
            window.started(delivery);
            delivery.attempts++;
            delivery.began = now;
            if (delivery.attempts > 1) {
                meters.retried();
            }
            Tracing.Step step = tracing.begin("POST " + destination.name(), SpanKind.CLIENT, delivery.event.trace());
            post.send(step.carriedBy(destination.receiver().request(delivery.message, now)))
                    .thenAccept(answer -> {
                        step.end(answer instanceof AttemptResult.Taken);
                        outcomes.add(new Outcome(delivery, answer));
                    });
        }
    }

    private void settle(Outcome outcome) {
        Delivery delivery = outcome.delivery();
        Instant now = clock.instant();
        window.ended(delivery);
        if (outcome.answer() instanceof AttemptResult.Taken) {
            health.took(now);
            meters.delivered(1);
            if (!delivery.dropped) {
                window.finished(delivery);
            }
            return;
        }
        if (delivery.dropped) {
            return;
        }
        if (isAlone(delivery, outcome.answer())) {
            delivery.alone++;
            delivery.due = now.plus(backoff.after(delivery.alone));
            delivery.against += isAgainst(outcome.answer()) ? 1 : 0;
        }
        if (outcome.answer() instanceof AttemptResult.Unavailable unavailable) {
            LOG.debugf("%s does not take %s: %s", destination.name(), delivery.message.id(), unavailable.why());
            health.failed(delivery.began, now, unavailable.rest());
        } else {
            health.answered();
        }
        delivery.tried = now;
        if (delivery.against >= destination.attempts()) {
            setAside(delivery.event, REFUSED, detail(outcome.answer(), delivery.attempts));
            window.finished(delivery);
        }
    }

    /** Whether this event alone fails: the receiver says so, or fails at it again while it takes others. */
    private boolean isAlone(Delivery delivery, AttemptResult answer) {
        return answer instanceof AttemptResult.Refused || (delivery.attempts > 1 && health.tookAfter(delivery.tried));
    }

    /** Whether the answer speaks against the event. A rate limit or a failed login does not. */
    private static boolean isAgainst(AttemptResult answer) {
        return !(answer instanceof AttemptResult.Unavailable unavailable) || unavailable.broken();
    }

    private static String detail(AttemptResult answer, int attempts) {
        String last = answer instanceof AttemptResult.Refused refused
                ? "status " + refused.status()
                : ((AttemptResult.Unavailable) answer).why();
        return "Not taken in " + attempts + " attempts while others were; the last answer was " + last + ".";
    }

    private void setAside(Event event, String reason, String detail) {
        LOG.warnf("%s is set aside for %s: %s", event.id(), destination.name(), detail);
        undelivered.write(event, reason, detail);
        meters.setAside(reason);
    }

    private void commit(Collection<TopicPartition> partitions) {
        Map<TopicPartition, OffsetAndMetadata> moved = new HashMap<>();
        window.finishedUntil().forEach((partition, until) -> {
            if (partitions.contains(partition) && !until.equals(committed.get(partition))) {
                moved.put(partition, new OffsetAndMetadata(until));
            }
        });
        if (!moved.isEmpty()) {
            consumer.commitSync(moved);
            moved.forEach((partition, until) -> committed.put(partition, until.offset()));
        }
    }

    private void drain() {
        long until = System.nanoTime() + destination.timeout().toNanos();
        try {
            while (window.underWay() > 0) {
                Outcome outcome = outcomes.poll(until - System.nanoTime(), TimeUnit.NANOSECONDS);
                if (outcome == null) {
                    return;
                }
                settle(outcome);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
        drain();
        commit(partitions);
        onPartitionsLost(partitions);
    }

    @Override
    public void onPartitionsLost(Collection<TopicPartition> partitions) {
        window.drop(partitions);
        partitions.forEach(committed::remove);
    }

    private record Outcome(Delivery delivery, AttemptResult answer) {}

    /** Delivers to one receiver, on one thread and in a consumer group for each receiver. */
    static final class DeliveryLoop extends ConsumerLoop {

        private static final Duration GRACE = Duration.ofSeconds(10);

        private final Receiver.Destination destination;
        private final TopicNames names;
        private final DeliveryRounds.Post post;
        private final UndeliveredTopic undelivered;
        private final DeliveryMeters meters;
        private final Tracing tracing;
        private final ReceiverHealth.Backoff backoff;

        /**
         * @param names what the topics are called on the broker
         * @param consumers makes a read_committed consumer in the receiver's group
         */
        DeliveryLoop(
                Receiver.Destination destination,
                TopicNames names,
                Supplier<Consumer<byte[], byte[]>> consumers,
                DeliveryRounds.Post post,
                UndeliveredTopic undelivered,
                DeliveryMeters meters,
                Tracing tracing,
                ReceiverHealth.Backoff backoff) {
            super("outbound-" + destination.name(), consumers);
            this.destination = destination;
            this.names = names;
            this.post = post;
            this.undelivered = undelivered;
            this.meters = meters;
            this.tracing = tracing;
            this.backoff = backoff;
        }

        /** Ends within the timeout of an attempt and a little more. */
        @Override
        public void close() {
            stop(destination.timeout().plus(GRACE));
            undelivered.close();
            destination.receiver().close();
        }

        @Override
        protected void onFailure() {
            meters.restarted();
        }

        @Override
        protected void follow(Consumer<byte[], byte[]> opened) {
            var rounds = new DeliveryRounds(
                    opened, destination, post, undelivered, meters, tracing, Clock.systemUTC(), backoff);
            opened.subscribe(
                    Stream.concat(destination.receiver().topics().stream(), Stream.of(Topics.UNDELIVERED))
                            .map(names::of)
                            .toList(),
                    rounds);
            try {
                while (!isStopping()) {
                    rounds.round();
                }
            } catch (WakeupException stopped) {
                // what is under way ends below
            }
            rounds.end();
        }
    }
}
