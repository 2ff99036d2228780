package io.bulwark.lab.train;

import io.bulwark.lab.picture.PictureSet;
import io.bulwark.perception.hash.Sha256;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Pictures that are kept from training to say when to stop: one name in twenty, decided by the SHA-256 of the name, so
 * that all squares of one file are on one side.
 *
 * @param learnt places in the set that are learnt from
 * @param kept places that are not
 */
record Validation(int[] learnt, int[] kept) {

    private static final int EVERY = 20;

    /** All pictures are trained on where no early stop is asked for. */
    static Validation of(PictureSet pictures, Recipe recipe) {
        int[] all = IntStream.range(0, pictures.size()).toArray();
        if (!recipe.patience().isAsked()) {
            return new Validation(all, new int[0]);
        }
        int[] kept = IntStream.of(all).filter(i -> isKept(pictures.name(i))).toArray();
        int[] learnt = IntStream.of(all).filter(i -> !isKept(pictures.name(i))).toArray();
        int shard = recipe.batches().shard();
        if (kept.length < shard || learnt.length == 0) {
            throw new IllegalArgumentException(
                    "of %d pictures %d are kept to say when to stop; needed are a shard of %d, and some to learn from"
                            .formatted(all.length, kept.length, shard));
        }
        return new Validation(learnt, kept);
    }

    private static boolean isKept(String name) {
        return Math.floorMod(Sha256.ofText(name).first(), EVERY) == 0;
    }

    /** As many whole shards as are wanted and there are, evenly spread. */
    List<List<Integer>> shards(int size, int wanted) {
        int count = Math.max(1, Math.min(wanted, kept.length) / size);
        List<List<Integer>> shards = new ArrayList<>();
        for (int shard = 0; shard < count; shard++) {
            int first = shard * size;
            shards.add(IntStream.range(first, first + size)
                    .map(i -> kept[(int) ((long) i * kept.length / (count * size))])
                    .boxed()
                    .toList());
        }
        return shards;
    }

    /**
     * The best that a training came to so far.
     *
     * @param loss of the pictures kept from training, perturbed
     * @param step after which
     * @param weights as they were then; not modified
     */
    record BestWeights(double loss, int step, float[] weights) {}
}
