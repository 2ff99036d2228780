package io.bulwark.lab.train;

import io.bulwark.lab.attack.ThreatModel;
import io.bulwark.lab.attack.gradient.Pgd;
import java.util.SplittableRandom;

/**
 * Who perturbs the pictures that an encoder learns from.
 *
 * <p>With a mildest share below 1 each shard is perturbed within its own bound, so that a batch holds small and large
 * perturbations side by side. An encoder that was only ever shown perturbations of the whole bound takes pictures that
 * are hardly perturbed for something new.
 *
 * @param threat what may be done to a picture
 * @param inner how it is done; a new seed is drawn for each shard
 * @param mildest the least share of the bound that a shard may be given, in [0, 1]; 1 gives each the whole
 */
public record Adversary(ThreatModel threat, Pgd inner, double mildest) {

    public Adversary {
        if (!(mildest >= 0 && mildest <= 1)) {
            throw new IllegalArgumentException("the mildest share of the bound is " + mildest
                    + ", allowed is 0 to 1; 1 gives each shard the whole");
        }
    }

    /** The whole bound for each shard, as published. */
    public static Adversary of(ThreatModel threat, Pgd inner) {
        return new Adversary(threat, inner, 1);
    }

    /**
     * The one that a shard meets: bound and steps are scaled alike. The shares of a batch are spread evenly from the
     * mildest to 1, a random one out of each part.
     *
     * @param place of the shard in the batch
     * @param shards of the batch
     */
    Adversary ofShard(long seed, int step, int place, int shards) {
        SplittableRandom random = Seeds.random(seed, Seeds.BOUND, step, place);
        double part = (place % shards + 1 - random.nextDouble()) / shards;
        double share = mildest + (1 - mildest) * part;
        Pgd scaled = new Pgd(
                inner.iterations(),
                inner.stepSize() * share,
                inner.momentum(),
                inner.randomStart(),
                Seeds.seed(seed, Seeds.START, step, place));
        return of(new ThreatModel(threat.norm(), threat.epsilon() * share), scaled);
    }
}
