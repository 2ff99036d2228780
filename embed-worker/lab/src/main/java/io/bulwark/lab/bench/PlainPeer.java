package io.bulwark.lab.bench;

import io.bulwark.lab.terminal.Output;
import io.bulwark.perception.model.EncoderOptions;
import io.bulwark.perception.model.PlainMobileNetV2;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Rates of a MobileNetV2 beside those of the plain module: at each batch size, and the best of both. */
final class PlainPeer {

    private PlainPeer() {}

    /**
     * Measures the plain module and prints how many times faster the other is.
     *
     * @param side of the pictures that both see
     * @param bound images a second that the fp32 peak allows
     * @param measured the other's images a second by precision and batch size
     */
    static void compare(
            Output output,
            EncoderOptions options,
            int side,
            double bound,
            List<Integer> batches,
            Duration each,
            Map<String, Map<Integer, Double>> measured) {
        try (PlainMobileNetV2 plain = new PlainMobileNetV2(options)) {
            Map<Integer, Double> peer = plain.imagesPerSecond(side, batches, each);
            peer.forEach((batch, rate) -> output.print(
                    String.format(Locale.ROOT, "plain NCHW module, fp32 batch %2d  %7.1f images/s", batch, rate),
                    Map.of("model", "plain", "precision", "fp32", "batch", batch, "imagesPerSecond", rate)));
            measured.forEach((precision, rates) -> print(output, precision, rates, peer));
            double most = bound / Collections.max(peer.values());
            output.print(
                    String.format(Locale.ROOT, "the fp32 peak allows %.2f times the plain module at its best", most),
                    Map.of("fp32PeakTimesPlain", most));
        }
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
