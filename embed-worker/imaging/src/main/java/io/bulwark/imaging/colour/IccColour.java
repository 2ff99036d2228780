package io.bulwark.imaging.colour;

import io.bulwark.imaging.Raster.ColourConversion;
import io.bulwark.imaging.RefusedException;
import io.bulwark.imaging.colour.Primaries.CodePoints;
import java.util.Optional;

/**
 * What an ICC profile says of a picture's colours, by the rules of Chromium, which differ from those of the
 * specification: see the package.
 */
public final class IccColour {

    /** The largest profile that is read. Printers' are of one or two megabytes. */
    public static final int LARGEST = 4 << 20;

    /** Heap for each byte: itself, its number as it is looked up, and what a curve of few values may take. */
    private static final long HEAP_BYTES = 6;

    /** What a picture's samples are. */
    public enum Samples {
        GRAY,
        RGB,
        CMYK
    }

    private final IccBytes icc;
    private final Optional<ColourConversion> conversion;

    private IccColour(IccBytes icc, Optional<ColourConversion> conversion) {
        this.icc = icc;
        this.conversion = conversion;
    }

    /**
     * Refuses what {@link #read} would refuse for its length, before anything is put together.
     *
     * @throws RefusedException for profiles too large to read
     */
    public static void checkLength(long length) {
        if (length > LARGEST) {
            throw RefusedException.unsupported(
                    "The picture's ICC profile has " + length + " bytes or more, allowed are " + LARGEST);
        }
    }

    /**
     * Heap for a profile of this length, and for converting by it: numbers of a byte become four, and colours are kept.
     */
    public static long bytes(int length) {
        return length == 0 ? 0 : HEAP_BYTES * length + TableConversion.BYTES;
    }

    /**
     * Reads a profile.
     *
     * @return empty for one that is broken or says nothing that can be used: files then count as having none
     * @throws RefusedException for profiles too large to read, of high dynamic range, or whose table is not for the
     *     channels that its header names
     */
    public static Optional<IccColour> read(byte[] profile) {
        checkLength(profile.length);
        return IccBytes.of(profile).flatMap(IccColour::read);
    }

    private static Optional<IccColour> read(IccBytes icc) {
        Optional<CodePoints> codes = Optional.empty();
        Optional<IccBytes.Tag> tag = icc.tag("cicp");
        if (tag.isPresent()) {
            int at = tag.get().start();
            if (tag.get().length() != 12 || !icc.is(at, "cicp")) {
                return Optional.empty();
            }
            // Behind the codes: a matrix, which RGB has none of, and whether all levels are used.
            codes = Optional.of(new CodePoints(icc.u8(at + 8), icc.u8(at + 9)))
                    .filter(found -> icc.u8(at + 10) == 0 && icc.u8(at + 11) == 1 && found.areKnown());
        }
        if (isBroken(icc, "B2A0", "B2A1")) {
            return Optional.empty();
        }
        Optional<IccBytes.Tag> table = icc.tag("A2B0").or(() -> icc.tag("A2B1"));
        if (table.isPresent()) {
            Optional<IccColour> byTable = IccTable.read(icc, table.get()).map(read -> byTable(icc, read));
            return codes.isPresent() && byTable.isPresent() ? coded(icc, codes.get()) : byTable;
        }
        Optional<IccColour> byCurves = icc.isOfSpace("GRAY") ? gray(icc) : matrix(icc);
        return codes.isPresent() && byCurves.isPresent() ? coded(icc, codes.get()) : byCurves;
    }

    private static Optional<IccColour> coded(IccBytes icc, CodePoints codes) {
        return Optional.of(new IccColour(icc, codes.conversion()));
    }

    private static boolean isBroken(IccBytes icc, String first, String second) {
        Optional<IccBytes.Tag> tag = icc.tag(first).or(() -> icc.tag(second));
        return tag.isPresent() && !IccTable.isWholeInverse(icc, tag.get());
    }

    private static IccColour byTable(IccBytes icc, IccTable table) {
        int channels = icc.isOfSpace("GRAY") ? 1 : icc.isOfSpace("CMYK") ? 4 : 3;
        if (table.inputs().length != channels) {
            throw RefusedException.corrupt("The picture's ICC profile is for " + channels
                    + " channels and has a table for " + table.inputs().length);
        }
        return new IccColour(icc, Optional.of(new TableConversion(table, icc.isLab())));
    }

    private static Optional<IccColour> gray(IccBytes icc) {
        if (icc.isLab()) {
            return Optional.empty();
        }
        return curve(icc, "kTRC")
                .map(curve -> new IccColour(icc, MatrixConversion.of(curve, MatrixConversion.SrgbScreen.TO_XYZ_D50)));
    }

    private static Optional<IccColour> matrix(IccBytes icc) {
        ToneCurve[] curves = new ToneCurve[3];
        double[] toXyz = new double[9];
        String[] colours = {"r", "g", "b"};
        for (int c = 0; c < 3; c++) {
            Optional<ToneCurve> curve = curve(icc, colours[c] + "TRC");
            Optional<IccBytes.Tag> xyz =
                    icc.tag(colours[c] + "XYZ").filter(tag -> tag.length() >= 20 && icc.is(tag.start(), "XYZ "));
            if (curve.isEmpty() || xyz.isEmpty()) {
                return Optional.empty();
            }
            curves[c] = curve.get();
            for (int i = 0; i < 3; i++) {
                toXyz[3 * i + c] = icc.fixed(xyz.get().start() + 8 + 4 * i);
            }
        }
        return Optional.of(new IccColour(icc, MatrixConversion.of(curves, toXyz)));
    }

    private static Optional<ToneCurve> curve(IccBytes icc, String name) {
        return icc.tag(name)
                .flatMap(tag -> ToneCurve.IccCurves.read(icc, tag.start(), tag.end()))
                .map(ToneCurve.IccCurves.Read::curve);
    }

    /** The conversion for a picture; empty where the profile is for other samples, or changes next to nothing. */
    public Optional<ColourConversion> conversion(Samples samples) {
        boolean fits = switch (samples) {
            case CMYK -> icc.isOfSpace("CMYK") && conversion.orElse(null) instanceof TableConversion;
            case RGB -> !icc.isOfSpace("CMYK") && !icc.isOfSpace("GRAY");
            case GRAY -> !icc.isOfSpace("CMYK");
        };
        return fits ? conversion : Optional.empty();
    }
}
