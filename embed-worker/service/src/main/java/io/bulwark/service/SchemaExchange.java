package io.bulwark.service;

import io.bulwark.schemas.connection.ConnectionFaults;
import io.bulwark.schemas.follow.SchemaClients;
import io.bulwark.schemas.follow.SchemaFollower;
import io.bulwark.schemas.follow.SchemaFollower.SchemaTopicException;
import io.bulwark.schemas.follow.SchemaPublisher;
import io.bulwark.service.config.WorkerConfig;
import io.bulwark.service.telemetry.WorkerLog;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;

/**
 * The schemas that the worker publishes for its readers, and those of other writers that it follows. {@link #publish}
 * and {@link #close} are called once, by the worker's main thread; the rest by any.
 */
public final class SchemaExchange implements AutoCloseable {

    private final SchemaPublisher publisher;
    private final SchemaFollower follower;
    private final int release;
    private final StartupStep publishing = new StartupStep(this::attempt, WorkerLog::schemasNotPublished);

    /** @param settings which release is written, and how long an unknown one is waited for */
    public SchemaExchange(SchemaClients clients, WorkerConfig.Schemas settings) {
        this.publisher = new SchemaPublisher(clients);
        this.follower = new SchemaFollower(clients, settings.patience());
        this.release = settings.write();
    }

    /**
     * Publishes the schemas that the worker writes with, and begins to follow the rest.
     *
     * @return false if told to stop before that succeeded
     */
    public boolean publish() {
        return publishing.await();
    }

    private Optional<String> attempt() {
        try {
            WorkerLog.schemasPublished(release, publisher.publish(release));
            follower.start();
            return Optional.empty();
        } catch (InterruptException stopped) {
            throw stopped;
        } catch (SchemaTopicException failure) {
            return Optional.of(failure.getMessage());
        } catch (KafkaException failure) {
            return Optional.of(ConnectionFaults.explain(failure)
                    .orElseGet(() -> failure.getClass().getSimpleName() + ": " + failure.getMessage()));
        }
    }

    /** Why the schemas are not published yet; empty while nothing went wrong. */
    public Optional<String> trouble() {
        return publishing.trouble();
    }

    /** The settings of serdes, with the schemas that are followed. */
    public Map<String, Object> addTo(Map<String, Object> serdes) {
        return follower.addTo(serdes);
    }

    /** Makes {@link #publish} return soon. */
    public void stop() {
        publishing.stop();
    }

    @Override
    public void close() {
        follower.close();
    }

    /**
     * A step of the start that is tried until it succeeds: a topic may be made and a right be granted after the worker
     * was started. {@link #await} is called once; the rest by any thread.
     */
    static final class StartupStep {

        private static final long PAUSE_SECONDS = 1;

        private final Supplier<Optional<String>> attempt;
        private final Consumer<String> onTrouble;
        private final CountDownLatch stopping = new CountDownLatch(1);
        private volatile String trouble = "";

        /**
         * Begins nothing yet.
         *
         * @param attempt why it failed; empty if it succeeded
         * @param onTrouble takes each reason that differs from the one before
         */
        StartupStep(Supplier<Optional<String>> attempt, Consumer<String> onTrouble) {
            this.attempt = attempt;
            this.onTrouble = onTrouble;
        }

        /** Returns true when the step has succeeded; false if told to stop before. */
        boolean await() {
            try {
                while (stopping.getCount() > 0) {
                    Optional<String> failure = attempt.get();
                    if (!trouble.equals(failure.orElse(""))) {
                        trouble = failure.orElse("");
                        failure.ifPresent(onTrouble);
                    }
                    if (failure.isEmpty()) {
                        return true;
                    }
                    stopping.await(PAUSE_SECONDS, TimeUnit.SECONDS);
                }
            } catch (InterruptException | InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
            return false;
        }

        /** Why it has not succeeded yet; empty if nothing went wrong. */
        Optional<String> trouble() {
            return Optional.of(trouble).filter(text -> !text.isEmpty());
        }

        /** Makes {@link #await} return soon. */
        void stop() {
            stopping.countDown();
        }
    }
}
