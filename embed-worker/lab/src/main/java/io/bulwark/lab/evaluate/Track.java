package io.bulwark.lab.evaluate;

import io.bulwark.lab.attack.Objective;
import io.bulwark.lab.attack.ThreatModel;
import io.bulwark.lab.attack.loss.EmbeddingLoss;
import io.bulwark.lab.data.EvaluatedEncoder;
import io.bulwark.lab.data.PictureSource;
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

    /** What the attacker climbs within a threat model: a loss of the encoder's embeddings by these pixels. */
    Objective objective(EvaluatedEncoder encoder, List<PictureSource> pictures, ThreatModel threat, EmbeddingLoss loss);

    /**
     * Hands perturbed pixels in, by the whole way that they take.
     *
     * @param threat what they were found within; that of a clean picture is one without room
     * @param pixels as {@link #pixels} gave them, perturbed
     */
    Submission submit(EvaluatedEncoder encoder, List<PictureSource> pictures, ThreatModel threat, float[] pixels);

    /**
     * What was handed in, and the encoder's answer.
     *
     * @param pixels {@code [pictures, 3, h, w]}: what the attacker set in the end, to be measured
     * @param embeddings {@code [pictures, D]} row-major, not normalised
     */
    record Submission(float[] pixels, float[] embeddings) {}
}
