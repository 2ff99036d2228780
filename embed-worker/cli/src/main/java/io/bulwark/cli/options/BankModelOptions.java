package io.bulwark.cli.options;

import io.bulwark.perception.encoder.EncoderOptions.Precision;
import io.bulwark.perception.model.ModelPackage;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** The worker's model, as the commands that make references for it are told: {@code @Mixin BankModelOptions model}. */
public final class BankModelOptions {

    @Option(
            names = "--model",
            paramLabel = "LOCATION",
            defaultValue = "${env:BULWARK_MODEL:-" + ModelPackage.DEFAULT + "}",
            description = "The model package, the worker's bulwark.model: a folder or classpath:PATH (environment "
                    + "BULWARK_MODEL).")
    private String location;

    @Option(
            names = "--precision",
            paramLabel = "PRECISION",
            defaultValue = "${env:BULWARK_ENCODER_PRECISION:-fp32}",
            description = "The worker's bulwark.encoder.precision: fp32, bf16, fp16 or auto, which settles on what "
                    + "this machine does best. References of one precision do not serve another (environment "
                    + "BULWARK_ENCODER_PRECISION).")
    private String precision;

    /**
     * The model.
     *
     * @param fastDecode whether large JPEGs are decoded reduced for it
     */
    public ModelChoice choice(boolean fastDecode) {
        return new ModelChoice(location, precision, fastDecode, "--model, the worker's bulwark.model");
    }

    /** These options where they are not the defaults, as messages repeat them. */
    public String line() {
        return Stream.of(
                        location.equals(ModelPackage.DEFAULT) ? "" : "--model " + location,
                        precision.equals(Precision.FP32.label()) ? "" : "--precision " + precision)
                .filter(option -> !option.isEmpty())
                .collect(Collectors.joining(" "));
    }
}
