package io.bulwark.service.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.events.Decision;
import io.bulwark.imaging.process.PictureReader.PictureRead;
import io.bulwark.perception.bank.Bank;
import io.bulwark.perception.encoder.Encoder;
import io.bulwark.perception.encoder.Encoder.Embeddings;
import io.bulwark.perception.encoder.EncoderDescription;
import io.bulwark.service.lifecycle.NanoClock;
import io.bulwark.service.lifecycle.Readiness;
import io.bulwark.service.pipeline.Warmth.WarmEncoder;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** An encoder that takes as many batches as the test permits. */
class EmbeddedImageAgeTest extends PipelineFixture {

    /** What the clock makes of a search. */
    private static final Duration SEARCH = Duration.ofMillis(30);

    private final Semaphore batches = new Semaphore(0);
    private final AtomicInteger reads = new AtomicInteger();
    private volatile boolean thirdIsRead;

    @Override
    synchronized WarmEncoder open() {
        WarmEncoder warm = super.open();
        return new WarmEncoder(new Metered(warm.encoder()), warm.viewsPerSecond());
    }

    @Override
    PictureRead read(byte[] file, boolean hashes) {
        thirdIsRead |= file[0] == WAIT;
        reads.incrementAndGet();
        return super.read(file, hashes);
    }

    /** It waited for as long as further batches came, all of one file with many views. */
    @Test
    void an_embedded_image_does_not_wait_for_the_batches_of_a_large_one() {
        linger = Duration.ZERO;
        preparationThreads = 2;
        start(1);
        UploadInFlight first = submit(upload("first", 250));
        Awaitility.await().until(batches::hasQueuedThreads);
        int[] views = new int[100];
        java.util.Arrays.fill(views, 250);
        UploadInFlight large = submit(upload("large", views));
        Awaitility.await().until(() -> pipeline.failure().isEmpty() && !pipeline.isIdle());
        batches.release(2);

        assertThat(verdict(first).getDecision()).isEqualTo(Decision.NSFW);
        assertThat(large.outcome()).isEmpty();
        batches.release(1_000);
        assertThat(verdict(large).getDecision()).isEqualTo(Decision.NSFW);
    }

    /** It waited in the thread's hands until a whole further batch was embedded. */
    @Test
    void an_embedded_image_is_judged_before_the_next_batch() {
        linger = Duration.ofMinutes(10);
        start(1);
        UploadInFlight first = submit(upload("first", 250));
        Awaitility.await().until(batches::hasQueuedThreads);
        UploadInFlight second = submit(upload("second", 10));
        submit(upload("third", WAIT));
        Awaitility.await("the second is ready").until(() -> thirdIsRead);
        batches.release(1);

        assertThat(verdict(first).getDecision()).isEqualTo(Decision.NSFW);
        assertThat(second.outcome()).isEmpty();
        batches.release(1);
        assertThat(verdict(second).getDecision()).isEqualTo(Decision.SAFE);
    }

    /** A search of a large bank costs more than a batch, however few images it is for. */
    @Test
    void images_are_judged_together_where_that_takes_longer_than_a_batch() {
        linger = Duration.ofMinutes(10);
        AtomicInteger searches = new AtomicInteger();
        clock = () -> NanoClock.SYSTEM.nanos() + searches.get() * SEARCH.toNanos();
        start(1);
        shelf.put(counted(bank("brightness"), searches), new Readiness.Usable("a large bank"));
        batches.release(1);
        verdict(submit(upload("measured", 250)));
        List<UploadInFlight> images = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            images.add(submit(upload("image-" + i, 250, 250, 250, 250)));
        }
        Awaitility.await("all are read").until(() -> reads.get() == 41);
        batches.release(1_000);

        images.forEach(image -> assertThat(verdict(image).getDecision()).isEqualTo(Decision.NSFW));
        assertThat(searches.get()).isLessThan(20);
    }

    private static Bank counted(Bank bank, AtomicInteger searches) {
        return (Bank) Proxy.newProxyInstance(
                Bank.class.getClassLoader(), new Class<?>[] {Bank.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("near")) {
                        searches.incrementAndGet();
                    }
                    return method.invoke(bank, arguments);
                });
    }

    private final class Metered implements Encoder {
        private final Encoder real;

        Metered(Encoder real) {
            this.real = real;
        }

        @Override
        public EncoderDescription description() {
            return real.description();
        }

        @Override
        public Embeddings embed(ByteBuffer views, int count) {
            batches.acquireUninterruptibly();
            return real.embed(views, count);
        }

        @Override
        public void close() {
            real.close();
        }
    }
}
