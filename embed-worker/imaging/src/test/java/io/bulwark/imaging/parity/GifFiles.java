package io.bulwark.imaging.parity;

import io.bulwark.imaging.HostileImages;
import io.bulwark.imaging.gif.GifWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** GIF: disposal, transparency, palettes, interlacing, the screen and what lies outside it, damage. */
final class GifFiles {

    private static final int WIDTH = 24;
    private static final int HEIGHT = 18;
    private static final int NONE = -1;
    private static final byte[] OTHER_COLOURS = {
        (byte) 200, 100, 0, 0, (byte) 200, 100, 100, 0, (byte) 200, (byte) 250, (byte) 250, 20
    };

    private GifFiles() {}

    static List<ParityFile> all() {
        List<ParityFile> files = new ArrayList<>();
        stills(files);
        disposals(files);
        screens(files);
        damage(files);
        extensions(files);
        return files;
    }

    /** Blocks at whose end a reader may lose its way. */
    private static void extensions(List<ParityFile> files) {
        byte[] picture = stripes(WIDTH, HEIGHT);
        for (int label : new int[] {0x01, 0xfe, 0xff}) {
            files.add(still(
                    "empty-extension-" + Integer.toHexString(label),
                    gif().raw(0x21, label, 0).frame(0, 0, WIDTH, HEIGHT, NONE, 0, false, picture)));
        }
        for (int size = 0; size <= 6; size++) {
            int[] control = new int[3 + size + 1];
            control[0] = 0x21;
            control[1] = 0xf9;
            control[2] = size;
            ParityFile file =
                    still("control-of-" + size, gif().raw(control).frame(0, 0, WIDTH, HEIGHT, NONE, 0, false, picture));
            files.add(size == 4 ? file : file.notShown());
        }
        files.add(ParityFile.lossless("gif-picture-behind-empty-extension.gif", pictureBehindEmptyExtension()));
    }

    /**
     * A picture that a reader takes for data of the extension before it, if it reads on where the extension has ended;
     * it then finds the green one behind the trailer.
     */
    private static byte[] pictureBehindEmptyExtension() {
        GifWriter gif = new GifWriter(8, 6).raw(0x21, 0xff, 0);
        // The image's first byte, 44, is then the length of a block that ends in the picture's own palette of 64
        // colours;
        // there a comment begins whose 255 bytes reach behind the trailer.
        int[] palette = new int[192];
        palette[3] = 255;
        palette[36] = 0x21;
        palette[37] = 0xfe;
        palette[38] = 255;
        gif.raw(0x2c, 0, 0, 0, 0, 8, 0, 6, 0, 0x85).raw(palette);
        gif.raw(2, 28);
        for (int i = 0; i < 3; i++) {
            // Clear, red, red: three bits each, eight times.
            gif.raw(0x4c, 0x98, 0x30, 0x61, 0xc2, 0x84, 0x09, 0x13, 0x26);
        }
        // The end of the picture and of the file.
        gif.raw(5, 0, 0x3b);
        gif.raw(new int[255 - 153 - 32]);
        return gif.raw(0).plain(8, 6, 2, 0).end();
    }

