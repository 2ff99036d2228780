package io.bulwark.imaging.mask;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Where pictures lie within a small picture: upright, or turned by up to 45 degrees to either side. The same pixels
 * give the same answer on every machine. The laboratory trains and measures it. Immutable; any thread.
 */
public final class InsetMask {

    /** Pixels of a picture that is asked about, at most. */
    public static final int MOST_PIXELS = 6_400;

    /** A side below which nothing is looked for. */
    public static final int SMALLEST_SIDE = 32;

    /** Pixels along its edges, inside, that are not marked: so pictures side by side stay apart. */
    public static final int GAP = 2;

    /** Insets of a picture that are looked at, at most. */
    public static final int LOOKED_AT = 4;

    /** Insets at most, the largest first: one more than are looked at, which says that there are more. */
    private static final int MOST = LOOKED_AT + 1;

    /** Pixels that an inset has at least in width and height. */
    private static final int LEAST_SIDE = 12;

    /** Share of the picture from which on an inset shows nothing that the whole does not. */
    private static final double MOST_SHARE = 0.85;

    /** Share of its rectangle that is marked at least; of a disc it is 0.79. */
    private static final double FILLED = 0.6;

    /** The logit from which on a pixel counts as inside. */
    private static final float INSIDE = 0;

    /** The mean logit of an inset at least. */
    private static final float SURE = 1.5f;

    /** Share of the usual length of a row from which on a row belongs to a rectangle: ragged ends do not. */
    private static final double OF_ROW = 0.3;

    /** Degrees below which a picture counts as upright. */
    private static final int LEAST_TURN = 4;

    /** By how much a turned rectangle must fit better than the upright one, which costs no quality. */
    private static final double BETTER = 0.04;

    private final MaskNetwork network;

    /** @param network of {@link MaskLayers#INSETS} */
    public InsetMask(MaskNetwork network) {
        this.network = network;
    }

    /** The one that a worker uses. */
    public static InsetMask bundled() {
        return Bundled.MASK;
    }

    /** What it is made of. */
    public MaskNetwork network() {
        return network;
    }

    /**
     * A picture within a picture.
     *
     * @param x of its middle, in pixels from the left
     * @param y of its middle, in pixels from the top
     * @param width in pixels, along its own upper edge
     * @param height in pixels
     * @param degrees by which it is turned clockwise, -45 to 45; 0 where it is upright
     */
    public record Inset(double x, double y, double width, double height, int degrees) {

        /** The same in a copy of the picture of another size. */
        public Inset scaled(double across, double down) {
            double turn = StrictMath.toRadians(degrees);
            double along = StrictMath.hypot(across * StrictMath.cos(turn), down * StrictMath.sin(turn));
            double aside = StrictMath.hypot(across * StrictMath.sin(turn), down * StrictMath.cos(turn));
            return new Inset(x * across, y * down, width * along, height * aside, degrees);
        }
    }

    /**
     * Looks for insets.
     *
     * @param rgb {@code [height, width, 3]} unsigned bytes
     * @return the largest first; none in a picture that is too small
     */
    public List<Inset> of(byte[] rgb, int width, int height) {
        return of(rgb, width, height, inset -> false);
    }

    /** The same without some, which take no other's place. */
    public List<Inset> of(byte[] rgb, int width, int height, Predicate<Inset> unwanted) {
        return Math.min(width, height) < SMALLEST_SIDE
                ? List.of()
                : insets(network.logits(rgb, width, height), width, height, unwanted);
    }

    /**
     * The rectangles that a mask shows.
     *
     * @param logits {@code [height, width]}
     */
    public static List<Inset> insets(float[] logits, int width, int height) {
        return insets(logits, width, height, inset -> false);
    }

    private static List<Inset> insets(float[] logits, int width, int height, Predicate<Inset> unwanted) {
        List<Inset> insets = new ArrayList<>();
        boolean[] seen = new boolean[logits.length];
        int[] component = new int[logits.length];
        for (int start = 0; start < logits.length; start++) {
            if (!seen[start] && logits[start] > INSIDE) {
                int count = connected(logits, width, height, start, seen, component);
                if (count >= (LEAST_SIDE - 2 * GAP) * (LEAST_SIDE - 2 * GAP) * FILLED
                        && mean(logits, component, count) >= SURE) {
                    rectangle(Arrays.copyOf(component, count), width, height)
                            .filter(unwanted.negate())
                            .ifPresent(insets::add);
                }
            }
        }
        insets.sort(Comparator.comparingDouble((Inset inset) -> inset.width() * inset.height())
                .reversed());
        return insets.size() <= MOST ? insets : List.copyOf(insets.subList(0, MOST));
    }

