package io.bulwark.lab.picture;

import io.bulwark.imaging.DecodeLimits;
import io.bulwark.imaging.DecodeResult;
import io.bulwark.imaging.ImageDecoder;
import io.bulwark.imaging.Raster;
import io.bulwark.imaging.decode.StandardImageDecoder;
import io.bulwark.imaging.preprocess.ModerationOptions;
import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.imaging.preprocess.Preprocessor;
import io.bulwark.imaging.preprocess.View;
import io.bulwark.imaging.preprocess.ViewPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A picture file to squares of one size: the views that a worker would see, and of a large photograph many random
 * squares besides, since few photographs are free and each holds many pictures. Any thread.
 *
 * @param side of the squares
 * @param crops squares cut from a photograph
 * @param squeezed whether the whole picture is squeezed to a square; else squares of its shorter side cover it, so that
 *     every picture keeps its aspect ratio
 */
public record PictureCutter(int side, int crops, boolean squeezed, ImageDecoder decoder, Preprocessor whole) {

    /** Shortest side from which on a JPEG counts as a large photograph. */
    private static final int LARGE = 600;

    /** The smallest square is this fraction of the shortest side. */
    private static final int SMALLEST = 4;

    /** Squares that cover a picture, at most: a strip is not worth more. */
    private static final int MOST_SQUARES = 4;

    /** Part of the shorter side by which a picture may be longer than its squares. */
    private static final double IGNORED = 0.1;

    /** With the decoder and the views of a worker. */
    public static PictureCutter of(int side, int crops) {
        return of(side, crops, true);
    }

    /** The same, squeezed or not. */
    public static PictureCutter of(int side, int crops, boolean squeezed) {
        return new PictureCutter(
                side,
                crops,
                squeezed,
                new StandardImageDecoder(DecodeLimits.standard()),
                // Random squares show details enough, at places that change.
                Preprocessor.moderation(
                        PreprocessSpec.unit(side, PreprocessSpec.Interpolation.BILINEAR),
                        ViewPolicy.COVER,
                        ModerationOptions.standard().withoutDetails()));
    }

    /**
     * Cuts a file.
     *
     * @param random decides where
     * @return each {@code [side, side, 3]}; none if the file is no picture
     */
    List<byte[]> cut(byte[] file, SplittableRandom random) {
        return decoder.withDecoded(file, result -> {
            List<byte[]> squares = new ArrayList<>();
            if (result instanceof DecodeResult.Decoded picture) {
                Raster first = picture.frames().get(0);
                if (squeezed || first.mode() != Raster.Mode.RGB) {
                    add(first, squares);
                } else {
                    covering(first).forEach(square -> add(square, squares));
                }
                squares.addAll(crops(picture, random));
            }
            return squares;
        });
    }

    /**
     * The random squares alone.
     *
     * @param random decides where
     * @return each {@code [side, side, 3]}; none if the file is no large photograph
     */
    public List<byte[]> crops(byte[] file, SplittableRandom random) {
        return decoder.withDecoded(
                file, result -> result instanceof DecodeResult.Decoded picture ? crops(picture, random) : List.of());
    }

    private List<byte[]> crops(DecodeResult.Decoded picture, SplittableRandom random) {
        Raster first = picture.frames().get(0);
        List<byte[]> squares = new ArrayList<>();
        if (isPhotograph(picture.format(), first)) {
            for (int i = 0; i < crops; i++) {
                add(square(first, random), squares);
            }
        }
        return squares;
    }

    /** Squares of the shorter side, evenly spread along the longer one from end to end. */
    private static List<Raster> covering(Raster picture) {
        int edge = Math.min(picture.width(), picture.height());
        int longer = Math.max(picture.width(), picture.height());
        int count = Math.min(MOST_SQUARES, (int) Math.ceil((double) longer / edge - IGNORED));
        List<Raster> squares = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int from = count == 1 ? (longer - edge) / 2 : i * (longer - edge) / (count - 1);
            boolean wide = picture.width() > picture.height();
            squares.add(SquareCut.cut(picture, wide ? from : 0, wide ? 0 : from, edge));
        }
        return squares;
    }

    private static boolean isPhotograph(String format, Raster raster) {
        return format.equals("jpeg")
                && raster.mode() == Raster.Mode.RGB
                && Math.min(raster.width(), raster.height()) >= LARGE;
    }

    private void add(Raster raster, List<byte[]> squares) {
        DecodeResult.Decoded still = DecodeResult.Decoded.still("raw", raster);
        for (View view : whole.views(still)) {
            squares.add(view.pixels());
        }
    }

    private static Raster square(Raster photograph, SplittableRandom random) {
        int shortest = Math.min(photograph.width(), photograph.height());
        int edge = random.nextInt(shortest / SMALLEST, shortest + 1);
        return SquareCut.cut(
                photograph,
                random.nextInt(photograph.width() - edge + 1),
                random.nextInt(photograph.height() - edge + 1),
                edge);
    }

    /** Squares of RGB pictures. */
    public static final class SquareCut {

        private static final int CHANNELS = 3;

        private SquareCut() {}

        /** A copy of a square part; what lies outside the picture is black. */
        public static Raster cut(Raster picture, int x, int y, int edge) {
            byte[] samples = new byte[edge * edge * CHANNELS];
            int left = Math.max(0, -x);
            int right = Math.min(edge, picture.width() - x);
            for (int row = Math.max(0, -y); row < Math.min(edge, picture.height() - y); row++) {
                System.arraycopy(
                        picture.samples(),
                        ((y + row) * picture.width() + x + left) * CHANNELS,
                        samples,
                        (row * edge + left) * CHANNELS,
                        (right - left) * CHANNELS);
            }
            return new Raster(Raster.Mode.RGB, edge, edge, samples, new byte[0], picture.orientation());
        }
    }
}
