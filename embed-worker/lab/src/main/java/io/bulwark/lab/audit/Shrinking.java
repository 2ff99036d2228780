package io.bulwark.lab.audit;

import io.bulwark.imaging.preprocess.UprightPicture;

/** Smaller copies of pictures, whose attacks cost less. */
final class Shrinking {

    private Shrinking() {}

    /**
     * The picture, or a copy whose longer side is as long as is allowed.
     *
     * @param longest side in pixels; 0 for any
     */
    public static UprightPicture within(UprightPicture picture, int longest) {
        int longer = Math.max(picture.width(), picture.height());
        if (longest == 0 || longer <= longest) {
            return picture;
        }
        double share = (double) longest / longer;
        return picture.resized(Math.max(1, (int) Math.round(share * picture.width())), Math.max(1, (int)
                Math.round(share * picture.height())));
    }
}
