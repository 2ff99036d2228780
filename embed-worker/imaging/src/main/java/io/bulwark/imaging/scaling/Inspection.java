package io.bulwark.imaging.scaling;

import io.bulwark.imaging.SamplingKey;
import io.bulwark.imaging.rows.PixelRows;
import io.bulwark.imaging.scaling.ScalingDetector.ScalingTrace;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;

/** One picture beside the view of it. One thread. */
final class Inspection {

    private static final int STRIPS = 6;

    /** Share of the view's own frequency from which on a spacing is looked for. */
    private static final double COARSEST = 0.7;

    /** Points along each side of a window. */
    private static final int WINDOW = 8;

    /** Bytes of the view by which it is drawn where strips lie: hashing all of it takes as long as a strip. */
    private static final int DRAWN_BY = 4096;

    private static final int MOST_TONES = 32;

    /** Windows of a tone on average, at least: the mean of one window alone would take all of it off. */
    private static final int FEWEST_OF_TONE = 8;

    private final PixelRows rows;
    private final byte[] view;
    private final int viewWidth;
    private final int viewHeight;
    private final SamplingKey key;

    /**
     * @param view {@code [viewHeight, viewWidth, 3]} unsigned bytes, turned as the rows are
     * @param key by which it is drawn where strips lie
     */
    Inspection(PixelRows rows, byte[] view, int viewWidth, int viewHeight, SamplingKey key) {
        this.rows = rows;
        this.view = rows.channels() == 1 ? firstOf(view) : view;
        this.viewWidth = viewWidth;
        this.viewHeight = viewHeight;
        this.key = key;
    }

    /**
     * What is found.
     *
     * @param wide whether the picture is scaled enough from left to right; else every column counts
     * @param high the same from top to bottom
     */
    Optional<ScalingTrace> trace(boolean wide, boolean high, String name) {
        SamplingKey.Draws draws = key.draws(Arrays.copyOf(view, Math.min(view.length, DRAWN_BY)));
        Comb across = wide ? alongRows(draws.next()) : Comb.EVERY_PIXEL;
        if (across.strength() == 0) {
            return Optional.empty();
        }
        Comb down = high ? alongColumns(draws.next()) : Comb.EVERY_PIXEL;
        int[] columns = across.positions(rows.width());
        int[] lines = down.positions(rows.height());
        if (down.strength() == 0 || columns.length == 0 || lines.length == 0) {
            return Optional.empty();
        }
        return Optional.of(new ScalingTrace(
                Math.min(across.strength(), down.strength()),
                otherPicture(columns, lines),
                columns.length,
                lines.length,
                name));
    }

    /** Of which column energy stands in strips of whole rows. */
    private Comb alongRows(double draw) {
        int thick = thickness(rows.height(), viewHeight);
        int[] energy = new int[rows.width() * rows.channels()];
        byte[] pixels = new byte[energy.length];
        Enlarged enlarged = enlarged(IntStream.range(0, rows.width()).toArray());
        for (int start : starts(rows.height(), thick, draw)) {
            for (int y = start; y < start + thick; y++) {
                rows.read(y, 0, rows.width(), pixels);
                addSquares(pixels, enlarged.row(y), energy);
            }
        }
        long[] profile = new long[rows.width()];
        for (int i = 0; i < energy.length; i++) {
            profile[i / rows.channels()] += energy[i];
        }
        return Comb.of(profile, COARSEST * viewWidth / rows.width());
    }

    /** In which row energy stands in strips of whole columns. */
    private Comb alongColumns(double draw) {
        int thick = thickness(rows.width(), viewWidth);
        int[] starts = starts(rows.width(), thick, draw);
        int length = thick * rows.channels();
        Enlarged enlarged = enlarged(Arrays.stream(starts)
                .flatMap(start -> IntStream.range(start, start + thick))
                .toArray());
        int[] energy = new int[length];
        byte[] pixels = new byte[length];
        long[] profile = new long[rows.height()];
        for (int y = 0; y < profile.length; y++) {
            int[] levels = enlarged.row(y);
            for (int strip = 0; strip < starts.length; strip++) {
                rows.read(y, starts[strip], thick, pixels);
                profile[y] += squares(pixels, levels, strip * length);
            }
        }
        return Comb.of(profile, COARSEST * viewHeight / rows.height());
    }

    private Enlarged enlarged(int[] columns) {
        return new Enlarged(view, viewWidth, viewHeight, rows.channels(), rows.width(), rows.height(), columns);
    }

    private static void addSquares(byte[] pixels, int[] levels, int[] into) {
        for (int i = 0; i < into.length; i++) {
            int difference = (pixels[i] & 0xff) - levels[i];
            into[i] += difference * difference;
        }
    }

    private static long squares(byte[] pixels, int[] levels, int at) {
        int sum = 0;
        for (int i = 0; i < pixels.length; i++) {
            int difference = (pixels[i] & 0xff) - levels[at + i];
            sum += difference * difference;
        }
        return sum;
    }

