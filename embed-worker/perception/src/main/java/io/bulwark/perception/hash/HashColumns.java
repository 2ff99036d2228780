package io.bulwark.perception.hash;

import io.bulwark.imaging.pdq.Hex256;
import java.util.List;
import java.util.function.Function;

/**
 * Hashes of many entries, word by word in arrays: 32 bytes each, and a search that needs the first words alone leaves the
 * others in memory. Immutable.
 *
 * @param first the first word of each hash, and so on
 */
record HashColumns(long[] first, long[] second, long[] third, long[] fourth) {

    static <T> HashColumns of(List<T> entries, Function<T, long[]> words) {
        int size = entries.size();
        HashColumns columns = new HashColumns(new long[size], new long[size], new long[size], new long[size]);
        for (int i = 0; i < size; i++) {
            long[] hash = words.apply(entries.get(i));
            columns.first[i] = hash[0];
            columns.second[i] = hash[1];
            columns.third[i] = hash[2];
            columns.fourth[i] = hash[3];
        }
        return columns;
    }

    int size() {
        return first.length;
    }

    long[] words(int entry) {
        return new long[] {first[entry], second[entry], third[entry], fourth[entry]};
    }

    /**
     * The first of sorted hashes that is not below another.
     *
     * @return its place; the size where all are below
     */
    int firstNotBelow(long[] hash) {
        int low = 0;
        int high = size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (Hex256.compare(words(middle), hash) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
