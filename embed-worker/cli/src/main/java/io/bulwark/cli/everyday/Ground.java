package io.bulwark.cli.everyday;

import io.bulwark.imaging.preprocess.UprightPicture;

/** Pictures on a plain ground. */
final class Ground {

    /** What a picture in a corner leaves free beside it, as a share of all that is free. */
    private static final double MARGIN = 0.04;

    private Ground() {}

    /**
     * A frame.
     *
     * @param share of the picture's width and height on each side
     * @param colour {@code 0xRRGGBB}
     */
    static UprightPicture around(UprightPicture picture, double share, int colour) {
        int across = (int) Math.round(picture.width() * share);
        int down = (int) Math.round(picture.height() * share);
        return new Sheet(picture.width() + 2 * across, picture.height() + 2 * down, colour)
                .put(picture, across, down)
                .picture();
    }

    /**
     * A picture in the corner of a sheet that is at most {@link Edit#LONGEST_SIDE} long.
     *
     * @param share of the sheet's width and height that the picture takes
     * @param corner 0 to 3: left or right by its lowest bit, top or bottom by the next
     * @param colour {@code 0xRRGGBB}
     */
    static UprightPicture under(UprightPicture picture, double share, int corner, int colour) {
        UprightPicture small = Sizes.within(picture, (int) Math.round(Edit.LONGEST_SIDE * share));
        Sheet sheet = new Sheet(Sizes.side(small.width() / share), Sizes.side(small.height() / share), colour);
        int across = sheet.width() - small.width();
        int down = sheet.height() - small.height();
        return sheet.put(small, (int) (across * (corner % 2 == 0 ? MARGIN : 1 - MARGIN)), (int)
                        (down * (corner / 2 == 0 ? MARGIN : 1 - MARGIN)))
                .picture();
    }
}
