package io.bulwark.imaging.structure;

/**
 * A small copy of a picture, in which its structure is looked for. Its cells are the picture's pixels where that has no
 * more than {@value #MOST_CELLS}, else means over some of them.
 *
 * @param width in cells
 * @param height in cells
 * @param channels 1 to 4
 * @param cells {@code [height, width, channels]} unsigned bytes; colours multiplied by alpha where there is any
 */
public record Glimpse(int width, int height, int channels, byte[] cells) {

    /** Cells at most, whatever the picture's shape: what looking at it costs does not depend on the upload. */
    public static final int MOST_CELLS = 40_000;

    public Glimpse {
        if (width < 1 || height < 1 || channels < 1 || cells.length != (long) width * height * channels) {
            throw new IllegalArgumentException(
                    "%dx%d cells of %d channels are no %d bytes".formatted(width, height, channels, cells.length));
        }
    }

    /** The size of the small copy of a picture of so many pixels. */
    public static Area sizeFor(int width, int height) {
        double scale = Math.min(1, Math.sqrt((double) MOST_CELLS / ((double) width * height)));
        return Area.of(scaled(width, scale), scaled(height, scale));
    }

    private static int scaled(int side, double scale) {
        // A side of one cell is not scaled further, so the other one has all cells at most.
        return Math.min(MOST_CELLS, Math.max(1, (int) (side * scale)));
    }
}
