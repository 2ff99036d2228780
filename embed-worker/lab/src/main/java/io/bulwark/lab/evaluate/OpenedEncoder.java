package io.bulwark.lab.evaluate;

import io.bulwark.lab.data.EvaluatedEncoder;
import io.bulwark.perception.encoder.DifferentiableEncoder;
import io.bulwark.perception.encoder.EncoderDescription;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.model.ModelPackage;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
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
        DifferentiableEncoder network = behind.apply(model.openDifferentiable(options));
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
}
