package io.bulwark.service.pipeline;

import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.perception.encoder.Encoder;
import io.bulwark.perception.encoder.Encoder.Embeddings;
import io.bulwark.perception.encoder.Encoder.EncoderException;
import io.bulwark.perception.encoder.EncoderDescription;
import io.bulwark.service.pipeline.Warmth.WarmEncoder;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The simplest encoder there is: views of one pixel, embedded by its red value on a quarter circle. Counts what it is
 * asked, and fails when told to. Its twin takes {@link #FOOLS_TWIN} for black and {@link #ALARMS_TWIN} for
 * white.
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

    /** Bright, though not to the twin. */
    static final int FOOLS_TWIN = 222;

    /** Bright, though the twin's embedding of it is none. */
    static final int BREAKS_TWIN = 223;

    /** Dark, though not to the twin. */
    static final int ALARMS_TWIN = 21;

    /** Dark, though the twin's embedding of it is none. */
    static final int BREAKS_TWIN_DARKLY = 22;

    /** The red values of views whose embedding is none, each broken in its own way. */
    static final int NOT_A_NUMBER = 101;

    static final int ZERO = 102;
    static final int INFINITE = 103;
    static final int UNDECIDED_HEAD = 104;

    /** A batch that begins with it waits until it may go on. */
    static final int WAIT = 105;

    private final EncoderDescription description;
    private final AtomicInteger failures;
    private final CountDownLatch mayEmbed;
    final AtomicInteger batches = new AtomicInteger();
    volatile boolean closed;

    /**
     * Makes it.
     *
     * @param failures how many calls fail before one succeeds; shared between encoders
     * @param mayEmbed what a batch that begins with {@link #WAIT} waits for
     */
    BrightnessEncoder(AtomicInteger failures, CountDownLatch mayEmbed) {
        this(DESCRIPTION, failures, mayEmbed);
    }

    private BrightnessEncoder(EncoderDescription description, AtomicInteger failures, CountDownLatch mayEmbed) {
        this.description = description;
        this.failures = failures;
        this.mayEmbed = mayEmbed;
    }

    /** @param size of its input, 1 for the encoder's own views */
    static BrightnessEncoder twin(int size, AtomicInteger failures) {
        return new BrightnessEncoder(
                new EncoderDescription(
                        "twin",
                        "twin",
                        "test",
                        2,
                        "fp32",
                        PreprocessSpec.unit(size, PreprocessSpec.Interpolation.BILINEAR),
                        List.of()),
                failures,
                new CountDownLatch(0));
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
        return description;
    }

    @Override
    public Embeddings embed(ByteBuffer views, int count) {
        batches.incrementAndGet();
        if ((views.get(views.position()) & 0xff) == WAIT) {
            PipelineFixture.await(mayEmbed);
        }
        if (failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            throw new EncoderException("device lost", null);
        }
        boolean twin = description != DESCRIPTION;
        int bytes = description.preprocess().height() * description.preprocess().width() * 3;
        float[] values = new float[count * 2];
        float[] head = new float[twin ? 0 : count * 2];
        for (int i = 0; i < count; i++) {
            int seen = views.get(views.position() + i * bytes) & 0xff;
            int red = twin ? toTwin(seen) : seen;
            System.arraycopy(answer(red), 0, values, i * 2, 2);
            if (!twin) {
                head[i * 2] = red == UNDECIDED_HEAD ? Float.NaN : 1 - red / 255f;
                head[i * 2 + 1] = red / 255f;
            }
        }
        return new Embeddings(count, 2, values, head);
    }

    private static int toTwin(int red) {
        return switch (red) {
            case FOOLS_TWIN -> 0;
            case ALARMS_TWIN -> 255;
            case BREAKS_TWIN, BREAKS_TWIN_DARKLY -> NOT_A_NUMBER;
            default -> red;
        };
    }

    private static float[] answer(int red) {
        return switch (red) {
            case NOT_A_NUMBER -> new float[] {Float.NaN, 1};
            case ZERO -> new float[2];
            case INFINITE -> new float[] {Float.POSITIVE_INFINITY, 0};
            default -> embedding(red);
        };
    }

    @Override
    public void close() {
        closed = true;
    }
}
