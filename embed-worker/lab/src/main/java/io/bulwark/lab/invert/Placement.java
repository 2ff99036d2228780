package io.bulwark.lab.invert;

/**
 * Reads a canvas bilinearly where an affine map sends the pixels of another size, and turns derivatives back. Places
 * outside the canvas read its border. Immutable; any thread.
 *
 * @param scale of what is seen: above 1 it is larger
 * @param turn in radians
 * @param right shift of what is seen, in widths
 * @param down shift of what is seen, in heights
 */
record Placement(double scale, double turn, double right, double down) {

    /** As it lies, but for the size. */
    static final Placement PLAIN = new Placement(1, 0, 0, 0);

    /** A picture's size. */
    record Size(int height, int width) {

        int area() {
            return height * width;
        }
    }

    /** One pixel's place on the canvas. */
    @FunctionalInterface
    private interface Tap {
        void at(int pixel, int x0, int y0, int x1, int y1, float fx, float fy);
    }

    /**
     * Reads.
     *
     * @param canvas of which {@code [3, from]} is read, from {@code at} on
     * @param into of which {@code [3, to]} is written, from {@code place} on
     */
    void read(float[] canvas, int at, Size from, float[] into, int place, Size to) {
        taps(from, to, (pixel, x0, y0, x1, y1, fx, fy) -> {
            for (int channel = 0; channel < 3; channel++) {
                int base = at + channel * from.area();
                float top =
                        (1 - fx) * canvas[base + y0 * from.width() + x0] + fx * canvas[base + y0 * from.width() + x1];
                float bottom =
                        (1 - fx) * canvas[base + y1 * from.width() + x0] + fx * canvas[base + y1 * from.width() + x1];
                into[place + channel * to.area() + pixel] = (1 - fy) * top + fy * bottom;
            }
        });
    }

    /**
     * The transpose of {@link #read}: adds to the derivatives by the canvas.
     *
     * @param gradient {@code [3, to]} from {@code place} on
     * @param into {@code [3, from]} from {@code at} on, added to
     */
    void pullBack(float[] gradient, int place, Size to, float[] into, int at, Size from) {
        taps(from, to, (pixel, x0, y0, x1, y1, fx, fy) -> {
            for (int channel = 0; channel < 3; channel++) {
                int base = at + channel * from.area();
                float value = gradient[place + channel * to.area() + pixel];
                into[base + y0 * from.width() + x0] += (1 - fy) * (1 - fx) * value;
                into[base + y0 * from.width() + x1] += (1 - fy) * fx * value;
                into[base + y1 * from.width() + x0] += fy * (1 - fx) * value;
                into[base + y1 * from.width() + x1] += fy * fx * value;
            }
        });
    }

    private void taps(Size from, Size to, Tap tap) {
        double cos = Math.cos(turn) / scale;
        double sin = Math.sin(turn) / scale;
        for (int y = 0; y < to.height(); y++) {
            double v = (y + 0.5) / to.height() - 0.5 - down;
            for (int x = 0; x < to.width(); x++) {
                double u = (x + 0.5) / to.width() - 0.5 - right;
                double cx = clamp((cos * u + sin * v + 0.5) * from.width() - 0.5, from.width() - 1);
                double cy = clamp((cos * v - sin * u + 0.5) * from.height() - 0.5, from.height() - 1);
                int x0 = (int) cx;
                int y0 = (int) cy;
                tap.at(
                        y * to.width() + x,
                        x0,
                        y0,
                        Math.min(x0 + 1, from.width() - 1),
                        Math.min(y0 + 1, from.height() - 1),
                        (float) (cx - x0),
                        (float) (cy - y0));
            }
        }
    }

    private static double clamp(double value, int most) {
        return Math.max(0, Math.min(most, value));
    }
}
