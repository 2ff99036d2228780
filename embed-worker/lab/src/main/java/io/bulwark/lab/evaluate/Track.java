package io.bulwark.lab.evaluate;

import io.bulwark.cli.everyday.UploadFormat;
import io.bulwark.imaging.preprocess.UprightPicture;
import io.bulwark.lab.attack.Objective;
import io.bulwark.lab.attack.ThreatModel;
import io.bulwark.lab.attack.loss.EmbeddingLoss;
import io.bulwark.lab.attack.loss.EncoderObjective;
import io.bulwark.lab.attack.upload.UploadAttack;
import io.bulwark.lab.attack.upload.UploadObjective;
import io.bulwark.lab.attack.upload.UploadPath;
import io.bulwark.lab.data.EvaluatedEncoder;
import io.bulwark.lab.data.ExactPictureReader;
import io.bulwark.lab.data.PictureSource;
import java.nio.file.Path;
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

    /** The paper's track: the attacker sets the encoder's input, after decoding and resizing, in floats. */
    final class ResizedPixels implements Track {

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

    /**
     * The attacker's own track: the picture is perturbed at its upload's size, rounded to 8 bits within the threat
     * model, encoded, and goes the whole way of decoding and resizing. Norms are those of the uploaded pixels before
     * they are encoded. One picture at a time, since uploads differ in size.
     *
     * @param format of the file
     */
    record UploadedFile(UploadFormat format) implements Track {

        @Override
        public String label() {
            return "uploaded file, " + format.extension();
        }

        @Override
        public int batch(int ofEncoder) {
            return 1;
        }

        @Override
        public float[] pixels(EvaluatedEncoder encoder, List<PictureSource> pictures) {
            return UploadObjective.pixels(uprights(encoder, pictures));
        }

        @Override
        public Objective objective(
                EvaluatedEncoder encoder, List<PictureSource> pictures, ThreatModel threat, EmbeddingLoss loss) {
            return uploads(encoder, uprights(encoder, pictures), threat, loss);
        }

        @Override
        public Submission submit(
                EvaluatedEncoder encoder, List<PictureSource> pictures, ThreatModel threat, float[] pixels) {
            List<UprightPicture> originals = uprights(encoder, pictures);
            UploadObjective objective = uploads(encoder, originals, threat, (embeddings, samples) -> {
                throw new IllegalStateException("a submission is judged outside its objective");
            });
            UprightPicture upload = objective.upload(0, pixels);
            byte[] view = encoder.reader().pixels(Path.of(pictures.get(0).name()), format.encode(upload));
            return new Submission(
                    UploadObjective.pixels(List.of(upload)),
                    encoder.encoder().embed(ExactPictureReader.planes(view), 1));
        }

        private UploadObjective uploads(
                EvaluatedEncoder encoder, List<UprightPicture> originals, ThreatModel threat, EmbeddingLoss loss) {
            UploadPath way = UploadPath.exact(encoder.description().preprocess(), format);
            return new UploadObjective(encoder.encoder(), way, originals, threat, loss, true);
        }

        private static List<UprightPicture> uprights(EvaluatedEncoder encoder, List<PictureSource> pictures) {
            return pictures.stream().map(picture -> upright(encoder, picture)).toList();
        }

        private static UprightPicture upright(EvaluatedEncoder encoder, PictureSource picture) {
            UprightPicture upright = encoder.reader().upright(picture);
            if ((long) upright.width() * upright.height() > UploadAttack.MAX_PIXELS) {
                throw new IllegalArgumentException("%s has %dx%d pixels, an upload that is attacked has at most %d"
                        .formatted(picture.name(), upright.width(), upright.height(), UploadAttack.MAX_PIXELS));
            }
            return upright;
        }
    }
}
