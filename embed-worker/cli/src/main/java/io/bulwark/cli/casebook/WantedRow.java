package io.bulwark.cli.casebook;

import io.bulwark.perception.bank.LabelledEmbedding;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A row of a reference that images are compared with.
 *
 * @param reference its id
 * @param embedding unit row; not copied, not to be modified
 */
public record WantedRow(String reference, float[] embedding) {

    /** All rows of a reference, its own first. */
    public static List<WantedRow> of(LabelledEmbedding reference) {
        return Stream.concat(
                        Stream.of(reference.row(Optional.empty())),
                        reference.variants().stream().map(variant -> variant.embedding()))
                .map(row -> new WantedRow(reference.id(), row))
                .toList();
    }

    /** Cosine with a row of any length above 0; NaN where the lengths of the two do not fit. */
    double cosine(float[] row) {
        if (row.length != embedding.length) {
            return Double.NaN;
        }
        float dot = 0;
        float square = 0;
        for (int i = 0; i < row.length; i++) {
            dot += row[i] * embedding[i];
            square += row[i] * row[i];
        }
        return Math.max(-1, Math.min(1, dot / Math.sqrt(square)));
    }
}
