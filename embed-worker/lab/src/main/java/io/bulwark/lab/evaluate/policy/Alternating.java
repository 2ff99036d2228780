package io.bulwark.lab.evaluate.policy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Pictures in an order whose beginning is a fair sample of all of them. */
final class Alternating {

    private Alternating() {}

    /** Those to be flagged and the others in turn while there are both, each by the hashes of their files. */
    static List<AskedPicture> of(List<AskedPicture> pictures) {
        List<AskedPicture> flagged = ofKind(pictures, true);
        List<AskedPicture> safe = ofKind(pictures, false);
        List<AskedPicture> inTurn = new ArrayList<>();
        for (int i = 0; i < Math.max(flagged.size(), safe.size()); i++) {
            if (i < flagged.size()) {
                inTurn.add(flagged.get(i));
            }
            if (i < safe.size()) {
                inTurn.add(safe.get(i));
            }
        }
        return inTurn;
    }

    private static List<AskedPicture> ofKind(List<AskedPicture> pictures, boolean flagged) {
        return pictures.stream()
                .filter(asked -> asked.picture().flagged() == flagged)
                .sorted(Comparator.comparing(asked -> asked.picture().sha256()))
                .toList();
    }
}
