package io.bulwark.lab.evaluate.policy;

import io.bulwark.cli.options.ModelOptions;
import io.bulwark.cli.picture.LabelledPicture;
import io.bulwark.cli.picture.PictureEmbedder;
import io.bulwark.cli.terminal.Output;
import io.bulwark.lab.attack.loss.ReferenceGroups;
import io.bulwark.perception.bank.LabelledEmbedding;
import io.bulwark.perception.encoder.DifferentiableEncoder;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.model.ModelPackage;
import io.bulwark.perception.verdict.PolicySettings;
import java.util.ArrayList;
import java.util.List;

/** Other encoders that attacks are carried over from, each with the same references. One thread; holds native memory. */
final class TransferModels implements AutoCloseable {

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
