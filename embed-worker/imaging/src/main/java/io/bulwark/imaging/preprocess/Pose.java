package io.bulwark.imaging.preprocess;

import io.bulwark.imaging.structure.Scene.Area;

/**
 * How a stored picture is turned to be seen: the eight EXIF orientations (TIFF 6.0, tag 274), which are also the
 * quarter turns and mirror images.
 */
public enum Pose {
    /** As stored. */
    UPRIGHT,
    /** Left and right change places. */
    MIRRORED,
    /** By half a turn. */
    TURNED_180,
    /** Top and bottom change places. */
    FLIPPED,
    /** Rows become columns: mirrored at the diagonal from the top left. */
    TRANSPOSED,
    /** By a quarter, clockwise. */
    TURNED_90,
    /** Mirrored at the diagonal from the top right. */
    TRANSVERSED,
    /** By a quarter, anticlockwise. */
    TURNED_270;

    /**
     * The pose of an EXIF orientation.
     *
     * @param orientation 1 to 8, as {@link io.bulwark.imaging.Raster#orientation} has it
     */
    public static Pose ofExif(int orientation) {
        return values()[orientation - 1];
    }

    /** By which a seen picture becomes the stored one. */
    public Pose inverse() {
        return switch (this) {
            case TURNED_90 -> TURNED_270;
            case TURNED_270 -> TURNED_90;
            default -> this;
        };
    }

    /** Whether width and height change places. */
    public boolean swapsSides() {
        return ordinal() >= TRANSPOSED.ordinal();
    }

    /**
     * Whether who follows the seen picture to the right or down goes through stored columns from the last to the first.
     */
    public boolean reversesColumns() {
        return switch (this) {
            case MIRRORED, TURNED_180, TRANSVERSED, TURNED_270 -> true;
            case UPRIGHT, FLIPPED, TRANSPOSED, TURNED_90 -> false;
        };
    }

    /**
     * Whether who follows the seen picture to the right or down goes through stored rows from the last to the first.
     */
    public boolean reversesRows() {
        return switch (this) {
            case TURNED_180, FLIPPED, TURNED_90, TRANSVERSED -> true;
            case UPRIGHT, MIRRORED, TRANSPOSED, TURNED_270 -> false;
        };
    }

    /** Where a seen rectangle lies in the stored picture, whose size is given. */
    Area stored(Area seen, int width, int height) {
        int right = seen.right() - 1;
        int bottom = seen.bottom() - 1;
        int x = Math.min(storedX(seen.x(), seen.y(), width), storedX(right, bottom, width));
        int y = Math.min(storedY(seen.x(), seen.y(), height), storedY(right, bottom, height));
        return swapsSides() ? new Area(x, y, seen.height(), seen.width()) : new Area(x, y, seen.width(), seen.height());
    }

    /**
     * Turns stored pixels to be seen.
     *
     * @param stored {@code [height, width, channels]}
     * @return {@code [height, width, channels]} or, where sides are swapped, {@code [width, height, channels]}
     */
    public byte[] see(byte[] stored, int width, int height, int channels) {
        if (this == UPRIGHT) {
            return stored;
        }
        int seenWidth = swapsSides() ? height : width;
        int seenHeight = swapsSides() ? width : height;
        byte[] seen = new byte[stored.length];
        for (int y = 0; y < seenHeight; y++) {
            for (int x = 0; x < seenWidth; x++) {
                int from = (storedY(x, y, height) * width + storedX(x, y, width)) * channels;
                int to = (y * seenWidth + x) * channels;
                for (int c = 0; c < channels; c++) {
                    seen[to + c] = stored[from + c];
                }
            }
        }
        return seen;
    }

    private int storedX(int x, int y, int width) {
        int along = swapsSides() ? y : x;
        return reversesColumns() ? width - 1 - along : along;
    }

    private int storedY(int x, int y, int height) {
        int along = swapsSides() ? x : y;
        return reversesRows() ? height - 1 - along : along;
    }
}
