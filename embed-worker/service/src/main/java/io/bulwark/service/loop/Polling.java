package io.bulwark.service.loop;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.errors.WakeupException;

/**
 * A poll that another thread can end early, because an answer is there to be committed. A wake-up that comes a moment
 * too late hits the next call instead, which {@link #uninterrupted} then makes again.
 */
final class Polling {

    private final Consumer<byte[], byte[]> consumer;
    private final AtomicBoolean waiting = new AtomicBoolean();
    private final AtomicBoolean signalled = new AtomicBoolean();

    Polling(Consumer<byte[], byte[]> consumer) {
        this.consumer = consumer;
    }

    /** Ends the poll in progress, or the next one. Any thread. */
    void signal() {
        signalled.set(true);
        if (waiting.compareAndSet(true, false)) {
            consumer.wakeup();
        }
    }

    /** Polls; what was signalled before counts, so that no signal is lost. */
    ConsumerRecords<byte[], byte[]> poll(Duration most) {
        waiting.set(true);
        try {
            return consumer.poll(signalled.getAndSet(false) ? Duration.ZERO : most);
        } catch (WakeupException signal) {
            return ConsumerRecords.empty();
        } finally {
            waiting.set(false);
            signalled.set(false);
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
