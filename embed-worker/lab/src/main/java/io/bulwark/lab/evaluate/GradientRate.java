package io.bulwark.lab.evaluate;

import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.perception.encoder.DifferentiableEncoder;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How fast an encoder is differentiated here, by batch size: what an evaluation will cost is known before it starts.
 *
 * @param picturesPerSecond forward and backward passes of one picture in a second, by batch size
 */
public record GradientRate(Map<Integer, Double> picturesPerSecond) {

    /** Batch sizes worth trying on a CPU. */
    public static final List<Integer> BATCHES = List.of(1, 4, 8, 16);

    public GradientRate {
        picturesPerSecond = Collections.unmodifiableMap(new TreeMap<>(picturesPerSecond));
    }

    /**
     * Measures, each batch size twice after a call that libtorch specialises in. Runs on the calling thread.
     *
     * @param batches sizes, at least one
     */
    public static GradientRate measure(DifferentiableEncoder encoder, List<Integer> batches) {
        PreprocessSpec spec = encoder.description().preprocess();
        float[] slope = new float[encoder.description().dimension()];
        Arrays.fill(slope, 1);
        Map<Integer, Double> rates = new TreeMap<>();
        for (int batch : batches) {
            float[] grey = new float[batch * 3 * spec.height() * spec.width()];
            Arrays.fill(grey, 0.5f);
            encoder.gradient(grey, batch, slope);
            long fastest = Long.MAX_VALUE;
            for (int i = 0; i < 2; i++) {
                long start = System.nanoTime();
                encoder.gradient(grey, batch, slope);
                fastest = Math.min(fastest, System.nanoTime() - start);
            }
            rates.put(batch, batch * 1e9 / fastest);
        }
        return new GradientRate(rates);
    }

    /** The batch size with the most pictures in a second. */
    public int best() {
        return Collections.max(picturesPerSecond.entrySet(), Map.Entry.comparingByValue())
                .getKey();
    }

    /** Time of a number of gradient steps of one picture at the best batch size. */
    public Duration cost(long steps) {
        return Duration.ofMillis((long) (1000 * steps / picturesPerSecond.get(best())));
    }
}
