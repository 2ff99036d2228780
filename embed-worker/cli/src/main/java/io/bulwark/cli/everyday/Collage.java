package io.bulwark.cli.everyday;

import io.bulwark.imaging.preprocess.UprightPicture;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** Four pictures in two rows, edge to edge. */
final class Collage {

    private Collage() {}

    /**
     * The picture whole and at its own size, at one of the four places; the others are cut to its shape, as collage
     * programs do.
     *
     * @param others at least {@value Surroundings#FEWEST_OTHERS}
     */
    static UprightPicture among(UprightPicture picture, List<UprightPicture> others, RandomGenerator random) {
        int own = random.nextInt(4);
        List<UprightPicture> left = new ArrayList<>(others);
        Sheet sheet = new Sheet(2 * picture.width(), 2 * picture.height(), 0);
        for (int place = 0; place < 4; place++) {
            UprightPicture shown = place == own
                    ? picture
                    : Sizes.filling(left.remove(random.nextInt(left.size())), picture.width(), picture.height());
            sheet.put(shown, place % 2 * picture.width(), place / 2 * picture.height());
        }
        return sheet.picture();
    }
}
