package io.bulwark.imaging.preprocess;

import io.bulwark.imaging.Raster;
import io.bulwark.imaging.mask.InsetMask;
import io.bulwark.imaging.mask.InsetMask.Inset;
import io.bulwark.imaging.structure.Area;
import io.bulwark.imaging.structure.Scene.Glimpse;
import java.util.ArrayList;
import java.util.List;

/**
 * Pictures within a picture, looked for in the small copy in which structure is looked for: so an encoder and its twin
 * find the same ones, whatever their inputs. Upright ones become looks at the picture itself, turned ones are turned
 * back as they are in the small copy. Immutable but for a cache of weights; any thread.
 */
final class InsetSearch {

    /** Turned insets of a scene that are looked at, at most. */
    static final int MOST_TURNED = 2;

    /** Degrees from which on it is open which edge is the upper one: the next quarter is looked at, too. */
    private static final int OPEN = 30;

    private final InsetMask mask;
    private final Resampler resampler;

    InsetSearch(InsetMask mask, Resampler resampler) {
        this.mask = mask;
        this.resampler = resampler;
    }

    /** What changes a pixel of a view. */
    String fingerprint() {
        return View.INSET + mask.network().fingerprint();
    }

    /**
     * Looks.
     *
     * @param glimpse of 1 or 3 channels, or of 4 with colours multiplied by alpha
     * @return in cells of the glimpse, the largest first
     */
    List<Inset> of(Glimpse glimpse) {
        List<Inset> all = new ArrayList<>();
        Area size = SmallCopy.sizeFor(glimpse, InsetMask.MOST_PIXELS);
        for (byte[] seen : SmallCopy.of(glimpse, size, resampler)) {
            mask.of(seen, size.width(), size.height()).stream()
                    .map(inset -> inset.scaled(
                            (double) glimpse.width() / size.width(), (double) glimpse.height() / size.height()))
                    .filter(inset -> all.stream().noneMatch(other -> isAlike(inset, other)))
                    .forEach(all::add);
        }
        return all;
    }

    /** As found over white and over black. */
    private static boolean isAlike(Inset one, Inset other) {
        return one.degrees() == other.degrees()
                && box(one, Integer.MAX_VALUE, Integer.MAX_VALUE)
                        .isAlike(box(other, Integer.MAX_VALUE, Integer.MAX_VALUE), 80);
    }

    /** Upright insets as parts of the picture. */
    static List<Area> boxes(List<Inset> insets, Glimpse glimpse, int width, int height) {
        return insets.stream()
                .filter(inset -> !inset.isTurned())
                .map(inset -> inset.scaled((double) width / glimpse.width(), (double) height / glimpse.height()))
                .map(inset -> box(inset, width, height))
                .toList();
    }

    private static Area box(Inset inset, int width, int height) {
        int left = (int) Math.max(0, Math.round(inset.x() - inset.width() / 2));
        int top = (int) Math.max(0, Math.round(inset.y() - inset.height() / 2));
        int right = (int) Math.min(width, Math.round(inset.x() + inset.width() / 2));
        int bottom = (int) Math.min(height, Math.round(inset.y() + inset.height() / 2));
        return new Area(left, top, Math.max(1, right - left), Math.max(1, bottom - top));
    }

    /** How turned insets are turned back, {@value #MOST_TURNED} ways at most. */
    static List<Straightening> straightenings(List<Inset> insets, Glimpse glimpse) {
        List<Straightening> ways = new ArrayList<>();
        for (Inset inset : insets) {
            if (inset.isTurned()) {
                ways.add(Straightening.of(inset, glimpse));
                if (Math.abs(inset.degrees()) >= OPEN) {
                    int quarter = inset.degrees() > 0 ? -90 : 90;
                    ways.add(Straightening.of(
                            new Inset(inset.x(), inset.y(), inset.height(), inset.width(), inset.degrees() + quarter),
                            glimpse));
                }
            }
        }
        return ways.size() <= MOST_TURNED ? ways : List.copyOf(ways.subList(0, MOST_TURNED));
    }

    /**
     * A turned rectangle of a small copy, upright: each pixel between the four cells that it falls on. Beyond the edge
     * stands the last cell.
     *
     * @param size of what is made
     * @param cells of the small copy
     * @param inset in cells
     */
    record Straightening(Area size, Area cells, Inset inset) {

        static Straightening of(Inset inset, Glimpse glimpse) {
            return new Straightening(
                    Area.of((int) Math.max(1, Math.round(inset.width())), (int)
                            Math.max(1, Math.round(inset.height()))),
                    Area.of(glimpse.width(), glimpse.height()),
                    inset);
        }

        private interface Share {
            void of(int pixel, int cell, double weight);
        }

        private void forEach(Share share) {
            double cos = Math.cos(Math.toRadians(inset.degrees()));
            double sin = Math.sin(Math.toRadians(inset.degrees()));
            for (int y = 0; y < size.height(); y++) {
                double down = (y + 0.5) * inset.height() / size.height() - inset.height() / 2;
                for (int x = 0; x < size.width(); x++) {
                    double right = (x + 0.5) * inset.width() / size.width() - inset.width() / 2;
                    double column = inset.x() + right * cos - down * sin - 0.5;
                    double row = inset.y() + right * sin + down * cos - 0.5;
                    int left = (int) Math.floor(column);
                    int top = (int) Math.floor(row);
                    for (int corner = 0; corner < 4; corner++) {
                        double across = corner % 2 == 0 ? 1 - (column - left) : column - left;
                        double along = corner / 2 == 0 ? 1 - (row - top) : row - top;
                        int cellX = Math.max(0, Math.min(cells.width() - 1, left + corner % 2));
                        int cellY = Math.max(0, Math.min(cells.height() - 1, top + corner / 2));
                        share.of(y * size.width() + x, cellY * cells.width() + cellX, across * along);
                    }
                }
            }
        }

        /** In modes L, RGB or RGBA, the last with colours multiplied by alpha. */
        Raster of(Glimpse glimpse) {
            int channels = glimpse.channels();
            double[] sums = new double[size.width() * size.height() * channels];
            forEach((pixel, cell, weight) -> {
                for (int channel = 0; channel < channels; channel++) {
                    sums[channels * pixel + channel] += weight * (glimpse.cells()[channels * cell + channel] & 0xff);
                }
            });
            byte[] samples = new byte[sums.length];
            for (int i = 0; i < samples.length; i++) {
                samples[i] = (byte) Math.round(sums[i]);
            }
            return SmallCopy.raster(channels, size, samples);
        }

        /**
         * Pulls derivatives back.
         *
         * @param slope by the pixels of what is made, of one channel
         * @return by the cells
         */
        float[] pullBack(float[] slope) {
            float[] byCell = new float[cells.width() * cells.height()];
            forEach((pixel, cell, weight) -> byCell[cell] += (float) (weight * slope[pixel]));
            return byCell;
        }
    }
}
