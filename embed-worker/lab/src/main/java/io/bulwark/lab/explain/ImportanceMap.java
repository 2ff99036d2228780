package io.bulwark.lab.explain;

import io.bulwark.cli.terminal.CommandFailure;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.Comparator;
import java.util.stream.IntStream;
import picocli.CommandLine.Option;

/**
 * How much each cell of a view adds to the margin; below zero it takes off.
 *
 * @param side cells in each direction
 * @param values {@code [side, side]} row-major
 */
public record ImportanceMap(int side, double[] values) {

    /** Cells in each direction: 16 pixels each where the encoder sees 224. */
    public static final int SIDE = 14;

    public ImportanceMap {
        if (values.length != side * side) {
            throw new IllegalArgumentException("%d cells a side are no %d values".formatted(side, values.length));
        }
    }

    /** Cells, the most important first; of equals the first. */
    public int[] descending() {
        return IntStream.range(0, values.length)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer cell) -> -values[cell]))
                .mapToInt(Integer::intValue)
                .toArray();
    }

    /** The cell that a pixel of a view lies in. */
    static int cellOf(int x, int y, int height, int width) {
        return y * SIDE / height * SIDE + x * SIDE / width;
    }

    /**
     * A map over the view that it is of: red where the margin comes from, blue where it is taken off, the view in grey.
     */
    public static final class Overlay {

        private static final int OPAQUE = 200;
        private static final int RED = 0xE00000;
        private static final int BLUE = 0x0040E0;

        private Overlay() {}

        /**
         * Draws.
         *
         * @param view as the encoder got it; not modified
         */
        public static BufferedImage of(BufferedImage view, ImportanceMap map) {
            int width = view.getWidth();
            int height = view.getHeight();
            BufferedImage drawn = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
            for (int y = 0; y < height; y++) {
                for (int x = 0; x < width; x++) {
                    int rgb = view.getRGB(x, y);
                    int grey = ((rgb >> 16 & 0xff) * 3 + (rgb >> 8 & 0xff) * 6 + (rgb & 0xff)) / 10;
                    drawn.setRGB(x, y, grey << 16 | grey << 8 | grey);
                }
            }
            Graphics2D graphics = drawn.createGraphics();
            graphics.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
            graphics.drawImage(heat(map), 0, 0, width, height, null);
            graphics.dispose();
            return drawn;
        }

        private static BufferedImage heat(ImportanceMap map) {
            double most = 0;
            for (double value : map.values()) {
                most = Math.max(most, Math.abs(value));
            }
            BufferedImage heat = new BufferedImage(map.side(), map.side(), BufferedImage.TYPE_INT_ARGB);
            for (int cell = 0; cell < map.values().length; cell++) {
                double value = map.values()[cell];
                int alpha = most == 0 ? 0 : (int) Math.round(OPAQUE * Math.abs(value) / most);
                heat.setRGB(cell % map.side(), cell / map.side(), alpha << 24 | (value > 0 ? RED : BLUE));
            }
            return heat;
        }
    }

    /** Spearman's rank correlation; equal values share their mean rank. Pure. */
    public static final class RankCorrelation {

        private RankCorrelation() {}

        /** In [-1, 1]; 0 where one of the two is the same everywhere. */
        public static double of(double[] one, double[] other) {
            if (one.length != other.length || one.length < 2) {
                throw new IllegalArgumentException(
                        "%d and %d values; needed are as many, and at least 2".formatted(one.length, other.length));
            }
            double[] a = ranks(one);
            double[] b = ranks(other);
            double middle = (one.length - 1) / 2.0;
            double product = 0;
            double squaresA = 0;
            double squaresB = 0;
            for (int i = 0; i < a.length; i++) {
                product += (a[i] - middle) * (b[i] - middle);
                squaresA += (a[i] - middle) * (a[i] - middle);
                squaresB += (b[i] - middle) * (b[i] - middle);
            }
            return squaresA == 0 || squaresB == 0 ? 0 : product / Math.sqrt(squaresA * squaresB);
        }

        private static double[] ranks(double[] values) {
            int[] order = IntStream.range(0, values.length)
                    .boxed()
                    .sorted(Comparator.comparingDouble(i -> values[i]))
                    .mapToInt(Integer::intValue)
                    .toArray();
            double[] ranks = new double[values.length];
            for (int from = 0; from < order.length; ) {
                int to = from;
                while (to < order.length && values[order[to]] == values[order[from]]) {
                    to++;
                }
                for (int i = from; i < to; i++) {
                    ranks[order[i]] = (from + to - 1) / 2.0;
                }
                from = to;
            }
            return ranks;
        }
    }

    /** How maps by gradient are smoothed: {@code @Mixin MapOptions maps}. */
    public static final class MapOptions {

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
}
