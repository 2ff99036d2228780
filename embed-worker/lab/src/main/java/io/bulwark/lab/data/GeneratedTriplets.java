package io.bulwark.lab.data;

import io.bulwark.lab.data.PictureSource.Distorted;
import io.bulwark.lab.data.PictureSource.PictureFile;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Triplets made of one's own pictures, for those who have no answers of people: the picture, a slightly distorted copy and
 * a strongly distorted one, of the same kind, place and direction. Which is nearer is known by construction; how well
 * that agrees with people is not.
 */
public final class GeneratedTriplets {

    /** How much stronger the strong copy is: neighbouring severities are hard to tell apart for people, too. */
    private static final int STEP = 2;

    private GeneratedTriplets() {}

    /**
     * One triplet a picture.
     *
     * @param seed decides kinds, severities and sides
     */
    public static List<Triplet> of(List<PictureFile> pictures, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Distortion[] kinds = Distortion.values();
        List<Triplet> triplets = new ArrayList<>();
        for (PictureFile picture : pictures) {
            Distortion kind = kinds[random.nextInt(kinds.length)];
            int slight = 1 + random.nextInt(Distortion.MAX_SEVERITY - STEP);
            long place = random.nextLong();
            PictureSource near = new Distorted(picture, kind, slight, place);
            PictureSource far = new Distorted(picture, kind, slight + STEP, place);
            boolean right = random.nextBoolean();
            triplets.add(new Triplet(
                    "%s~%s".formatted(picture.name(), kind),
                    picture,
                    right ? far : near,
                    right ? near : far,
                    right ? 1 : 0));
        }
        return triplets;
    }
}
