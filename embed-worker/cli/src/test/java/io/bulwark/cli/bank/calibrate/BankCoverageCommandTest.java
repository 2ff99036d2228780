package io.bulwark.cli.bank.calibrate;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.cli.BulwarkCommand;
import io.bulwark.cli.terminal.ExitCodes;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

class BankCoverageCommandTest {

    /** Two alike references of two uploads that are not alike: none of the two uploads is covered by its own reference. */
    @Test
    void anUploadIsOfTheClusterOfItsReferenceAlsoWhereTwoUploadsShareOne() {
        List<String> clusters = BankCoverageCommand.clusters(
                List.of("a", "b", "c"), rows(0, 0, 90), List.of("a", "b", "d", "e"), rows(0, 45, 45, 180));
        assertThat(clusters).hasSize(7);
        assertThat(clusters.get(3)).isEqualTo(clusters.get(0));
        assertThat(clusters.get(4)).isEqualTo(clusters.get(1)).isEqualTo(clusters.get(0));
        assertThat(clusters.get(5)).as("as b").isEqualTo(clusters.get(1));
        assertThat(clusters.get(2)).isNotIn(clusters.get(0), clusters.get(6));
        assertThat(clusters.get(6)).isNotEqualTo(clusters.get(0));
    }

    @Test
    void aTimeWithoutDrawsIsAUsageError() {
        StringWriter err = new StringWriter();
        assertThat(BulwarkCommand.commandLine()
                        .setErr(new PrintWriter(err, true))
                        .execute(("bank coverage --flagged-labels nsfw --floor 0.9 --files . --since"
                                        + " 2026-11-30T12:00:00Z")
                                .split(" ")))
                .isEqualTo(ExitCodes.USAGE);
        assertThat(err.toString()).contains("--draws");
    }

    private static float[][] rows(int... degrees) {
        float[][] rows = new float[degrees.length][];
        for (int i = 0; i < rows.length; i++) {
            double angle = Math.toRadians(degrees[i]);
            rows[i] = new float[] {(float) Math.cos(angle), (float) Math.sin(angle)};
        }
        return rows;
    }
}
