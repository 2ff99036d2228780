package io.bulwark.stream.outbound;

import io.bulwark.schemas.topic.Topics;
import io.bulwark.schemas.topic.Undelivered;
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
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;

/**
 * One consumer's life: each round reads, sends what is due, takes the outcomes in, and commits what is finished. One
 * thread, except that outcomes arrive on others.
 *
 * <p>An offset is committed after its event was taken or set aside and never before, so nothing is lost; what was taken and
 * not yet committed when a consumer ends is sent again, with the same id.
 */
final class Rounds extends FirstPlaces {

    /** Sends a request. Any thread; the answer may come on any other. */
    interface Post {

        /** Never fails: what goes wrong is an {@link Answer}. */
        CompletableFuture<Answer> send(HttpRequest request);
    }

    /** Why something is set aside that was readable. */
    static final String REFUSED = "REFUSED";

    private static final Logger LOG = Logger.getLogger(Rounds.class);
    private static final int MOST_EVENTS = 500;
    private static final long MOST_BYTES = 8L << 20;
    private static final Duration IDLE_POLL = Duration.ofMillis(100);
    private static final Duration BUSY_POLL = Duration.ofMillis(5);
    private static final Duration COMMIT_EVERY = Duration.ofSeconds(1);

    private final Consumer<byte[], byte[]> consumer;
    private final Neighbour neighbour;
    private final Post post;
    private final SetAside setAside;
    private final Tally tally;
    private final Clock clock;
    private final Health health;
    private final Patience patience;
    private final Window window = new Window(MOST_EVENTS, MOST_BYTES);
    private final BlockingQueue<Outcome> outcomes = new LinkedBlockingQueue<>();
    private final Map<TopicPartition, Long> committed = new HashMap<>();
    private Instant commitAt = Instant.MIN;

    Rounds(
            Consumer<byte[], byte[]> consumer,
            Neighbour neighbour,
            Post post,
            SetAside setAside,
            Tally tally,
            Clock clock,
            Patience patience) {
        super(consumer);
        this.consumer = consumer;
        this.neighbour = neighbour;
        this.post = post;
        this.setAside = setAside;
        this.tally = tally;
        this.clock = clock;
        this.patience = patience;
        this.health = new Health(patience);
    }

    /**
     * One round, which blocks for some milliseconds.
     *
     * @throws org.apache.kafka.common.KafkaException after which this object and its consumer are to be given up
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
            tell();
            tally.lives();
            commitAt = clock.instant().plus(COMMIT_EVERY);
        }
    }

    /** Waits for what is under way, as long as one attempt takes at most, and commits what is finished. */
    void end() {
        drain();
        commit(consumer.assignment());
    }

    /** Reads no further in these partitions, and goes on in the others. */
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
            Optional<Message> message = event.flatMap(neighbour.receiver()::message);
            if (message.isPresent()) {
                window.add(new Delivery(partition, record.offset(), event.get(), message.get()));
            } else {
                window.passed(partition, record.offset());
            }
        } catch (UnreadableEventException unreadable) {
            setAside(event.orElseThrow(), unreadable.reason(), unreadable.getMessage());
            window.passed(partition, record.offset());
        }
    }

    /** Of what was set aside only the orders to send it again are for us, and of those only ours. */
    private Optional<Event> event(ConsumerRecord<byte[], byte[]> record) {
        if (!Topics.UNDELIVERED.isNamed(record.topic())) {
            return Optional.of(Event.of(record));
        }
        return Undelivered.readFrom(record.headers())
                .filter(order -> order.again() && order.neighbour().equals(neighbour.name()))
                .flatMap(order -> Event.setAside(record));
    }

    private void send() {
        Instant now = clock.instant();
        int room = health.allows(neighbour.atOnce(), now) - window.underWay();
        for (Delivery delivery : window.due(now, room)) {
            window.started(delivery);
            delivery.attempts++;
            delivery.began = now;
            if (delivery.attempts > 1) {
                tally.retried();
            }
            post.send(neighbour.receiver().request(delivery.message(), now))
                    .thenAccept(answer -> outcomes.add(new Outcome(delivery, answer)));
        }
    }

    private void settle(Outcome outcome) {
        Delivery delivery = outcome.delivery();
        Instant now = clock.instant();
        window.ended(delivery);
        if (outcome.answer() instanceof Answer.Taken) {
            health.took(now);
            tally.delivered();
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
            delivery.due = now.plus(patience.after(delivery.alone));
            delivery.against += isAgainst(outcome.answer()) ? 1 : 0;
        }
        if (outcome.answer() instanceof Answer.Unavailable unavailable) {
            LOG.debugf(
                    "%s does not take %s: %s",
                    neighbour.name(), delivery.message().id(), unavailable.why());
            health.failed(delivery.began, now, unavailable.rest());
        } else {
            health.answered();
        }
        delivery.tried = now;
        if (delivery.against >= neighbour.attempts()) {
            setAside(delivery.event(), REFUSED, detail(outcome.answer(), delivery.attempts));
            window.finished(delivery);
        }
    }

    /** Whether this event fails and others do not: the neighbour says so, or fails at it again while it takes others. */
    private boolean isAlone(Delivery delivery, Answer answer) {
        return answer instanceof Answer.Refused || (delivery.attempts > 1 && health.tookAfter(delivery.tried));
    }

    /** Whether that speaks against the event. A neighbour that limits its rate, or does not let us in, says nothing of it. */
    private static boolean isAgainst(Answer answer) {
        return !(answer instanceof Answer.Unavailable unavailable) || unavailable.broken();
    }

    private static String detail(Answer answer, int attempts) {
        String last = answer instanceof Answer.Refused refused
                ? "status " + refused.status()
                : ((Answer.Unavailable) answer).why();
        return "Not taken in " + attempts + " attempts while others were; the last answer was " + last + ".";
    }

    private void setAside(Event event, String reason, String detail) {
        LOG.warnf("%s is set aside for %s: %s", event.id(), neighbour.name(), detail);
        setAside.write(event, reason, detail);
        tally.setAside(reason);
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

    private void tell() {
        long unread = consumer.assignment().stream()
                .mapToLong(partition -> consumer.currentLag(partition).orElse(0))
                .sum();
        tally.stands(unread + window.held(), window.oldest());
    }

    private void drain() {
        long until = System.nanoTime() + neighbour.timeout().toNanos();
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

    private record Outcome(Delivery delivery, Answer answer) {}
}
