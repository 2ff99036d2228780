package io.bulwark.stream.access;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import io.github.bucket4j.Bucket;
import java.time.Duration;

/** Token buckets by name: so many within a time, and as many more at once. Any thread may ask. */
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
}
