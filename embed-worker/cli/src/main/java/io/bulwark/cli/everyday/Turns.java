package io.bulwark.cli.everyday;

import io.bulwark.imaging.Raster;
import io.bulwark.imaging.preprocess.UprightPicture;

/** Turns by quarters and the mirror image. */
final class Turns {

    private static final int MIRRORED = 2;
    private static final int TURNED_RIGHT = 6;
    private static final int TURNED_LEFT = 8;

    private Turns() {}

    static UprightPicture mirrored(UprightPicture picture) {
        return seen(picture, MIRRORED);
    }

    static UprightPicture turnedRight(UprightPicture picture) {
        return seen(picture, TURNED_RIGHT);
    }

    static UprightPicture turnedLeft(UprightPicture picture) {
        return seen(picture, TURNED_LEFT);
    }

    /** @param orientation of EXIF, 1 to 8, that the picture is seen by */
    private static UprightPicture seen(UprightPicture picture, int orientation) {
        return UprightPicture.of(new Raster(
                Raster.Mode.RGB, picture.width(), picture.height(), picture.rgb(), new byte[0], orientation));
    }
}
