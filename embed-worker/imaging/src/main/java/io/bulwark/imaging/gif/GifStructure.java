package io.bulwark.imaging.gif;

import io.bulwark.imaging.ByteCursor;
import io.bulwark.imaging.RefusedException;
import java.util.ArrayList;
import java.util.List;

/**
 * A GIF's blocks, walked without decoding a pixel.
 *
 * @param width of the screen on which frames are drawn
 * @param height of that screen
 * @param frames in the order of the file
 */
record GifStructure(int width, int height, List<Frame> frames) {

    /**
     * One frame.
     *
     * @param palette {@code [entries, 4]} RGBA, the transparent entry with alpha 0
     * @param transparent index of the transparent entry, -1 without one
     * @param disposal what happens to it before the next one: 2 cleared, 3 undone, else kept
     * @param minimumCodeSize of its LZW data
     * @param data offset of its first sub-block
     */
    record Frame(
            int left,
            int top,
            int width,
            int height,
            boolean interlaced,
            byte[] palette,
            int transparent,
            int disposal,
            int minimumCodeSize,
            int data) {

        boolean covers(int screenWidth, int screenHeight) {
            return left == 0 && top == 0 && width >= screenWidth && height >= screenHeight;
        }
    }

    static GifStructure parse(byte[] file) {
        return new Parser(file).parse();
    }

    private static final class Parser {

        private final byte[] file;
        private final ByteCursor in;
        private final List<Frame> frames = new ArrayList<>();
        private int transparent = -1;
        private int disposal;

        Parser(byte[] file) {
            this.file = file;
            this.in = new ByteCursor(file, "GIF");
        }

        GifStructure parse() {
            in.skip(6);
            int width = in.u16LittleEndian();
            int height = in.u16LittleEndian();
            int flags = in.u8();
            in.skip(2);
            int globalPalette = palette(flags);
            int globalEntries = 2 << (flags & 7);
            while (in.remaining() > 0) {
                int block = in.u8();
                if (block == 0x21) {
                    extension();
                } else if (block == 0x2c) {
                    frame(globalPalette, globalEntries);
                } else if (block != 0) {
                    // The trailer, or garbage in its place, where viewers stop as well.
                    break;
                }
            }
            return finish(width, height);
        }

        private GifStructure finish(int width, int height) {
            if (frames.isEmpty()) {
                throw RefusedException.corrupt("GIF file ends without a picture");
            }
            // A screen smaller than its first frame is a common slip; viewers enlarge it.
            Frame frame = frames.get(0);
            return new GifStructure(
                    Math.max(width, frame.left() + frame.width()),
                    Math.max(height, frame.top() + frame.height()),
                    List.copyOf(frames));
        }

        /** Offset of the palette that {@code flags} announces, -1 without one. */
        private int palette(int flags) {
            return (flags & 0x80) == 0 ? -1 : in.skip(3 * (2 << (flags & 7)));
        }

        private void extension() {
            int label = in.u8();
            if (label == 0xf9) {
                int size = in.u8();
                int start = in.skip(size);
                if (size >= 4) {
                    int flags = file[start] & 0xff;
                    disposal = flags >> 2 & 7;
                    transparent = (flags & 1) == 1 ? file[start + 3] & 0xff : -1;
                }
            }
            subBlocks();
        }

        private void frame(int globalPalette, int globalEntries) {
            int left = in.u16LittleEndian();
            int top = in.u16LittleEndian();
            int width = in.u16LittleEndian();
            int height = in.u16LittleEndian();
            int flags = in.u8();
            int local = palette(flags);
            byte[] colours = local >= 0
                    ? colours(local, 2 << (flags & 7))
                    : globalPalette >= 0 ? colours(globalPalette, globalEntries) : new byte[0];
            boolean interlaced = (flags & 0x40) != 0;
            int minimumCodeSize = in.u8();
            int data = in.position();
            subBlocks();
            if (width > 0 && height > 0) {
                frames.add(new Frame(
                        left, top, width, height, interlaced, colours, transparent, disposal, minimumCodeSize, data));
            }
            transparent = -1;
            disposal = 0;
        }

        private byte[] colours(int start, int entries) {
            byte[] rgba = new byte[entries * 4];
            for (int i = 0; i < entries; i++) {
                System.arraycopy(file, start + 3 * i, rgba, 4 * i, 3);
                rgba[4 * i + 3] = (byte) (i == transparent ? 0 : 255);
            }
            return rgba;
        }

        private void subBlocks() {
            int size = in.u8();
            while (size > 0) {
                in.skip(size);
                size = in.u8();
            }
        }
    }
}
