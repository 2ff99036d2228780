package io.bulwark.lab.explain;

import io.bulwark.cli.terminal.CommandFailure;
import picocli.CommandLine.Option;

/** How maps by gradient are smoothed: {@code @Mixin MapOptions maps}. */
public final class MapOptions {

    @Option(names = "--noisy-copies", description = "Of a view, over which gradients are averaged.")
    private int copies = 16;

    @Option(names = "--noise", description = "Its deviation, values in [0, 1].")
    private double noise = 0.1;

    @Option(names = "--seed", description = "Of noise, of shuffled weights and of random orders.")
    private long seed = 1;

    /** Of all that is random. */
    public long seed() {
        return seed;
    }

    /** @throws CommandFailure if a number is out of its range */
    public void check() {
        if (copies < 1 || !(noise >= 0 && noise <= 1)) {
            throw CommandFailure.usage(
                    "--noisy-copies is %d, --noise is %s; allowed are 1 and more, 0 to 1".formatted(copies, noise));
        }
    }

    /** What a map by gradient depends on, for a ledger. */
    public String describe() {
        return "%d noisy copies of deviation %s, seed %d".formatted(copies, noise, seed);
    }

    /** A view's map. */
    public ImportanceMap smoothedGradient(Explainer explainer, float[] view) {
        return explainer.smoothedGradient(view, copies, noise, seed);
    }
}
