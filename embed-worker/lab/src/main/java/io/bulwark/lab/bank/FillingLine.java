package io.bulwark.lab.bank;

import io.bulwark.lab.bank.BankFilling.Filled;
import io.bulwark.lab.terminal.Output;
import java.util.Map;

/** How a filling is told. */
final class FillingLine {

    private FillingLine() {}

    static void print(Output output, String bank, String modelFingerprint, Filled filled) {
        filled.refused().forEach(refused -> output.note("left out " + refused));
        output.print(
                "bank " + bank + ": " + filled.references() + " references written, " + filled.removed() + " removed, "
                        + filled.refused().size() + " files left out (model " + modelFingerprint + ")",
                Map.of(
                        "bank", bank,
                        "modelFingerprint", modelFingerprint,
                        "written", filled.references(),
                        "removed", filled.removed(),
                        "refused", filled.refused()));
    }
}
