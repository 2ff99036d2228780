package io.bulwark.imaging.colour;

import io.bulwark.imaging.Raster.ColourConversion;
import io.bulwark.imaging.RefusedException;
import java.util.Optional;

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
            throw RefusedException.unsupported(
                    "The picture is of high dynamic range (transfer " + transfer
                            + " of ITU-T H.273), which every browser shows in another way; allowed are pictures of standard range");
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
                    // What a screen makes of television's levels (ITU-R BT.1886), not the inverse of a camera's curve.
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
