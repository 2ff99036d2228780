package io.bulwark.lab.data;

import io.bulwark.cli.everyday.UploadFormat;
import io.bulwark.imaging.DecodeLimits;
import io.bulwark.imaging.DecodeResult.Decoded;
import io.bulwark.imaging.ImageDecoder;
import io.bulwark.imaging.decode.StandardImageDecoder;
import io.bulwark.imaging.preprocess.UprightPicture;
import io.bulwark.lab.picture.PictureCutter;
import io.bulwark.lab.picture.PictureFiles;
import io.bulwark.lab.picture.PictureSet.HeldOutOptions.HeldOutSplit;
import io.bulwark.perception.hash.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * One's own pictures as a kNN evaluation, a folder a class: what the trainer holds out becomes queries, the rest
 * references. Large photographs, of which few are free, are cut into random squares by the trainer's rule, as many of
 * each file as the class needs; other pictures are taken whole, over white, and are shrunk where they are larger than
 * uploads that can be attacked in reasonable time. All are written as PNG, so that no format tells the classes apart.
 *
 * <p>A file's bytes and the seed decide everything; files of equal bytes count once, and no file gives pictures to both
 * sides. Pictures that merely look alike are not told apart. One thread; one instance lays out all classes of a set.
 */
public final class HeldOutPictures {

    /** The most that a whole picture's longer side is of a square's. */
    private static final int LONGEST = 2;

    private static final int NAME_BYTES = 6;

    private final ImageDecoder decoder = new StandardImageDecoder(DecodeLimits.standard());
    private final UploadFormat format = new UploadFormat.Png();
    private final int side;
    private final long seed;
    private final Set<String> seen = new HashSet<>();

    /**
     * @param side of the squares, in pixels
     * @param seed decides which files are taken and where squares lie
     */
    public HeldOutPictures(int side, long seed) {
        if (side < 1) {
            throw new IllegalArgumentException("squares of " + side + " pixels a side; allowed are 1 and more");
        }
        this.side = side;
        this.seed = seed;
    }

    /**
     * Some of a class's files.
     *
     * @param split what it holds out becomes queries
     */
    public record Pool(List<PictureFiles> files, HeldOutSplit split) {}

    /**
     * Where one side of an evaluation goes.
     *
     * @param folder of the class's pictures; made if missing
     * @param wanted pictures at most
     */
    public record Target(Path folder, int wanted) {

        public Target {
            if (wanted < 1) {
                throw new IllegalArgumentException(wanted + " pictures a class; allowed are 1 and more");
            }
        }
    }

    /**
     * What was written.
     *
     * @param files that pictures were taken from
     * @param pictures written
     */
    public record Written(int files, int pictures) {}

    /**
     * A class as it was laid out.
     *
     * @param copies files whose bytes were seen before
     * @param refused files that are no pictures
     */
    public record Layout(Written references, Written queries, int copies, int refused) {}

    /** A file by its content. */
    private record Item(Path path, String sha256) {}

    /** Lays out a class. */
    public Layout layOut(List<Pool> pools, Target references, Target queries) throws IOException {
        List<Item> kept = new ArrayList<>();
        List<Item> heldOut = new ArrayList<>();
        int copies = 0;
        for (Pool pool : pools) {
            for (PictureFiles file : pool.files()) {
                byte[] bytes = Files.readAllBytes(file.path());
                String sha256 = Sha256.digest(bytes).hex();
                if (seen.add(sha256)) {
                    (pool.split().holdsOut(bytes) ? heldOut : kept).add(new Item(file.path(), sha256));
                } else {
                    copies++;
                }
            }
        }
        int[] refused = {0};
        return new Layout(write(kept, references, refused), write(heldOut, queries, refused), copies, refused[0]);
    }

    private Written write(List<Item> items, Target target, int[] refused) throws IOException {
        Files.createDirectories(target.folder());
        List<Item> shuffled = items.stream()
                .sorted(Comparator.comparingLong(
                        item -> Sha256.ofText(seed + " " + item.sha256()).first()))
                .toList();
        int files = 0;
        int pictures = 0;
        for (int i = 0; i < shuffled.size() && pictures < target.wanted(); i++) {
            Item item = shuffled.get(i);
            int filesLeft = shuffled.size() - i;
            // What files that give but one picture are short of, the later ones give.
            List<UprightPicture> own = pictures(item, (target.wanted() - pictures + filesLeft - 1) / filesLeft);
            for (int number = 0; number < own.size(); number++) {
                String name = "%s-%s-%02d.png".formatted(stem(item.path()), tag(item), number);
                Files.write(target.folder().resolve(name), format.encode(own.get(number)));
            }
            files += own.isEmpty() ? 0 : 1;
            refused[0] += own.isEmpty() ? 1 : 0;
            pictures += own.size();
        }
        return new Written(files, pictures);
    }

    /** Squares of a large photograph, another picture whole, none of what is no picture. */
    private List<UprightPicture> pictures(Item item, int most) throws IOException {
        byte[] file = Files.readAllBytes(item.path());
        List<UprightPicture> squares = PictureCutter.of(side, most)
                .crops(
                        file,
                        new SplittableRandom(Sha256.ofText("squares " + seed + " " + item.sha256())
                                .first()))
                .stream()
                .map(pixels -> new UprightPicture(side, side, pixels))
                .toList();
        return squares.isEmpty() ? whole(file).stream().toList() : squares;
    }

    private Optional<UprightPicture> whole(byte[] file) {
        return decoder.withDecoded(
                file,
                result -> result instanceof Decoded picture
                        ? Optional.of(shrunk(UprightPicture.of(picture.frames().get(0))))
                        : Optional.empty());
    }

    private UprightPicture shrunk(UprightPicture picture) {
        int longer = Math.max(picture.width(), picture.height());
        int most = LONGEST * side;
        return longer <= most
                ? picture
                : picture.resized(scaled(picture.width(), most, longer), scaled(picture.height(), most, longer));
    }

    private static int scaled(int length, int most, int longer) {
        return Math.max(1, (int) Math.round((double) length * most / longer));
    }

    private static String stem(Path file) {
        String name = file.getFileName().toString();
        return name.substring(0, name.lastIndexOf('.')).replaceAll("[^A-Za-z0-9_-]+", "-");
    }

    private static String tag(Item item) {
        return item.sha256().substring(0, 2 * NAME_BYTES);
    }
}
