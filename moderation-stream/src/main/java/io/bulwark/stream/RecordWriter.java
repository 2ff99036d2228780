package io.bulwark.stream;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;

/** Writes records and waits for the broker, with a producer that is made at the first record. Thread-safe. */
public final class RecordWriter implements AutoCloseable {

    private final Supplier<Producer<byte[], byte[]>> producers;
    private final Duration within;
    private Producer<byte[], byte[]> producer; // guarded by this

    /**
     * @param producers makes one
     * @param within how long a call waits for the broker, beside the time that the producer's send blocks
     */
    public RecordWriter(Supplier<Producer<byte[], byte[]>> producers, Duration within) {
        this.producers = producers;
        this.within = within;
    }

    /** As {@link #write(Producer, List, Duration)}. */
    public void write(List<ProducerRecord<byte[], byte[]>> records) {
        write(producer(), records, within);
    }

    private synchronized Producer<byte[], byte[]> producer() {
        if (producer == null) {
            producer = producers.get();
        }
        return producer;
    }

    /**
     * Writes records in their order and waits until the broker has all of them.
     *
     * @throws KafkaException where it does not take all of them in time; some of them may be written
     */
    public static void write(
            Producer<byte[], byte[]> producer, List<ProducerRecord<byte[], byte[]>> records, Duration within) {
        long until = System.nanoTime() + within.toNanos();
        List<Future<?>> sent = new ArrayList<>();
        try {
            for (ProducerRecord<byte[], byte[]> record : records) {
                if (!sent.isEmpty() && System.nanoTime() - until > 0) {
                    throw new TimeoutException(sent.size() + " of " + records.size() + " records were sent in time");
                }
                sent.add(producer.send(record));
            }
            for (Future<?> one : sent) {
                one.get(Math.max(0, until - System.nanoTime()), TimeUnit.NANOSECONDS);
            }
        } catch (ExecutionException | TimeoutException unsent) {
            throw new KafkaException(
                    "A record could not be written to " + records.get(0).topic(),
                    unsent.getCause() == null ? unsent : unsent.getCause());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new KafkaException("Writing to " + records.get(0).topic() + " was interrupted", interrupted);
        }
    }

    @Override
    public synchronized void close() {
        if (producer != null) {
            producer.close(within);
        }
    }
}
