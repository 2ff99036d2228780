package io.bulwark.perception.train;

import io.bulwark.perception.image.DecodeResult.Decoded;
import io.bulwark.perception.image.Raster;
import io.bulwark.perception.preprocess.PreprocessSpec;
import io.bulwark.perception.preprocess.PreprocessSpec.Interpolation;
import io.bulwark.perception.preprocess.Preprocessor;
import io.bulwark.perception.preprocess.ViewPolicy;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A picture to what the encoder learns from: a random square of it, no smaller than the encoder's input, brought to that
 * size and mirrored half of the time. Any thread.
 */
final class Augmentation {

    private static final int CHANNELS = 3;

    private final PictureSet pictures;
    private final int size;
    private final Preprocessor resize;

    /** @param size of the squares, at most the pictures' */
    Augmentation(PictureSet pictures, int size) {
        if (size > pictures.side()) {
            throw new IllegalArgumentException("pictures are kept at %d px, wanted are %d: make their cache larger"
                    .formatted(pictures.side(), size));
        }
        this.pictures = pictures;
        this.size = size;
        this.resize = Preprocessor.moderation(PreprocessSpec.unit(size, Interpolation.BILINEAR), ViewPolicy.SQUASH);
    }

    /**
     * Reads, cuts and mirrors one picture.
     *
     * @param into {@code [3, size, size]} in [0, 1], filled from {@code at}
     */
    void apply(int picture, SplittableRandom random, float[] into, int at) {
        int side = pictures.side();
        byte[] pixels = new byte[side * side * CHANNELS];
        pictures.read(picture, pixels);
        int edge = random.nextInt(size, side + 1);
        int x = random.nextInt(side - edge + 1);
        int y = random.nextInt(side - edge + 1);
        boolean mirror = random.nextBoolean();
        Raster whole = new Raster(Raster.Mode.RGB, side, side, pixels, new byte[0], 1);
        Raster cut = edge == side ? whole : Square.cut(whole, x, y, edge);
        byte[] square = edge == size
                ? cut.samples()
                : resize.views(new Decoded("raw", List.of(cut), List.of(0), 1))
                        .get(0)
                        .pixels();
        int area = size * size;
        for (int row = 0; row < size; row++) {
            for (int column = 0; column < size; column++) {
                int from = (row * size + (mirror ? size - 1 - column : column)) * CHANNELS;
                for (int channel = 0; channel < CHANNELS; channel++) {
                    into[at + channel * area + row * size + column] = (square[from + channel] & 0xFF) / 255f;
                }
            }
        }
    }
}
