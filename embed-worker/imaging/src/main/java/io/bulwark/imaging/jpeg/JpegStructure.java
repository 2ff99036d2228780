package io.bulwark.imaging.jpeg;

import io.bulwark.imaging.ByteCursor;
import io.bulwark.imaging.ExifOrientation;
import io.bulwark.imaging.Raster.ColourConversion;
import io.bulwark.imaging.Raster.Mode;
import io.bulwark.imaging.RefusedException;
import io.bulwark.imaging.colour.IccColour;
import io.bulwark.imaging.colour.IccColour.Samples;
import io.bulwark.imaging.jpeg.JpegScans.JpegEssence;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * The markers of a JPEG file, walked before a decoder sees it: dimensions, colour model, orientation, and whether the
 * file reaches its end.
 *
 * @param colour what the components mean, by libjpeg's rule
 * @param orientation EXIF orientation, 1 to 8
 * @param coefficientsHeld whether the whole picture's coefficients are held while decoding
 * @param parts of the ICC profile before the first scan
 * @param body what the essence is made of
 */
record JpegStructure(
        int width,
        int height,
        Colour colour,
        int orientation,
        boolean coefficientsHeld,
        JpegProfile parts,
        JpegEssence body) {

    /** Component meanings. */
    enum Colour {
        GRAY(Mode.L, Samples.GRAY),
        RGB(Mode.RGB, Samples.RGB),
        YCBCR(Mode.RGB, Samples.RGB),
        CMYK(Mode.CMYK, Samples.CMYK),
        YCCK(Mode.CMYK, Samples.CMYK);

        private final Mode mode;
        private final Samples samples;

        Colour(Mode mode, Samples samples) {
            this.mode = mode;
            this.samples = samples;
        }
    }

    /** The least that libjpeg takes for a marker of JFIF, or of Adobe. */
    private static final int JFIF_LENGTH = 14;

    private static final int ADOBE_LENGTH = 12;

    /** The ICC profile, put together; empty where there is none or a part of it is missing. */
    Optional<byte[]> profile() {
        return parts.whole();
    }

    /** Of the decoded picture. */
    Mode mode() {
        return colour.mode;
    }

    /** What a decoder is given, put together. */
    byte[] essence() {
        return body.bytes(colour);
    }

    /** Heap of the essence, and of the profile and what converts by it. */
    long bytes() {
        return body.length(colour) + IccColour.bytes(Math.min(parts.length(), IccColour.LARGEST));
    }

    /** How the samples become sRGB; empty where they are, or count as, sRGB. */
    Optional<ColourConversion> conversion() {
        IccColour.checkLength(parts.length());
        return profile().flatMap(IccColour::read).flatMap(icc -> icc.conversion(colour.samples));
    }

    static JpegStructure parse(byte[] file) {
        return new Parser(file).parse();
    }

    private static final class Parser {

        private final byte[] file;
        private final ByteCursor in;
        private final JpegEssence essence;
        private boolean jfif;
        private int adobeTransform = -1;
        private final JpegProfile profile = new JpegProfile();
        private boolean exifSeen;
        private int orientation = 1;
        private int width;
        private int height;
        private int[] components = {};
        private JpegScans scans;

        Parser(byte[] file) {
            this.file = file;
            this.in = new ByteCursor(file, "JPEG");
            this.essence = new JpegEssence(file);
        }

        JpegStructure parse() {
            in.skip(2);
            for (int marker = nextMarker(); marker != 0xd9; marker = nextMarker()) {
                segment(marker);
            }
            if (scans == null || scans.count() == 0) {
                throw RefusedException.corrupt("JPEG file ends without a picture");
            }
            Colour colour = colour();
            return new JpegStructure(width, height, colour, orientation, scans.coefficientsAreHeld(), profile, essence);
        }

        /** Skips to the next marker, over fill bytes and over garbage as libjpeg does. */
        private int nextMarker() {
            while (true) {
                int b = in.u8();
                if (b == 0xff) {
                    do {
                        b = in.u8();
                    } while (b == 0xff);
                    if (b != 0) {
                        return b;
                    }
                }
            }
        }

        private void segment(int marker) {
            if (marker == 0x01 || marker >= 0xd0 && marker <= 0xd7) {
                return;
            }
            if (marker == 0xd8) {
                throw RefusedException.corrupt("JPEG file begins a second time before its end");
            }
            int length = in.u16() - 2;
            int start = in.skip(length);
            switch (marker) {
                case 0xc0, 0xc1, 0xc2 -> frame(marker, start, length);
                case 0xc3, 0xc5, 0xc6, 0xc7, 0xc9, 0xca, 0xcb, 0xcd, 0xce, 0xcf ->
                    throw RefusedException.unsupported(
                            "The file is a lossless, hierarchical or arithmetic-coded JPEG, allowed are baseline and"
                                    + " progressive");
                default -> {
                    if (scans == null || scans.count() == 0) {
                        application(marker, start, length);
                    }
                }
            }
            boolean application = marker >= 0xe0 && marker <= 0xef || marker == 0xfe;
            if (!application) {
                essence.keep(start - 4, start + length);
            }
            if (marker == 0xda) {
                scan(start, length);
            }
        }

        /** What stands behind the first scan comes too late for libjpeg's decisions and for browsers. */
        private void application(int marker, int start, int length) {
            switch (marker) {
                case 0xe0 -> jfif |= starts(start, length, "JFIF\0") && length >= JFIF_LENGTH;
                case 0xe1 -> exif(start, length);
                case 0xe2 -> {
                    if (starts(start, length, "ICC_PROFILE\0")) {
                        profile.add(file, start, length);
                    }
                }
                case 0xee -> {
                    if (starts(start, length, "Adobe") && length >= ADOBE_LENGTH) {
                        adobeTransform = file[start + ADOBE_LENGTH - 1] & 0xff;
                    }
                }
                default -> {}
            }
        }

        private void frame(int marker, int start, int length) {
            if (components.length > 0) {
                throw RefusedException.corrupt("JPEG file holds two frame headers");
            }
            ByteCursor header = new ByteCursor(file, "JPEG", start, start + length);
            int precision = header.u8();
            if (precision != 8) {
                throw RefusedException.unsupported("The file is a JPEG of " + precision + " bits, allowed are 8");
            }
            height = header.u16();
            width = header.u16();
            if (width == 0 || height == 0) {
                throw RefusedException.corrupt("JPEG header says " + width + "x" + height + " pixels");
            }
            int count = header.u8();
            if (count != 1 && count != 3 && count != 4) {
                throw RefusedException.unsupported(
                        "The file is a JPEG of " + count + " components, allowed are 1, 3 and 4");
            }
            components = new int[count];
            int[] factors = new int[count];
            for (int i = 0; i < count; i++) {
                components[i] = header.u8();
                factors[i] = header.u8();
                header.skip(1);
            }
            scans = new JpegScans(width, height, components, factors, marker == 0xc2);
        }

        private void exif(int start, int length) {
            if (starts(start, length, "Exif\0") && !exifSeen) {
                exifSeen = true;
                orientation = ExifOrientation.of(file, start + 6, start + length);
            }
        }

        /** Keeps entropy-coded data up to the marker that ends it. */
        private void scan(int header, int length) {
            if (scans == null) {
                throw RefusedException.corrupt("JPEG file holds a scan before its frame header");
            }
            scans.add(new ByteCursor(file, "JPEG", header, header + length));
            int start = in.position();
            int at = start;
            while (true) {
                while (at < file.length && file[at] != (byte) 0xff) {
                    at++;
                }
                if (at + 1 >= file.length) {
                    throw in.truncated();
                }
                int next = file[at + 1] & 0xff;
                if (next == 0xff) {
                    at++;
                } else if (next == 0 || next >= 0xd0 && next <= 0xd7) {
                    at += 2;
                } else {
                    break;
                }
            }
            essence.keep(start, at);
            in.skip(at - start);
        }

        /** libjpeg's default_decompress_parms. */
        private Colour colour() {
            return switch (components.length) {
                case 1 -> Colour.GRAY;
                case 3 -> {
                    if (jfif) {
                        yield Colour.YCBCR;
                    }
                    if (adobeTransform >= 0) {
                        yield adobeTransform == 0 ? Colour.RGB : Colour.YCBCR;
                    }
                    yield Arrays.equals(components, new int[] {'R', 'G', 'B'}) ? Colour.RGB : Colour.YCBCR;
                }
                default -> adobeTransform > 0 ? Colour.YCCK : Colour.CMYK;
            };
        }

        private boolean starts(int start, int length, String magic) {
            byte[] wanted = magic.getBytes(StandardCharsets.ISO_8859_1);
            return length >= wanted.length
                    && Arrays.equals(file, start, start + wanted.length, wanted, 0, wanted.length);
        }
    }

    /**
     * An ICC profile in the parts that a JPEG file holds it in (ICC.1:2022, annex B.4): each says its number, from 1,
     * and how many there are. The first profile that is whole counts, in whatever order its parts come; one part that
     * does not fit the others, and there is none.
     */
    static final class JpegProfile {

        private static final int PREFIX = 14;

        private record Part(byte[] file, int start, int length) {}

        private Part[] parts = {};
        private int missing;
        private boolean isBroken;

        /** A segment that begins with {@code ICC_PROFILE}. */
        void add(byte[] file, int start, int length) {
            if (isBroken || parts.length > 0 && missing == 0) {
                return;
            }
            if (length <= PREFIX) {
                isBroken = true;
                return;
            }
            int number = file[start + PREFIX - 2] & 0xff;
            int count = file[start + PREFIX - 1] & 0xff;
            if (parts.length == 0) {
                parts = new Part[count];
                missing = count;
            }
            isBroken = count != parts.length || number < 1 || number > count || parts[number - 1] != null;
            if (!isBroken) {
                parts[number - 1] = new Part(file, start + PREFIX, length - PREFIX);
                missing--;
            }
        }

        /** Bytes of the whole profile; 0 where there is none. */
        int length() {
            int length = 0;
            if (!isBroken && missing == 0) {
                for (Part part : parts) {
                    length += part.length();
                }
            }
            return length;
        }

        /** The profile in a new array: {@link #length} bytes of heap. Empty where there is none. */
        Optional<byte[]> whole() {
            byte[] whole = new byte[length()];
            int at = 0;
            for (int i = 0; at < whole.length; i++) {
                System.arraycopy(parts[i].file(), parts[i].start(), whole, at, parts[i].length());
                at += parts[i].length();
            }
            return Optional.of(whole).filter(profile -> profile.length > 0);
        }
    }
}
