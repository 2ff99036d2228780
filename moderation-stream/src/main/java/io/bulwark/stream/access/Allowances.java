package io.bulwark.stream.access;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import io.github.bucket4j.Bucket;
import java.time.Duration;

/** Token buckets by name: a rate and a burst. Any thread may ask. */
final class Allowances {

    private static final int MOST_NAMES = 100_000;

    private final LoadingCache<String, Bucket> buckets;

    /**
     * @param burst the most at once
     * @param refill how many come back within {@code every}
     */
    Allowances(long burst, long refill, Duration every) {
        buckets = Caffeine.newBuilder()
                .maximumSize(MOST_NAMES)
                .expireAfterAccess(every.multipliedBy(10))
                .build(name -> Bucket.builder()
                        .addLimit(limit -> limit.capacity(burst).refillGreedy(refill, every))
                        .build());
    }

    /** Takes one, where one is left. */
    boolean take(String name) {
        return buckets.get(name).tryConsume(1);
    }

    /** Gives one back; never more than the burst are left. */
    void giveBack(String name) {
        buckets.get(name).addTokens(1);
    }

    /**
     * How many passwords are looked at. An attempt is taken before its password is looked at, so that many at once gain
     * nothing, and given back where the password was right. Any thread may ask.
     */
    static final class PasswordAttempts {

        /** One address stands for several people at times, behind a proxy or a shared line. */
        static final int NAMES_AN_ADDRESS = 10;

        private static final Duration EVERY = Duration.ofMinutes(1);

        private final Allowances byName;
        private final Allowances byAddress;

        /**
         * @param most wrong ones in a minute for one name from one address; {@value #NAMES_AN_ADDRESS} times that
         * from one address
         */
        PasswordAttempts(int most) {
            byName = new Allowances(most, most, EVERY);
            int ofAddress = most * NAMES_AN_ADDRESS;
            byAddress = new Allowances(ofAddress, ofAddress, EVERY);
        }

        /** Takes one, where one is left for the name and for the address. */
        boolean take(String address, String name) {
            if (!byAddress.take(address)) {
                return false;
            }
            boolean taken = byName.take(key(address, name));
            if (!taken) {
                byAddress.giveBack(address);
            }
            return taken;
        }

        /** The password was right. */
        void giveBack(String address, String name) {
            byAddress.giveBack(address);
            byName.giveBack(key(address, name));
        }

        private static String key(String address, String name) {
            return address + " " + name;
        }
    }
}
