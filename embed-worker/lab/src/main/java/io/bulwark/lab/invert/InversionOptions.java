package io.bulwark.lab.invert;

import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.perception.encoder.EncoderOptions;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.Set;
import picocli.CommandLine.Option;

/** How pictures are inverted: {@code @Mixin InversionOptions inversion}. */
public final class InversionOptions {

    private static final Set<String> METHODS = Set.of("ball", "free");
    private static final int SMALLEST = 16;
    private static final int LARGEST = 512;

    @Option(
            names = "--method",
            paramLabel = "M",
            description =
                    "'ball': gradient steps of one length within an l2 ball, no prior but the box; 'free': Adam with"
                            + " total variation, from coarse to fine, over moved copies.")
    private String method = "ball";

    @Option(names = "--steps", description = "Gradient steps.")
    private int steps = 200;

    @Option(
            names = "--step-size",
            paramLabel = "L2",
            description = "Of the ball: l2 length of a step, values in [0, 1].")
    private double stepSize = 1;

    @Option(names = "--epsilon", paramLabel = "L2", description = "Of the ball: its radius around the start.")
    private double epsilon = Inversion.BallDescent.WIDE;

    @Option(names = "--rate", description = "Of free pixels: Adam's.")
    private double rate = 0.03;

    @Option(names = "--total-variation", paramLabel = "W", description = "Of free pixels: weight of roughness.")
    private double totalVariation = 20;

    @Option(names = "--doublings", description = "Of free pixels: how often the canvas doubles its side.")
    private int doublings = 2;

    @Option(names = "--copies", description = "Of free pixels: moved copies in each step; 1 moves none.")
    private int copies = 4;

    @Option(
            names = "--start",
            paramLabel = "S",
            description = "'grey', 'noise', or a picture file, squeezed to the size.")
    private String start = "grey";

    @Option(
            names = "--size",
            paramLabel = "PX",
            description = "Side of the picture (default: the encoder's input); families of convolutions take any.")
    private Integer size;

    @Option(names = "--seed", description = "Of all that is random: the same gives the same picture.")
    private long seed = 1;

    @Option(names = "--threads", description = "Threads within an operation, -1 for all cores.")
    private int threads = 1;

    /** How the pixels are moved. */
    public Inversion.InversionMethod method() {
        if (!METHODS.contains(method)) {
            throw CommandFailure.usage("--method is '" + method + "', allowed are ball and free");
        }
        return CommandFailure.orUsage(
                "--steps, --step-size, --epsilon, --rate, --total-variation, --doublings, --copies",
                () -> method.equals("ball")
                        ? new Inversion.BallDescent(steps, stepSize, epsilon)
                        : new FreePixels(steps, rate, totalVariation, doublings, copies));
    }

    /** The side of the pictures, where one is asked for. */
    public OptionalInt size() {
        if (size == null) {
            return OptionalInt.empty();
        }
        if (size < SMALLEST || size > LARGEST) {
            throw CommandFailure.usage("--size is %d, allowed are %d to %d".formatted(size, SMALLEST, LARGEST));
        }
        return OptionalInt.of(size);
    }

    /** What an encoder's pictures begin with. */
    public InversionStart start(Side side) {
        return switch (start) {
            case "grey" -> InversionStart.grey();
            case "noise" -> InversionStart.noise();
            default -> InversionStart.picture(start, side.planes(Path.of(start)));
        };
    }

    /** Of all that is random. */
    public long seed() {
        return seed;
    }

    /** A model's options with these threads. */
    public EncoderOptions with(EncoderOptions options) {
        return CommandFailure.orUsage("--threads", () -> options.withThreads(threads));
    }
}
