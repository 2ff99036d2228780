package io.bulwark.imaging.gif;

import io.bulwark.imaging.ByteCursor;
import io.bulwark.imaging.RefusedException;
import io.bulwark.imaging.animation.Animation.AnimationFrame.Blend;
import io.bulwark.imaging.animation.Animation.AnimationFrame.Disposal;
import io.bulwark.imaging.animation.Animation.AnimationFrame.Placement;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Walks a GIF's blocks from frame to frame without decoding a pixel or keeping a frame (GIF89a). One thread uses it.
 */
final class GifBlocks {

    private static final int EXTENSION = 0x21;
    private static final int IMAGE = 0x2c;
    private static final int GRAPHIC_CONTROL = 0xf9;
    private static final int APPLICATION = 0xff;
    private static final int CONTROL_BYTES = 4;
    private static final byte[] NETSCAPE = "NETSCAPE2.0".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] ANIMEXTS = "ANIMEXTS1.0".getBytes(StandardCharsets.US_ASCII);

    private final byte[] file;
    private final ByteCursor in;
    private final int width;
    private final int height;
    private final int globalPalette;
    private final int globalEntries;
    private int transparent = -1;
    private int disposal;
    private int millis;
    private boolean endless;

    GifBlocks(byte[] file) {
        this.file = file;
        this.in = new ByteCursor(file, "GIF");
        in.skip(6);
        this.width = in.u16LittleEndian();
        this.height = in.u16LittleEndian();
        int flags = in.u8();
        in.skip(2);
        this.globalPalette = palette(flags);
        this.globalEntries = 2 << (flags & 7);
    }

    /** Columns of the screen, as the header has it. */
    int width() {
        return width;
    }

    /** Rows of the screen, as the header has it. */
    int height() {
        return height;
    }

    /** Whether a block that was walked over says that the animation is repeated for ever. */
    boolean endless() {
        return endless;
    }

    /** The next frame, null behind the last. */
    Frame next() {
        while (in.remaining() > 0) {
            int block = in.u8();
            if (block == EXTENSION) {
                extension();
            } else {
                // The trailer, or garbage in its place, where browsers stop as well.
                return block == IMAGE ? frame() : null;
            }
        }
        return null;
    }

    /** Offset of the palette that {@code flags} announces, -1 without one. */
    private int palette(int flags) {
        return (flags & 0x80) == 0 ? -1 : in.skip(3 * (2 << (flags & 7)));
    }

    private void extension() {
        int label = in.u8();
        if (label == GRAPHIC_CONTROL) {
            control();
        } else if (label == APPLICATION) {
            int size = in.u8();
            if (size == 0) {
                // The end of the block already: what follows is the next one, and not data of this.
                return;
            }
            int start = in.skip(size);
            boolean loops = isName(start, size, NETSCAPE) || isName(start, size, ANIMEXTS);
            // One sub-block: 1, and the number of repetitions, 0 for no end.
            if (loops && in.remaining() > 4 && file[start + size] == 3 && file[start + size + 1] == 1) {
                endless = file[start + size + 2] == 0 && file[start + size + 3] == 0;
            }
        }
        subBlocks();
    }

    private void control() {
        int size = in.u8();
        if (size != CONTROL_BYTES) {
            throw RefusedException.corrupt("GIF graphic control is " + size + " bytes long, allowed are "
                    + CONTROL_BYTES + ": browsers differ in where it ends");
        }
        int start = in.skip(size);
        int flags = file[start] & 0xff;
        disposal = flags >> 2 & 7;
        millis = 10 * (file[start + 1] & 0xff | (file[start + 2] & 0xff) << 8);
        transparent = (flags & 1) == 1 ? file[start + 3] & 0xff : -1;
    }

    private boolean isName(int start, int size, byte[] name) {
        return Arrays.equals(file, start, start + size, name, 0, name.length);
    }

    private Frame frame() {
        int left = in.u16LittleEndian();
        int top = in.u16LittleEndian();
        int frameWidth = in.u16LittleEndian();
        int frameHeight = in.u16LittleEndian();
        if (frameWidth == 0 || frameHeight == 0) {
            throw RefusedException.corrupt("GIF frame has " + frameWidth + "x" + frameHeight
                    + " pixels: some browsers show nothing of it and others fill the screen with it");
        }
        int flags = in.u8();
        int local = palette(flags);
        if (local < 0 && globalPalette < 0) {
            throw RefusedException.corrupt("GIF frame has no palette");
        }
        int minimumCodeSize = in.u8();
        int data = in.position();
        subBlocks();
        Frame frame = new Frame(
                new Placement(left, top, frameWidth, frameHeight, disposal(), millis),
                local >= 0 ? local : globalPalette,
                local >= 0 ? 2 << (flags & 7) : globalEntries,
                transparent,
                (flags & 0x40) != 0,
                minimumCodeSize,
                data);
        transparent = -1;
        disposal = 0;
        millis = 0;
        return frame;
    }

    private Disposal disposal() {
        return switch (disposal) {
            case 2 -> Disposal.CLEAR;
            // 4 by a misreading of the specification that browsers put up with.
            case 3, 4 -> Disposal.UNDO;
            default -> Disposal.KEEP;
        };
    }

    private void subBlocks() {
        int size = in.u8();
        while (size > 0) {
            in.skip(size);
            size = in.u8();
        }
    }

    /**
     * One frame of a GIF, undecoded.
     *
     * @param palette offset of its palette in the file, -1 without one
     * @param entries of that palette
     * @param transparent index of the transparent entry, -1 without one
     * @param interlaced whether its rows come in four passes
     * @param minimumCodeSize of its LZW data
     * @param data offset of its first sub-block
     */
    record Frame(
            Placement placement,
            int palette,
            int entries,
            int transparent,
            boolean interlaced,
            int minimumCodeSize,
            int data) {

        private static final int[] STARTS = {0, 4, 2, 1};
        private static final int[] STEPS = {8, 8, 4, 2};

        /** Without a transparent colour nothing of what is there is left. */
        Blend blend() {
            return transparent < 0 ? Blend.SOURCE : Blend.OVER;
        }

        int width() {
            return placement.width();
        }

        int height() {
            return placement.height();
        }

        /** Where a row of the picture stands among the rows of the data. */
        int storedRow(int row) {
            if (!interlaced) {
                return row;
            }
            int before = 0;
            for (int pass = 0; pass < STARTS.length; pass++) {
                int from = row - STARTS[pass];
                if (from >= 0 && from % STEPS[pass] == 0) {
                    return before + from / STEPS[pass];
                }
                before += Math.max(0, (height() - STARTS[pass] + STEPS[pass] - 1) / STEPS[pass]);
            }
            throw new IllegalStateException("Row " + row + " is in none of the four passes");
        }
    }
}
