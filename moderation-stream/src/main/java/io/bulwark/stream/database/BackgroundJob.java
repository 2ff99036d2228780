package io.bulwark.stream.database;

import io.bulwark.schemas.connection.ConnectionFaults;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.JdbiException;

/**
 * A job on its own daemon thread: one turn after another, each followed by a rest, until it is closed. An exception
 * ends a turn and not the job; the next turn comes after the pause for retries. Any thread may start and close it.
 */
public final class BackgroundJob implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(BackgroundJob.class);
    private static final long CLOSES_WITHIN_MILLIS = 10_000;

    private final CountDownLatch stopping = new CountDownLatch(1);
    private final Thread thread;

    /** Whether the last turn found no database; of the job's thread. */
    private boolean waits;

    /**
     * @param name of the thread, as log messages have it
     * @param retry the rest after an exception
     * @param turn does what is next and returns how long to rest
     */
    public BackgroundJob(String name, Duration retry, Supplier<Duration> turn) {
        thread = new Thread(
                () -> {
                    while (isRunning()) {
                        rest(turn(name, retry, turn));
                    }
                },
                name);
        thread.setDaemon(true);
    }

    /** A job whose first turn comes after a while and whose turns are as far apart. */
    public static BackgroundJob every(String name, Duration first, Duration pause, Runnable work) {
        boolean[] begun = new boolean[1]; // of the job's thread
        return new BackgroundJob(name, pause, () -> {
            if (begun[0]) {
                work.run();
                return pause;
            }
            begun[0] = true;
            return first;
        });
    }

    private Duration turn(String name, Duration retry, Supplier<Duration> turn) {
        try {
            Duration rest = turn.get();
            waits = false;
            return rest;
        } catch (Database.UnavailableException notYet) {
            LOG.logf(
                    waits ? Logger.Level.DEBUG : Logger.Level.WARN,
                    "%s waits for the database: %s",
                    name,
                    notYet.getMessage());
            waits = true;
        } catch (JdbiException trouble) {
            LOG.warnf("%s is tried again in %s: %s", name, retry, trouble.getMessage());
        } catch (KafkaException trouble) {
            LOG.warnf(
                    "%s is tried again in %s: %s",
                    name, retry, ConnectionFaults.explain(trouble).orElseGet(trouble::getMessage));
        } catch (RuntimeException defect) {
            LOG.errorf(defect, "%s is tried again in %s", name, retry);
        }
        return retry;
    }

    public void start() {
        thread.start();
    }

    /** Whether it is not to stop. A long turn asks this now and then. */
    public boolean isRunning() {
        return stopping.getCount() > 0 && !Thread.currentThread().isInterrupted();
    }

    /** Rests on the job's thread; shorter where the job is to stop. */
    public void rest(Duration time) {
        try {
            stopping.await(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            stopping.countDown();
        }
    }

    /** Ends it after the present turn; waits 10 s for that at most. */
    @Override
    public void close() {
        stopping.countDown();
        try {
            thread.join(CLOSES_WITHIN_MILLIS);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends it and interrupts the present turn, without waiting. */
    public void abort() {
        stopping.countDown();
        thread.interrupt();
    }
}
