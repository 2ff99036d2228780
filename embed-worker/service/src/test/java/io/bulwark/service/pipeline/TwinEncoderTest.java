package io.bulwark.service.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.service.pipeline.InferenceThread.TwinEncoder;
import io.bulwark.service.pipeline.ViewBatcher.Batch;
import io.bulwark.service.pipeline.ViewBatcher.Slot;
import io.bulwark.service.pipeline.Warmth.WarmEncoder;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TwinEncoderTest {

    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 10);
    private final AtomicInteger failures = new AtomicInteger();
    private final List<BrightnessEncoder> opened = new ArrayList<>();
    private final ByteBuffer pixels = ByteBuffer.allocateDirect(3);
    private final Batch batch = new Batch(List.of(new Slot(ViewBatcherTest.image(1, now), 0)), 1);
    private final TwinEncoder twin = new TwinEncoder(this::open, now::get, false);

    @Test
    void a_twin_that_fails_is_silent_for_a_while_and_then_opened_anew() {
        twin.open(BrightnessEncoder.DESCRIPTION);
        assertThat(twin.embed(batch, pixels)).isPresent();

        failures.set(1);
        assertThat(twin.embed(batch, pixels)).isEmpty();
        assertThat(opened.get(0).closed).isTrue();
        assertThat(twin.embed(batch, pixels)).isEmpty();
        assertThat(opened).hasSize(1);

        now.addAndGet(TwinEncoder.PAUSE.toNanos());
        assertThat(twin.embed(batch, pixels)).isPresent();
        assertThat(opened).hasSize(2);
    }

    @Test
    void a_twin_that_cannot_be_opened_again_stays_silent_for_another_while() {
        twin.open(BrightnessEncoder.DESCRIPTION);
        failures.set(2);
        twin.embed(batch, pixels);
        now.addAndGet(TwinEncoder.PAUSE.toNanos());
        assertThat(twin.embed(batch, pixels)).isEmpty();

        now.addAndGet(TwinEncoder.PAUSE.toNanos() - 1);
        assertThat(twin.embed(batch, pixels)).isEmpty();
        now.incrementAndGet();
        assertThat(twin.embed(batch, pixels)).isPresent();
    }

    /** Else each upload that needs its word would be read again and again by a worker that says that all is well. */
    @Test
    void where_nothing_is_safe_without_it_it_fails_as_the_encoder_does() {
        TwinEncoder needed = new TwinEncoder(this::open, now::get, true);
        needed.open(BrightnessEncoder.DESCRIPTION);
        failures.set(1);
        assertThat(needed.embed(batch, pixels)).isPresent();
        failures.set(2);

        assertThatThrownBy(() -> needed.embed(batch, pixels)).hasMessageContaining("device lost");
        needed.close();
    }

    @Test
    void the_very_model_that_decides_is_no_twin() {
        BrightnessEncoder same = new BrightnessEncoder(failures, new CountDownLatch(0));

        assertThatThrownBy(() -> new TwinEncoder(() -> BrightnessEncoder.warm(same, 1), now::get, false)
                        .open(BrightnessEncoder.DESCRIPTION))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("bulwark.twin.model")
                .hasMessageContaining("clean parent");
    }

    @Test
    void closing_it_closes_what_is_open_once() {
        twin.open(BrightnessEncoder.DESCRIPTION);
        twin.close();
        twin.close();

        assertThat(opened.get(0).closed).isTrue();
    }

    private WarmEncoder open() {
        BrightnessEncoder encoder = BrightnessEncoder.twin(1, failures);
        opened.add(encoder);
        return BrightnessEncoder.warm(encoder, 1);
    }
}
