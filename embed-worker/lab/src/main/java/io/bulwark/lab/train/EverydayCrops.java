package io.bulwark.lab.train;

import io.bulwark.cli.everyday.EverydayVariants;
import io.bulwark.cli.everyday.Surroundings;
import io.bulwark.imaging.Raster;
import io.bulwark.imaging.preprocess.UprightPicture;
import io.bulwark.lab.picture.PictureSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * Everyday versions of squares that an encoder learns from. Collages take their other pictures from the training
 * pictures too. Any thread.
 */
final class EverydayCrops {

    private static final int CHANNELS = 3;

    private final PictureSet pictures;
    private final int[] learnt;

    /** @param learnt places in the set that are learnt from, at least one */
    EverydayCrops(PictureSet pictures, int[] learnt) {
        this.pictures = pictures;
        this.learnt = learnt;
    }

    /**
     * Draws a version of any kind.
     *
     * @param crop as it is learnt otherwise
     * @param random decides the version and the other pictures
     * @return of any shape, never to be mirrored
     */
    Augmentation.Crop of(Augmentation.Crop crop, SplittableRandom random) {
        List<UprightPicture> others = Stream.generate(() -> picture(learnt[random.nextInt(learnt.length)]))
                .limit(Surroundings.FEWEST_OTHERS)
                .toList();
        Raster version = new EverydayVariants(others)
                .draw(crop.upright(), random.nextLong())
                .picture()
                .raster();
        return new Augmentation.Crop(version, false);
    }

    private UprightPicture picture(int index) {
        int side = pictures.side();
        byte[] pixels = new byte[side * side * CHANNELS];
        pictures.read(index, pixels);
        return new UprightPicture(side, side, pixels);
    }
}
