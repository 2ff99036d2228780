package io.bulwark.cli.doctor;

import io.bulwark.cli.options.ModelChoice;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.perception.encoder.Encoder;
import io.bulwark.perception.encoder.ModelPackageException;
import java.util.Optional;

/** Whether libtorch runs the worker's model here. */
final class ModelExamination {

    private ModelExamination() {}

    /**
     * Opens the model, which loads libtorch.
     *
     * @return its fingerprint beside what was found; empty where it does not open
     */
    static Answer look(ModelChoice model) {
        try (Encoder encoder = model.encoder()) {
            String fingerprint = encoder.description().fingerprint();
            return new Answer(
                    Finding.well("model", model.location() + " opens, fingerprint " + fingerprint),
                    Optional.of(fingerprint));
        } catch (CommandFailure | ModelPackageException unusable) {
            return failed(model, unusable.getMessage(), "name another with --model, the worker's bulwark.model");
        } catch (RuntimeException | LinkageError broken) {
            return failed(
                    model,
                    "libtorch does not run it: " + broken,
                    "install glibc 2.28 or later and libstdc++, or run the image bulwark/cli");
        }
    }

    private static Answer failed(ModelChoice model, String why, String mend) {
        return new Answer(Finding.wrong("model", model.location() + ": " + why, mend), Optional.empty());
    }

    /**
     * What was found, and what the bank is asked by.
     *
     * @param fingerprint of the model
     */
    record Answer(Finding finding, Optional<String> fingerprint) {}
}
