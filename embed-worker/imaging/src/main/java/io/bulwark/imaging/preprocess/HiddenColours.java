package io.bulwark.imaging.preprocess;

import io.bulwark.imaging.Raster;
import io.bulwark.imaging.rows.Transparency;
import io.bulwark.imaging.structure.Scene.Area;
import java.util.List;

/**
 * Where colours lie that neither white nor black behind a picture brings out, and that a program without alpha shows in
 * full.
 *
 * <p>A part hides something if dropping alpha changes at least one pixel in {@value #ONE_IN} by more than
 * {@value #LEVELS} levels against white behind it, and as many against black. Both are counts of the picture's own
 * pixels that only grow, whatever else the part shows; what stays below is in one of the two views as good as it is.
 * The encoder's input size has no say, so that encoders side by side see the same looks.
 */
final class HiddenColours {

    static final int LEVELS = 16;
    static final int ONE_IN = 256;

    private static final int OPAQUE = 255;

    private HiddenColours() {}

    /**
     * Which parts hide colours.
     *
     * @param raster with transparency
     * @param boxes in the coordinates of the raster
     * @return one for each box
     */
    static boolean[] in(Raster raster, List<Area> boxes) {
        long[] againstWhite = new long[boxes.size()];
        long[] againstBlack = new long[boxes.size()];
        int[] white = new int[raster.width() + 1];
        int[] black = new int[raster.width() + 1];
        byte[] pixel = new byte[4];
        for (int y = 0; y < raster.height(); y++) {
            countRow(raster, y, pixel, white, black);
            for (int i = 0; i < boxes.size(); i++) {
                Area box = boxes.get(i);
                if (y >= box.y() && y < box.y() + box.height()) {
                    int end = box.x() + box.width();
                    againstWhite[i] += white[end] - white[box.x()];
                    againstBlack[i] += black[end] - black[box.x()];
                }
            }
        }
        boolean[] hidden = new boolean[boxes.size()];
        for (int i = 0; i < hidden.length; i++) {
            long pixels = (long) boxes.get(i).width() * boxes.get(i).height();
            hidden[i] = Math.min(againstWhite[i], againstBlack[i]) * ONE_IN >= pixels;
        }
        return hidden;
    }

    /** Running sums of a row: at {@code x} how many of the pixels before it differ. */
    private static void countRow(Raster raster, int y, byte[] pixel, int[] white, int[] black) {
        int bytes = raster.mode().bytesPerPixel();
        for (int x = 0; x < raster.width(); x++) {
            Transparency.rgba(raster, (y * raster.width() + x) * bytes, pixel, 0);
            int covered = OPAQUE - (pixel[3] & 0xff);
            int red = pixel[0] & 0xff;
            int green = pixel[1] & 0xff;
            int blue = pixel[2] & 0xff;
            int darkest = Math.min(red, Math.min(green, blue));
            int brightest = Math.max(red, Math.max(green, blue));
            // Over white a colour c becomes c + (255 - c)(255 - alpha)/255, over black it loses c (255 - alpha)/255.
            white[x + 1] = white[x] + ((OPAQUE - darkest) * covered > LEVELS * OPAQUE ? 1 : 0);
            black[x + 1] = black[x] + (brightest * covered > LEVELS * OPAQUE ? 1 : 0);
        }
    }
}
