package io.bulwark.service.testing;

import io.bulwark.service.loop.KafkaClients;
import io.bulwark.service.loop.LoopSettings.Lane;
import java.lang.reflect.Method;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * Real clients whose commits go wrong at times: the answer gets lost after the broker committed, the request never
 * leaves, offsets are refused, or another producer takes over. Which, a seed decides.
 */
public final class FaultyClients extends InterceptedClients {

    private final KafkaClients real;
    private final Random random;
    private final AtomicInteger faults = new AtomicInteger();

    public FaultyClients(KafkaClients real, long seed) {
        super(real);
        this.real = real;
        this.random = new Random(seed);
    }

    /** Faults so far. */
    public int faults() {
        return faults.get();
    }

    @Override
    void before(Lane lane, Producer<byte[], byte[]> producer, Method method, Object[] arguments) {
        int fault = random.nextInt(12);
        if (method.getName().equals("commitTransaction") && fault < 4) {
            faults.incrementAndGet();
            fail(lane, producer, fault);
        }
        if (method.getName().equals("sendOffsetsToTransaction") && fault == 4) {
            faults.incrementAndGet();
            throw new TimeoutException("injected: the coordinator does not answer");
        }
    }

    private void fail(Lane lane, Producer<byte[], byte[]> producer, int fault) {
        switch (fault) {
            case 0, 1 -> {
                producer.commitTransaction();
                throw new TimeoutException("injected: committed, but the answer is lost");
            }
            case 2 -> throw new TimeoutException("injected: the request never left");
            default -> {
                try (Producer<byte[], byte[]> other = real.producer(lane)) {
                    other.initTransactions();
                }
                throw new ProducerFencedException("injected: another producer took over");
            }
        }
    }
}
