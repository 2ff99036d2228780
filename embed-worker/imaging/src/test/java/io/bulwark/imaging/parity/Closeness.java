package io.bulwark.imaging.parity;

/** How close two pictures of one size have to be. */
enum Closeness {
    /** Within 2 levels on 99.9 % of the samples. */
    LOSSLESS {
        @Override
        boolean holds(Difference difference) {
            return difference.shareBeyondTwo() <= 0.001;
        }
    },
    /** Less than 1 level apart on average. */
    LOSSY {
        @Override
        boolean holds(Difference difference) {
            return difference.mean() < 1;
        }
    },
    /** Less than 2 levels apart on average. */
    LOOKUP {
        @Override
        boolean holds(Difference difference) {
            return difference.mean() < 2;
        }
    };

    abstract boolean holds(Difference difference);

    /**
     * Two pictures, sample by sample.
     *
     * @param mean absolute difference, in levels
     * @param shareBeyondTwo of the samples
     * @param most levels between two samples
     */
    record Difference(double mean, double shareBeyondTwo, int most) {

        /** Of arrays of one length. */
        static Difference of(byte[] one, byte[] other) {
            long sum = 0;
            int beyond = 0;
            int most = 0;
            for (int i = 0; i < one.length; i++) {
                int difference = Math.abs((one[i] & 0xff) - (other[i] & 0xff));
                sum += difference;
                beyond += difference > 2 ? 1 : 0;
                most = Math.max(most, difference);
            }
            return new Difference((double) sum / one.length, (double) beyond / one.length, most);
        }

        @Override
        public String toString() {
            return "mean %.2f, %.1f %% of the samples beyond 2, most %d".formatted(mean, 100 * shareBeyondTwo, most);
        }
    }
}
