package io.bulwark.service.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.events.Decision;
import io.bulwark.perception.encoder.Embeddings;
import io.bulwark.perception.encoder.Encoder;
import io.bulwark.perception.encoder.EncoderDescription;
import io.bulwark.service.pipeline.Warmth.WarmEncoder;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** An encoder that takes as many batches as the test permits. */
class EmbeddedImageAgeTest extends PipelineFixture {

    private final Semaphore batches = new Semaphore(0);

    @Override
    synchronized WarmEncoder open() {
        WarmEncoder warm = super.open();
        return new WarmEncoder(new Metered(warm.encoder()), warm.viewsPerSecond());
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