    private static void stills(List<ParityFile> files) {
        files.add(still("plain", gif().frame(0, 0, WIDTH, HEIGHT, NONE, 0, false, stripes(WIDTH, HEIGHT))));
        files.add(still("interlaced", gif().frame(0, 0, WIDTH, HEIGHT, NONE, 0, true, stripes(WIDTH, HEIGHT))));
        files.add(still("transparent", gif().frame(0, 0, WIDTH, HEIGHT, 2, 0, false, stripes(WIDTH, HEIGHT))));
        files.add(still("no-control", gif().image(0, 0, WIDTH, HEIGHT, false, new byte[0], stripes(WIDTH, HEIGHT))));
        files.add(
                still("local-palette", gif().image(0, 0, WIDTH, HEIGHT, false, OTHER_COLOURS, stripes(WIDTH, HEIGHT))));
        files.add(still(
                "local-palette-alone",
                new GifWriter(WIDTH, HEIGHT, new byte[0], 0)
                        .image(0, 0, WIDTH, HEIGHT, false, OTHER_COLOURS, stripes(WIDTH, HEIGHT))));
        files.add(still(
                        "no-palette",
                        new GifWriter(WIDTH, HEIGHT, new byte[0], 0)
                                .image(0, 0, WIDTH, HEIGHT, false, new byte[0], stripes(WIDTH, HEIGHT)))
                .refused());
        files.add(still(
                "indices-beyond-palette",
                new GifWriter(WIDTH, HEIGHT, Arrays.copyOf(OTHER_COLOURS, 6), 0)
                        .frame(0, 0, WIDTH, HEIGHT, NONE, 0, false, stripes(WIDTH, HEIGHT))));
        files.add(still(
                "transparent-beyond-palette",
                new GifWriter(WIDTH, HEIGHT, Arrays.copyOf(OTHER_COLOURS, 6), 0)
                        .frame(0, 0, WIDTH, HEIGHT, 3, 0, false, stripes(WIDTH, HEIGHT))));
        files.add(still("part-of-the-screen", gif().frame(5, 4, 9, 7, NONE, 0, false, stripes(9, 7))));
        files.add(still("part-transparent", gif().frame(5, 4, 9, 7, 1, 0, false, stripes(9, 7))));
        files.add(still(
                "background",
                new GifWriter(WIDTH, HEIGHT, OTHER_COLOURS, 2).frame(5, 4, 9, 7, NONE, 0, false, stripes(9, 7))));
        files.add(ParityFile.lossless("gif-many-colours.gif", HostileImages.gif(40, 30)));
        files.add(still(
                "two-controls",
                gif().control(0, 0, 5)
                        .control(2, 0, 5)
                        .image(0, 0, WIDTH, HEIGHT, false, new byte[0], stripes(WIDTH, HEIGHT))));
    }

    private static void disposals(List<ParityFile> files) {
        for (int disposal = 0; disposal <= 5; disposal++) {
            files.add(animation(
                    "disposal" + disposal,
                    whole().frame(2, 2, 12, 9, NONE, disposal, false, stripes(12, 9))
                            .frame(8, 6, 12, 9, 1, disposal, false, stripes(12, 9))
                            .frame(1, 12, 5, 5, 2, 0, false, stripes(5, 5))));
            files.add(animation(
                    "first-disposal" + disposal,
                    gif().frame(3, 3, 15, 12, 2, disposal, false, stripes(15, 12))
                            .frame(8, 6, 12, 9, 1, 0, false, stripes(12, 9))));
        }
        files.add(animation(
                "undo-twice",
                whole().frame(2, 2, 12, 9, NONE, 3, false, stripes(12, 9))
                        .frame(5, 5, 12, 9, NONE, 3, false, stripes(12, 9))
                        .frame(1, 1, 3, 3, NONE, 0, false, stripes(3, 3))));
        files.add(animation(
                "clear-then-undo",
                whole().frame(2, 2, 12, 9, NONE, 2, false, stripes(12, 9))
                        .frame(5, 5, 12, 9, NONE, 3, false, stripes(12, 9))
                        .frame(1, 1, 3, 3, NONE, 0, false, stripes(3, 3))));
        files.add(animation(
                "background-cleared",
                new GifWriter(WIDTH, HEIGHT, OTHER_COLOURS, 2)
                        .frame(0, 0, WIDTH, HEIGHT, NONE, 2, false, stripes(WIDTH, HEIGHT))
                        .frame(1, 1, 3, 3, NONE, 0, false, stripes(3, 3))));
        files.add(animation(
                "delays",
                gif().control(NONE, 1, 0)
                        .image(0, 0, WIDTH, HEIGHT, false, new byte[0], stripes(WIDTH, HEIGHT))
                        .control(NONE, 1, 65_535)
                        .image(3, 3, 9, 9, false, OTHER_COLOURS, stripes(9, 9))
                        .control(NONE, 1, 1)
                        .image(7, 6, 9, 9, false, new byte[0], stripes(9, 9))));
        files.add(animation("ten-frames", ten()));
    }

