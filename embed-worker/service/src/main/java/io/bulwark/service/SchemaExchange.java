package io.bulwark.service;

import io.bulwark.schemas.connection.ConnectionFaults;
import io.bulwark.schemas.follow.SchemaClients;
import io.bulwark.schemas.follow.SchemaFollower;
import io.bulwark.schemas.follow.SchemaPublisher;
import io.bulwark.schemas.follow.SchemaTopicException;
import io.bulwark.service.config.WorkerConfig;
import io.bulwark.service.telemetry.WorkerLog;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;

/**
 * What the worker tells readers of how it writes, and learns of how others do. {@link #publish} and {@link #close} are
 * called once, by the worker's main thread; the rest by any.
 */
public final class SchemaExchange implements AutoCloseable {

    private static final long PAUSE_SECONDS = 1;

    private final SchemaPublisher publisher;
    private final SchemaFollower follower;
    private final int release;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private volatile String trouble = "";

    /** @param settings of the worker: which release is written, and how long an unknown one is waited for */
    public SchemaExchange(SchemaClients clients, WorkerConfig.Schemas settings) {
        this.publisher = new SchemaPublisher(clients);
        this.follower = new SchemaFollower(clients, settings.patience());
        this.release = settings.write();
    }

    /**
     * Publishes what the worker is going to write with, and begins to follow the rest. Tries until it succeeds: a topic
     * may be made and a right be granted after the worker was started.
     *
     * @return false if told to stop meanwhile
     */
    public boolean publish() {
        while (stopping.getCount() > 0) {
            try {
                WorkerLog.schemasPublished(release, publisher.publish(release));
                trouble = "";
                follower.start();
                return true;
            } catch (InterruptException stopped) {
                return false;
            } catch (KafkaException failure) {
                tell(failure);
            }
            pause();
        }
        return false;
    }

    /** Why the schemas are not published yet; empty while nothing went wrong. */
    public Optional<String> trouble() {
        return Optional.of(trouble).filter(text -> !text.isEmpty());
    }

    /** The settings of serdes, with what was learnt. */
    public Map<String, Object> addTo(Map<String, Object> serdes) {
        return follower.addTo(serdes);
    }

    /** Makes {@link #publish} return soon. */
    public void stop() {
        stopping.countDown();
    }

    @Override
    public void close() {
        follower.close();
    }

    private void tell(KafkaException failure) {
        String why = failure instanceof SchemaTopicException
                ? failure.getMessage()
                : ConnectionFaults.explain(failure)
                        .orElseGet(() -> failure.getClass().getSimpleName() + ": " + failure.getMessage());
        if (!why.equals(trouble)) {
            WorkerLog.schemasNotPublished(why);
            trouble = why;
        }
    }

    private void pause() {
        try {
            stopping.await(PAUSE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            stopping.countDown();
        }
    }
}
