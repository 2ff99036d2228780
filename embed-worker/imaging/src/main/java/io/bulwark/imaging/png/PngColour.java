package io.bulwark.imaging.png;

import io.bulwark.imaging.ByteCursor;
import io.bulwark.imaging.ColourConversion;
import io.bulwark.imaging.RefusedException;
import io.bulwark.imaging.colour.CodePoints;
import io.bulwark.imaging.colour.GammaColour;
import io.bulwark.imaging.colour.IccColour;
import io.bulwark.imaging.colour.IccColour.Samples;
import io.bulwark.imaging.colour.Primaries;
import java.util.Arrays;
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

    /** Growing from this on costs no more than a typical profile. */
    private static final int FIRST_PROFILE_BYTES = 1 << 12;

    private Optional<CodePoints> codes = Optional.empty();
    private boolean codesSeen;
    private Optional<byte[]> profile = Optional.empty();
    private boolean profileSeen;
    private boolean srgb;
    private long gamma;
    private Optional<Primaries> primaries = Optional.empty();

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
        if (profile.isPresent()) {
            return;
        }
        if (profileSeen) {
            // Each could be a bomb of its own.
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
            profile = inflate(file, name + 2, end);
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

    /** A profile that does not inflate to its end is none; neither is one whose checksum is wrong. */
    private static Optional<byte[]> inflate(byte[] file, int start, int end) {
        Inflater inflater = new Inflater();
        try {
            inflater.setInput(file, start, end - start);
            byte[] inflated = new byte[FIRST_PROFILE_BYTES];
            int length = 0;
            // One byte more than is allowed suffices for the refusal.
            while (!inflater.finished() && length <= IccColour.LARGEST) {
                if (length == inflated.length) {
                    inflated = Arrays.copyOf(inflated, Math.min(4 * length, IccColour.LARGEST + 1));
                }
                int count = inflater.inflate(inflated, length, inflated.length - length);
                if (count == 0 && !inflater.finished()) {
                    return Optional.empty();
                }
                length += count;
            }
            return Optional.of(Arrays.copyOf(inflated, length));
        } catch (DataFormatException e) {
            return Optional.empty();
        } finally {
            inflater.end();
        }
    }

    /**
     * The conversion for the picture; empty where there is none to make.
     *
     * @throws RefusedException where browsers differ, or the cost would be unbounded
     */
    Optional<ColourConversion> conversion(Samples samples) {
        if (codes.isPresent() && codes.get().areKnown()) {
            return codes.get().conversion();
        }
        Optional<IccColour> icc = profile.flatMap(IccColour::read);
        if (icc.isPresent()) {
            return icc.get().conversion(samples);
        }
        if (srgb || gamma == 0) {
            return Optional.empty();
        }
        return new GammaColour(gamma / PNG_UNIT, primaries).conversion();
    }
}
