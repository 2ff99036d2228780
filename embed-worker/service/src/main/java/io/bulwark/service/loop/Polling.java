package io.bulwark.service.loop;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.errors.WakeupException;

/**
 * A poll that another thread can end early, because there are enough answers to commit. A wake-up that
 * comes a moment too late hits the next call instead, which {@link #uninterrupted} then makes again.
 */
final class Polling {

    private final Consumer<byte[], byte[]> consumer;
    private final AtomicInteger answers = new AtomicInteger();
    private final AtomicBoolean waiting = new AtomicBoolean();
    private volatile int wakeAt;
    private volatile boolean hurry;

    Polling(Consumer<byte[], byte[]> consumer) {
        this.consumer = consumer;
    }

    /** An upload was answered. Any thread. */
    void answered() {
        if (enough(answers.incrementAndGet())) {
            wake();
        }
    }

    /** Ends the poll in progress, or the next one. Any thread. */
    void interrupt() {
        hurry = true;
        wake();
    }

    private void wake() {
        if (waiting.compareAndSet(true, false)) {
            consumer.wakeup();
        }
    }

    private boolean enough(int count) {
        return count - wakeAt >= 0;
    }

    /**
     * Uploads answered so far: to be read before the loop looks at what it could commit, so that no answer is missed.
     */
    int answers() {
        return answers.get();
    }

    /**
     * Polls.
     *
     * @param most time to wait
     * @param until the count of {@link #answers} that ends the wait early
     */
    ConsumerRecords<byte[], byte[]> poll(Duration most, int until) {
        wakeAt = until;
        waiting.set(true);
        try {
            return consumer.poll(hurry || enough(answers.get()) ? Duration.ZERO : most);
        } catch (WakeupException early) {
            return ConsumerRecords.empty();
        } finally {
            waiting.set(false);
            hurry = false;
        }
    }

    /** Makes a call of the consumer that no late wake-up may spoil. */
    static <T> T uninterrupted(Supplier<T> call) {
        while (true) {
            try {
                return call.get();
            } catch (WakeupException late) {
                continue;
            }
        }
    }
}
