package io.bulwark.cli.options;

import java.util.Optional;
import picocli.CommandLine.Option;

/** The clean twin whose references stand beside those of the model: {@code @Mixin TwinOptions twin}. */
public final class TwinOptions {

    @Option(
            names = "--twin",
            paramLabel = "LOCATION",
            defaultValue = "${env:BULWARK_TWIN_MODEL}",
            description = "The worker's bulwark.twin.model, whose references are kept beside the model's: a folder or "
                    + "classpath:PATH (default: none; environment BULWARK_TWIN_MODEL).")
    private String location;

    @Option(
            names = "--twin-precision",
            paramLabel = "PRECISION",
            defaultValue = "${env:BULWARK_TWIN_PRECISION}",
            description =
                    "The worker's bulwark.twin.precision (default: that of the model; environment BULWARK_TWIN_PRECISION).")
    private String precision;

    /** The twin, where one is named; in the model's precision where none of its own is. */
    public Optional<ModelChoice> choice(ModelChoice model) {
        if (location == null || location.isBlank()) {
            return Optional.empty();
        }
        String own = hasOwnPrecision() ? precision : model.precision();
        return Optional.of(
                new ModelChoice(location, own, model.fastDecode(), "--twin, the worker's bulwark.twin.model"));
    }

    /** These options where they are set, as messages repeat them. */
    public String line() {
        if (location == null || location.isBlank()) {
            return "";
        }
        return "--twin " + location + (hasOwnPrecision() ? " --twin-precision " + precision : "");
    }

    private boolean hasOwnPrecision() {
        return precision != null && !precision.isBlank();
    }
}
