package io.bulwark.imaging.structure;

import io.bulwark.imaging.structure.Scene.Area;
import io.bulwark.imaging.structure.Scene.Glimpse;
import io.bulwark.imaging.structure.Scene.Relief;
import java.util.Random;

/** Pictures of which it is known where their content is. One thread. */
final class Drawing {

    /** To a cell, so that panels are large enough at any size that is found. */
    private static final double PIXELS = 10;

    /** Of each channel of a photograph. */
    private static final int WAVES = 6;

    final int width;
    final int height;
    final byte[] cells;

    /** @param colour {@code 0xRRGGBB} */
    Drawing(int width, int height, int colour) {
        this.width = width;
        this.height = height;
        this.cells = new byte[width * height * 3];
        fill(new Area(0, 0, width, height), colour);
    }

    Drawing fill(Area area, int colour) {
        for (int y = area.y(); y < area.bottom(); y++) {
            for (int x = area.x(); x < area.right(); x++) {
                set(x, y, colour >> 16, colour >> 8, colour);
            }
        }
        return this;
    }

    /** What a photograph has: blotches of several sizes and noise, without a straight line. */
    Drawing photograph(Area area, long seed) {
        return photograph(area, seed, 9, 79);
    }

    /** The same with large blotches alone, as most photographs have at this size. */
    Drawing soft(Area area, long seed) {
        return photograph(area, seed, 60, 200);
    }

    private Drawing photograph(Area area, long seed, double shortest, double longest) {
        Random random = new Random(seed);
        double[][] waves = new double[3 * WAVES][4];
        for (double[] wave : waves) {
            double period = shortest + (longest - shortest) * random.nextDouble();
            double angle = 2 * Math.PI * random.nextDouble();
            wave[0] = 2 * Math.PI * Math.cos(angle) / period;
            wave[1] = 2 * Math.PI * Math.sin(angle) / period;
            wave[2] = 2 * Math.PI * random.nextDouble();
            wave[3] = 12 + 22 * random.nextDouble();
        }
        int[] mean = {60 + random.nextInt(130), 60 + random.nextInt(130), 60 + random.nextInt(130)};
        // sin(ax + by + c) is sin(ax + c) cos(by) + cos(ax + c) sin(by): a sine a column and a row, not one a cell.
        double[][] columns = new double[area.width()][];
        for (int x = 0; x < area.width(); x++) {
            columns[x] = turns(waves, 0, area.x() + x, 1);
        }
        for (int y = area.y(); y < area.bottom(); y++) {
            double[] row = turns(waves, 1, y, 0);
            for (int x = area.x(); x < area.right(); x++) {
                double[] column = columns[x - area.x()];
                int[] rgb = new int[3];
                for (int c = 0; c < 3; c++) {
                    double value = mean[c] + 3 * random.nextGaussian();
                    for (int i = WAVES * c; i < WAVES * (c + 1); i++) {
                        value += waves[i][3] * (column[2 * i] * row[2 * i + 1] + column[2 * i + 1] * row[2 * i]);
                    }
                    rgb[c] = (int) Math.max(0, Math.min(255, value));
                }
                set(x, y, rgb[0], rgb[1], rgb[2]);
            }
        }
        return this;
    }

    /** Sine and cosine of each wave along one axis, with or without its phase. */
    private static double[] turns(double[][] waves, int axis, int at, int phase) {
        double[] turns = new double[2 * waves.length];
        for (int i = 0; i < waves.length; i++) {
            double angle = waves[i][axis] * at + phase * waves[i][2];
            turns[2 * i] = Math.sin(angle);
            turns[2 * i + 1] = Math.cos(angle);
        }
        return turns;
    }

    /** An outline of one cell within the area. */
    Drawing rim(Area area, int colour) {
        return fill(new Area(area.x(), area.y(), area.width(), 1), colour)
                .fill(new Area(area.x(), area.bottom() - 1, area.width(), 1), colour)
                .fill(new Area(area.x(), area.y(), 1, area.height()), colour)
                .fill(new Area(area.right() - 1, area.y(), 1, area.height()), colour);
    }

    /** Adds noise of this standard deviation everywhere. */
    Drawing noise(double deviation, long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < cells.length; i++) {
            double value = (cells[i] & 0xff) + deviation * random.nextGaussian();
            cells[i] = (byte) Math.max(0, Math.min(255, Math.round(value)));
        }
        return this;
    }

    private void set(int x, int y, int red, int green, int blue) {
        int at = (y * width + x) * 3;
        cells[at] = (byte) red;
        cells[at + 1] = (byte) green;
        cells[at + 2] = (byte) blue;
    }

    Glimpse glimpse() {
        return new Glimpse(width, height, 3, cells);
    }

    /** In cells. */
    Layout layout() {
        return Layout.of(glimpse(), Relief.of(glimpse()), PIXELS);
    }
}
