package io.bulwark.lab.evaluate;

import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.lab.data.EvaluatedEncoder;
import io.bulwark.perception.encoder.DifferentiableEncoder;
import io.bulwark.perception.encoder.EncoderDescription;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.model.ModelPackage;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * An encoder that is evaluated, with what a gradient step of it costs here. One thread.
 *
 * @param encoder with the batch size that is asked for, or the fastest
 * @param rate as it was measured when it was opened
 */
public record OpenedEncoder(EvaluatedEncoder encoder, GradientRate rate) implements AutoCloseable {

    /**
     * Opens and measures.
     *
     * @param batch pictures at once; 0 for the fastest here
     */
    public static OpenedEncoder of(ModelPackage model, EncoderOptions options, int batch) {
        return of(model, options, batch, network -> network);
    }

    /** @param behind puts a head behind the encoder, or leaves it as it is */
    public static OpenedEncoder of(
            ModelPackage model, EncoderOptions options, int batch, UnaryOperator<DifferentiableEncoder> behind) {
        return of(behind.apply(model.openDifferentiable(options)), batch);
    }

    /**
     * Measures.
     *
     * @param network closed with this
     * @param batch pictures at once; 0 for the fastest here
     */
    public static OpenedEncoder of(DifferentiableEncoder network, int batch) {
        try {
            GradientRate rate = GradientRate.measure(network, batch > 0 ? List.of(batch) : GradientRate.BATCHES);
            return new OpenedEncoder(EvaluatedEncoder.of(network, rate.best()), rate);
        } catch (RuntimeException e) {
            network.close();
            throw e;
        }
    }

    EncoderDescription description() {
        return encoder.description();
    }

    /** Upper bound of the cost of a number of gradient steps, in words. */
    public String cost(long steps) {
        Duration cost = rate.cost(steps);
        return String.format(
                Locale.ROOT,
                "at most %d gradient steps, %d h %02d min at the %.1f a second of this machine now; what falls early"
                        + " costs less",
                steps,
                cost.toHours(),
                cost.toMinutesPart(),
                rate.picturesPerSecond().get(rate.best()));
    }

    @Override
    public void close() {
        encoder.encoder().close();
    }

    /**
     * How fast an encoder is differentiated here, by batch size: what an evaluation will cost is known before it
     * starts.
     *
     * @param picturesPerSecond forward and backward passes of one picture in a second, by batch size
     */
    public record GradientRate(Map<Integer, Double> picturesPerSecond) {

        /** Batch sizes worth trying on a CPU. */
        static final List<Integer> BATCHES = List.of(1, 4, 8, 16);

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
}
