package io.bulwark.lab.evaluate.policy;

import io.bulwark.cli.everyday.UploadFormat;
import io.bulwark.cli.options.ModelOptions;
import io.bulwark.cli.picture.LabelledPicture;
import io.bulwark.cli.picture.PictureEmbedder;
import io.bulwark.cli.terminal.Output;
import io.bulwark.imaging.preprocess.UprightPicture;
import io.bulwark.imaging.preprocess.ViewPolicy;
import io.bulwark.lab.attack.AttackGoal;
import io.bulwark.lab.attack.Objective;
import io.bulwark.lab.attack.ThreatModel;
import io.bulwark.lab.attack.loss.KnnLoss;
import io.bulwark.lab.attack.loss.ReferenceGroups;
import io.bulwark.lab.attack.upload.UploadObjective;
import io.bulwark.lab.attack.upload.UploadPath;
import io.bulwark.perception.bank.LabelledEmbedding;
import io.bulwark.perception.encoder.DifferentiableEncoder;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.model.ModelPackage;
import io.bulwark.perception.verdict.PolicySettings;
import java.util.ArrayList;
import java.util.List;

/**
 * Another encoder with the same references, which an attacker follows instead: what fools it may fool the one that
 * decides, and a masked gradient of that one does not help against it.
 *
 * @param name of the encoder, for reports
 * @param encoder its gradients; not closed by this
 * @param groups of the encoder's references; not closed by this
 * @param k neighbours
 * @param temperature of the vote
 */
public record Transfer(String name, DifferentiableEncoder encoder, ReferenceGroups groups, int k, double temperature) {

    /** What it sees of a picture, whole. It decides nothing, so that an attack goes on to the end. */
    Objective objective(UprightPicture picture, AttackGoal goal, ThreatModel within) {
        KnnLoss loss = KnnLoss.of(groups, goal, 1, k, temperature, (units, samples) -> new boolean[samples.length]);
        UploadPath way =
                UploadPath.moderation(encoder.description().preprocess(), ViewPolicy.SQUASH, new UploadFormat.Png());
        return new UploadObjective(encoder, way, List.of(picture), within, loss, true);
    }

    /**
     * Other encoders that attacks are carried over from, each with the same references. One thread; holds native
     * memory.
     */
    static final class TransferModels implements AutoCloseable {

        private final List<Transfer> transfers = new ArrayList<>();

        /**
         * Opens and embeds.
         *
         * @param locations of the packages
         * @param references the bank's pictures
         * @param settings of the policy that is attacked
         */
        static TransferModels of(
                List<String> locations,
                EncoderOptions options,
                List<LabelledPicture> references,
                PolicySettings settings,
                Output output) {
            TransferModels models = new TransferModels();
            try {
                for (String location : locations) {
                    models.open(ModelOptions.open(location, output), options, references, settings);
                }
                return models;
            } catch (RuntimeException e) {
                models.close();
                throw e;
            }
        }

        private void open(
                ModelPackage model, EncoderOptions options, List<LabelledPicture> references, PolicySettings settings) {
            List<LabelledEmbedding> rows;
            try (PictureEmbedder embedder = new PictureEmbedder(model.openEncoder(options))) {
                rows = embedder.references(references);
            }
            DifferentiableEncoder encoder = model.openDifferentiable(options);
            ReferenceGroups groups =
                    ReferenceGroups.byFlag(encoder.description().fingerprint(), rows, settings.flaggedLabels());
            transfers.add(
                    new Transfer(encoder.description().name(), encoder, groups, settings.k(), settings.temperature()));
        }

        List<Transfer> transfers() {
            return List.copyOf(transfers);
        }

        @Override
        public void close() {
            transfers.forEach(transfer -> {
                transfer.groups().close();
                transfer.encoder().close();
            });
        }
    }
}
