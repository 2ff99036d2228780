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
}
