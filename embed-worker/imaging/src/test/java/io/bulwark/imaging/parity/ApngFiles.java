package io.bulwark.imaging.parity;

import io.bulwark.imaging.png.PngWriter;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Animated PNG: every disposal and blending, the default image, sizes, numbers that disagree. */
final class ApngFiles {

    private static final int NONE = 0;
    private static final int BACKGROUND = 1;
    private static final int PREVIOUS = 2;
    private static final int SOURCE = 0;
    private static final int OVER = 1;
    private static final int WIDTH = PngSource.WIDTH;
    private static final int HEIGHT = PngSource.HEIGHT;

    private ApngFiles() {}

    static List<ParityFile> all() {
        List<ParityFile> files = new ArrayList<>();
        for (int dispose = NONE; dispose <= PREVIOUS; dispose++) {
            for (int blend = SOURCE; blend <= OVER; blend++) {
                Animation animation = new Animation(6, 8, 4).whole(NONE, SOURCE);
                animation.part(20, 15, 3, 2, dispose, blend).part(20, 15, 11, 7, dispose, blend);
                files.add(file("dispose" + dispose + "-blend" + blend, animation.part(9, 9, 30, 15, NONE, OVER)));
                files.add(file(
                        "first-dispose" + dispose + "-blend" + blend,
                        new Animation(6, 8, 2).whole(dispose, blend).part(20, 15, 3, 2, NONE, OVER)));
            }
        }
        for (int[] kind : new int[][] {{0, 2}, {0, 16}, {2, 8}, {2, 16}, {3, 4}, {4, 8}, {6, 16}}) {
            files.add(file(
                    "type" + kind[0] + "-" + kind[1] + "bit",
                    new Animation(kind[0], kind[1], 3)
                            .whole(NONE, SOURCE)
                            .part(20, 15, 3, 2, BACKGROUND, OVER)
                            .part(20, 15, 11, 7, NONE, OVER)));
        }
        defaults(files);
        colours(files);
        disagreements(files);
        return files;
    }

    private static void defaults(List<ParityFile> files) {
        files.add(file(
                        "default-image-is-no-frame",
                        new Animation(6, 8, 2)
                                .still()
                                .part(45, 27, 0, 0, NONE, SOURCE)
                                .part(9, 9, 5, 5, NONE, OVER))
                .besideDefaultImage());
        files.add(file(
                        "default-image-is-no-frame-first-is-part",
                        new Animation(6, 8, 2)
                                .still()
                                .part(20, 15, 3, 2, NONE, SOURCE)
                                .part(9, 9, 5, 5, NONE, OVER))
                .besideDefaultImage());
        files.add(file("one-frame", new Animation(6, 8, 1).whole(NONE, SOURCE)));
        files.add(
                file("one-frame-beside-default", new Animation(6, 8, 1).still().part(20, 15, 3, 2, NONE, SOURCE))
                        .besideDefaultImage());
        // What an <img> of the same files begins with.
        files.add(ParityFile.lossless(
                "apng-shown-first.png",
                new Animation(6, 8, 2)
                        .whole(NONE, SOURCE)
                        .part(9, 9, 5, 5, NONE, OVER)
                        .end()));
    }

    private static void colours(List<ParityFile> files) {
        byte[] linear = {0, 1, (byte) 0x86, (byte) 0xa0};
        byte[] file = new Animation(6, 8, 2)
                .chunk("gAMA", linear)
                .whole(NONE, SOURCE)
                .part(9, 9, 5, 5, NONE, OVER)
                .end();
        files.add(ParityFile.animation("apng-gamma.png", file));
        files.add(ParityFile.lossless("apng-gamma-shown-first.png", file));
        byte[] turned = new Animation(6, 8, 2)
                .chunk("eXIf", ExifBlocks.orientation(6))
                .whole(NONE, SOURCE)
                .part(9, 9, 5, 5, NONE, OVER)
                .end();
        files.add(ParityFile.animation("apng-exif.png", turned));
        files.add(ParityFile.lossless("apng-exif-shown-first.png", turned));
    }

