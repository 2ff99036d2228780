package io.bulwark.perception.audit;

import io.bulwark.perception.bank.LabelledEmbedding;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The references of both encoders, which have to be the same: else a difference of banks passes for an attack. */
public final class TwinBanks {

    private static final String MENDED_BY = "write both banks in one go with `bulwark bank build --twin MODEL FOLDER`";

    private TwinBanks() {}

    /**
     * Checks that both hold the same ids under the same labels.
     *
     * @throws TwinBankException naming the first difference
     */
    public static void requireSame(List<LabelledEmbedding> robust, List<LabelledEmbedding> clean) {
        if (clean.isEmpty()) {
            throw new TwinBankException("The twin's bank is empty, allowed are the " + robust.size()
                    + " references of the robust encoder's: " + MENDED_BY);
        }
        Map<String, String> expected = labels(robust);
        Map<String, String> found = labels(clean);
        lacks("the twin's bank", found, "the robust encoder's", expected);
        lacks("the robust encoder's bank", expected, "the twin's", found);
        expected.forEach((id, label) -> {
            if (!label.equals(found.get(id))) {
                throw new TwinBankException("Reference " + id + " is labelled \"" + label
                        + "\" in the robust encoder's bank and \"" + found.get(id) + "\" in the twin's: " + MENDED_BY);
            }
        });
    }

    private static void lacks(
            String poorer, Map<String, String> itsLabels, String richer, Map<String, String> otherLabels) {
        List<String> missing = otherLabels.keySet().stream()
                .filter(id -> !itsLabels.containsKey(id))
                .toList();
        if (!missing.isEmpty()) {
            throw new TwinBankException("Of the " + otherLabels.size() + " references of " + richer + ", " + poorer
                    + " lacks " + missing.size() + ", the first is " + missing.get(0) + ": " + MENDED_BY);
        }
    }

    private static Map<String, String> labels(List<LabelledEmbedding> references) {
        Map<String, String> labels = new TreeMap<>();
        references.forEach(reference -> labels.put(reference.id(), reference.label()));
        return labels;
    }

    /**
     * The references of the two encoders are not the same ones; the message names the missing ones and the command that
     * adds them.
     */
    public static final class TwinBankException extends IllegalArgumentException {

        TwinBankException(String message) {
            super(message);
        }
    }
}
