package io.bulwark.service.pipeline;

import io.bulwark.perception.model.Embeddings;
import io.bulwark.perception.model.Encoder;
import io.bulwark.perception.model.EncoderDescription;
import io.bulwark.perception.model.EncoderException;
import io.bulwark.perception.preprocess.PreprocessSpec;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The simplest encoder there is: views of one pixel, embedded by its red value on a quarter circle. Counts what it is
 * asked, and fails when told to.
 */
final class BrightnessEncoder implements Encoder {

    static final EncoderDescription DESCRIPTION = new EncoderDescription(
            "brightness",
            "brightness",
            "test",
            2,
            "fp32",
            PreprocessSpec.unit(1, PreprocessSpec.Interpolation.BILINEAR),
            List.of("dark", "bright"));

    private final AtomicInteger failures;
    final AtomicInteger batches = new AtomicInteger();
    volatile boolean closed;

    /** @param failures how many calls fail before one succeeds; shared between encoders */
    BrightnessEncoder(AtomicInteger failures) {
        this.failures = failures;
    }

    static WarmEncoder warm(BrightnessEncoder encoder, Integer... sizes) {
        Map<Integer, Double> rates = new java.util.TreeMap<>();
        for (int size : sizes) {
            rates.put(size, (double) size);
        }
        return new WarmEncoder(encoder, rates);
    }

    static float[] embedding(int red) {
        double angle = Math.PI / 2 * red / 255;
        return new float[] {(float) Math.cos(angle), (float) Math.sin(angle)};
    }

    @Override
    public EncoderDescription description() {
        return DESCRIPTION;
    }

    @Override
    public Embeddings embed(ByteBuffer views, int count) {
        batches.incrementAndGet();
        if (failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            throw new EncoderException("device lost", null);
        }
        float[] values = new float[count * 2];
        float[] head = new float[count * 2];
        for (int i = 0; i < count; i++) {
            int red = views.get(views.position() + i * 3) & 0xff;
            System.arraycopy(embedding(red), 0, values, i * 2, 2);
            head[i * 2] = 1 - red / 255f;
            head[i * 2 + 1] = red / 255f;
        }
        return new Embeddings(count, 2, values, head);
    }

    @Override
    public void close() {
        closed = true;
    }
}
