package io.bulwark.imaging.png;

import io.bulwark.imaging.ByteCursor;
import io.bulwark.imaging.Raster.ColourConversion;
import io.bulwark.imaging.RefusedException;
import io.bulwark.imaging.colour.IccColour;
import io.bulwark.imaging.colour.IccColour.Samples;
import io.bulwark.imaging.colour.Primaries;
import io.bulwark.imaging.colour.Primaries.CodePoints;
import io.bulwark.imaging.colour.Primaries.GammaColour;
import java.util.Optional;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * What a PNG says of its colours: cICP before iCCP before sRGB before gAMA with cHRM, as in Chromium. Of each chunk the
 * first counts that has the length it should have. Chunks come here in the order of the file, those with a wrong
 * checksum and those after the picture's data not at all.
 */
final class PngColour {

    private static final double PNG_UNIT = 100_000;

    /** Of a profile (PNG specification, 11.3.2.3). */
    private static final int LONGEST_NAME = 79;

    private static final int BUFFER = 1 << 12;

    private Optional<CodePoints> codes = Optional.empty();
    private boolean codesSeen;
    private Profile profile;
    private boolean profileSeen;
    private boolean srgb;
    private long gamma;
    private Optional<Primaries> primaries = Optional.empty();
    private Optional<ColourConversion> conversion;

    /** Where a profile lies in the file, and how long it is once it is inflated. */
    private record Profile(byte[] file, int start, int end, int length) {}

    /** A cICP chunk. Behind the palette it counts for nothing. */
    void codePoints(ByteCursor in) {
        if (codesSeen || in.remaining() != 4) {
            return;
        }
        codesSeen = true;
        CodePoints found = new CodePoints(in.u8(), in.u8());
        int matrix = in.u8();
        int fullRange = in.u8();
        if (matrix != 0 || fullRange > 1) {
            throw RefusedException.corrupt("PNG colour has the matrix " + matrix + " and the range " + fullRange
                    + ", allowed are matrix 0 and range 0 or 1");
        }
        codes = Optional.of(found).filter(codePoints -> fullRange == 1);
    }

    /** An iCCP chunk: a name, a zero, the method 0, and the profile in zlib's form. */
    void profile(byte[] file, int start, int length) {
        if (profile != null) {
            return;
        }
        if (profileSeen) {
            // Each could be a bomb.
            throw RefusedException.corrupt("PNG file holds a further profile behind one that cannot be read");
        }
        profileSeen = true;
        int end = start + length;
        int name = start;
        while (name < end && file[name] != 0) {
            name++;
        }
        if (name - start > LONGEST_NAME) {
            throw RefusedException.corrupt("PNG profile has a name of " + (name - start) + " letters, allowed are "
                    + LONGEST_NAME + ": browsers differ in whether it counts");
        }
        if (name > start && name + 2 <= end && file[name + 1] == 0) {
            int inflated = inflate(file, name + 2, end, new byte[0]);
            profile = inflated < 0 ? null : new Profile(file, name + 2, end, inflated);
        }
    }

    /** An sRGB chunk. */
    void srgb(ByteCursor in) {
        srgb |= in.remaining() == 1 && in.u8() <= 3;
    }

    /** A gAMA chunk. */
    void gamma(ByteCursor in) {
        if (gamma == 0 && in.remaining() == 4) {
            gamma = in.i32() & 0xffffffffL;
        }
    }

    /** A cHRM chunk. */
    void primaries(ByteCursor in) {
        if (primaries.isEmpty() && in.remaining() == 32) {
            double[] c = new double[8];
            for (int i = 0; i < 8; i++) {
                c[i] = in.i32() / PNG_UNIT;
            }
            primaries = Optional.of(new Primaries(c[0], c[1], c[2], c[3], c[4], c[5], c[6], c[7]));
        }
    }

    /**
     * Inflates a profile; at first only to see how long it is.
     *
     * @param into takes as much as it holds
     * @return how long it is, no further than one byte beyond {@link IccColour#LARGEST}; -1 for one that does not
     *     inflate to its end or whose checksum is wrong, which is none
     */
    private static int inflate(byte[] file, int start, int end, byte[] into) {
        Inflater inflater = new Inflater();
        try {
            inflater.setInput(file, start, end - start);
            byte[] rest = new byte[BUFFER];
            int length = 0;
            while (!inflater.finished() && length <= IccColour.LARGEST) {
                int room = into.length - length;
                int count = room > 0
                        ? inflater.inflate(into, length, room)
                        : inflater.inflate(rest, 0, Math.min(BUFFER, IccColour.LARGEST + 1 - length));
                if (count == 0 && !inflater.finished()) {
                    return -1;
                }
                length += count;
            }
            return length;
        } catch (DataFormatException e) {
            return -1;
        } finally {
            inflater.end();
        }
    }

    /** Heap that {@link #conversion} fills. */
    long bytes() {
        return profile == null ? 0 : IccColour.bytes(Math.min(profile.length(), IccColour.LARGEST));
    }

    /**
     * The conversion for the picture, made once; empty where there is none to make.
     *
     * @throws RefusedException where browsers differ, or the cost would be unbounded
     */
    Optional<ColourConversion> conversion(Samples samples) {
        if (conversion == null) {
            conversion = made(samples);
        }
        return conversion;
    }

    private Optional<IccColour> read() {
        if (profile == null) {
            return Optional.empty();
        }
        IccColour.checkLength(profile.length());
        byte[] whole = new byte[profile.length()];
        inflate(profile.file(), profile.start(), profile.end(), whole);
        return IccColour.read(whole);
    }

    private Optional<ColourConversion> made(Samples samples) {
        if (codes.isPresent() && codes.get().areKnown()) {
            return codes.get().conversion();
        }
        Optional<IccColour> icc = read();
        if (icc.isPresent()) {
            return icc.get().conversion(samples);
        }
        if (srgb || gamma == 0) {
            return Optional.empty();
        }
        return new GammaColour(gamma / PNG_UNIT, primaries).conversion();
    }
}
