package io.bulwark.perception.model.family;

import io.bulwark.imaging.preprocess.PreprocessSpec;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** The constants of {@code (x - mean) / std} that vision programs begin with. */
final class Standardisation {

    private Standardisation() {}

    /** {@code mean_0} to {@code std_2}, and what the family adds; in the order of their names. */
    static SortedMap<String, Object> constants(PreprocessSpec input, Map<String, Object> further) {
        SortedMap<String, Object> constants = new TreeMap<>(further);
        for (int channel = 0; channel < 3; channel++) {
            constants.put("mean_" + channel, (double) input.mean()[channel]);
            constants.put("std_" + channel, (double) input.std()[channel]);
        }
        return constants;
    }
}
