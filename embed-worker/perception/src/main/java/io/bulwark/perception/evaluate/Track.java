package io.bulwark.perception.evaluate;

import io.bulwark.perception.attack.EmbeddingLoss;
import io.bulwark.perception.attack.Objective;
import io.bulwark.perception.evaluate.data.PictureSource;
import java.util.List;

/** What of a picture the attacker sets, and what the encoder sees of it then. Named in every result. */
public interface Track {

    /** {@code pixels after resize}, {@code uploaded file}. */
    String label();

    /** Pictures that can be attacked at once, given how many the encoder takes. */
    int batch(int ofEncoder);

    /**
     * What the attacker begins with.
     *
     * @return {@code [pictures, 3, h, w]} in [0, 1]
     */
    float[] pixels(EvaluatedEncoder encoder, List<PictureSource> pictures);

    /** What the attacker climbs: a loss of the encoder's embeddings by these pixels. */
    Objective objective(EvaluatedEncoder encoder, List<PictureSource> pictures, EmbeddingLoss loss);

    /**
     * The encoder's answer to perturbed pixels, by the whole way that they take.
     *
     * @param pixels as {@link #pixels} gave them, perturbed
     * @return {@code [pictures, D]} row-major, not normalised
     */
    float[] embed(EvaluatedEncoder encoder, List<PictureSource> pictures, float[] pixels);
}