    private static void disagreements(List<ParityFile> files) {
        files.add(file(
                "fewer-frames-than-said",
                new Animation(6, 8, 5).whole(NONE, SOURCE).part(20, 15, 3, 2, NONE, OVER)));
        files.add(file(
                "more-frames-than-said",
                new Animation(6, 8, 1).whole(NONE, SOURCE).part(20, 15, 3, 2, NONE, OVER)));
        files.add(
                file("frame-outside", new Animation(6, 8, 2).whole(NONE, SOURCE).part(20, 15, 30, 20, NONE, OVER))
                        .refused());
        files.add(file(
                        "sequence-gap",
                        new Animation(6, 8, 2).whole(NONE, SOURCE).skipNumber().part(20, 15, 3, 2, NONE, OVER))
                .refused());
        files.add(file(
                        "dispose-unknown",
                        new Animation(6, 8, 2).whole(NONE, SOURCE).part(20, 15, 3, 2, 7, OVER))
                .refused());
        files.add(file(
                "no-frames-said", new Animation(6, 8, 0).whole(NONE, SOURCE).part(20, 15, 3, 2, NONE, OVER)));
        files.add(file(
                        "frame-rows-missing",
                        new Animation(6, 8, 2).whole(NONE, SOURCE).cut(20, 15, 3, 2))
                .refused());
        PngSource rgb = PngSource.of(2, 8);
        files.add(ParityFile.animation(
                "apng-control-after-data.png",
                rgb.begin().rows(rgb.rows()).chunk("acTL", control(2)).end()));
    }

    private static ParityFile file(String name, Animation animation) {
        return ParityFile.animation("apng-" + name + ".png", animation.end());
    }

    private static byte[] control(int frames) {
        return ByteBuffer.allocate(8).putInt(frames).putInt(0).array();
    }

    /** An animation that is being written. One thread. */
    private static final class Animation {

        private final int colourType;
        private final int bitDepth;
        private final PngWriter png;
        private int number;

        Animation(int colourType, int bitDepth, int frames) {
            this.colourType = colourType;
            this.bitDepth = bitDepth;
            this.png = PngSource.of(colourType, bitDepth).begin().chunk("acTL", control(frames));
            if (colourType == 3) {
                png.chunk("PLTE", PngSource.palette(1 << bitDepth)).chunk("tRNS", new byte[] {(byte) 255, 0, 99});
            }
        }

        Animation chunk(String type, byte[] data) {
            png.chunk(type, data);
            return this;
        }

        /** A default image that is no frame. */
        Animation still() {
            png.rows(source(WIDTH, HEIGHT).rows());
            return this;
        }

        /** A default image that is the first frame. */
        Animation whole(int dispose, int blend) {
            header(WIDTH, HEIGHT, 0, 0, dispose, blend);
            return still();
        }

        Animation part(int width, int height, int left, int top, int dispose, int blend) {
            header(width, height, left, top, dispose, blend);
            return data(source(width, height).rows());
        }

        /** A frame that lacks half its rows. */
        Animation cut(int width, int height, int left, int top) {
            header(width, height, left, top, NONE, OVER);
            byte[] rows = source(width, height).rows();
            return data(Arrays.copyOf(rows, rows.length / 2));
        }

        Animation skipNumber() {
            number++;
            return this;
        }

        byte[] end() {
            return png.end();
        }

        private PngSource source(int width, int height) {
            return new PngSource(width, height, colourType, bitDepth, false);
        }

        private void header(int width, int height, int left, int top, int dispose, int blend) {
            png.chunk(
                    "fcTL",
                    ByteBuffer.allocate(26)
                            .putInt(number++)
                            .putInt(width)
                            .putInt(height)
                            .putInt(left)
                            .putInt(top)
                            .putShort((short) 1)
                            .putShort((short) 10)
                            .put((byte) dispose)
                            .put((byte) blend)
                            .array());
        }

        private Animation data(byte[] rows) {
            byte[] packed = PngWriter.deflate(rows);
            png.chunk(
                    "fdAT",
                    ByteBuffer.allocate(4 + packed.length)
                            .putInt(number++)
                            .put(packed)
                            .array());
            return this;
        }
    }
}
