package io.bulwark.perception.verdict;

import io.bulwark.perception.bank.Bank;
import io.bulwark.perception.bank.LabelledEmbedding;
import io.bulwark.perception.bank.NearReferences;
import io.bulwark.perception.hash.Sha256;
import io.bulwark.perception.verdict.SeenImage.SeenView;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a bank has near files whose label is known, without the references that were made from the very file: so a bank's
 * own pictures can be calibrated on, too. One thread at a time.
 */
public final class FileNeighbours {

    private final Bank bank;
    private final int k;
    private final Map<String, Sha256> sourceOf = new HashMap<>();
    private final int mostOfOneFile;

    /**
     * @param bank searched; not closed by this
     * @param references the bank's
     * @param k neighbours of each view
     */
    public FileNeighbours(Bank bank, List<LabelledEmbedding> references, int k) {
        this.bank = bank;
        this.k = k;
        Map<Sha256, Integer> counts = new HashMap<>();
        int most = 0;
        for (LabelledEmbedding reference : references) {
            if (reference.sourceSha256().isPresent()) {
                Sha256 source = reference.sourceSha256().get();
                sourceOf.put(reference.id(), source);
                most = Math.max(most, counts.merge(source, 1, Integer::sum));
            }
        }
        this.mostOfOneFile = most;
    }

    /**
     * The file as a calibration takes it.
     *
     * @param label its class
     * @param image as production sees it, with its hash
     */
    public CalibrationFile of(String label, SeenImage image) {
        return of(label, image, Set.of());
    }

    /**
     * As the other, also without the references that were made from files that the image shows, as a collage does.
     *
     * @param shown hashes of those files
     */
    public CalibrationFile of(String label, SeenImage image, Set<Sha256> shown) {
        Set<Sha256> leftOut = new HashSet<>(shown);
        image.hashes().file().ifPresent(leftOut::add);
        List<Opinion> views = new ArrayList<>();
        for (SeenView view : image.views()) {
            NearReferences near = bank.near(view.embedding(), 1, k + mostOfOneFile * leftOut.size())
                    .get(0)
                    .only(neighbour -> !leftOut.contains(sourceOf.get(neighbour.referenceId())))
                    .first(k);
            views.add(new Opinion(view.name(), near, Map.of()));
        }
        return new CalibrationFile(label, views);
    }
}
