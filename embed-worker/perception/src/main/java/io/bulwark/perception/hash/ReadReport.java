package io.bulwark.perception.hash;

import java.util.Map;

/**
 * What a hash list held.
 *
 * @param entries that were handed on
 * @param skipped how many hashes were left out, by the reason, such as {@code type md5}
 */
public record ReadReport(long entries, Map<String, Long> skipped) {

    public ReadReport {
        skipped = Map.copyOf(skipped);
    }
}
