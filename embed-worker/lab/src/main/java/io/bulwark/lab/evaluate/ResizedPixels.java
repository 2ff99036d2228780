package io.bulwark.lab.evaluate;

import io.bulwark.lab.attack.Objective;
import io.bulwark.lab.attack.ThreatModel;
import io.bulwark.lab.attack.loss.EmbeddingLoss;
import io.bulwark.lab.attack.loss.EncoderObjective;
import io.bulwark.lab.data.EvaluatedEncoder;
import io.bulwark.lab.data.PictureSource;
import java.util.List;

/** The paper's track: the attacker sets the encoder's input, after decoding and resizing, in floats. */
public final class ResizedPixels implements Track {

    @Override
    public String label() {
        return "pixels after resize";
    }

    @Override
    public int batch(int ofEncoder) {
        return ofEncoder;
    }

    @Override
    public float[] pixels(EvaluatedEncoder encoder, List<PictureSource> pictures) {
        return encoder.planes(pictures);
    }

    @Override
    public Objective objective(
            EvaluatedEncoder encoder, List<PictureSource> pictures, ThreatModel threat, EmbeddingLoss loss) {
        return EncoderObjective.of(encoder.encoder(), loss);
    }

    @Override
    public Submission submit(
            EvaluatedEncoder encoder, List<PictureSource> pictures, ThreatModel threat, float[] pixels) {
        return new Submission(pixels, encoder.encoder().embed(pixels, pictures.size()));
    }
}
