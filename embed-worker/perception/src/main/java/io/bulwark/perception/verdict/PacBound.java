package io.bulwark.perception.verdict;

/**
 * How many errors on files that nothing else saw are allowed, so that the promise of an error rate is kept with
 * confidence ("probably approximately correct"). Of thresholds that make at most {@code m} errors on {@code n} such
 * files, one whose true rate is above {@code rate} is found with a probability of at most {@code delta}, where {@code m}
 * is the largest number with {@code P(Bin(n, rate) <= m) <= delta} (Clopper and Pearson, Biometrika 26, 1934; used for
 * thresholds by Park, Bastani, Matni, Lee, "PAC Confidence Sets", ICLR 2020).
 */
public final class PacBound {

    private static final int HALVINGS = 60;

    private PacBound() {}

    /** The errors that are allowed, or -1 where so few files cannot promise the rate however well they go. */
    public static int allowed(int files, double rate, double delta) {
        int most = -1;
        while (most + 1 < files && atMost(files, rate, most + 1) <= delta) {
            most++;
        }
        return most;
    }

    /**
     * The fewest files that can promise a rate, where not one of them is an error.
     *
     * @param rate above 0, below 1
     */
    public static int fewest(double rate, double delta) {
        return (int) Math.ceil(Math.log(delta) / Math.log1p(-rate));
    }

    /** The lowest rate that these errors on these files promise; 1 where there is no file. */
    public static double promised(int files, int errors, double delta) {
        double low = 0;
        double high = 1;
        for (int i = 0; i < HALVINGS && files > 0; i++) {
            double middle = (low + high) / 2;
            if (atMost(files, middle, errors) <= delta) {
                high = middle;
            } else {
                low = middle;
            }
        }
        return high;
    }

    /** {@code P(Bin(n, p) <= m)}, by the recurrence of its terms in logarithms. */
    static double atMost(int n, double p, int m) {
        if (p <= 0 || m >= n) {
            return 1;
        }
        if (p >= 1) {
            return 0;
        }
        double odds = Math.log(p) - Math.log1p(-p);
        double term = n * Math.log1p(-p);
        double sum = Math.exp(term);
        for (int i = 1; i <= m; i++) {
            term += Math.log((double) (n - i + 1) / i) + odds;
            sum += Math.exp(term);
        }
        return Math.min(1, sum);
    }
}
