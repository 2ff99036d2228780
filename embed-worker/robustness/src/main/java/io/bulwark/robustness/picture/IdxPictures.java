package io.bulwark.robustness.picture;

import io.bulwark.robustness.idx.IdxDataSet;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The pictures of an idx data set, those excepted that a split holds out. A class is called by its number.
 *
 * <p>Immutable; any thread.
 */
public final class IdxPictures implements PictureSet {

    private final IdxDataSet data;
    private final HeldOutSplit split;
    private final int[] kept;
    private final List<Integer> numbers;

    /**
     * @param split decided by each picture's own pixels
     * @throws IllegalArgumentException if the pictures are not square, or all held out
     */
    public IdxPictures(IdxDataSet data, HeldOutSplit split) {
        if (data.height() != data.width()) {
            throw new IllegalArgumentException("%s holds pictures of %dx%d pixels; training takes square ones"
                    .formatted(data.file(), data.width(), data.height()));
        }
        this.data = data;
        this.split = split;
        this.kept = IntStream.range(0, data.size())
                .filter(picture -> !split.holdsOut(data.grey(picture)))
                .toArray();
        if (kept.length == 0) {
            throw new IllegalArgumentException(
                    "all %d pictures of %s are held out".formatted(data.size(), data.file()));
        }
        this.numbers =
                IntStream.of(kept).map(data::label).distinct().sorted().boxed().toList();
    }

    @Override
    public int size() {
        return kept.length;
    }

    @Override
    public int side() {
        return data.height();
    }

    @Override
    public String name(int index) {
        return data.name(kept[index]);
    }

    @Override
    public int label(int index) {
        return numbers.indexOf(data.label(kept[index]));
    }

    @Override
    public List<String> classes() {
        return numbers.stream().map(String::valueOf).toList();
    }

    @Override
    public void read(int index, byte[] pixels) {
        byte[] rgb = data.rgb(kept[index]);
        System.arraycopy(rgb, 0, pixels, 0, rgb.length);
    }

    @Override
    public String fingerprint() {
        return Digest.sha256("idx %s %s".formatted(data.fingerprint(), split));
    }

    /** Holds nothing that must be freed. */
    @Override
    public void close() {}
}
