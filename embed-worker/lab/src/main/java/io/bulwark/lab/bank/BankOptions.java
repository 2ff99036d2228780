package io.bulwark.lab.bank;

import io.bulwark.lab.terminal.CommandFailure;
import io.bulwark.perception.image.JpegReduction;
import io.bulwark.perception.model.Encoder;
import io.bulwark.perception.model.EncoderDescription;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which bank a command is about, and whose embeddings it holds: {@code @Mixin BankOptions bank}. */
final class BankOptions {

    @Option(
            names = "--bank",
            paramLabel = "NAME",
            defaultValue = "${env:BULWARK_BANK_NAME:-default}",
            description = "The bank's name, the worker's bulwark.bank.name (default: ${DEFAULT-VALUE}; environment "
                    + "BULWARK_BANK_NAME).")
    private String name;

    @Mixin
    private BankModelOptions model;

    @Option(
            names = "--fast-decode",
            defaultValue = "${env:BULWARK_DECODE_FAST:-false}",
            description = "Decode large JPEGs reduced, the worker's bulwark.decode.fast. References of the one do not "
                    + "serve the other (default: ${DEFAULT-VALUE}; environment BULWARK_DECODE_FAST).")
    private boolean fastDecode;

    /** @throws CommandFailure if it is no name */
    String name() {
        if (name.isBlank() || name.contains("/")) {
            throw CommandFailure.usage("the bank \"" + name + "\" cannot be: a name is not blank and has no slash");
        }
        return name;
    }

    /** What the model is, as its references go by. */
    EncoderDescription description() {
        EncoderDescription whole = model.description();
        return whole.after(reduction(whole));
    }

    /** The options of the model that are not the defaults, as the messages of a bank that lacks references repeat them. */
    String modelOptions() {
        return (model.line() + (fastDecode ? " --fast-decode" : "")).strip();
    }

    /** The model, loaded. The caller closes it. */
    PictureEmbedder embedder() {
        Encoder encoder = model.encoder();
        return new PictureEmbedder(encoder, reduction(encoder.description()));
    }

    private JpegReduction reduction(EncoderDescription description) {
        return fastDecode ? description.preprocess().jpegReduction() : JpegReduction.none();
    }
}
