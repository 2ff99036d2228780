package io.bulwark.cli.terminal;

import io.bulwark.cli.terminal.Output.LineListener;
import java.util.List;

/**
 * Holds what commands print in any test of this module to the checked-in contract, whether printed for machines or
 * people.
 */
public final class ContractListener implements LineListener {

    @Override
    public void printed(String line) {
        List<String> faults = OutputContract.checkedIn().faults(line);
        if (!faults.isEmpty()) {
            String shown = line.substring(0, Math.min(line.length(), 500));
            throw new AssertionError("not as embed-worker/cli/output.schema.json has it: " + faults + " in " + shown);
        }
    }
}
