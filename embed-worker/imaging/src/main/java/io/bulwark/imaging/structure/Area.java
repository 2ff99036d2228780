package io.bulwark.imaging.structure;

/**
 * A rectangle of whole cells or pixels, origin at the top left.
 *
 * @param width at least 1
 * @param height at least 1
 */
public record Area(int x, int y, int width, int height) {

    /** All of a picture. */
    public static Area of(int width, int height) {
        return new Area(0, 0, width, height);
    }

    static Area between(int left, int top, int right, int bottom) {
        return new Area(left, top, right - left, bottom - top);
    }

    /** One past the last column. */
    public int right() {
        return x + width;
    }

    /** One past the last row. */
    public int bottom() {
        return y + height;
    }

    /** How many cells or pixels it has. */
    public long size() {
        return (long) width * height;
    }

    /** Rows for columns. */
    Area transposed() {
        return new Area(y, x, height, width);
    }

    /** The smallest area that has both. */
    Area with(Area other) {
        return between(
                Math.min(x, other.x),
                Math.min(y, other.y),
                Math.max(right(), other.right()),
                Math.max(bottom(), other.bottom()));
    }

    /** How many cells or pixels are in both. */
    long shared(Area other) {
        long across = Math.min(right(), other.right()) - Math.max(x, other.x);
        long down = Math.min(bottom(), other.bottom()) - Math.max(y, other.y);
        return Math.max(0, across) * Math.max(0, down);
    }

    /** Whether the shared part is at least this percentage of both together. */
    public boolean isAlike(Area other, int percent) {
        long shared = shared(other);
        return 100 * shared >= percent * (size() + other.size() - shared);
    }
}
