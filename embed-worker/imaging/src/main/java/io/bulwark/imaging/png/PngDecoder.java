package io.bulwark.imaging.png;

import io.bulwark.imaging.ByteCursor;
import io.bulwark.imaging.DecodeResult;
import io.bulwark.imaging.ExifOrientation;
import io.bulwark.imaging.ImageFormat;
import io.bulwark.imaging.PixelBudget.Lease;
import io.bulwark.imaging.Raster;
import io.bulwark.imaging.Raster.ColourConversion;
import io.bulwark.imaging.Raster.Mode;
import io.bulwark.imaging.RefusedException;
import io.bulwark.imaging.animation.Animation;
import io.bulwark.imaging.animation.AnimationDecoder;
import io.bulwark.imaging.colour.IccColour.Samples;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * PNG straight into Pillow's modes (PNG specification, third edition). The JDK's reader gives other modes, drops
 * colour keys and keeps several copies of a large picture; this one holds the picture and two rows.
 */
public final class PngDecoder {

    private static final int IHDR = 0x49484452;
    private static final int PLTE = 0x504c5445;
    private static final int TRNS = 0x74524e53;
    private static final int EXIF = 0x65584966;
    private static final int CICP = 0x63494350;
    private static final int ICCP = 0x69434350;
    private static final int SRGB = 0x73524742;
    private static final int GAMA = 0x67414d41;
    private static final int CHRM = 0x6348524d;

    /** Set in the first letter of chunks that a picture can be seen without. */
    private static final int ANCILLARY = 1 << 29;

    private final Lease lease;
    private PngHeader header;
    private PngPalette palette;
    private final PngColour colour = new PngColour();
    private int orientation = 1;
    private boolean exifSeen;
    /** Frames that the animation control says there are, 0 for a still. */
    private int announcedFrames;

    private boolean endless;

    /** Offset of the first chunk of the picture that viewers without animation show, 0 until it is found. */
    private int data;

    private boolean dataEnded;

    public PngDecoder(Lease lease) {
        this.lease = lease;
    }

    public DecodeResult decode(byte[] file) {
        chunks(file);
        if (data == 0) {
            throw RefusedException.corrupt("PNG file ends without a picture");
        }
        Mode mode = header.mode(palette.colourKey().length > 0);
        if (mode == Mode.P && palette.entries().length == 0) {
            throw RefusedException.corrupt("PNG file has no palette");
        }
        Picture picture = new Picture(header, mode, palette, palette.keyOrPalette(mode), orientation, colour);
        if (announcedFrames > 0) {
            PngAnimation animation = new PngAnimation(file, picture, announcedFrames, endless);
            Animation.Scan scan = Animation.Scan.of("PNG", animation, lease);
            if (scan.frames() > 1) {
                return new AnimationDecoder("PNG", lease).decode(animation, scan, file);
            }
        }
        lease.reserveBytes(
                "PNG", header.width(), header.height(), picture.bytes() + PngRows.bytes(header) + colour.bytes());
        // Colours that are refused are so before pixels are read.
        picture.conversion();
        byte[] samples = new byte[(int) picture.bytes()];
        picture.read(file, data, 0, header, samples);
        return DecodeResult.Decoded.still(ImageFormat.PNG.title(), picture.raster(samples));
    }

    private void chunks(byte[] file) {
        ByteCursor in = new ByteCursor(file, "PNG");
        in.skip(8);
        while (in.remaining() > 0) {
            int length = in.i32();
            int type = in.i32();
            if (header == null && type != IHDR) {
                throw RefusedException.corrupt("PNG file does not begin with its header");
            }
            int start = in.skip(length);
            int checksum = in.i32();
            if (type == PngRows.IEND) {
                return;
            }
            if (isRight(file, start, length, checksum)) {
                chunk(file, type, start, length);
            } else if ((type & ANCILLARY) == 0 || announcedFrames > 0 && isOfFrame(type)) {
                throw RefusedException.corrupt("PNG chunk has a wrong checksum");
            }
            dataEnded |= type != PngRows.IDAT && data > 0;
        }
        throw in.truncated();
    }

