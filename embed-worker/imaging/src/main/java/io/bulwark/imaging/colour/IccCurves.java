package io.bulwark.imaging.colour;

import java.util.Optional;

/** Reads curves of a profile (ICC.1:2022, 10.6 and 10.18). */
final class IccCurves {

    private static final int[] PARAMETERS = {1, 3, 4, 5, 7};

    /**
     * A curve.
     *
     * @param length bytes that it fills
     */
    record Read(ToneCurve curve, int length) {}

    private IccCurves() {}

    /** The curve that begins at a place and ends before another; empty where there is none that makes sense. */
    static Optional<Read> read(IccBytes icc, int start, int end) {
        if (end - start < 12) {
            return Optional.empty();
        }
        if (icc.is(start, "curv")) {
            return sampled(icc, start, end);
        }
        return icc.is(start, "para") ? parametric(icc, start, end) : Optional.empty();
    }

    /** Curves one after the other, each from a multiple of four bytes on. */
    static Optional<ToneCurve[]> read(IccBytes icc, int start, int end, int count) {
        ToneCurve[] curves = new ToneCurve[count];
        int at = start;
        for (int i = 0; i < count; i++) {
            Optional<Read> read = read(icc, at, end);
            if (read.isEmpty()) {
                return Optional.empty();
            }
            curves[i] = read.get().curve();
            at += (read.get().length() + 3) / 4 * 4;
        }
        return Optional.of(curves);
    }

    private static Optional<Read> sampled(IccBytes icc, int start, int end) {
        int count = icc.i32(start + 8);
        if (count < 0 || count > (end - start - 12) / 2) {
            return Optional.empty();
        }
        int numbers = start + 12;
        ToneCurve curve = switch (count) {
            case 0 -> ToneCurve.IDENTITY;
            case 1 -> ToneCurve.power(icc.u16(numbers) / 256.0);
            default -> ToneCurve.table(icc.array(), numbers, count, 2);
        };
        return Optional.of(new Read(curve, 12 + 2 * count));
    }

    private static Optional<Read> parametric(IccBytes icc, int start, int end) {
        int type = icc.u16(start + 8);
        if (type >= PARAMETERS.length || end - start < 12 + 4 * PARAMETERS[type]) {
            return Optional.empty();
        }
        double[] p = new double[7];
        for (int i = 0; i < PARAMETERS[type]; i++) {
            p[i] = icc.fixed(start + 12 + 4 * i);
        }
        double g = p[0];
        double a = type == 0 ? 1 : p[1];
        double b = p[2];
        double c = type >= 3 ? p[3] : 0;
        double offset = type == 2 ? p[3] : 0;
        double d = switch (type) {
            case 0 -> 0;
            case 1, 2 -> -b / a;
            default -> p[4];
        };
        double e = type == 4 ? p[5] : offset;
        double f = type == 4 ? p[6] : offset;
        boolean possible = g >= 0 && a >= 0 && c >= 0 && d >= 0 && a * d + b >= 0;
        return possible
                ? Optional.of(new Read(ToneCurve.parametric(g, a, b, c, d, e, f), 12 + 4 * PARAMETERS[type]))
                : Optional.empty();
    }
}
