package io.bulwark.imaging.colour;

import io.bulwark.imaging.Raster.ColourConversion;
import io.bulwark.imaging.RefusedException;
import java.util.Optional;

/**
 * The colours that red, green, blue and white of a device have, as chromaticities of CIE 1931.
 *
 * @param redX each coordinate is 0 to 1
 */
public record Primaries(
        double whiteX,
        double whiteY,
        double redX,
        double redY,
        double greenX,
        double greenY,
        double blueX,
        double blueY) {

    private static final double[] D50 = {0.9642, 1, 0.8249};

    /** From XYZ to the responses of the eye's cones, by Bradford. */
    private static final double[] BRADFORD = {0.8951, 0.2664, -0.1614, -0.7502, 1.7135, 0.0367, 0.0389, -0.0685, 1.0296
    };

    private static final double D65_X = 0.3127;
    private static final double D65_Y = 0.3290;
    private static final double C_X = 0.310;
    private static final double C_Y = 0.316;

    /** sRGB's, which are those of HDTV. */
    public static final Primaries SRGB = new Primaries(D65_X, D65_Y, 0.64, 0.33, 0.30, 0.60, 0.15, 0.06);

    /** The primaries of a code point (ITU-T H.273, table 2); empty where it names none. */
    static Optional<Primaries> ofCodePoint(int code) {
        return Optional.ofNullable(
                switch (code) {
                    case 1 -> SRGB;
                    case 4 -> new Primaries(C_X, C_Y, 0.67, 0.33, 0.21, 0.71, 0.14, 0.08);
                    case 5 -> new Primaries(D65_X, D65_Y, 0.64, 0.33, 0.29, 0.60, 0.15, 0.06);
                    case 6, 7 -> new Primaries(D65_X, D65_Y, 0.630, 0.340, 0.310, 0.595, 0.155, 0.070);
                    case 8 -> new Primaries(C_X, C_Y, 0.681, 0.319, 0.243, 0.692, 0.145, 0.049);
                    case 9 -> new Primaries(D65_X, D65_Y, 0.708, 0.292, 0.170, 0.797, 0.131, 0.046);
                    case 10 -> new Primaries(1.0 / 3, 1.0 / 3, 1, 0, 0, 1, 0, 0);
                    case 11 -> new Primaries(0.314, 0.351, 0.680, 0.320, 0.265, 0.690, 0.150, 0.060);
                    case 12 -> new Primaries(D65_X, D65_Y, 0.680, 0.320, 0.265, 0.690, 0.150, 0.060);
                    case 22 -> new Primaries(D65_X, D65_Y, 0.630, 0.340, 0.295, 0.605, 0.155, 0.077);
                    default -> null;
                });
    }

    /** Whether all coordinates are within 0 to 1. */
    boolean isPossible() {
        for (double coordinate : new double[] {whiteX, whiteY, redX, redY, greenX, greenY, blueX, blueY}) {
            if (coordinate < 0 || coordinate > 1) {
                return false;
            }
        }
        return true;
    }

    /**
     * From the device's linear light to XYZ under D50: its white becomes D50 by Bradford's method.
     *
     * @return nine elements, row by row; some are not finite where the colours span no space
     */
    double[] toXyzD50() {
        double[] colours = {
            redX, greenX, blueX, redY, greenY, blueY, 1 - redX - redY, 1 - greenX - greenY, 1 - blueX - blueY
        };
        double[] white = {whiteX / whiteY, 1, (1 - whiteX - whiteY) / whiteY};
        double[] amounts = Matrix3.apply(Matrix3.inverse(colours), white[0], white[1], white[2]);
        double[] toXyz = Matrix3.multiply(colours, Matrix3.diagonal(amounts[0], amounts[1], amounts[2]));
        double[] from = Matrix3.apply(BRADFORD, white[0], white[1], white[2]);
        double[] to = Matrix3.apply(BRADFORD, D50[0], D50[1], D50[2]);
        double[] cones = Matrix3.diagonal(to[0] / from[0], to[1] / from[1], to[2] / from[2]);
        double[] adapt = Matrix3.multiply(Matrix3.inverse(BRADFORD), Matrix3.multiply(cones, BRADFORD));
        return Matrix3.multiply(adapt, toXyz);
    }

    /**
     * Colour by a power and, where a file has them, primaries, as PNG's gAMA and cHRM chunks have it.
     *
     * @param encoding the exponent with which levels were made of light, such as 0.45455
     */
    public record GammaColour(double encoding, Optional<Primaries> primaries) {

        /** A power this near to 1/2.2, with no primaries beside, counts as sRGB. */
        private static final double NEAR = 0.05;

        /**
         * The conversion that Chromium makes; empty where it makes none.
         *
         * @throws RefusedException for a white without light, of which browsers make different pictures
         */
        public Optional<ColourConversion> conversion() {
            if (primaries.isEmpty() && Math.abs(encoding * 2.2 - 1) <= NEAR) {
                return Optional.empty();
            }
            double[] toXyz = MatrixConversion.SrgbScreen.TO_XYZ_D50;
            if (primaries.isPresent()) {
                Primaries colours = primaries.get();
                if (!colours.isPossible()) {
                    return Optional.empty();
                }
                if (colours.whiteY() == 0 && colours.whiteX() != 0) {
                    throw RefusedException.corrupt(
                            "The picture's white has a y of 0, of which some browsers make black");
                }
                toXyz = colours.toXyzD50();
                if (!Matrix3.isFinite(toXyz)) {
                    return Optional.empty();
                }
            }
            ToneCurve curve = ToneCurve.power(1 / encoding);
            return MatrixConversion.of(curve, toXyz);
        }
    }

    /** Matrices of three rows and columns, row by row in an array of nine. */
    static final class Matrix3 {

        private Matrix3() {}

        static double[] multiply(double[] a, double[] b) {
            double[] product = new double[9];
            for (int i = 0; i < 9; i++) {
                int row = i / 3 * 3;
                int column = i % 3;
                product[i] = a[row] * b[column] + a[row + 1] * b[3 + column] + a[row + 2] * b[6 + column];
            }
            return product;
        }

        static double[] apply(double[] m, double x, double y, double z) {
            return new double[] {
                m[0] * x + m[1] * y + m[2] * z, m[3] * x + m[4] * y + m[5] * z, m[6] * x + m[7] * y + m[8] * z
            };
        }

        static double[] diagonal(double a, double b, double c) {
            return new double[] {a, 0, 0, 0, b, 0, 0, 0, c};
        }

        /** The inverse, with elements that are not finite where there is none. */
        static double[] inverse(double[] m) {
            double[] inverse = new double[9];
            for (int i = 0; i < 9; i++) {
                // The cofactor of the transposed place; taking rows and columns in a circle gives its sign.
                int row = i % 3;
                int column = i / 3;
                inverse[i] = m[at(row + 1, column + 1)] * m[at(row + 2, column + 2)]
                        - m[at(row + 1, column + 2)] * m[at(row + 2, column + 1)];
            }
            double determinant = m[0] * inverse[0] + m[1] * inverse[3] + m[2] * inverse[6];
            for (int i = 0; i < 9; i++) {
                inverse[i] /= determinant;
            }
            return inverse;
        }

        private static int at(int row, int column) {
            return row % 3 * 3 + column % 3;
        }

        static boolean isFinite(double[] m) {
            for (double element : m) {
                if (!Double.isFinite(element)) {
                    return false;
                }
            }
            return true;
        }
    }

    /**
     * Colour by number (ITU-T H.273), as PNG's cICP chunk and a profile's cicp tag have it.
     *
     * @param primaries code of table 2
     * @param transfer code of table 3
     */
    public record CodePoints(int primaries, int transfer) {

        private static final int PQ = 16;
        private static final int HLG = 18;

        /**
         * Whether both codes say something that Chromium goes by.
         *
         * @throws RefusedException for high dynamic range: browsers bring it to a screen's range each in its own way
         */
        public boolean areKnown() {
            boolean known = Primaries.ofCodePoint(primaries).isPresent();
            if (known && (transfer == PQ || transfer == HLG)) {
                throw RefusedException.unsupported("The picture is of high dynamic range (transfer " + transfer
                        + " of ITU-T H.273), which every browser shows in another way; allowed are pictures"
                        + " of standard range");
            }
            return known && curve().isPresent();
        }

        /** The conversion of known codes; empty for sRGB. */
        public Optional<ColourConversion> conversion() {
            ToneCurve curve = curve().orElseThrow();
            return MatrixConversion.of(
                    curve, Primaries.ofCodePoint(primaries).orElseThrow().toXyzD50());
        }

        private Optional<ToneCurve> curve() {
            return Optional.ofNullable(
                    switch (transfer) {
                        // What a screen makes of television's levels (ITU-R BT.1886), not the inverse of a camera's
                        // curve.
                        case 1, 6, 11, 14, 15 -> ToneCurve.power(2.4);
                        case 4 -> ToneCurve.power(2.2);
                        case 5 -> ToneCurve.power(2.8);
                        case 7 -> ToneCurve.parametric(1 / 0.45, 1 / 1.1115, 0.1115 / 1.1115, 1 / 4.0, 0.0912, 0, 0);
                        case 8 -> ToneCurve.IDENTITY;
                        case 13 -> ToneCurve.SRGB;
                        case 17 -> level -> 52.37 / 48 * ToneCurve.power(2.6).at(level);
                        default -> null;
                    });
        }
    }
}