    private static boolean isRight(byte[] file, int start, int length, int checksum) {
        CRC32 crc = new CRC32();
        crc.update(file, start - 4, length + 4);
        return (int) crc.getValue() == checksum;
    }

    private static boolean isOfFrame(int type) {
        return type == PngRows.FCTL || type == PngRows.FDAT;
    }

    private void chunk(byte[] file, int type, int start, int length) {
        switch (type) {
            case IHDR -> header(new ByteCursor(file, "PNG", start, start + length));
            case PngRows.IDAT -> {
                if (dataEnded) {
                    throw RefusedException.corrupt(
                            "PNG picture's data is interrupted by other chunks, behind which some"
                                    + " browsers show nothing of it");
                }
                data = data == 0 ? start - 8 : data;
            }
            case PngRows.ACTL -> animationControl(new ByteCursor(file, "PNG", start, start + length));
            default -> {
                if (data == 0) {
                    description(file, type, start, length);
                } else if ((type & ANCILLARY) == 0 && type != PLTE) {
                    throw unknown();
                }
            }
        }
    }

    /** What has to stand before the picture's data; behind it browsers do not look at it. */
    private void description(byte[] file, int type, int start, int length) {
        ByteCursor in = new ByteCursor(file, "PNG", start, start + length);
        switch (type) {
            case PLTE -> palette.palette(file, start, length);
            case TRNS -> palette.transparency(file, start, length);
            case CICP -> {
                if (!palette.isSeen()) {
                    colour.codePoints(in);
                }
            }
            case ICCP -> colour.profile(file, start, length);
            case SRGB -> colour.srgb(in);
            case GAMA -> colour.gamma(in);
            case CHRM -> colour.primaries(in);
            case EXIF -> {
                if (!exifSeen) {
                    exifSeen = true;
                    orientation = ExifOrientation.of(file, start, start + length);
                }
            }
            default -> {
                if ((type & ANCILLARY) == 0) {
                    throw unknown();
                }
            }
        }
    }

    private static RefusedException unknown() {
        return RefusedException.corrupt("PNG file holds an unknown chunk without which it cannot be shown");
    }

    private void header(ByteCursor in) {
        if (header != null) {
            throw RefusedException.corrupt("PNG file holds two headers");
        }
        header = PngHeader.parse(in);
        palette = new PngPalette(header);
        lease.checkPixels("PNG", header.width(), header.height());
    }

    /** Browsers take no notice of one behind the picture, and show no more frames than it says. */
    private void animationControl(ByteCursor in) {
        if (data > 0) {
            return;
        }
        if (announcedFrames > 0) {
            throw RefusedException.corrupt("PNG file holds two animation controls");
        }
        announcedFrames = Math.max(0, in.i32());
        endless = in.i32() == 0;
    }

    /**
     * How a PNG's data becomes a picture.
     *
     * @param colours palette and transparent colour as the file has them
     * @param palette what {@link Raster#palette()} holds
     * @param colour what the file says of its colours
     */
    record Picture(PngHeader header, Mode mode, PngPalette colours, byte[] palette, int orientation, PngColour colour) {

        /** How the samples become sRGB; takes {@link PngColour#bytes} of heap the first time. */
        Optional<ColourConversion> conversion() {
            return colour.conversion(header.isGray() ? Samples.GRAY : Samples.RGB);
        }

        /** Bytes of the picture's samples. */
        long bytes() {
            return (long) header.width() * header.height() * mode.bytesPerPixel();
        }

        /**
         * Reads a picture or a part of it that is stored like it.
         *
         * @param data offset of its first data chunk
         * @param skipped bytes before the data in each chunk
         * @param frame its size
         * @param samples filled from the beginning
         */
        void read(byte[] file, int data, int skipped, PngHeader frame, byte[] samples) {
            try (PngRows rows = new PngRows(file, data, skipped, frame, mode, colours, samples)) {
                rows.read();
            }
        }

        /** The whole picture of these samples. */
        Raster raster(byte[] samples) {
            return new Raster(mode, header.width(), header.height(), samples, palette, orientation, conversion());
        }
    }
}
