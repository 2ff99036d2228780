package io.bulwark.cli.picture;

import io.bulwark.cli.everyday.EverydayVariants;
import io.bulwark.cli.everyday.EverydayVariants.Kind;
import io.bulwark.cli.everyday.Surroundings;
import io.bulwark.imaging.preprocess.UprightPicture;
import io.bulwark.perception.hash.Sha256;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/**
 * One everyday version of a file, its kind and strength drawn by the file's hash: what a calibration looks at beside
 * the file as it is. Immutable; any thread that may read the others.
 *
 * @param others harmless pictures that collages draw from; with fewer than three there are no collages
 */
public record ChangedVersions(List<Other> others) {

    private static final EverydayVariants ALONE = new EverydayVariants(List.of());

    public ChangedVersions {
        others = List.copyOf(others);
    }

    /** The version of a file. */
    public Version of(UprightPicture picture, Sha256 file) {
        SplittableRandom random = new SplittableRandom(seed(file, "calibration"));
        List<Kind> kinds = others.size() < Surroundings.FEWEST_OTHERS ? ALONE.kinds() : List.of(Kind.values());
        Kind kind = kinds.get(random.nextInt(kinds.size()));
        long seed = random.nextLong();
        return kind == Kind.COLLAGE
                ? collage(picture, file, seed)
                : new Version(ALONE.draw(kind, picture, seed).picture(), Set.of());
    }

    /** Beside other pictures, chosen by the file's hash; alone where too few of the other files are pictures. */
    private Version collage(UprightPicture picture, Sha256 file, long seed) {
        List<Other> left = new ArrayList<>(others);
        left.removeIf(other -> other.file().equals(file));
        Collections.shuffle(left, new Random(seed(file, "others")));
        List<UprightPicture> beside = new ArrayList<>();
        Set<Sha256> shown = new HashSet<>();
        for (int i = 0; i < left.size() && beside.size() < Surroundings.FEWEST_OTHERS; i++) {
            Optional<UprightPicture> other = left.get(i).picture().get();
            if (other.isPresent() && shown.add(left.get(i).file())) {
                beside.add(other.get());
            }
        }
        return beside.size() < Surroundings.FEWEST_OTHERS
                ? new Version(ALONE.draw(picture, seed).picture(), Set.of())
                : new Version(
                        new EverydayVariants(beside)
                                .draw(Kind.COLLAGE, picture, seed)
                                .picture(),
                        shown);
    }

    /** Another sequence for each purpose. */
    static long seed(Sha256 file, String purpose) {
        return Long.parseUnsignedLong(file.hex().substring(0, 16), 16) ^ ((long) purpose.hashCode() << 32);
    }

    /**
     * A harmless picture that may stand beside another.
     *
     * @param file its hash
     * @param picture reads and decodes it whenever it is asked; empty where it is none
     */
    public record Other(Sha256 file, Supplier<Optional<UprightPicture>> picture) {}

    /**
     * The result for a file.
     *
     * @param picture to be looked at
     * @param shown files that it shows beside the file itself
     */
    public record Version(UprightPicture picture, Set<Sha256> shown) {}
}
