package io.bulwark.lab.bench;

import io.bulwark.cli.terminal.Output;
import io.bulwark.lab.bench.EncoderBenchCommand.Measured;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.torch.PlainMobileNetV2;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Rates of a MobileNetV2 beside those of the plain module: at each batch size, and the best of both. */
final class PlainPeer {

    private PlainPeer() {}

    /**
     * Measures the plain module.
     *
     * @param side of the pictures that it sees
     * @return images a second by batch size
     */
    static Map<Integer, Double> measure(EncoderOptions options, int side, List<Integer> batches, Duration each) {
        try (PlainMobileNetV2 plain = new PlainMobileNetV2(options)) {
            return plain.imagesPerSecond(side, batches, each);
        }
    }

    /**
     * Prints how many times faster another is.
     *
     * @param plain the plain module's images a second by batch size
     * @param bound images a second that the fp32 peak allows
     */
    static void compare(Output output, Map<Integer, Double> plain, double bound, List<Measured> measured) {
        plain.forEach((batch, rate) -> output.print(
                String.format(Locale.ROOT, "plain NCHW module, fp32 batch %2d  %7.1f images/s", batch, rate),
                Map.of("model", "plain", "precision", "fp32", "batch", batch, "imagesPerSecond", rate)));
        measured.forEach(other -> print(output, other.encoder().precision(), other.rates(), plain));
        double most = bound / Collections.max(plain.values());
        output.print(
                String.format(Locale.ROOT, "the fp32 peak allows %.2f times the plain module at its best", most),
                Map.of("fp32PeakTimesPlain", most));
    }

    private static void print(Output output, String precision, Map<Integer, Double> rates, Map<Integer, Double> peer) {
        rates.forEach((batch, rate) -> {
            double times = rate / peer.get(batch);
            output.print(
                    String.format(Locale.ROOT, "%s batch %2d: %.2f times the plain module", precision, batch, times),
                    Map.of("precision", precision, "batch", batch, "timesPlain", times));
        });
        double best = Collections.max(rates.values()) / Collections.max(peer.values());
        output.print(
                String.format(Locale.ROOT, "%s at its best: %.2f times the plain module at its own", precision, best),
                Map.of("precision", precision, "timesPlainAtBest", best));
    }
}
