package io.bulwark.imaging.png;

import io.bulwark.imaging.ByteCursor;
import io.bulwark.imaging.DecodeResult;
import io.bulwark.imaging.ExifOrientation;
import io.bulwark.imaging.ImageFormat;
import io.bulwark.imaging.PixelBudget.Lease;
import io.bulwark.imaging.Raster;
import io.bulwark.imaging.Raster.Mode;
import io.bulwark.imaging.RefusedException;
import io.bulwark.imaging.animation.AnimationDecoder;
import io.bulwark.imaging.animation.AnimationScan;
import java.util.List;
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

    private final Lease lease;
    private PngHeader header;
    private byte[] palette = new byte[0];
    private int[] colourKey = new int[0];
    private int orientation = 1;
    /** Frames that the animation control says there are, 0 for a still. */
    private int announcedFrames;

    private boolean endless;

    /** Offset of the first chunk of the picture that viewers without animation show, 0 until it is found. */
    private int data;

    public PngDecoder(Lease lease) {
        this.lease = lease;
    }

    public DecodeResult decode(byte[] file) {
        chunks(file);
        if (data == 0) {
            throw RefusedException.corrupt("PNG file ends without a picture");
        }
        Mode mode = header.mode(colourKey.length > 0);
        if (mode == Mode.P && palette.length == 0) {
            throw RefusedException.corrupt("PNG file has no palette");
        }
        PngPicture picture = new PngPicture(header, mode, colourKey, keyOrPalette(mode), orientation);
        if (announcedFrames > 0) {
            PngAnimation animation = new PngAnimation(file, picture, announcedFrames, endless);
            AnimationScan scan = AnimationScan.of("PNG", animation, lease);
            if (scan.frames() > 1) {
                return new AnimationDecoder("PNG", lease).decode(animation, scan, file);
            }
        }
        lease.reserveBytes("PNG", header.width(), header.height(), picture.bytes() + PngScanlines.bytes(header));
        Raster still = picture.read(file, data);
        return new DecodeResult.Decoded(ImageFormat.PNG.title(), List.of(still), List.of(0), 1);
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
                case PngChunks.IDAT -> {
                    check(file, start, length, checksum);
                    data = data == 0 ? start - 8 : data;
                }
                case PngChunks.ACTL -> {
                    check(file, start, length, checksum);
                    animationControl(new ByteCursor(file, "PNG", start, start + length));
                }
                case PngChunks.FCTL, PngChunks.FDAT -> {
                    if (announcedFrames > 0) {
                        check(file, start, length, checksum);
                    }
                }
                case EXIF -> orientation = ExifOrientation.of(file, start, start + length);
                case PngChunks.IEND -> {
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
