package io.bulwark.imaging.colour;

import io.bulwark.imaging.ColourConversion;
import io.bulwark.imaging.RefusedException;
import java.util.Optional;

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
        double[] toXyz = SrgbScreen.TO_XYZ_D50;
        if (primaries.isPresent()) {
            Primaries colours = primaries.get();
            if (!colours.isPossible()) {
                return Optional.empty();
            }
            if (colours.whiteY() == 0 && colours.whiteX() != 0) {
                throw RefusedException.corrupt("The picture's white has a y of 0, of which some browsers make black");
            }
            toXyz = colours.toXyzD50();
            if (!Matrix3.isFinite(toXyz)) {
                return Optional.empty();
            }
        }
        ToneCurve curve = ToneCurve.power(1 / encoding);
        return MatrixConversion.of(new ToneCurve[] {curve, curve, curve}, toXyz);
    }
}