    /** Places that are reached from one through places inside; they come to the front of {@code found}. */
    private static int connected(float[] logits, int width, int height, int start, boolean[] seen, int[] found) {
        int count = 1;
        found[0] = start;
        seen[start] = true;
        for (int done = 0; done < count; done++) {
            int at = found[done];
            int x = at % width;
            int y = at / width;
            for (int way = 0; way < 4; way++) {
                int toX = x + (way == 0 ? 1 : way == 1 ? -1 : 0);
                int toY = y + (way == 2 ? 1 : way == 3 ? -1 : 0);
                int to = toY * width + toX;
                if (toX >= 0 && toX < width && toY >= 0 && toY < height && !seen[to] && logits[to] > INSIDE) {
                    seen[to] = true;
                    found[count++] = to;
                }
            }
        }
        return count;
    }

    private static double mean(float[] logits, int[] places, int count) {
        double sum = 0;
        for (int i = 0; i < count; i++) {
            sum += logits[places[i]];
        }
        return sum / count;
    }

    private static Optional<Inset> rectangle(int[] places, int width, int height) {
        Fit upright = Fit.of(places, width, 0);
        Fit best = upright;
        for (int degrees = -45; degrees < 45; degrees += 3) {
            best = best.orBetter(Fit.of(places, width, degrees));
        }
        int middle = best.inset().degrees();
        for (int degrees = Math.max(-45, middle - 2); degrees <= Math.min(45, middle + 2); degrees++) {
            best = best.orBetter(Fit.of(places, width, degrees));
        }
        boolean turned = Math.abs(best.inset().degrees()) >= LEAST_TURN && best.shared() > upright.shared() + BETTER;
        Inset inset = turned ? best.inset() : within(upright.inset(), width, height);
        double marked = Math.max(1, inset.width() - 2 * GAP) * Math.max(1, inset.height() - 2 * GAP);
        return Math.min(inset.width(), inset.height()) < LEAST_SIDE
                        || places.length < FILLED * marked
                        || !turned && inset.width() * inset.height() > MOST_SHARE * width * height
                ? Optional.empty()
                : Optional.of(inset);
    }

    /**
     * A rectangle of some angle around places.
     *
     * @param inset with the gap around it
     * @param shared places within the rectangle, of all that it or the places cover
     */
    private record Fit(Inset inset, double shared) {

        static Fit of(int[] places, int width, int degrees) {
            double cos = StrictMath.cos(StrictMath.toRadians(degrees));
            double sin = StrictMath.sin(StrictMath.toRadians(degrees));
            double[] along = new double[places.length];
            double[] aside = new double[places.length];
            for (int i = 0; i < places.length; i++) {
                double x = places[i] % width + 0.5;
                double y = places[i] / width + 0.5;
                along[i] = x * cos + y * sin;
                aside[i] = y * cos - x * sin;
            }
            Range across = Range.of(along);
            Range down = Range.of(aside);
            int inside = 0;
            for (int i = 0; i < places.length; i++) {
                inside += across.has(along[i]) && down.has(aside[i]) ? 1 : 0;
            }
            Inset inset = new Inset(
                    across.middle() * cos - down.middle() * sin,
                    across.middle() * sin + down.middle() * cos,
                    across.length() + 2 * GAP,
                    down.length() + 2 * GAP,
                    degrees);
            return new Fit(inset, inside / (across.length() * down.length() + places.length - inside));
        }

        Fit orBetter(Fit other) {
            return other.shared > shared ? other : this;
        }
    }

    /** @param to one past the last row */
    private record Range(double from, double to) {

        /** From the first row to the last that is about as long as most. */
        static Range of(double[] values) {
            double least = Arrays.stream(values).min().orElseThrow() - 0.5;
            double most = Arrays.stream(values).max().orElseThrow();
            int[] counts = new int[(int) (most - least) + 1];
            for (double value : values) {
                counts[(int) (value - least)]++;
            }
            int[] sorted = counts.clone();
            Arrays.sort(sorted);
            double wanted = OF_ROW * sorted[sorted.length / 2];
            int first = 0;
            while (counts[first] < wanted) {
                first++;
            }
            int last = counts.length - 1;
            while (counts[last] < wanted) {
                last--;
            }
            return new Range(least + first, least + last + 1);
        }

        boolean has(double value) {
            return value >= from && value <= to;
        }

        double middle() {
            return (from + to) / 2;
        }

        double length() {
            return to - from;
        }
    }

    /** What of an upright one lies in the picture. */
    private static Inset within(Inset inset, int width, int height) {
        double left = Math.max(0, inset.x() - inset.width() / 2);
        double right = Math.min(width, inset.x() + inset.width() / 2);
        double top = Math.max(0, inset.y() - inset.height() / 2);
        double bottom = Math.min(height, inset.y() + inset.height() / 2);
        return new Inset((left + right) / 2, (top + bottom) / 2, right - left, bottom - top, 0);
    }

    /** Read when it is first asked for. */
    private static final class Bundled {

        private static final InsetMask MASK =
                new InsetMask(MaskNetwork.bundled(MaskLayers.INSETS, "bulwark.views.insets"));
    }
}