    private static int thickness(int length, int ofView) {
        return Math.min(length, 2 * (int) Math.ceil((double) length / ofView));
    }

    /** Evenly spread, all as far within their share as was drawn, from 0 to 1. */
    private static int[] starts(int length, int thick, double draw) {
        int strips = Math.max(1, Math.min(STRIPS, length / thick));
        int[] starts = new int[strips];
        for (int i = 0; i < strips; i++) {
            int from = i * length / strips;
            int room = (i + 1) * length / strips - from - thick;
            starts[i] = from + (room > 0 ? (int) (draw * (room + 1)) : 0);
        }
        return starts;
    }

    /** How far the pixels at the positions show another picture than the view, in [0, 1]. */
    private double otherPicture(int[] columns, int[] lines) {
        int channels = rows.channels();
        int across = (columns.length + WINDOW - 1) / WINDOW;
        int down = (lines.length + WINDOW - 1) / WINDOW;
        byte[] pixels = new byte[rows.width() * channels];
        int[] places = IntStream.range(0, columns.length * channels)
                .map(i -> columns[i / channels] * channels + i % channels)
                .toArray();
        int[] points = new int[places.length];
        int[] levels = new int[points.length];
        double[] pointMeans = new double[across * down * channels];
        double[] levelMeans = new double[pointMeans.length];
        Enlarged enlarged = enlarged(columns);
        for (int line = 0; line < lines.length; line++) {
            rows.read(lines[line], 0, rows.width(), pixels);
            addAt(places, pixels, points);
            add(enlarged.row(lines[line]), levels);
            if ((line + 1) % WINDOW == 0 || line + 1 == lines.length) {
                int band = line / WINDOW;
                means(points, channels, line + 1 - band * WINDOW, pointMeans, band * across * channels);
                means(levels, channels, line + 1 - band * WINDOW, levelMeans, band * across * channels);
            }
        }
        return otherShare(pointMeans, levelMeans, channels);
    }

    private static void addAt(int[] places, byte[] pixels, int[] into) {
        for (int i = 0; i < into.length; i++) {
            into[i] += pixels[places[i]] & 0xff;
        }
    }

    private static void add(int[] values, int[] into) {
        for (int i = 0; i < into.length; i++) {
            into[i] += values[i];
        }
    }

    /** Of each window of a band, and empties the sums. */
    private static void means(int[] sums, int channels, int lines, double[] into, int at) {
        int window = WINDOW * channels;
        for (int from = 0, to = at; from < sums.length; from += window, to += channels) {
            int end = Math.min(sums.length, from + window);
            for (int c = 0; c < channels; c++) {
                int sum = 0;
                for (int i = from + c; i < end; i += channels) {
                    sum += sums[i];
                }
                into[to + c] = (double) sum * channels / (lines * (end - from));
            }
        }
        Arrays.fill(sums, 0);
    }

    private static byte[] firstOf(byte[] rgb) {
        byte[] gray = new byte[rgb.length / 3];
        for (int i = 0; i < gray.length; i++) {
            gray[i] = rgb[3 * i];
        }
        return gray;
    }

    /**
     * How far one picture is another one and not the same in other tones. Halftones, dithering, grids and patterns of
     * cloth have their own tone at each place of the pattern, but that tone follows the picture. So what is a function
     * of the view's tone is taken off: in each window the mean of the windows of the same tone.
     *
     * <p>Root mean square of what is left, over the quarter of the windows with the most, as a share of
     * {@link ScalingTrace#FULL_LEVELS}.
     *
     * @param points means of the one picture, {@code [windows, channels]}, in levels of 8 bits
     * @param view means of the other one
     * @return in [0, 1]
     */
    static double otherShare(double[] points, double[] view, int channels) {
        double[] squares = new double[points.length / channels];
        int tones = Math.max(1, Math.min(MOST_TONES, squares.length / FEWEST_OF_TONE));
        for (int channel = 0; channel < channels; channel++) {
            double[] sums = new double[tones];
            int[] counts = new int[tones];
            for (int i = channel; i < points.length; i += channels) {
                sums[tone(view[i], tones)] += points[i];
                counts[tone(view[i], tones)]++;
            }
            for (int i = channel; i < points.length; i += channels) {
                int tone = tone(view[i], tones);
                double left = points[i] - sums[tone] / counts[tone];
                squares[i / channels] += left * left / channels;
            }
        }
        Arrays.sort(squares);
        int quarter = Math.max(1, squares.length / 4);
        double mean =
                Arrays.stream(squares, squares.length - quarter, squares.length).sum() / quarter;
        return Math.min(1, Math.sqrt(mean) / ScalingTrace.FULL_LEVELS);
    }

    private static int tone(double level, int tones) {
        return Math.max(0, Math.min(tones - 1, (int) (level * tones / 256)));
    }
}
