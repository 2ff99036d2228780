package io.bulwark.stream.review;

import java.util.List;

/**
 * What a picture gives the bank.
 *
 * @param bank the bank's name
 * @param modelFingerprint of the model that saw it, which is the bank's
 * @param rows one for each reference
 */
public record SeenPicture(String bank, String modelFingerprint, List<Row> rows) {

    public SeenPicture {
        rows = List.copyOf(rows);
    }

    /**
     * One reference.
     *
     * @param ground what follows after the id of the picture in the reference's, such as {@code @white}; empty for most
     * @param look the view that it is made of
     * @param variants further views that count as the same picture, at most {@value KafkaReferences#MOST_VARIANTS}
     */
    public record Row(String ground, Look look, List<Look> variants) {

        public Row {
            variants = List.copyOf(variants);
        }
    }

    /**
     * A view as the model saw it.
     *
     * @param view its name
     * @param embedding IEEE 754 half precision, little-endian, one unit row; not copied, not to be modified
     */
    public record Look(String view, byte[] embedding) {}
}