    private static void screens(List<ParityFile> files) {
        files.add(still("screen-too-small", gif().frame(0, 0, 40, 30, NONE, 0, false, stripes(40, 30))));
        files.add(still(
                "screen-too-small-for-offset",
                gif().frame(10, 10, WIDTH, HEIGHT, NONE, 0, false, stripes(WIDTH, HEIGHT))));
        files.add(still("screen-empty", new GifWriter(0, 0).frame(0, 0, 9, 7, NONE, 0, false, stripes(9, 7))));
        files.add(still("frame-outside", gif().frame(100, 100, 9, 7, NONE, 0, false, stripes(9, 7))));
        files.add(animation("second-larger", whole().frame(0, 0, 40, 30, NONE, 0, false, stripes(40, 30))));
        files.add(animation(
                "second-partly-outside",
                whole().frame(20, 15, 9, 7, NONE, 2, false, stripes(9, 7)).plain(3, 3, 1, 0)));
        files.add(animation(
                "second-outside",
                whole().frame(100, 100, 9, 7, NONE, 2, false, stripes(9, 7)).plain(3, 3, 1, 0)));
        files.add(animation(
                        "second-empty",
                        whole().frame(0, 0, 0, 0, NONE, 0, false, new byte[0]).plain(3, 3, 1, 0))
                .refused());
        // Firefox and older browsers fill the screen with it; Chromium shows nothing of it.
        files.add(still("first-empty", gif().frame(0, 0, 0, 0, NONE, 0, false, stripes(WIDTH, HEIGHT)))
                .refused());
    }

    private static void damage(List<ParityFile> files) {
        byte[] still = gif().frame(0, 0, WIDTH, HEIGHT, NONE, 0, false, stripes(WIDTH, HEIGHT))
                .end();
        files.add(ParityFile.lossless("gif-truncated.gif", Arrays.copyOf(still, still.length * 2 / 3))
                .refused());
        files.add(ParityFile.lossless("gif-without-trailer.gif", Arrays.copyOf(still, still.length - 1)));
        files.add(ParityFile.lossless("gif-with-more-behind.gif", Arrays.copyOf(still, still.length + 99)));
        files.add(still("rows-missing", gif().frame(0, 0, WIDTH, HEIGHT, NONE, 0, false, stripes(WIDTH, HEIGHT / 2)))
                .refused());
        files.add(still("rows-too-many", gif().frame(0, 0, WIDTH, HEIGHT, NONE, 0, false, stripes(WIDTH, 2 * HEIGHT))));
        files.add(still("no-data", gif().frame(0, 0, WIDTH, HEIGHT, NONE, 0, false, new byte[0]))
                .refused());
        byte[] two = whole().plain(WIDTH, HEIGHT, 1, 0).end();
        files.add(ParityFile.animation("gif-second-truncated.gif", Arrays.copyOf(two, two.length - 40))
                .refused());
    }

    private static GifWriter gif() {
        return new GifWriter(WIDTH, HEIGHT);
    }

    private static GifWriter whole() {
        return gif().frame(0, 0, WIDTH, HEIGHT, NONE, 1, false, stripes(WIDTH, HEIGHT));
    }

    private static GifWriter ten() {
        GifWriter gif = whole();
        for (int i = 0; i < 9; i++) {
            gif.frame(2 * i, i, 5, 6, i % 4, i % 4, i % 2 == 0, stripes(5, 6));
        }
        return gif;
    }

    private static byte[] stripes(int width, int height) {
        byte[] indices = new byte[width * height];
        for (int i = 0; i < indices.length; i++) {
            indices[i] = (byte) ((i % width / 3 + i / width / 2) % 4);
        }
        return indices;
    }

    private static ParityFile still(String name, GifWriter gif) {
        return ParityFile.lossless("gif-" + name + ".gif", gif.end());
    }

    private static ParityFile animation(String name, GifWriter gif) {
        return ParityFile.animation("gif-" + name + ".gif", gif.end());
    }
}
