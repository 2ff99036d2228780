package io.bulwark.perception.image;

import io.bulwark.perception.image.PixelBudget.Lease;
import io.bulwark.perception.image.Raster.Mode;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;

/**
 * PNG straight into Pillow's modes (PNG specification, third edition). The JDK's reader gives other modes, drops
 * colour keys and keeps several copies of a large picture; this one holds the picture and two rows.
 */
final class PngDecoder {

    private static final int IHDR = 0x49484452;
    private static final int PLTE = 0x504c5445;
    private static final int TRNS = 0x74524e53;
    private static final int IDAT = 0x49444154;
    private static final int IEND = 0x49454e44;
    private static final int EXIF = 0x65584966;

    private final Lease lease;
    private PngHeader header;
    private byte[] palette = new byte[0];
    private int[] colourKey = new int[0];
    private int orientation = 1;

    PngDecoder(Lease lease) {
        this.lease = lease;
    }

    DecodeResult decode(byte[] file) {
        List<PngInflater.Span> data = chunks(file);
        if (header == null || data.isEmpty()) {
            throw RefusedException.corrupt("PNG file ends without a picture");
        }
        Mode mode = header.mode(colourKey.length > 0);
        if (mode == Mode.P && palette.length == 0) {
            throw RefusedException.corrupt("PNG file has no palette");
        }
        lease.reserve("PNG", header.width(), header.height(), mode.bytesPerPixel());
        byte[] samples = new byte[header.width() * header.height() * mode.bytesPerPixel()];
        PngSamples target = new PngSamples(header, mode, colourKey, samples);
        try (PngInflater rows = new PngInflater(file, data)) {
            new PngScanlines(header).read(rows, target);
        }
        return new DecodeResult.Decoded(
                ImageFormat.PNG.title(),
                List.of(new Raster(mode, header.width(), header.height(), samples, keyOrPalette(mode), orientation)),
                List.of(0),
                1);
    }

    private List<PngInflater.Span> chunks(byte[] file) {
        List<PngInflater.Span> data = new ArrayList<>();
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
                    data.add(new PngInflater.Span(start, length));
                }
                case EXIF -> orientation = ExifOrientation.of(file, start, start + length);
                case IEND -> {
                    return data;
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
