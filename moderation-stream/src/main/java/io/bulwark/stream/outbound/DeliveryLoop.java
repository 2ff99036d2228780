package io.bulwark.stream.outbound;

import io.bulwark.schemas.topic.TopicNames;
import io.bulwark.schemas.topic.Topics;
import io.bulwark.stream.runtime.ConsumerLoop;
import java.time.Clock;
import java.time.Duration;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.errors.WakeupException;

/** Delivers to one receiver, on one thread and in a consumer group for each receiver. */
final class DeliveryLoop extends ConsumerLoop {

    private static final Duration GRACE = Duration.ofSeconds(10);

    private final Receiver.Destination destination;
    private final TopicNames names;
    private final DeliveryRounds.Post post;
    private final UndeliveredTopic undelivered;
    private final DeliveryMeters meters;
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
            ReceiverHealth.Backoff backoff) {
        super("outbound-" + destination.name(), consumers);
        this.destination = destination;
        this.names = names;
        this.post = post;
        this.undelivered = undelivered;
        this.meters = meters;
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
        var rounds = new DeliveryRounds(opened, destination, post, undelivered, meters, Clock.systemUTC(), backoff);
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
