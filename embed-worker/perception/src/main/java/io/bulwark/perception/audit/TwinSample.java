package io.bulwark.perception.audit;

import io.bulwark.imaging.SamplingKey;
import io.bulwark.perception.verdict.ScoredImage;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Which images the twin is asked about: a second encoder costs as much as the first. Immutable; any thread.
 *
 * @param share of all images, above 0 up to 1
 * @param key by which it is drawn: without it an uploader cannot choose an image that the twin does not see
 */
public record TwinSample(double share, SamplingKey key) {

    /** Distance from a threshold within which attacks end that leave off as soon as the decision turns. */
    static final double NEAR = 0.1;

    /** Sets the draw apart from others of the same key and file, of which one is published. */
    private static final String USE = "twin:";

    public TwinSample {
        if (!(share > 0 && share <= 1)) {
            throw new IllegalArgumentException(
                    "bulwark.twin.sample is " + share + ", allowed is a share above 0 up to 1");
        }
    }

    /** The twin is asked about all. */
    public static TwinSample all() {
        return new TwinSample(1, SamplingKey.publicKey());
    }

    /** Whether it sees every batch beside the encoder, before anything is decided. */
    public boolean isOfAll() {
        return share == 1;
    }

    /**
     * Whether a file is drawn.
     *
     * @param sha256 of the file, lower-case hexadecimal
     */
    public boolean draws(String sha256) {
        return isOfAll()
                || key.draws((USE + sha256).getBytes(StandardCharsets.US_ASCII)).next() < share;
    }

    /**
     * Whether an image that was decided and is not drawn is worth a question: attacks end near a threshold. {@link TwinBudget}
     * says how many questions there are.
     *
     * @param suspicious whether something else points at an attack
     */
    public boolean wants(ScoredImage said, boolean suspicious) {
        return suspicious || said.judgement().margin() <= NEAR;
    }

    /**
     * How many images the twin is asked about beyond its sample. An uploader chooses how many images lie near a
     * threshold, and each costs a forward pass; so in a minute they are at most {@value #TIMES} times the sample, and
     * at least {@value #LEAST} where few images arrive. Any thread.
     */
    public static final class TwinBudget {

        /** Of the share that is drawn. */
        static final int TIMES = 4;

        /** In each minute, however few images come. */
        static final int LEAST = 60;

        private static final long MINUTE = Duration.ofMinutes(1).toNanos();

        private final double share;
        private final LongSupplier nanos;
        private long begun; // guarded by this, as the next two
        private long seen;
        private long taken;

        /**
         * @param share that is drawn, above 0 up to 1
         * @param nanos a clock that only its differences count of
         */
        public TwinBudget(double share, LongSupplier nanos) {
            this.share = share;
            this.nanos = nanos;
            this.begun = nanos.getAsLong();
        }

        /** An image was decided. */
        public synchronized void sees() {
            renew();
            seen++;
        }

        /** Whether the twin may be asked about one more; if so it is taken. */
        public synchronized boolean takes() {
            renew();
            boolean within = taken < Math.max(LEAST, TIMES * share * seen);
            taken += within ? 1 : 0;
            return within;
        }

        private void renew() {
            long now = nanos.getAsLong();
            if (now - begun >= MINUTE) {
                begun = now;
                seen = 0;
                taken = 0;
            }
        }
    }
}
