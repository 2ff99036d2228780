package io.bulwark.perception.bank;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * References of a bank, up to a number of rows. Labels have equal shares; the others share what one does not need. Of
 * a label references are taken at equal distances in the order of their ids, so one bank has one sample.
 *
 * @param mostRows of all labels together
 */
record EvenSample(int mostRows) {

    /**
     * The sample, by identity.
     *
     * @throws IllegalArgumentException if a label's share might hold no reference
     */
    Set<StoredReference> of(Collection<StoredReference> all) {
        Map<String, List<StoredReference>> labels = new TreeMap<>();
        all.forEach(reference -> labels.computeIfAbsent(reference.label(), label -> new ArrayList<>())
                .add(reference));
        if ((long) labels.size() * LabelledEmbedding.MOST_ROWS > mostRows) {
            throw new IllegalArgumentException(mostRows + " rows are too few for " + labels.size()
                    + " labels: wanted are " + LabelledEmbedding.MOST_ROWS + " for each");
        }
        List<List<StoredReference>> smallestFirst = new ArrayList<>(labels.values());
        smallestFirst.sort(Comparator.comparing(EvenSample::rows));
        Set<StoredReference> sample = new HashSet<>();
        long left = mostRows;
        int labelsLeft = smallestFirst.size();
        for (List<StoredReference> label : smallestFirst) {
            left -= take(label, left / labelsLeft, sample);
            labelsLeft--;
        }
        return sample;
    }

    /** How many rows were taken. */
    private static long take(List<StoredReference> label, long share, Set<StoredReference> sample) {
        label.sort(Comparator.comparing(StoredReference::id));
        long all = rows(label);
        long seen = 0;
        long taken = 0;
        for (StoredReference reference : label) {
            seen += rows(reference);
            long due = all <= share ? seen : seen * share / all;
            if (taken + rows(reference) <= due) {
                sample.add(reference);
                taken += rows(reference);
            }
        }
        return taken;
    }

    private static long rows(List<StoredReference> references) {
        return references.stream().mapToLong(EvenSample::rows).sum();
    }

    private static int rows(StoredReference reference) {
        return 1 + reference.variants().size();
    }
}
