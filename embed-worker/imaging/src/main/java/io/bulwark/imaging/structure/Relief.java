package io.bulwark.imaging.structure;

/**
 * The steps between neighbouring cells of a glimpse, read along its rows or, with rows and columns exchanged, along its
 * columns: so whatever looks for rows finds columns in {@link #transposed}. A step is the greatest difference of any
 * channel, 0 to 255. One thread.
 */
record Relief(
        int width, int height, int stepX, int stepY, int channels, byte[] cells, byte[] fromLeft, byte[] fromAbove) {

    static Relief of(Scene.Glimpse glimpse) {
        int width = glimpse.width();
        int height = glimpse.height();
        byte[] fromLeft = new byte[width * height];
        byte[] fromAbove = new byte[width * height];
        Relief relief = new Relief(width, height, 1, width, glimpse.channels(), glimpse.cells(), fromLeft, fromAbove);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int at = y * width + x;
                fromLeft[at] = (byte) (x == 0 ? 0 : relief.difference(at, at - 1));
                fromAbove[at] = (byte) (y == 0 ? 0 : relief.difference(at, at - width));
            }
        }
        return relief;
    }

    /** The same with rows and columns exchanged; shares what it holds. */
    Relief transposed() {
        return new Relief(height, width, stepY, stepX, channels, cells, fromAbove, fromLeft);
    }

    /** One channel of a cell, 0 to 255. */
    int value(int x, int y, int channel) {
        return cells[at(x, y) * channels + channel] & 0xff;
    }

    /** The step from the cell to the left; 0 in the first column. */
    int fromLeft(int x, int y) {
        return fromLeft[at(x, y)] & 0xff;
    }

    /** The step from the cell above; 0 in the first row. */
    int fromAbove(int x, int y) {
        return fromAbove[at(x, y)] & 0xff;
    }

    /**
     * The step over a cell, from its left neighbour to its right one: an edge that lies within a cell shows in full.
     */
    int over(int x, int y) {
        return difference(at(x - 1, y), at(x + 1, y));
    }

    /** Whether no channel has two values in a part that differ by more. */
    boolean spansAtMost(int levels, Area part) {
        for (int c = 0; c < channels; c++) {
            int least = 255;
            int most = 0;
            for (int y = part.y(); y < part.bottom(); y++) {
                for (int x = part.x(); x < part.right(); x++) {
                    int value = value(x, y, c);
                    least = Math.min(least, value);
                    most = Math.max(most, value);
                }
                if (most - least > levels) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Whether no channel of two cells differs by more. */
    boolean isAlike(int x, int y, int otherX, int otherY, int levels) {
        return difference(at(x, y), at(otherX, otherY)) <= levels;
    }

    private int at(int x, int y) {
        return x * stepX + y * stepY;
    }

    private int difference(int a, int b) {
        int most = 0;
        for (int c = 0; c < channels; c++) {
            most = Math.max(most, Math.abs((cells[a * channels + c] & 0xff) - (cells[b * channels + c] & 0xff)));
        }
        return most;
    }
}
