package io.bulwark.imaging.png;

import io.bulwark.imaging.ByteCursor;
import io.bulwark.imaging.DecodeResult;
import io.bulwark.imaging.ExifOrientation;
import io.bulwark.imaging.FrameChoice;
import io.bulwark.imaging.ImageFormat;
import io.bulwark.imaging.PixelBudget.Lease;
import io.bulwark.imaging.Raster;
import io.bulwark.imaging.Raster.Mode;
import io.bulwark.imaging.RefusedException;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;

/**
 * PNG straight into Pillow's modes (PNG specification, third edition). The JDK's reader gives other modes, drops
 * colour keys and keeps several copies of a large picture; this one holds the picture and two rows. Of an animation
 * evenly spaced frames are taken as they are stored, not composed.
 */
public final class PngDecoder {

    private static final int IHDR = 0x49484452;
    private static final int PLTE = 0x504c5445;
    private static final int TRNS = 0x74524e53;
    private static final int IDAT = 0x49444154;
    private static final int IEND = 0x49454e44;
    private static final int EXIF = 0x65584966;
    private static final int ACTL = 0x6163544c;
    private static final int FCTL = 0x6663544c;
    private static final int FDAT = 0x66644154;

    /** A picture and where its data lies; the first is what viewers without animation show. */
    private record Frame(PngHeader header, List<PngInflater.Span> data) {}

    private final Lease lease;
    private PngHeader header;
    private byte[] palette = new byte[0];
    private int[] colourKey = new int[0];
    private int orientation = 1;
    private boolean animated;
    private final List<Frame> frames = new ArrayList<>();

    public PngDecoder(Lease lease) {
        this.lease = lease;
    }

    public DecodeResult decode(byte[] file) {
        chunks(file);
        frames.removeIf(frame -> frame.data().isEmpty());
        if (frames.isEmpty()) {
            throw RefusedException.corrupt("PNG file ends without a picture");
        }
        Mode mode = header.mode(colourKey.length > 0);
        if (mode == Mode.P && palette.length == 0) {
            throw RefusedException.corrupt("PNG file has no palette");
        }
        long pixels = (long) header.width() * header.height();
        List<Integer> chosen = FrameChoice.choose(lease, frames.size(), pixels, 0, mode.bytesPerPixel());
        lease.reserve("PNG", header.width(), header.height(), mode.bytesPerPixel() * chosen.size());
        List<Raster> pictures = new ArrayList<>();
        for (int number : chosen) {
            pictures.add(picture(file, frames.get(number), mode));
        }
        return new DecodeResult.Decoded(ImageFormat.PNG.title(), pictures, chosen, frames.size());
    }

    private Raster picture(byte[] file, Frame frame, Mode mode) {
        int width = frame.header().width();
        int height = frame.header().height();
        byte[] samples = new byte[width * height * mode.bytesPerPixel()];
        try (PngInflater rows = new PngInflater(file, frame.data())) {
            new PngScanlines(frame.header()).read(rows, new PngSamples(frame.header(), mode, colourKey, samples));
        }
        return new Raster(mode, width, height, samples, keyOrPalette(mode), orientation);
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
            switch (type) {
                case IHDR -> {
                    check(file, start, length, checksum);
                    header(new ByteCursor(file, "PNG", start, start + length));
                }
                case PLTE -> {
                    check(file, start, length, checksum);
                    palette(file, start, length);
                }
                case TRNS -> transparency(file, start, length);
                case IDAT -> {
                    check(file, start, length, checksum);
                    frames.get(0).data().add(new PngInflater.Span(start, length));
                }
                case ACTL -> animated |= frames.get(0).data().isEmpty();
                case FCTL -> frameHeader(new ByteCursor(file, "PNG", start, start + length));
                case FDAT -> {
                    // A sequence number stands before the data.
                    if (length >= 4 && frames.size() > 1) {
                        frames.get(frames.size() - 1).data().add(new PngInflater.Span(start + 4, length - 4));
                    }
                }
                case EXIF -> orientation = ExifOrientation.of(file, start, start + length);
                case IEND -> {
                    return;
                }
                default -> {}
            }
        }
        throw in.truncated();
    }

    private static void check(byte[] file, int start, int length, int checksum) {
        CRC32 crc = new CRC32();
        crc.update(file, start - 4, length + 4);
        if ((int) crc.getValue() != checksum) {
            throw RefusedException.corrupt("PNG chunk has a wrong checksum");
        }
    }

    private void header(ByteCursor in) {
        if (header != null) {
            throw RefusedException.corrupt("PNG file holds two headers");
        }
        header = PngHeader.parse(in);
        lease.checkPixels("PNG", header.width(), header.height());
        frames.add(new Frame(header, new ArrayList<>()));
    }

    /** Begins a further frame; before the first picture's data it describes that one. */
    private void frameHeader(ByteCursor in) {
        if (animated && !frames.get(0).data().isEmpty()) {
            in.skip(4);
            int width = in.i32();
            int height = in.i32();
            frames.add(new Frame(header.resized(width, height), new ArrayList<>()));
        }
    }

    private void palette(byte[] file, int start, int length) {
        int entries = length / 3;
        if (length % 3 != 0 || entries == 0 || entries > 256) {
            throw RefusedException.corrupt("PNG palette is " + length + " bytes long");
        }
        palette = new byte[entries * 4];
        for (int i = 0; i < entries; i++) {
            System.arraycopy(file, start + 3 * i, palette, 4 * i, 3);
            palette[4 * i + 3] = (byte) 255;
        }
    }

    private void transparency(byte[] file, int start, int length) {
        switch (header.colourType()) {
            case 0, 2 -> {
                ByteCursor in = new ByteCursor(file, "PNG", start, start + length);
                colourKey = new int[header.channels()];
                for (int i = 0; i < colourKey.length; i++) {
                    colourKey[i] = in.u16();
                }
            }
            case 3 -> {
                for (int i = 0; i < length && 4 * i < palette.length; i++) {
                    palette[4 * i + 3] = file[start + i];
                }
            }
            default -> {}
        }
    }

    /** What {@link Raster#palette()} holds: the palette, or the colour key in the samples' own representation. */
    private byte[] keyOrPalette(Mode mode) {
        if (mode == Mode.P) {
            return palette;
        }
        if (colourKey.length == 0) {
            return new byte[0];
        }
        int first = colourKey[0];
        return switch (mode) {
            case BILEVEL -> new byte[] {(byte) (first == 0 ? 0 : 255), 0, 0, 0};
            case L -> new byte[] {(byte) (first * (255 / ((1 << header.bitDepth()) - 1))), 0, 0, 0};
            case I16 -> new byte[] {(byte) first, (byte) (first >> 8), 0, 0};
            case RGB -> new byte[] {(byte) first, (byte) colourKey[1], (byte) colourKey[2], 0};
            default -> new byte[0];
        };
    }
}
