package io.bulwark.cli.bank;

import io.bulwark.cli.bank.BankFilling.Filled;
import io.bulwark.cli.terminal.Output;
import io.bulwark.perception.encoder.EncoderDescription;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How a filling is told. */
final class FillingLine {

    private FillingLine() {}

    static void print(Output output, String bank, List<EncoderDescription> models, Filled filled) {
        filled.refused().forEach(refused -> output.note("left out " + refused));
        String modelFingerprint = models.get(0).fingerprint();
        Optional<String> twin =
                models.stream().skip(1).map(EncoderDescription::fingerprint).findFirst();
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("bank", bank);
        fields.put("modelFingerprint", modelFingerprint);
        twin.ifPresent(fingerprint -> fields.put("twinFingerprint", fingerprint));
        fields.put("written", filled.references());
        fields.put("removed", filled.removed());
        fields.put("refused", filled.refused());
        filled.variants().ifPresent(variants -> fields.put("variants", variants.fields()));
        if (filled.bared() > 0) {
            fields.put("bared", filled.bared());
            output.note(
                    filled.bared() + " references had everyday variants and have none any more: with --augment they "
                            + "would keep some");
        }
        filled.variants().ifPresent(variants -> output.note(variants.text()));
        output.print(
                "bank " + bank + ": " + filled.references() + " references written, " + filled.removed() + " removed, "
                        + filled.refused().size() + " files left out (model " + modelFingerprint
                        + twin.map(fingerprint -> ", each also for the twin " + fingerprint)
                                .orElse("")
                        + ")",
                fields);
    }
}
