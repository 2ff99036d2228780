package io.bulwark.stream.outbound;

import io.bulwark.schemas.connection.ConnectionFaults;
import io.bulwark.schemas.topic.TopicNames;
import io.bulwark.schemas.topic.Topics;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.WakeupException;
import org.jboss.logging.Logger;

/** Tells one neighbour, on a thread of its own and in a group of its own. After any trouble with Kafka it starts anew. */
final class DeliveryLoop implements OutboundLoop {

    private static final Logger LOG = Logger.getLogger(DeliveryLoop.class);
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final Neighbour neighbour;
    private final TopicNames names;
    private final Supplier<Consumer<byte[], byte[]>> consumers;
    private final Rounds.Post post;
    private final SetAside setAside;
    private final Tally tally;
    private final Patience patience;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final Thread thread;
    private volatile Consumer<byte[], byte[]> consumer;

    /**
     * @param names what the topics are called on the broker
     * @param consumers makes a read_committed consumer in the neighbour's group; called again after trouble
     */
    DeliveryLoop(
            Neighbour neighbour,
            TopicNames names,
            Supplier<Consumer<byte[], byte[]>> consumers,
            Rounds.Post post,
            SetAside setAside,
            Tally tally,
            Patience patience) {
        this.neighbour = neighbour;
        this.names = names;
        this.consumers = consumers;
        this.post = post;
        this.setAside = setAside;
        this.tally = tally;
        this.patience = patience;
        thread = new Thread(this::run, "outbound-" + neighbour.name());
        thread.setDaemon(true);
    }

    @Override
    public void start() {
        thread.start();
    }

    @Override
    public void stop() {
        stopping.countDown();
        Consumer<byte[], byte[]> present = consumer;
        if (present != null) {
            present.wakeup();
        }
    }

    /** Ends within the timeout of an attempt and a little more. */
    @Override
    public void close() {
        stop();
        try {
            thread.join(neighbour.timeout().plusSeconds(10).toMillis());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        setAside.close();
        neighbour.receiver().close();
    }

    private void run() {
        while (stopping.getCount() > 0) {
            try (Consumer<byte[], byte[]> opened = consumers.get()) {
                consumer = opened;
                deliver(opened);
            } catch (KafkaException trouble) {
                tally.restarted();
                LOG.warnf(
                        "The way to %s starts anew: %s",
                        neighbour.name(), ConnectionFaults.explain(trouble).orElseGet(trouble::getMessage));
            } catch (Throwable defect) { // an Error too: a thread that ended would tell nobody anything any more
                tally.restarted();
                LOG.errorf(defect, "The way to %s starts anew", neighbour.name());
            } finally {
                consumer = null;
            }
            pause();
        }
    }

    private void deliver(Consumer<byte[], byte[]> opened) {
        var rounds = new Rounds(opened, neighbour, post, setAside, tally, Clock.systemUTC(), patience);
        List<Topics> topics = new ArrayList<>(neighbour.receiver().topics());
        topics.add(Topics.UNDELIVERED);
        opened.subscribe(topics.stream().map(names::of).toList(), rounds);
        try {
            while (stopping.getCount() > 0) {
                rounds.round();
            }
        } catch (WakeupException stopped) {
            LOG.debugf("The way to %s ends", neighbour.name());
        }
        rounds.end();
    }

    private void pause() {
        try {
            stopping.await(RETRY.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            stopping.countDown();
        }
    }
}
